//! One question's place in a form version.

use sea_orm::entity::prelude::*;

use crate::words::{FormItemId, FormVersionId, QuestionVersionId};

/// One question's place in a form version.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "form_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormItemId,
    pub form_version_id: FormVersionId,
    pub position: i32,
    /// Stable across versions; answers hang on it.
    pub link_id: String,
    pub question_version_id: QuestionVersionId,
    /// Advice at the end, never a lock.
    pub required: bool,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
