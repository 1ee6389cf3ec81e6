//! One answer, one revision. Append-only: the highest revision is the answer, the others its history.

use sea_orm::entity::prelude::*;

use crate::words::{AnswerId, AnswerProblem, PractitionerId, RecordId};

/// One answer, one revision. Append-only: the highest revision is the answer, the others its history.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "answer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AnswerId,
    pub record_id: RecordId,
    pub link_id: String,
    /// Counts from 1 within the record and link.
    pub revision: i32,
    /// As it was given, also when it has a problem.
    pub value: Json,
    pub problem: Option<AnswerProblem>,
    pub answered_by: PractitionerId,
    pub answered_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
