//! What money may be spent on, and the evidence that asks for.

use sea_orm::entity::prelude::*;

use crate::words::{Fund, OrganisationId, ReceiptRule, SpendPurposeId};

/// What money may be spent on, and the evidence that asks for.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "spend_purpose")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SpendPurposeId,
    pub organisation_id: OrganisationId,
    /// Unique within the organisation.
    pub code: String,
    pub name_en: String,
    pub name_cy: String,
    pub fund: Fund,
    pub receipt_rule: ReceiptRule,
    /// No evidence is expected up to and including this total.
    pub receipt_threshold_pence: i64,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
