//! What stands in a form's version, as one document.

use sea_orm::entity::prelude::*;

use crate::words::FormVersionId;

/// What stands in a form's version, as one document.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "form_content")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub form_version_id: FormVersionId,
    /// As `rules::form::Definition`.
    pub definition: Json,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
