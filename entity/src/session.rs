//! One device signed in once. Every refresh token of the device belongs to it.

use sea_orm::entity::prelude::*;

use crate::words::{AppId, PractitionerId, SessionId};

/// One device signed in once. Every refresh token of the device belongs to it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub practitioner_id: PractitionerId,
    pub device_name: String,
    pub created_at: DateTimeUtc,
    /// The app that acts for her; none on a device of her own.
    pub app_id: Option<AppId>,
    /// A list of `AppScope` words that she granted it.
    pub scopes: Option<Json>,
    /// Set by signing out, or when an old refresh token comes back.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
