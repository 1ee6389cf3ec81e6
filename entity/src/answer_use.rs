//! A use of an answer, on a day: words and reasons have no place here.

use sea_orm::entity::prelude::*;

use crate::words::{AnswerId, AnswerUse, PractitionerId};

/// A use of an answer, on a day: words and reasons have no place here.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "answer_use")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub answer_id: AnswerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub how: AnswerUse,
    #[sea_orm(primary_key, auto_increment = false)]
    pub used_by: PractitionerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub used_on: Date,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
