//! One immutable version of a form, with what it asks of people computed at publication.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{FormTemplateId, FormVersionId, PractitionerId};

/// One immutable version of a form, with what it asks of people computed at publication.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "form_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormVersionId,
    pub form_template_id: FormTemplateId,
    pub version: i32,
    /// Hash of everything a person is shown; 32 bytes.
    pub content_sha256: Vec<u8>,
    /// Most questions anybody can be shown.
    pub max_shown: i32,
    /// Questions shown on opening.
    pub open_shown: i32,
    pub required_count: i32,
    pub reading_words: i32,
    pub estimated_seconds: i32,
    pub published_at: DateTimeUtc,
    /// Whether somebody really can be shown `max_shown`; else it is a bound, and never too small.
    pub max_is_exact: bool,
    pub published_by: Option<PractitionerId>,
    /// It asks more than its tier allows, and is offered up to this day.
    pub waived_until: Option<Date>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
