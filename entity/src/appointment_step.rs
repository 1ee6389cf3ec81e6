//! One step of an appointment. Nobody changes or takes back what is here.

use sea_orm::entity::prelude::*;

use crate::words::{AppointmentId, AppointmentStatus, AppointmentStepId, NotMetBecause, PractitionerId};

/// One step of an appointment. Nobody changes or takes back what is here.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentStepId,
    pub appointment_id: AppointmentId,
    pub status: AppointmentStatus,
    pub because: Option<NotMetBecause>,
    pub starts_at: Option<DateTimeUtc>,
    pub stepped_by: PractitionerId,
    pub stepped_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
