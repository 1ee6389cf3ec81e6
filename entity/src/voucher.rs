//! A voucher for one spend, known by the reference on it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, PractitionerId, SpendId, VoucherId, VoucherState};

/// A voucher for one spend, known by the reference on it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "voucher")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VoucherId,
    pub organisation_id: OrganisationId,
    pub spend_id: SpendId,
    pub reference: String,
    pub amount_pence: i64,
    pub state: VoucherState,
    pub issued_by: PractitionerId,
    pub issued_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
