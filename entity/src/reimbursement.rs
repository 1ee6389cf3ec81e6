//! Money paid back to somebody who paid for a spend herself. Append-only, one a spend.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{PractitionerId, SpendId};

/// Money paid back to somebody who paid for a spend herself. Append-only, one a spend.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "reimbursement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub spend_id: SpendId,
    pub paid_pence: i64,
    pub reference: Option<String>,
    /// Who says that it was paid.
    pub paid_by: PractitionerId,
    pub paid_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
