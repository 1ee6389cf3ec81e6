//! A prepaid or procurement card, known by its last four digits and nothing more.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{CardHolder, CardId, HubId, OrganisationId, PractitionerId};

/// A prepaid or procurement card, known by its last four digits and nothing more.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "card")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CardId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub holder: CardHolder,
    pub hub_id: Option<HubId>,
    pub practitioner_id: Option<PractitionerId>,
    pub last_four: String,
    pub added_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
