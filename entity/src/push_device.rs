//! A device that takes push messages (RFC 8030). Its endpoint lets whoever knows it send to it, so it is shown to nobody.

use sea_orm::entity::prelude::*;

use crate::words::{OrganisationId, PractitionerId, PushDeviceId, SessionId};

/// A device that takes push messages (RFC 8030). Its endpoint lets whoever knows it send to it, so it is shown to nobody.
#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "push_device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PushDeviceId,
    pub organisation_id: OrganisationId,
    pub practitioner_id: PractitionerId,
    /// The sign-in it belongs to; signed out, it is sent nothing.
    pub session_id: SessionId,
    /// Unique across the server.
    pub endpoint: String,
    /// P-256, uncompressed: 65 bytes.
    pub public_key: Vec<u8>,
    /// 16 bytes.
    pub auth_secret: Vec<u8>,
    pub registered_at: DateTimeUtc,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushDevice").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
