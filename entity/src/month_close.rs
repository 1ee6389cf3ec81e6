//! One month that closed to the penny. Append-only, numbered within the organisation.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{MonthCloseId, OrganisationId, PractitionerId};

/// One month that closed to the penny. Append-only, numbered within the organisation.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "month_close")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MonthCloseId,
    pub organisation_id: OrganisationId,
    /// From 1, without gaps.
    pub number: i64,
    /// Its first day.
    pub month: Date,
    /// The moment at which it ended, in the organisation's time zone.
    pub until: DateTimeUtc,
    pub ledger_pence: i64,
    pub statement_pence: i64,
    /// The sum of the differences; ledger = statements + differences.
    pub difference_pence: i64,
    pub ledger_lines: i64,
    pub statement_lines: i64,
    pub differences: i64,
    pub closed_by: PractitionerId,
    pub closed_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
