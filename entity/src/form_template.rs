//! A form, across its versions.

use sea_orm::entity::prelude::*;

use crate::words::{FormTemplateId, FormTier, OrganisationId};

/// A form, across its versions.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "form_template")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormTemplateId,
    pub organisation_id: OrganisationId,
    /// Unique within the organisation.
    pub code: String,
    pub tier: FormTier,
    /// As `rules::wording::Wording`.
    pub title: Json,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
