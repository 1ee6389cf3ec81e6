//! Why a spend has no receipt.

use sea_orm::entity::prelude::*;

use crate::words::{NoReceiptNoteId, NoReceiptReason, PractitionerId, SpendId};

/// Why a spend has no receipt.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "no_receipt_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoReceiptNoteId,
    pub spend_id: SpendId,
    pub reason: NoReceiptReason,
    /// At most 140 characters.
    pub words: Option<String>,
    pub noted_by: PractitionerId,
    pub noted_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
