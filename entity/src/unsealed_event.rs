//! What happened and is not sealed yet. The database writes it with the change itself.

use sea_orm::entity::prelude::*;

use crate::words::{EventKind, OrganisationId};

/// One event that waits.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unsealed_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub organisation_id: OrganisationId,
    pub kind: EventKind,
    pub node_id: Uuid,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
