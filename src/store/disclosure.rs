//! Disclosures: what of a record was told to somebody outside. They stay when what was told is gone.

use busfare_entity::{
    disclosure, disclosure_field,
    words::{AnswerId, DisclosureId, RecordId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::rows;

/// Most disclosures of a record that are listed.
const MOST_LISTED: u64 = 100;

/// Keeps a disclosure with the answers that it tells.
pub async fn add(conn: &impl ConnectionTrait, row: disclosure::Model, answers: &[AnswerId]) -> Result<(), DbErr> {
    let disclosure_id = row.id;
    disclosure::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    let fields = answers.iter().map(|answer| disclosure_field::Model { disclosure_id, answer_id: *answer });
    rows::add_all::<disclosure_field::Entity>(conn, fields.collect()).await
}

/// A disclosure.
pub async fn find(conn: &impl ConnectionTrait, id: DisclosureId) -> Result<Option<disclosure::Model>, DbErr> {
    disclosure::Entity::find_by_id(id).one(conn).await
}

/// The disclosures of records, newest first.
pub async fn of_records(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<disclosure::Model>, DbErr> {
    disclosure::Entity::find()
        .filter(disclosure::Column::RecordId.is_in(records.iter().copied()))
        .order_by_desc(disclosure::Column::DisclosedAt)
        .order_by_desc(disclosure::Column::Id)
        .limit(MOST_LISTED.saturating_mul(u64::try_from(records.len()).unwrap_or(u64::MAX)))
        .all(conn)
        .await
}

/// The answers that disclosures tell.
pub async fn fields(
    conn: &impl ConnectionTrait,
    disclosures: &[DisclosureId],
) -> Result<Vec<disclosure_field::Model>, DbErr> {
    disclosure_field::Entity::find()
        .filter(disclosure_field::Column::DisclosureId.is_in(disclosures.iter().copied()))
        .all(conn)
        .await
}
