//! A record that moved to another version of its form. What was kept, moved, retyped and orphaned together is what there was.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{FormVersionId, PractitionerId, RecordId, RecordUpgradeId};

/// A record that moved to another version of its form. What was kept, moved, retyped and orphaned together is what there was.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "record_upgrade")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecordUpgradeId,
    pub record_id: RecordId,
    pub from_version_id: FormVersionId,
    pub to_version_id: FormVersionId,
    pub kept: i32,
    pub moved: i32,
    pub retyped: i32,
    pub orphaned: i32,
    pub upgraded_by: PractitionerId,
    pub upgraded_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
