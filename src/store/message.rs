//! Threads: what the asker and whoever is asked have written to each other about a spend.

use busfare_entity::{
    spend, spend_message,
    words::{MessageKind, SpendDecision, SpendId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};

/// Most messages about one spend.
pub const MOST: u64 = 50;

/// Appends a message and says on the spend whose turn it is: a question waits for its asker, an answer for the
/// colleague. False where the thread is full.
pub async fn send(conn: &impl ConnectionTrait, row: spend_message::Model) -> Result<bool, DbErr> {
    let spend = row.spend_id;
    let sent = spend_message::Entity::find().filter(spend_message::Column::SpendId.eq(spend)).count(conn).await?;
    if sent >= MOST {
        return Ok(false);
    }
    let decision = turn(row.kind);
    spend_message::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    spend::Entity::update_many()
        .col_expr(spend::Column::Decision, Expr::value(decision))
        .filter(spend::Column::Id.eq(spend))
        .filter(spend::Column::Decision.is_in([SpendDecision::Asked, SpendDecision::Question]))
        .exec(conn)
        .await?;
    Ok(true)
}

/// Where a message leaves the decision of a spend.
pub fn turn(kind: MessageKind) -> SpendDecision {
    match kind {
        MessageKind::Question => SpendDecision::Question,
        MessageKind::Answer => SpendDecision::Asked,
    }
}

/// The messages about spends, oldest first.
pub async fn of_spends(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<spend_message::Model>, DbErr> {
    spend_message::Entity::find()
        .filter(spend_message::Column::SpendId.is_in(spends.iter().copied()))
        .order_by_asc(spend_message::Column::SentAt)
        .order_by_asc(spend_message::Column::Id)
        .all(conn)
        .await
}
