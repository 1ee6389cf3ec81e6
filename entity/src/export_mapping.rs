//! One version of the columns that finance takes, as published. Append-only.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{ExportMappingId, OrganisationId, PractitionerId};

/// One version of the columns that finance takes, as published. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "export_mapping")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExportMappingId,
    pub organisation_id: OrganisationId,
    /// From 1, without gaps.
    pub version: i64,
    pub source: String,
    pub published_by: PractitionerId,
    pub published_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
