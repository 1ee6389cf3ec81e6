//! One thing to look at on a page of a receipt: a photograph, or one sheet of a PDF. It is here once it can be shown.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::ReceiptId;

/// One thing to look at on a page of a receipt: a photograph, or one sheet of a PDF. It is here once it can be shown.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "receipt_sheet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub receipt_id: ReceiptId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub page: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Where the thumbnail is in blob storage.
    pub thumbnail_key: String,
    /// Where the preview is in blob storage.
    pub preview_key: String,
    /// Pixels of the preview.
    pub width: i32,
    /// Pixels of the preview.
    pub height: i32,
    /// What may make it hard to read, a list of `PictureHint`.
    pub hints: Json,
    pub made_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
