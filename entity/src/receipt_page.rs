//! A further page of a receipt, from the second on; the first is in the receipt's own row. It is here once it is stored.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{PreviewState, ReceiptId};

/// A further page of a receipt, from the second on; the first is in the receipt's own row. It is here once it is stored.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "receipt_page")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub receipt_id: ReceiptId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Hash of the bytes the phone sent; 32 bytes.
    pub original_sha256: Vec<u8>,
    pub original_bytes: i64,
    /// Hash of what is stored; 32 bytes.
    pub stored_sha256: Vec<u8>,
    pub media_type: String,
    pub stored_bytes: i64,
    /// Pixels, upright.
    pub width: i32,
    /// Pixels, upright.
    pub height: i32,
    pub content_key: String,
    /// Of its first sheet, once it can be shown.
    pub thumbnail_key: Option<String>,
    pub stored_at: DateTimeUtc,
    /// How far what is shown of it has come.
    pub preview: PreviewState,
    /// How many sheets there are to look at.
    pub sheet_count: i32,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
