//! A ledger entry in the one export that it is in. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{BudgetEntryId, ExportBatchId, SpendId};

/// A ledger entry in the one export that it is in. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "export_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: BudgetEntryId,
    pub batch_id: ExportBatchId,
    /// From 1, without gaps.
    pub position: i64,
    pub spend_id: Option<SpendId>,
    pub amount_pence: i64,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
