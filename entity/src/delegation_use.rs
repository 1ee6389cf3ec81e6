//! Who is using a delegation. Its row is the turn that serialises decisions under one person's say.

use sea_orm::entity::prelude::*;

use crate::words::{DelegationId, PractitionerId};

/// Who is using a delegation. Its row is the turn that serialises decisions under one person's say.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation_use")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub delegation_id: DelegationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: PractitionerId,
    /// How many decisions have taken their turn here.
    pub uses: i64,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
