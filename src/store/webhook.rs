//! Where apps are told of what happens, and how far each was told.

use busfare_entity::{
    app, event, webhook,
    words::{AppId, EventKind, OrganisationId, WebhookId, WebhookProblem, WebhookState},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LockType, OnConflict, Query},
};

use super::{
    db::inserted,
    vault::{Locked, Vault},
};

/// Most webhooks in one answer.
const MOST: u64 = 200;

/// What a webhook's messages are signed with: made of the secret in the data folder, and kept nowhere.
pub fn key(vault: &Vault, organisation: OrganisationId, id: WebhookId) -> Result<Vec<u8>, Locked> {
    let half = |which: u8| vault.blind(organisation, &format!("webhook {id} {which}"));
    Ok([half(1)?, half(2)?].concat())
}

/// The webhooks of an organisation, the newest first.
pub async fn all(conn: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Vec<webhook::Model>, DbErr> {
    webhook::Entity::find()
        .filter(webhook::Column::OrganisationId.eq(organisation))
        .order_by_desc(webhook::Column::CreatedAt)
        .order_by_desc(webhook::Column::Id)
        .limit(MOST)
        .all(conn)
        .await
}

/// One of an organisation, held until the transaction ends.
pub async fn hold(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: WebhookId,
) -> Result<Option<webhook::Model>, DbErr> {
    of_organisation(organisation, id).lock(LockType::NoKeyUpdate).one(conn).await
}

/// One of an organisation.
pub async fn find(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    id: WebhookId,
) -> Result<Option<webhook::Model>, DbErr> {
    of_organisation(organisation, id).one(conn).await
}

fn of_organisation(organisation: OrganisationId, id: WebhookId) -> Select<webhook::Entity> {
    webhook::Entity::find_by_id(id).filter(webhook::Column::OrganisationId.eq(organisation))
}

/// How many an app has that were not ended.
pub async fn count(conn: &impl ConnectionTrait, app: AppId) -> Result<u64, DbErr> {
    webhook::Entity::find()
        .filter(webhook::Column::AppId.eq(app))
        .filter(webhook::Column::State.ne(WebhookState::Ended))
        .count(conn)
        .await
}

/// Adds one; false where its id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: webhook::Model) -> Result<bool, DbErr> {
    let added = webhook::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(webhook::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// Ends one.
pub async fn end(conn: &impl ConnectionTrait, id: WebhookId) -> Result<(), DbErr> {
    webhook::Entity::update_many()
        .col_expr(webhook::Column::State, Expr::value(WebhookState::Ended))
        .filter(webhook::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Tells one again of everything after a place, from now on. Whatever is on its way is counted no more.
pub async fn replay(
    conn: &impl ConnectionTrait,
    id: WebhookId,
    position: i64,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    webhook::Entity::update_many()
        .col_expr(webhook::Column::State, Expr::value(WebhookState::Active))
        .col_expr(webhook::Column::Position, Expr::value(position))
        .col_expr(webhook::Column::Tries, Expr::value(0))
        .col_expr(webhook::Column::FailingSince, Expr::value(None::<DateTime<Utc>>))
        .col_expr(webhook::Column::NextTryAt, Expr::value(now))
        .col_expr(webhook::Column::LeasedUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(webhook::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Those who may have something to be told, of apps that may be used: nobody is telling them, and it is their turn.
pub async fn due(conn: &impl ConnectionTrait, now: DateTime<Utc>, most: u64) -> Result<Vec<webhook::Model>, DbErr> {
    let in_use = Query::select()
        .column(app::Column::Id)
        .from(app::Entity)
        .and_where(app::Column::RevokedAt.is_null())
        .and_where(app::Column::ExpiresAt.gt(now))
        .to_owned();
    let more = Query::select()
        .expr(Expr::val(1))
        .from(event::Entity)
        .and_where(
            Expr::col((event::Entity, event::Column::OrganisationId))
                .equals((webhook::Entity, webhook::Column::OrganisationId)),
        )
        .and_where(
            Expr::col((event::Entity, event::Column::Position))
                .gt(Expr::col((webhook::Entity, webhook::Column::Position))),
        )
        .to_owned();
    webhook::Entity::find()
        .filter(webhook::Column::State.eq(WebhookState::Active))
        .filter(webhook::Column::NextTryAt.lte(now))
        .filter(free(now))
        .filter(webhook::Column::AppId.in_subquery(in_use))
        .filter(Expr::exists(more))
        .order_by_asc(webhook::Column::NextTryAt)
        .limit(most)
        .all(conn)
        .await
}

fn free(now: DateTime<Utc>) -> Condition {
    Condition::any().add(webhook::Column::LeasedUntil.is_null()).add(webhook::Column::LeasedUntil.lte(now))
}

/// Takes one on until a moment; false where another server did.
pub async fn lease(
    conn: &impl ConnectionTrait,
    row: &webhook::Model,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let taken = webhook::Entity::update_many()
        .col_expr(webhook::Column::LeasedUntil, Expr::value(Some(until)))
        .filter(webhook::Column::Id.eq(row.id))
        .filter(webhook::Column::State.eq(WebhookState::Active))
        .filter(webhook::Column::Position.eq(row.position))
        .filter(free(now))
        .exec(conn)
        .await?;
    Ok(taken.rows_affected > 0)
}

/// Events of some kinds after a place, in order.
pub async fn events(
    conn: &impl ConnectionTrait,
    row: &webhook::Model,
    kinds: &[EventKind],
    most: u64,
) -> Result<Vec<event::Model>, DbErr> {
    let mut query = event::Entity::find()
        .filter(event::Column::OrganisationId.eq(row.organisation_id))
        .filter(event::Column::Position.gt(row.position));
    if !kinds.is_empty() {
        query = query.filter(event::Column::Kind.is_in(kinds.iter().copied()));
    }
    query.order_by_asc(event::Column::Position).limit(most).all(conn).await
}

/// How telling one ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It has heard of everything up to a place; `now` where it was told something.
    UpTo(i64, Option<DateTime<Utc>>),
    /// It has not, and is told again then.
    Again(WebhookProblem, DateTime<Utc>),
    /// It has not, and is told no more.
    Stopped(WebhookProblem),
    /// It wants to hear no more.
    Gone,
}

/// Notes how telling one ended, unless somebody has begun it anew meanwhile.
pub async fn settle(
    conn: &impl ConnectionTrait,
    row: &webhook::Model,
    ended: Ended,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut noted = webhook::Entity::update_many()
        .col_expr(webhook::Column::LeasedUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(webhook::Column::Id.eq(row.id))
        .filter(webhook::Column::Position.eq(row.position));
    let failed = |noted: sea_orm::UpdateMany<webhook::Entity>, problem: WebhookProblem| {
        noted
            .col_expr(webhook::Column::Problem, Expr::value(Some(problem)))
            .col_expr(webhook::Column::Tries, Expr::value(row.tries.saturating_add(1)))
            .col_expr(webhook::Column::FailingSince, Expr::value(Some(row.failing_since.unwrap_or(now))))
    };
    noted = match ended {
        Ended::UpTo(position, told) => {
            let noted = noted
                .col_expr(webhook::Column::Position, Expr::value(position))
                .col_expr(webhook::Column::Tries, Expr::value(0))
                .col_expr(webhook::Column::FailingSince, Expr::value(None::<DateTime<Utc>>))
                .col_expr(webhook::Column::Problem, Expr::value(None::<WebhookProblem>));
            match told {
                Some(at) => noted.col_expr(webhook::Column::ToldAt, Expr::value(Some(at))),
                None => noted,
            }
        }
        Ended::Again(problem, at) => failed(noted, problem).col_expr(webhook::Column::NextTryAt, Expr::value(at)),
        Ended::Stopped(problem) => {
            failed(noted, problem).col_expr(webhook::Column::State, Expr::value(WebhookState::Stopped))
        }
        Ended::Gone => noted.col_expr(webhook::Column::State, Expr::value(WebhookState::Ended)),
    };
    noted.exec(conn).await.map(|_| ())
}
