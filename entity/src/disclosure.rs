//! What of a record was told to somebody outside. It stays when what was told is gone.

use sea_orm::entity::prelude::*;

use crate::words::{DisclosureId, PractitionerId, RecordId, SharingBasis};

/// What of a record was told to somebody outside. It stays when what was told is gone.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisclosureId,
    pub record_id: RecordId,
    pub basis: SharingBasis,
    pub recipient: String,
    pub expires_on: Date,
    pub disclosed_by: PractitionerId,
    pub disclosed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
