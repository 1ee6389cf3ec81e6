//! A hub in which somebody who waits would like to be seen.

use sea_orm::entity::prelude::*;

use crate::words::{AppointmentId, HubId};

/// A hub in which somebody who waits would like to be seen.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment_wish")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub appointment_id: AppointmentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hub_id: HubId,
    /// The most welcome first, from 0.
    pub welcome: i32,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
