//! Something a practitioner is told of, once. It is written in the transaction of what it tells about.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{
    AppointmentId, NoticeId, NoticeKind, OrganisationId, PolicyId, PractitionerId, QuestionId, RecordId,
    RecordOpeningId, ReflectionId, SpendId,
};

/// Something a practitioner is told of, once. It is written in the transaction of what it tells about.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    pub organisation_id: OrganisationId,
    /// Who is told.
    pub told_id: PractitionerId,
    pub kind: NoticeKind,
    pub spend_id: Option<SpendId>,
    #[serde(default)]
    pub question_id: Option<QuestionId>,
    #[serde(default)]
    pub record_id: Option<RecordId>,
    #[serde(default)]
    pub opening_id: Option<RecordOpeningId>,
    #[serde(default)]
    pub appointment_id: Option<AppointmentId>,
    #[serde(default)]
    pub policy_id: Option<PolicyId>,
    #[serde(default)]
    pub reflection_id: Option<ReflectionId>,
    /// The last day before something happens by itself.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// Which of several notices of the same day it is: so many days before it.
    #[serde(default)]
    pub days_before: Option<i32>,
    pub told_at: DateTimeUtc,
    pub seen_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
