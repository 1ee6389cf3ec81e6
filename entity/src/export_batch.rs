//! One numbered export of the ledger. Append-only; its bytes are in `export_chunk`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{ExportBatchId, OrganisationId, PractitionerId};

/// One numbered export of the ledger. Append-only; its bytes are in `export_chunk`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "export_batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExportBatchId,
    pub organisation_id: OrganisationId,
    /// From 1, without gaps.
    pub number: i64,
    /// The last local day whose money is in it.
    pub up_to: Date,
    /// The version of the columns it was written with; those that come with Busfare where none.
    pub mapping_version: Option<i64>,
    pub line_count: i64,
    pub total_pence: i64,
    pub byte_count: i64,
    pub sha256: Vec<u8>,
    pub exported_by: PractitionerId,
    pub exported_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
