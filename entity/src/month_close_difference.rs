//! One difference between ledger and statements as a month that closed lists it. Append-only.

use sea_orm::entity::prelude::*;

use crate::words::{DifferenceAbout, DifferenceKind, MonthCloseId, MonthDifferenceId, PractitionerId};

/// One difference between ledger and statements as a month that closed lists it. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "month_close_difference")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MonthDifferenceId,
    pub close_id: MonthCloseId,
    pub about: DifferenceAbout,
    pub about_id: Uuid,
    pub kind: DifferenceKind,
    /// Ledger less statements.
    pub amount_pence: i64,
    pub words: Option<String>,
    pub explained_by: Option<PractitionerId>,
    pub at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
