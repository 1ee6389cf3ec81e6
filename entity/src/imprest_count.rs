//! One count of a tin. Append-only: what was counted stays counted.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{ImprestCountId, ImprestId, PractitionerId};

/// One count of a tin. Append-only: what was counted stays counted.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "imprest_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImprestCountId,
    pub imprest_id: ImprestId,
    pub counted_by: PractitionerId,
    /// What was in the tin.
    pub counted_pence: i64,
    /// What the book says, with the differences that are known already.
    pub expected_pence: i64,
    /// A few words about a difference.
    pub words: Option<String>,
    pub counted_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
