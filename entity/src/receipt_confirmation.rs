//! What a person says a receipt says. Saying it again adds a row, and the newest counts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, PractitionerId, ReceiptConfirmationId, ReceiptId};

/// What a person says a receipt says. Saying it again adds a row, and the newest counts.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "receipt_confirmation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceiptConfirmationId,
    pub organisation_id: OrganisationId,
    pub receipt_id: ReceiptId,
    pub merchant: Option<String>,
    /// The merchant's name as it is compared.
    pub merchant_folded: Option<String>,
    pub bought_on: Option<Date>,
    /// Minutes since midnight, by the clock of the shop.
    pub bought_at_minute: Option<i32>,
    pub total_pence: Option<i64>,
    /// The number of the till roll, ticket or transaction.
    pub till_number: Option<String>,
    pub vat_number: Option<String>,
    pub vat_pence: Option<i64>,
    pub confirmed_by: PractitionerId,
    pub confirmed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
