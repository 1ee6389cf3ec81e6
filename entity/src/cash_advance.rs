//! Cash that somebody took along before buying. An index allows one that is out per spend.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{AdvanceState, CashAdvanceId, ImprestId, PractitionerId, SpendId};

/// Cash that somebody took along before buying. An index allows one that is out per spend.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "cash_advance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CashAdvanceId,
    pub imprest_id: ImprestId,
    pub spend_id: SpendId,
    /// Who took it.
    pub practitioner_id: PractitionerId,
    pub amount_pence: i64,
    pub state: AdvanceState,
    pub taken_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
