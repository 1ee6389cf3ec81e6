//! Who a spend helped, apart from the spend, so that it can be forgotten without touching the money.

use sea_orm::entity::prelude::*;

use crate::words::{PersonId, SpendId};

/// Who a spend helped, apart from the spend, so that it can be forgotten without touching the money.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "spend_person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub spend_id: SpendId,
    pub person_id: PersonId,
    pub linked_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
