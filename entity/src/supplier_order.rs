//! An official order: the supplier invoices. One a spend.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrderState, OrganisationId, PractitionerId, SpendId, SupplierOrderId};

/// An official order: the supplier invoices. One a spend.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "supplier_order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupplierOrderId,
    pub organisation_id: OrganisationId,
    pub spend_id: SpendId,
    /// What the supplier writes on the invoice.
    pub reference: String,
    pub supplier: String,
    pub state: OrderState,
    pub ordered_by: PractitionerId,
    pub ordered_at: DateTimeUtc,
    pub invoice_reference: Option<String>,
    pub invoiced_by: Option<PractitionerId>,
    pub invoiced_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
