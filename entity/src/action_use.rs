//! One action token that was used. Its number never counts again. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{PractitionerId, SessionId, SpendId};

/// One action token that was used. Its number never counts again. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "action_use")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The token's own number.
    pub id: Uuid,
    pub spend_id: SpendId,
    pub practitioner_id: PractitionerId,
    pub session_id: SessionId,
    pub used_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
