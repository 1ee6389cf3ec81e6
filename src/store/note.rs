//! Notes about missing receipts: one a spend.

use busfare_entity::{no_receipt_note, words::SpendId};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};

/// Notes why there is no receipt; noting again replaces the words.
pub async fn put(conn: &impl ConnectionTrait, row: no_receipt_note::Model) -> Result<(), DbErr> {
    no_receipt_note::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(no_receipt_note::Column::SpendId)
                .update_columns([
                    no_receipt_note::Column::Reason,
                    no_receipt_note::Column::Words,
                    no_receipt_note::Column::NotedBy,
                    no_receipt_note::Column::NotedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// Notes of spends, in any order.
pub async fn of_spends(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<Vec<no_receipt_note::Model>, DbErr> {
    no_receipt_note::Entity::find()
        .filter(no_receipt_note::Column::SpendId.is_in(spends.iter().copied()))
        .all(conn)
        .await
}
