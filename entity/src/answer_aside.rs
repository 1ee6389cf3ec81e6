//! An answer that came after another device had answered: kept beside what stands, so that somebody can look at both.

use sea_orm::entity::prelude::*;

use crate::words::{AnswerAsideId, AnswerProblem, PractitionerId, RecordId};

/// An answer that came after another device had answered: kept beside what stands, so that somebody can look at both.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "answer_aside")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AnswerAsideId,
    pub record_id: RecordId,
    pub link_id: String,
    pub instance: String,
    /// The revision that it would have changed.
    pub base_revision: i32,
    pub value: Json,
    pub problem: Option<AnswerProblem>,
    pub answered_by: PractitionerId,
    pub answered_at: DateTimeUtc,
    /// When somebody who had seen both answered again.
    pub settled_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
