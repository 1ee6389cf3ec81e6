//! What a machine made of a receipt: a suggestion and nothing more. Reading it again adds a row, and the newest counts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, ReadingState, ReceiptId, ReceiptReadingId};

/// What a machine made of a receipt: a suggestion and nothing more. Reading it again adds a row, and the newest counts.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "receipt_reading")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceiptReadingId,
    pub organisation_id: OrganisationId,
    pub receipt_id: ReceiptId,
    pub state: ReadingState,
    /// What read it.
    pub engine: Option<String>,
    pub engine_version: Option<String>,
    /// Which rules made guesses of the words.
    pub extractor_version: i32,
    /// How many pages were read.
    pub pages: i32,
    /// The words, sealed.
    pub sealed_text: Option<Vec<u8>>,
    /// The guesses, sealed, as JSON.
    pub sealed_guesses: Option<Vec<u8>>,
    pub read_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
