//! A picture of a receipt. The row is here before the bytes are.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{CaptureUse, OrganisationId, PractitionerId, PreviewState, ReceiptId, ReceiptProblem, ReceiptState};

/// A picture of a receipt. The row is here before the bytes are.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceiptId,
    pub organisation_id: OrganisationId,
    pub captured_by: PractitionerId,
    /// When the server heard of it.
    pub captured_at: DateTimeUtc,
    pub state: ReceiptState,
    /// Hash of the bytes the phone sent; 32 bytes.
    pub original_sha256: Option<Vec<u8>>,
    /// Length of what the phone sent.
    #[serde(default)]
    pub original_bytes: Option<i64>,
    /// Hash of what is stored; 32 bytes.
    #[serde(default)]
    pub stored_sha256: Option<Vec<u8>>,
    /// Of what is stored.
    pub media_type: Option<String>,
    pub stored_bytes: Option<i64>,
    /// Pixels, upright.
    pub width: Option<i32>,
    /// Pixels, upright.
    pub height: Option<i32>,
    /// Where the picture is in blob storage.
    pub content_key: Option<String>,
    /// Where the thumbnail of its first sheet is in blob storage, once it can be shown.
    pub thumbnail_key: Option<String>,
    pub stored_at: Option<DateTimeUtc>,
    /// Why the last picture that came was not kept, or not yet.
    #[serde(default)]
    pub problem: Option<ReceiptProblem>,
    /// How far what is shown of it has come, once it is stored.
    #[serde(default)]
    pub preview: Option<PreviewState>,
    /// How many sheets there are to look at, once it is stored.
    #[serde(default)]
    pub sheet_count: Option<i32>,
    /// What it is captured for.
    #[serde(default)]
    pub captured_for: CaptureUse,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
