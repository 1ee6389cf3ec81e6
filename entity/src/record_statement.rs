//! What somebody says of herself in a record about her. Nobody edits it.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, RecordId, RecordStatementId};

/// What somebody says of herself in a record about her. Nobody edits it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record_statement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordStatementId,
    pub record_id: RecordId,
    pub words: String,
    /// Who wrote it down for her.
    pub noted_by: PractitionerId,
    pub noted_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
