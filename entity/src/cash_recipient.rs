//! Who received cash, in as few words as will do. A name is not needed; it can be deleted without touching the books.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::SpendId;

/// Who received cash, in as few words as will do. A name is not needed; it can be deleted without touching the books.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "cash_recipient")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub spend_id: SpendId,
    /// At most 60 characters.
    pub words: String,
    pub noted_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
