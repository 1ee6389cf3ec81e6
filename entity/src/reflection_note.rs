//! A few words in a reflection. Append-only.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{PractitionerId, ReflectionId, ReflectionNoteId};

/// A few words in a reflection. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "reflection_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReflectionNoteId,
    pub reflection_id: ReflectionId,
    pub author_id: PractitionerId,
    pub words: String,
    /// Whether it is what they decide together.
    pub decided: bool,
    pub noted_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
