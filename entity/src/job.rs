//! Something that is to be done after a change. A job that is done is gone; what is left waits or is stuck.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{JobId, JobKind, JobProblem, JobState, OrganisationId};

/// Something that is to be done after a change. A job that is done is gone; what is left waits or is stuck.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub organisation_id: OrganisationId,
    pub kind: JobKind,
    /// What it is about; the kind says in which table.
    pub subject_id: Uuid,
    pub state: JobState,
    /// How often it was begun since it was asked for.
    pub tries: i32,
    /// From when on it may be taken. While somebody has it, that is when the lease ends.
    pub due_at: DateTimeUtc,
    /// Whoever has it now, or had it when the machine stopped.
    pub lease: Option<Uuid>,
    /// Why the last try came to nothing.
    pub problem: Option<JobProblem>,
    pub queued_at: DateTimeUtc,
    pub tried_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
