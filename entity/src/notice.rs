//! Something a practitioner is told of, once. It is written in the transaction of what it tells about.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{NoticeId, NoticeKind, OrganisationId, PractitionerId, SpendId};

/// Something a practitioner is told of, once. It is written in the transaction of what it tells about.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    pub organisation_id: OrganisationId,
    /// Who is told.
    pub told_id: PractitionerId,
    pub kind: NoticeKind,
    pub spend_id: SpendId,
    pub told_at: DateTimeUtc,
    pub seen_at: Option<DateTimeUtc>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
