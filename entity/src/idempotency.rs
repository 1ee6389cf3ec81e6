//! What was answered to a key, so that asking again is free.

use sea_orm::entity::prelude::*;

use crate::words::{AppId, PractitionerId};

/// What was answered to a key, so that asking again is free.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Uuid,
    pub mutation: String,
    /// 32 bytes.
    pub input_sha256: Vec<u8>,
    pub answer: Json,
    pub created_at: DateTimeUtc,
    /// The app that did it for her, if one did.
    pub app_id: Option<AppId>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
