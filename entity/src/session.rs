//! One device signed in once. Every refresh token of the device belongs to it.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, SessionId};

/// One device signed in once. Every refresh token of the device belongs to it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub practitioner_id: PractitionerId,
    pub device_name: String,
    pub created_at: DateTimeUtc,
    /// Set by signing out, or when an old refresh token comes back.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
