//! Asks: the one colleague a spend waits for.

use busfare_entity::{
    ask,
    words::{AskId, AskState, PractitionerId, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::rules::nearest::Nearest;

/// Opens an ask. The database refuses a second open one for the same spend.
pub async fn open(conn: &impl ConnectionTrait, spend: SpendId, to: Nearest, now: DateTime<Utc>) -> Result<(), DbErr> {
    new(spend, to, now).into_active_model().insert(conn).await.map(|_| ())
}

/// An ask as it is opened.
pub fn new(spend: SpendId, to: Nearest, now: DateTime<Utc>) -> ask::Model {
    ask::Model {
        id: super::mint::id(),
        spend_id: spend,
        asked_id: to.asked,
        why: to.why,
        state: AskState::Open,
        opened_at: now,
        closed_at: None,
    }
}

/// Ends the open ask of a spend, if it has one.
pub async fn end(
    conn: &impl ConnectionTrait,
    spend: SpendId,
    state: AskState,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    ask::Entity::update_many()
        .col_expr(ask::Column::State, Expr::value(state))
        .col_expr(ask::Column::ClosedAt, Expr::value(Some(now)))
        .filter(ask::Column::SpendId.eq(spend))
        .filter(ask::Column::State.eq(AskState::Open))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Who is asked about a spend now.
pub async fn open_of(conn: &impl ConnectionTrait, spend: SpendId) -> Result<Option<PractitionerId>, DbErr> {
    Ok(open_about(conn, spend).await?.map(|ask| ask.asked_id))
}

/// The open ask about a spend, if it waits for anybody.
pub async fn open_about(conn: &impl ConnectionTrait, spend: SpendId) -> Result<Option<ask::Model>, DbErr> {
    ask::Entity::find()
        .filter(ask::Column::SpendId.eq(spend))
        .filter(ask::Column::State.eq(AskState::Open))
        .one(conn)
        .await
}

/// An ask by its id, whoever's it is. Whether it may be seen depends on its spend.
pub async fn by_id(conn: &impl ConnectionTrait, id: AskId) -> Result<Option<ask::Model>, DbErr> {
    ask::Entity::find_by_id(id).one(conn).await
}

/// Every ask about spends, oldest first.
pub async fn of_spends(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<ask::Model>, DbErr> {
    ask::Entity::find()
        .filter(ask::Column::SpendId.is_in(spends.iter().copied()))
        .order_by_asc(ask::Column::OpenedAt)
        .order_by_asc(ask::Column::Id)
        .all(conn)
        .await
}

/// The spends that a practitioner is or was asked about, as a subquery.
pub fn put_to(practitioner: PractitionerId) -> SelectStatement {
    Query::select()
        .column(ask::Column::SpendId)
        .from(ask::Entity)
        .and_where(ask::Column::AskedId.eq(practitioner))
        .to_owned()
}

/// The spends that wait for a practitioner, as a subquery.
pub fn open_for(practitioner: PractitionerId) -> SelectStatement {
    put_to(practitioner).and_where(ask::Column::State.eq(AskState::Open)).take()
}
