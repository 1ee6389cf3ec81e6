//! Holds that nobody uses: which have run out, whose askers are to be reminded, and what is about to go back.

use busfare_entity::{
    notice, spend,
    words::{NoticeKind, PractitionerId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::page::{self, Page, Slice};
use crate::rules::course::REMINDED_BEFORE;

/// A hold that has run out, in the order in which they do.
pub type Due = (DateTime<Utc>, SpendId);

/// The next holds that have run out, after the last one seen.
pub async fn run_out(
    conn: &impl ConnectionTrait,
    after: Option<Due>,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<Due>, DbErr> {
    let mut query = spend::Entity::find()
        .select_only()
        .column(spend::Column::ExpiresAt)
        .column(spend::Column::Id)
        .filter(spend::Column::HeldPence.gt(0))
        .filter(spend::Column::ExpiresAt.lte(now));
    if let Some((at, id)) = after {
        let later = Condition::all().add(spend::Column::ExpiresAt.eq(at)).add(spend::Column::Id.gt(id));
        query = query.filter(Condition::any().add(spend::Column::ExpiresAt.gt(at)).add(later));
    }
    query
        .order_by_asc(spend::Column::ExpiresAt)
        .order_by_asc(spend::Column::Id)
        .limit(most)
        .into_tuple()
        .all(conn)
        .await
}

/// A spend whose hold has run out, as it stands while nobody moves its budget; none where somebody has used it, taken
/// it back or decided on it meanwhile.
pub async fn still_run_out(
    conn: &impl ConnectionTrait,
    id: SpendId,
    now: DateTime<Utc>,
) -> Result<Option<spend::Model>, DbErr> {
    let due = || {
        spend::Entity::find_by_id(id).filter(spend::Column::HeldPence.gt(0)).filter(spend::Column::ExpiresAt.lte(now))
    };
    let Some(seen) = due().one(conn).await? else { return Ok(None) };
    super::budget::hold(conn, seen.budget_id).await?;
    due().one(conn).await
}

/// The next spends whose askers are to be reminded that what was set aside goes back soon.
pub async fn to_remind(conn: &impl ConnectionTrait, now: DateTime<Utc>, most: u64) -> Result<Vec<spend::Model>, DbErr> {
    spend::Entity::find().filter(unreminded(now)).order_by_asc(spend::Column::Id).limit(most).all(conn).await
}

/// Notes that an asker is reminded of one hold, and tells her. False where it was used, or she was reminded, meanwhile.
pub async fn remind(conn: &impl ConnectionTrait, spend: &spend::Model, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let reminded = spend::Entity::update_many()
        .col_expr(spend::Column::NudgedAt, Expr::value(Some(now)))
        .filter(spend::Column::Id.eq(spend.id))
        .filter(unreminded(now))
        .exec(conn)
        .await?;
    if reminded.rows_affected == 1 {
        super::notice::tell(conn, told(spend, now)).await?;
    }
    Ok(reminded.rows_affected == 1)
}

fn unreminded(now: DateTime<Utc>) -> Condition {
    goes_back_soon(now).add(spend::Column::NudgedAt.is_null())
}

fn told(spend: &spend::Model, now: DateTime<Utc>) -> notice::Model {
    let to = super::notice::to(spend.organisation_id, spend.practitioner_id, NoticeKind::HoldGoesBack, now);
    notice::Model { spend_id: Some(spend.id), ..to }
}

/// One page of what somebody asked for and what soon goes back by itself, newest first.
pub async fn going_back(
    conn: &impl ConnectionTrait,
    asker: PractitionerId,
    page: Page,
    now: DateTime<Utc>,
) -> Result<Slice<spend::Model>, DbErr> {
    let query = spend::Entity::find().filter(spend::Column::PractitionerId.eq(asker)).filter(goes_back_soon(now));
    page::read(conn, query, (spend::Column::RequestedAt, spend::Column::Id), page).await
}

fn goes_back_soon(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(spend::Column::HeldPence.gt(0))
        .add(spend::Column::ExpiresAt.gt(now))
        .add(spend::Column::ExpiresAt.lte(now + REMINDED_BEFORE))
}
