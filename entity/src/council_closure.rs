//! A day on which the council is closed, or is open although it is a bank holiday.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, PractitionerId};

/// A day on which the council is closed, or is open although it is a bank holiday.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "council_closure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// Closed; else open although it is a bank holiday.
    pub closed: bool,
    pub said_by: PractitionerId,
    pub said_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
