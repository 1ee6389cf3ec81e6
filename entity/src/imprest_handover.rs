//! A tin going from one person to another, each with her own count. An index allows one open per tin.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{HandoverState, ImprestCountId, ImprestHandoverId, ImprestId, PractitionerId};

/// A tin going from one person to another, each with her own count. An index allows one open per tin.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "imprest_handover")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImprestHandoverId,
    pub imprest_id: ImprestId,
    pub giver_id: PractitionerId,
    pub receiver_id: PractitionerId,
    /// The giver's count.
    pub given_count_id: ImprestCountId,
    /// The receiver's own count.
    pub received_count_id: Option<ImprestCountId>,
    pub state: HandoverState,
    pub given_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
