//! One movement in a hub's cash. Append-only; the entries sum to the counters.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{ImprestEntryId, ImprestId, ImprestMovement, PractitionerId, SpendId};

/// One movement in a hub's cash. Append-only; the entries sum to the counters.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "imprest_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImprestEntryId,
    pub imprest_id: ImprestId,
    pub movement: ImprestMovement,
    pub fixed_delta_pence: i64,
    pub cash_delta_pence: i64,
    pub advanced_delta_pence: i64,
    pub unreimbursed_delta_pence: i64,
    /// The spend it paid, or was taken for.
    pub spend_id: Option<SpendId>,
    /// For a replenishment: what the books call the payment that filled the tin.
    pub reference: Option<String>,
    /// Who did it.
    pub by_id: PractitionerId,
    pub at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
