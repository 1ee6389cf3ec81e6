//! How somebody wants to be reminded of what still has no evidence. Who never said has what is usual.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{Language, PractitionerId, ReminderChannel};

/// How somebody wants to be reminded of what still has no evidence. Who never said has what is usual.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
    pub enabled: bool,
    /// The local hour from which on she may be reminded.
    pub hour: i32,
    /// The first local hour that is quiet.
    pub quiet_from: i32,
    /// The first local hour that is not quiet any more.
    pub quiet_to: i32,
    pub language: Language,
    pub channel: ReminderChannel,
    pub set_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
