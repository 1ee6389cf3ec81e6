//! Two receipts that may be the same one, and what a person says of it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{
    DuplicateAnswer, DuplicateEvidence, OrganisationId, PossibleDuplicateId, PractitionerId, ReceiptId,
};

/// Two receipts that may be the same one, and what a person says of it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "possible_duplicate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PossibleDuplicateId,
    pub organisation_id: OrganisationId,
    /// The one that was captured first.
    pub earlier_id: ReceiptId,
    pub later_id: ReceiptId,
    pub evidence: DuplicateEvidence,
    pub found_at: DateTimeUtc,
    pub answer: Option<DuplicateAnswer>,
    pub answered_by: Option<PractitionerId>,
    pub answered_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
