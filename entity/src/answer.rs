//! One answer, one revision. Append-only: the highest revision is the answer, the others its history.

use sea_orm::entity::prelude::*;

use crate::words::{AnswerCause, AnswerId, AnswerProblem, PractitionerId, QuestionId, RecordId};

/// One answer, one revision. Append-only: the highest revision is the answer, the others its history.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "answer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AnswerId,
    pub record_id: RecordId,
    pub link_id: String,
    /// Which of several, in a part that is repeated; otherwise empty.
    pub instance: String,
    /// Counts from 1 within the record, link and instance.
    pub revision: i32,
    /// As it was given, also when it has a problem.
    pub value: Json,
    pub problem: Option<AnswerProblem>,
    pub cause: AnswerCause,
    /// Why it was changed, where somebody said so.
    pub reason: Option<String>,
    /// The question of the bank that it answers; none for a heading of one's own.
    pub question_id: Option<QuestionId>,
    /// The answer it was taken from: one that is still true, or the one that moved.
    pub from_answer_id: Option<AnswerId>,
    pub answered_by: PractitionerId,
    pub answered_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
