//! A hub's cash: a fixed sum, which is in the tin, out with somebody, or spent and not yet put back.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::words::{HubId, ImprestId, OrganisationId, PractitionerId};

/// A hub's cash: a fixed sum, which is in the tin, out with somebody, or spent and not yet put back.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "imprest")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImprestId,
    pub organisation_id: OrganisationId,
    pub hub_id: HubId,
    /// The fixed sum. What is in the tin, out, and not yet put back always adds up to it.
    pub fixed_pence: i64,
    /// What is in the tin, by the book.
    pub cash_pence: i64,
    /// What is out with people who are about to buy.
    pub advanced_pence: i64,
    /// What was spent and has not been put back.
    pub unreimbursed_pence: i64,
    /// Who has the tin, once somebody took it over.
    pub keeper_id: Option<PractitionerId>,
    pub opened_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
