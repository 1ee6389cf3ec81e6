//! One line of a card statement. Append-only; the same line is kept once, however often it comes.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{CardId, OrganisationId, StatementImportId, StatementLineId};

/// One line of a card statement. Append-only; the same line is kept once, however often it comes.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "statement_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StatementLineId,
    pub organisation_id: OrganisationId,
    pub card_id: CardId,
    pub import_id: StatementImportId,
    /// In the text that brought it first.
    pub line_number: i32,
    pub booked_on: Date,
    /// Money that left; negative for a refund.
    pub amount_pence: i64,
    pub merchant: String,
    pub reference: Option<String>,
    /// Of what the line says and how many lines before it in its file said the same.
    pub sha256: Vec<u8>,
    pub imported_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
