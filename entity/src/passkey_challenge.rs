//! A challenge that a passkey is to answer: once, soon, and in the session that asked for it.

use sea_orm::entity::prelude::*;

use crate::words::{PasskeyChallengeId, PasskeyChallengeUse, SessionId};

/// A challenge that a passkey is to answer.
#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey_challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasskeyChallengeId,
    pub session_id: SessionId,
    /// What its answer is for.
    pub purpose: PasskeyChallengeUse,
    /// What the answer is looked at with, as the library that verifies it wrote it.
    pub state: Json,
    pub ends_at: DateTimeUtc,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasskeyChallenge").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
