//! An organisation: a council, or a charity that decides for itself.

use sea_orm::entity::prelude::*;

use crate::words::{Nation, OrganisationId};

/// An organisation: a council, or a charity that decides for itself.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationId,
    pub name: String,
    /// The name of its time zone, such as `Europe/London`: days and periods are local.
    pub time_zone: String,
    /// Whose bank holidays it keeps.
    pub nation: Nation,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
