//! One wording of a question. Immutable once a form version uses it.

use sea_orm::entity::prelude::*;

use crate::words::{QuestionId, QuestionKind, QuestionVersionId};

/// One wording of a question. Immutable once a form version uses it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "question_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuestionVersionId,
    pub question_id: QuestionId,
    pub version: i32,
    pub kind: QuestionKind,
    pub prompt_en: String,
    pub prompt_cy: String,
    /// At most 25 words.
    pub why_we_ask_en: String,
    /// At most 25 words.
    pub why_we_ask_cy: String,
    /// For a choice: `[{code, en, cy}]`; otherwise empty.
    pub choices: Json,
    pub max_chars: Option<i32>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
