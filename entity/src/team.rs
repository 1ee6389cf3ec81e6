//! A team of practitioners.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, TeamId, TeamKind};

/// A team of practitioners.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "team")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TeamId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub kind: TeamKind,
    /// How many people who work here are in it. The database counts them where they join and leave.
    pub members: i32,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
