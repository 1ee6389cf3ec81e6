//! Leave of the practice group for a form to ask more than its tier allows, for a while.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{FormDraftId, FormWaiverId, PractitionerId};

/// Leave of the practice group for a form to ask more than its tier allows, for a while.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "form_waiver")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormWaiverId,
    pub form_draft_id: FormDraftId,
    /// Up to this many questions.
    pub most_shown: i32,
    pub reason: String,
    pub granted_by: PractitionerId,
    pub granted_at: DateTimeUtc,
    /// At most 90 days later.
    pub expires_on: Date,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
