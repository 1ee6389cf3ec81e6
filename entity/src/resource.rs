//! A service in the directory of the community, as its publisher has it.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, ResourceId};

/// A service in the directory of the community, as its publisher has it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resource")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResourceId,
    pub organisation_id: OrganisationId,
    /// Its id, as its publisher has it.
    pub published_id: String,
    pub name: String,
    /// All of it as JSON, whatever is in it.
    pub published: String,
    /// The hash of that, to tell whether it has changed.
    pub sha256: Vec<u8>,
    /// All of whose services it came with; none where the feed was only some.
    pub all_of: Option<String>,
    pub assured_on: Option<Date>,
    /// Whether its publisher says that it is no more.
    pub ended: bool,
    pub imported_at: DateTimeUtc,
    /// When all of its publisher's services came without it.
    pub gone_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
