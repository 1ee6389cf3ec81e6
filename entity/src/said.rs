//! Something that staff said, with what came of it. Once it is answered it stays so.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{DoneAboutIt, OrganisationId, PractitionerId, SaidId};

/// Something that staff said, with what came of it. Once it is answered it stays so.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "said")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SaidId,
    pub organisation_id: OrganisationId,
    pub said_by: PractitionerId,
    pub words: String,
    pub said_on: Date,
    pub said_at: DateTimeUtc,
    pub done: Option<DoneAboutIt>,
    pub answer: Option<String>,
    pub answered_by: Option<PractitionerId>,
    pub answered_on: Option<Date>,
    pub answered_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
