//! One signed version of a scheme of delegation. Never edited: a change is a new version.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, PractitionerId, SchemeId};

/// One signed version of a scheme of delegation. Never edited: a change is a new version.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scheme")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchemeId,
    pub organisation_id: OrganisationId,
    /// Counts from 1 within the organisation.
    pub version: i32,
    pub title: String,
    /// Hash of the canonical content that was signed; 32 bytes.
    pub content_sha256: Vec<u8>,
    pub signed_by: PractitionerId,
    pub signed_at: DateTimeUtc,
    /// Ed25519 over the content hash; 64 bytes.
    pub signature: Vec<u8>,
    /// Which published key verifies the signature.
    pub key_id: String,
    pub valid_from: DateTimeUtc,
    pub valid_to: Option<DateTimeUtc>,
    /// The file as it was published, where it came from one.
    pub source: Option<String>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
