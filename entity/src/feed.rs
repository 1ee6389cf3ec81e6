//! Who may hear of what, and since when there is something new: one row for each reader of a thing.

use sea_orm::entity::prelude::*;

use crate::words::{Share, Subject};

/// The last that a reader has not heard of a thing.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "feed")]
pub struct Model {
    /// A practitioner, a team or an organisation, as the share says.
    #[sea_orm(primary_key, auto_increment = false)]
    pub reader_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub share: Share,
    #[sea_orm(primary_key, auto_increment = false)]
    pub node_id: Uuid,
    /// Phones mint ids, so things of two kinds may share one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: Subject,
    /// The event that was its last.
    pub position: i64,
    /// Whether it is no more for this reader.
    pub gone: bool,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
