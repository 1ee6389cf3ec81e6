//! One question about a spend, or the answer to it. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{MessageKind, PractitionerId, SpendId, SpendMessageId};

/// One question about a spend, or the answer to it. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "spend_message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SpendMessageId,
    pub spend_id: SpendId,
    pub author_id: PractitionerId,
    pub kind: MessageKind,
    pub words: String,
    pub sent_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
