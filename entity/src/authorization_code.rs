//! A code that an app exchanges for tokens once, soon after somebody lets it act for her (RFC 6749, section 4.1).

use sea_orm::entity::prelude::*;

use crate::words::{AppId, PractitionerId, SessionId};

/// A code that an app exchanges for tokens once, soon after somebody lets it act for her.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization_code")]
pub struct Model {
    /// SHA-256 of the code; 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_sha256: Vec<u8>,
    pub app_id: AppId,
    pub practitioner_id: PractitionerId,
    /// A list of `AppScope` words that she grants.
    pub scopes: Json,
    pub redirect_uri: String,
    /// SHA-256 of the verifier that the app keeps to itself, in base64url (RFC 7636).
    pub challenge: String,
    pub expires_at: DateTimeUtc,
    /// The session that it was exchanged for.
    pub session_id: Option<SessionId>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
