//! Who takes part in a reflection, whoever asks included; nobody else reads it. Append-only.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{PractitionerId, ReflectionId};

/// Who takes part in a reflection, whoever asks included; nobody else reads it. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "reflection_participant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub reflection_id: ReflectionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
