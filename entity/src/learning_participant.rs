//! Who takes part in a learning conversation; nobody else reads it.

use sea_orm::entity::prelude::*;

use crate::words::{LearningId, PractitionerId};

/// Who takes part in a learning conversation; nobody else reads it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_participant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learning_id: LearningId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
