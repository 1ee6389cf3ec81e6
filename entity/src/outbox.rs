//! A message that is to leave the house, written in the transaction of its cause. It holds no words: those are made when
//! it is sent, of what is true then.

use sea_orm::entity::prelude::*;

use crate::words::{
    DropReason, MessageId, OrganisationId, OutboxChannel, OutboxKind, OutboxState, PractitionerId, PushDeviceId,
};

/// A message that is to leave the house, written in the transaction of its cause. It holds no words: those are made when
/// it is sent, of what is true then.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub organisation_id: OrganisationId,
    /// To whom.
    pub practitioner_id: PractitionerId,
    pub kind: OutboxKind,
    pub channel: OutboxChannel,
    /// To which of her devices, where it is pushed. It may be gone by now.
    pub push_device_id: Option<PushDeviceId>,
    /// The local day it belongs to; after that it is not sent any more.
    pub local_day: Date,
    pub state: OutboxState,
    /// Why it was not sent.
    pub dropped: Option<DropReason>,
    pub written_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
