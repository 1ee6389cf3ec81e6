//! Offline allowances: a slice of somebody's say, set aside for a phone without signal, and what came home under it.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Offline allowances: a slice of somebody's say, set aside for a phone without signal, and what came home under it.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE allowance (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    session_id :uuid NOT NULL REFERENCES session (id),
    budget_id :uuid NOT NULL REFERENCES budget (id),
    fund text NOT NULL,
    purpose_id :uuid REFERENCES spend_purpose (id),
    hub_id :uuid REFERENCES hub (id),
    delegation_id :uuid NOT NULL REFERENCES delegation (id),
    line text NOT NULL,
    terms :json NOT NULL,
    drawn_from :json NOT NULL,
    hours integer NOT NULL CHECK (hours BETWEEN 1 AND 72),
    reserved_pence bigint NOT NULL CHECK (reserved_pence > 0),
    honoured_pence bigint NOT NULL CHECK (honoured_pence >= 0),
    returned_pence bigint NOT NULL CHECK (returned_pence >= 0),
    drawn_at :time NOT NULL,
    expires_at :time NOT NULL,
    closes_at :time NOT NULL,
    ended_at :time,
    CONSTRAINT allowance_never_above_reserved CHECK (honoured_pence + returned_pence <= reserved_pence)
);
CREATE UNIQUE INDEX one_open_allowance_per_device_and_budget ON allowance (session_id, budget_id)
    WHERE ended_at IS NULL;
CREATE INDEX allowance_with_money ON allowance (practitioner_id)
    WHERE honoured_pence + returned_pence < reserved_pence;
CREATE INDEX allowance_to_close ON allowance (closes_at)
    WHERE honoured_pence + returned_pence < reserved_pence;

CREATE TABLE offline_spend (
    spend_id :uuid PRIMARY KEY REFERENCES spend (id),
    allowance_id :uuid NOT NULL REFERENCES allowance (id),
    session_id :uuid NOT NULL REFERENCES session (id),
    outcome text NOT NULL,
    claimed_at :time NOT NULL,
    said_sha256 :bytes NOT NULL,
    synced_at :time NOT NULL
);
CREATE INDEX offline_spend_by_allowance ON offline_spend (allowance_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "offline_spend").await
    }
}
