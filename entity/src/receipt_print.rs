//! What a receipt's picture is compared by.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, ReceiptId};

/// What a receipt's picture is compared by.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_print")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub receipt_id: ReceiptId,
    pub organisation_id: OrganisationId,
    /// Hash of the bytes the phone sent; 32 bytes.
    pub original_sha256: Vec<u8>,
    /// Hash of the bytes that are stored; 32 bytes.
    pub stored_sha256: Vec<u8>,
    /// Difference hash of 16 by 16 steps, 32 bytes; none where the picture has nothing to compare.
    pub dhash: Option<Vec<u8>>,
    /// A sixth of the difference hash, so that what is near is found by index.
    pub band_0: Option<i64>,
    pub band_1: Option<i64>,
    pub band_2: Option<i64>,
    pub band_3: Option<i64>,
    pub band_4: Option<i64>,
    pub band_5: Option<i64>,
    pub printed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
