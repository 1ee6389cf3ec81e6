//! One refresh token, kept as a hash only.

use sea_orm::entity::prelude::*;

use crate::words::{RefreshTokenId, SessionId};

/// One refresh token, kept as a hash only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefreshTokenId,
    pub session_id: SessionId,
    /// 32 bytes; unique.
    pub token_sha256: Vec<u8>,
    pub issued_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// When it was exchanged for its successor.
    pub used_at: Option<DateTimeUtc>,
    /// The token it was exchanged for.
    pub parent_id: Option<RefreshTokenId>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
