//! What money may be spent on, the budgets it comes from, and every movement on them.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// What money may be spent on, the budgets it comes from, and every movement on them.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE spend_purpose (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    code text NOT NULL,
    name_en text NOT NULL,
    name_cy text NOT NULL,
    fund text NOT NULL,
    receipt_rule text NOT NULL,
    receipt_threshold_pence bigint NOT NULL CHECK (receipt_threshold_pence >= 0),
    created_at :time NOT NULL,
    UNIQUE (organisation_id, code)
);

CREATE TABLE budget (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL,
    fund text NOT NULL,
    team_id :uuid REFERENCES team (id),
    hub_id :uuid REFERENCES hub (id),
    cost_centre text NOT NULL,
    subjective_code text NOT NULL,
    period_start :date NOT NULL,
    period_end :date NOT NULL,
    allocated_pence bigint NOT NULL,
    reserved_pence bigint NOT NULL,
    committed_pence bigint NOT NULL,
    settled_pence bigint NOT NULL,
    CONSTRAINT budget_counters_not_negative CHECK
        (allocated_pence >= 0 AND reserved_pence >= 0 AND committed_pence >= 0 AND settled_pence >= 0),
    CONSTRAINT budget_never_over_committed CHECK
        (reserved_pence + committed_pence + settled_pence <= allocated_pence)
);
CREATE INDEX budget_by_organisation ON budget (organisation_id, fund);

CREATE TABLE budget_entry (
    id :uuid PRIMARY KEY,
    budget_id :uuid NOT NULL REFERENCES budget (id),
    spend_id :uuid,
    movement text NOT NULL,
    allocated_delta_pence bigint NOT NULL,
    reserved_delta_pence bigint NOT NULL,
    committed_delta_pence bigint NOT NULL,
    settled_delta_pence bigint NOT NULL,
    at :time NOT NULL
);
CREATE INDEX budget_entry_by_budget ON budget_entry (budget_id);
CREATE INDEX budget_entry_by_spend ON budget_entry (spend_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "budget_entry").await
    }
}
