//! What a form is offered for.

use sea_orm::entity::prelude::*;

use crate::words::{FormContextKind, FormTemplateId};

/// What a form is offered for.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "form_context")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub form_template_id: FormTemplateId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: FormContextKind,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
