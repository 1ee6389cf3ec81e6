//! One answer that was told to somebody outside, as it stood then.

use sea_orm::entity::prelude::*;

use crate::words::{AnswerId, DisclosureId};

/// One answer that was told to somebody outside, as it stood then.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure_field")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub disclosure_id: DisclosureId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub answer_id: AnswerId,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
