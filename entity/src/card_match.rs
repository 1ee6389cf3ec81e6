//! A line of a statement and a spend that somebody says belong together. Indexes allow one standing match for each.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{CardMatchId, OrganisationId, PractitionerId, SpendId, StatementLineId};

/// A line of a statement and a spend that somebody says belong together. Indexes allow one standing match for each.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "card_match")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CardMatchId,
    pub organisation_id: OrganisationId,
    pub line_id: StatementLineId,
    pub spend_id: SpendId,
    pub confirmed_by: PractitionerId,
    pub confirmed_at: DateTimeUtc,
    pub undone_by: Option<PractitionerId>,
    pub undone_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
