//! A piece of an upload that is here. It goes when the upload has come to its end.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::UploadId;

/// A piece of an upload that is here. It goes when the upload has come to its end.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "upload_part")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub upload_id: UploadId,
    /// The first byte of it, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub starts_at: i64,
    pub bytes: i64,
    /// Where it is in blob storage.
    pub blob_key: String,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
