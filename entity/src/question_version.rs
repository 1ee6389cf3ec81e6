//! One wording of a question. Immutable once a form version uses it.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, QuestionId, QuestionVersionId};

/// One wording of a question. Immutable once a form version uses it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "question_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuestionVersionId,
    pub question_id: QuestionId,
    pub version: i32,
    /// What is asked and what fits, as `rules::form::Asked`.
    pub asked: Json,
    pub added_by: Option<PractitionerId>,
    pub added_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
