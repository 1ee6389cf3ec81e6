//! A third-party app and the hash of its token.

use sea_orm::entity::prelude::*;

use crate::words::{AppId, OrganisationId, PractitionerId};

/// A third-party app and the hash of its token.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "app")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppId,
    pub organisation_id: OrganisationId,
    pub name: String,
    /// SHA-256 of the secret part of the token; 32 bytes.
    pub token_sha256: Vec<u8>,
    /// A list of `AppScope` words.
    pub scopes: Json,
    /// A list of addresses to which somebody who lets the app act for her is sent back; empty where nobody is.
    pub redirect_uris: Json,
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub registered_by: Option<PractitionerId>,
    /// To the minute.
    pub last_used_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
