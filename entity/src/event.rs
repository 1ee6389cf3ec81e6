//! What happened in an organisation, in one order that never changes: each event carries the hash of all before it.

use sea_orm::entity::prelude::*;

use crate::words::{EventKind, OrganisationId};

/// One event, sealed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: OrganisationId,
    /// Its place in the order, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub kind: EventKind,
    /// What it is about.
    pub node_id: Uuid,
    pub sealed_at: DateTimeUtc,
    /// SHA-256 of the hash before it and of what stands here; 32 bytes.
    pub hash: Vec<u8>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
