//! A few words of a participant in a learning conversation. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{LearningId, LearningNoteId, LearningPrompt, PractitionerId};

/// A few words of a participant in a learning conversation. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "learning_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LearningNoteId,
    pub learning_id: LearningId,
    pub author_id: PractitionerId,
    pub prompt: LearningPrompt,
    pub words: String,
    pub noted_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
