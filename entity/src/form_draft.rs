//! A form that somebody is still writing. It names questions of the bank and has none of their words.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{FormDraftId, FormVersionId, OrganisationId, PractitionerId};

/// A form that somebody is still writing. It names questions of the bank and has none of their words.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "form_draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormDraftId,
    pub organisation_id: OrganisationId,
    /// The form's code; there is at most one open draft of a form.
    pub code: String,
    /// As `rules::form::Draft`.
    pub document: Json,
    /// Counts from 1.
    pub revision: i32,
    pub drafted_by: PractitionerId,
    pub drafted_at: DateTimeUtc,
    pub changed_by: PractitionerId,
    pub changed_at: DateTimeUtc,
    pub published_as: Option<FormVersionId>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
