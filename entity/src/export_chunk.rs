//! A piece of an export's bytes. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::ExportBatchId;

/// A piece of an export's bytes. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "export_chunk")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: ExportBatchId,
    /// From 0, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub content: Vec<u8>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
