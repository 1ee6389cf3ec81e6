//! A calendar of a hub that somebody follows, by a token that is kept as its hash.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{CalendarFeedId, HubId, OrganisationId, PractitionerId};

/// A calendar of a hub that somebody follows, by a token that is kept as its hash.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "calendar_feed")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CalendarFeedId,
    pub organisation_id: OrganisationId,
    pub hub_id: HubId,
    pub token_sha256: Vec<u8>,
    pub opened_by: PractitionerId,
    pub opened_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
