//! Something that whoever goes to see somebody should know first. The day after its review it has lapsed.

use sea_orm::entity::prelude::*;

use crate::words::{PersonId, PersonWarningId, PractitionerId, WarningKind};

/// Something that whoever goes to see somebody should know first. The day after its review it has lapsed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "person_warning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonWarningId,
    pub person_id: PersonId,
    pub kind: WarningKind,
    /// What it rests on.
    pub evidence: String,
    /// Why the person does not know of it; none where they were told.
    pub why_not_told: Option<String>,
    pub review_on: Date,
    pub raised_by: PractitionerId,
    pub raised_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_by: Option<PractitionerId>,
    pub ended_because: Option<String>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
