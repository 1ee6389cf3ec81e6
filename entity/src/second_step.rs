//! When somebody last proved with a passkey, in a session, that it is she.

use sea_orm::entity::prelude::*;

use crate::words::{PasskeyId, SessionId};

/// When somebody last proved with a passkey, in a session, that it is she.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "second_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: SessionId,
    /// With which; it may have been removed since.
    pub passkey_id: PasskeyId,
    pub taken_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
