//! Somebody's words about one difference of exactly this amount. Append-only; the latest counts.

use sea_orm::entity::prelude::*;

use crate::words::{DifferenceAbout, DifferenceNoteId, OrganisationId, PractitionerId};

/// Somebody's words about one difference of exactly this amount. Append-only; the latest counts.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "difference_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DifferenceNoteId,
    pub organisation_id: OrganisationId,
    pub about: DifferenceAbout,
    pub about_id: Uuid,
    pub amount_pence: i64,
    pub words: String,
    pub explained_by: PractitionerId,
    pub explained_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
