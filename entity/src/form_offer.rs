//! When a form is offered.

use sea_orm::entity::prelude::*;

use crate::words::{FormContextKind, FormTemplateId, HubId, SpendPurposeId};

/// When a form is offered.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "form_offer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub form_template_id: FormTemplateId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub kind: FormContextKind,
    /// For spends with this purpose alone.
    pub spend_purpose_id: Option<SpendPurposeId>,
    /// In this hub alone.
    pub hub_id: Option<HubId>,
    /// For spends of this much and more.
    pub least_pence: Option<i64>,
    /// For spends of this much and less.
    pub most_pence: Option<i64>,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
