//! A ledger entry or a statement line in the month that closed with it; each is in one. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{BooksSide, MonthCloseId, SpendId};

/// A ledger entry or a statement line in the month that closed with it; each is in one. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "month_close_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub side: BooksSide,
    /// The ledger entry's or the statement line's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    pub close_id: MonthCloseId,
    /// The spend behind it when the month closed.
    pub spend_id: Option<SpendId>,
    pub amount_pence: i64,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
