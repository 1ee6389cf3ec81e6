//! Which spend a receipt is evidence for.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, ReceiptId, SpendId};

/// Which spend a receipt is evidence for.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub receipt_id: ReceiptId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub spend_id: SpendId,
    pub linked_by: PractitionerId,
    pub linked_at: DateTimeUtc,
    /// How much of the receipt is this spend, in pence, where it is for several.
    pub portion_pence: Option<i64>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
