//! Where an app is told of what happens, and how far it was told.

use sea_orm::entity::prelude::*;

use crate::words::{AppId, OrganisationId, PractitionerId, WebhookId, WebhookProblem, WebhookState};

/// Where an app is told of what happens, and how far it was told.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookId,
    pub organisation_id: OrganisationId,
    pub app_id: AppId,
    pub url: String,
    /// A list of `EventKind` words; empty for all of them.
    pub kinds: Json,
    /// Up to which place in the order of events it was told.
    pub position: i64,
    pub state: WebhookState,
    /// Tries since it was last told.
    pub tries: i32,
    /// Since when it has not taken what it was told.
    pub failing_since: Option<DateTimeUtc>,
    pub next_try_at: DateTimeUtc,
    /// Until when one server is telling it.
    pub leased_until: Option<DateTimeUtc>,
    pub told_at: Option<DateTimeUtc>,
    pub problem: Option<WebhookProblem>,
    pub registered_by: PractitionerId,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
