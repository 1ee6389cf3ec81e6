//! A passkey: what a practitioner's phone or security key proves that it is she, with her finger, her face or her PIN (W3C Web
//! Authentication). The private half never leaves it.

use sea_orm::entity::prelude::*;

use crate::words::{PasskeyId, PractitionerId};

/// A passkey of a practitioner.
#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PasskeyId,
    pub practitioner_id: PractitionerId,
    /// What she calls it.
    pub name: String,
    /// Unique across the server, as the device minted it.
    pub credential_id: Vec<u8>,
    /// The public key with its counter and flags, as the library that verifies it wrote it.
    pub credential: Json,
    pub added_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passkey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
