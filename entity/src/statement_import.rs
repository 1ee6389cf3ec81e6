//! One import of a card statement. Append-only.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, PractitionerId, StatementImportId};

/// One import of a card statement. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "statement_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StatementImportId,
    pub organisation_id: OrganisationId,
    pub imported_by: PractitionerId,
    /// Of the text as it was sent.
    pub sha256: Vec<u8>,
    pub lines_read: i32,
    /// Those that no earlier import had.
    pub lines_new: i32,
    pub imported_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
