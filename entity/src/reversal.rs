//! Why a spend in the books was reversed, and by how much. Append-only; its money is an entry of its budget.

use sea_orm::entity::prelude::*;

use crate::words::{CorrectionReason, PractitionerId, ReversalId, SpendId};

/// Why a spend in the books was reversed, and by how much. Append-only; its money is an entry of its budget.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reversal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReversalId,
    pub spend_id: SpendId,
    pub amount_pence: i64,
    pub reason: CorrectionReason,
    pub words: Option<String>,
    pub reversed_by: PractitionerId,
    pub reversed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
