//! An upload that may come in pieces: how much of it is here, and what became of it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, PractitionerId, ReceiptId, ReceiptProblem, UploadId, UploadState};

/// An upload that may come in pieces: how much of it is here, and what became of it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UploadId,
    pub organisation_id: OrganisationId,
    /// Whose upload it is; nobody else finds it.
    pub practitioner_id: PractitionerId,
    pub receipt_id: ReceiptId,
    /// Which page of the receipt, from 1.
    pub page: i32,
    pub state: UploadState,
    /// Bytes in all, as it was said when it began.
    pub length: i64,
    /// Bytes that are here.
    pub received: i64,
    /// The hash that was promised when it began; 32 bytes.
    pub sha256: Option<Vec<u8>>,
    /// Why it was refused.
    pub problem: Option<ReceiptProblem>,
    pub created_at: DateTimeUtc,
    /// When it is forgotten, unless more of it comes.
    pub expires_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
