//! Somebody said that a record is kept for a court, or that it need not be any more.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{PractitionerId, RecordHoldId, RecordId};

/// Somebody said that a record is kept for a court, or that it need not be any more.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "record_hold")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordHoldId,
    pub record_id: RecordId,
    pub held: bool,
    pub reason: String,
    pub said_by: PractitionerId,
    pub said_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
