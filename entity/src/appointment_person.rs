//! Whom an appointment is for. A drop-in needs nobody.

use sea_orm::entity::prelude::*;

use crate::words::{AppointmentId, PersonId};

/// Whom an appointment is for. A drop-in needs nobody.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment_person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub appointment_id: AppointmentId,
    pub person_id: PersonId,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
