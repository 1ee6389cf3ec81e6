//! A colleague's question to colleagues: what do you think? Append-only.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, PractitionerId, ReflectionId};

/// A colleague's question to colleagues: what do you think? Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "reflection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReflectionId,
    pub organisation_id: OrganisationId,
    pub asked_by: PractitionerId,
    pub question: String,
    pub asked_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
