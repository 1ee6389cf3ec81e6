//! A comment on a policy before it starts. Append-only.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{PolicyCommentId, PolicyId, PractitionerId};

/// A comment on a policy before it starts. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "policy_comment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PolicyCommentId,
    pub policy_id: PolicyId,
    pub author_id: PractitionerId,
    pub words: String,
    pub commented_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
