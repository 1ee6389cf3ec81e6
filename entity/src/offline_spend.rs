//! What a phone said about a spend it decided without signal, beside when it came home. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{AllowanceId, OfflineOutcome, SessionId, SpendId};

/// What a phone said about a spend it decided without signal, beside when it came home. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "offline_spend")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub spend_id: SpendId,
    /// The allowance it was decided under, or wanted to be.
    pub allowance_id: AllowanceId,
    /// The device that brought it home.
    pub session_id: SessionId,
    pub outcome: OfflineOutcome,
    /// When it was decided, by the phone's own time.
    pub claimed_at: DateTimeUtc,
    /// Hash of what the phone said, to tell a repeat from another spend with the same id.
    pub said_sha256: Vec<u8>,
    pub synced_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
