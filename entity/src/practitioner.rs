//! A practitioner: a person who works with families, and how she signs in.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, PractitionerId, Role, TeamId};

/// A practitioner: a person who works with families, and how she signs in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "practitioner")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PractitionerId,
    pub organisation_id: OrganisationId,
    pub team_id: TeamId,
    pub name: String,
    /// Lower case; unique across the server.
    pub email: String,
    /// Argon2id in PHC form; never leaves the store and session code.
    pub password_hash: String,
    pub role: Role,
    /// A leaver is inactive; her next request is refused.
    pub active: bool,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
