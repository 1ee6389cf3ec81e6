//! Somebody who was helped: the least, an id and perhaps a name to call them by or the council's own reference.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, PersonId, PractitionerId, TeamId};

/// Somebody who was helped: the least, an id and perhaps a name to call them by or the council's own reference.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    pub organisation_id: OrganisationId,
    /// The team that first helped.
    pub team_id: TeamId,
    /// The council's own reference, where there is one.
    pub reference: Option<String>,
    /// What they are called here, which need not be their real name.
    pub display_name: Option<String>,
    pub created_by: PractitionerId,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
