//! What was taken away because its time was over: how much, when and by whom, and never what.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{OrganisationId, PractitionerId, PurgeRunId};

/// What was taken away because its time was over: how much, when and by whom, and never what.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "purge_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PurgeRunId,
    pub organisation_id: OrganisationId,
    /// Who asked for it; none where it was time.
    pub asked_by: Option<PractitionerId>,
    pub ran_at: DateTimeUtc,
    /// Answers, each with all its revisions.
    pub answers: i64,
    pub records: i64,
    /// Pictures and voice notes.
    pub captures: i64,
    /// Whether more was due than one run takes.
    pub more: bool,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
