//! Spends, the one colleague each may be waiting for, and the verdicts on them.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Spends, the one colleague each may be waiting for, and the verdicts on them.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE spend (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    hub_id :uuid REFERENCES hub (id),
    purpose_id :uuid NOT NULL REFERENCES spend_purpose (id),
    budget_id :uuid NOT NULL REFERENCES budget (id),
    timing text NOT NULL,
    unit_price_pence bigint NOT NULL CHECK (unit_price_pence > 0),
    count integer NOT NULL CHECK (count > 0),
    total_pence bigint NOT NULL,
    reason text,
    decision text NOT NULL,
    money text NOT NULL,
    evidence text NOT NULL,
    books text NOT NULL,
    held_pence bigint NOT NULL CHECK (held_pence >= 0),
    authorised_pence bigint CHECK (authorised_pence >= 0),
    spent_pence bigint CHECK (spent_pence >= 0),
    requested_at :time NOT NULL,
    decided_at :time,
    spent_at :time,
    CONSTRAINT spend_total_is_unit_times_count CHECK (total_pence = unit_price_pence * count),
    CONSTRAINT spend_never_above_authorised CHECK (spent_pence <= authorised_pence)
);
CREATE INDEX spend_by_practitioner ON spend (practitioner_id, requested_at, id);
CREATE INDEX spend_by_team ON spend (team_id, requested_at, id);

CREATE TABLE ask (
    id :uuid PRIMARY KEY,
    spend_id :uuid NOT NULL REFERENCES spend (id),
    asked_id :uuid NOT NULL REFERENCES practitioner (id),
    state text NOT NULL,
    opened_at :time NOT NULL,
    closed_at :time
);
CREATE UNIQUE INDEX one_open_ask_per_spend ON ask (spend_id) WHERE state = 'OPEN';
CREATE INDEX ask_by_asked ON ask (asked_id, state);
CREATE INDEX ask_by_spend ON ask (spend_id);

CREATE TABLE verdict (
    id :uuid PRIMARY KEY,
    spend_id :uuid NOT NULL REFERENCES spend (id),
    decided_by :uuid NOT NULL REFERENCES practitioner (id),
    outcome text NOT NULL,
    delegation_id :uuid REFERENCES delegation (id),
    scheme_version integer,
    backing_statement text,
    backed_by :uuid REFERENCES practitioner (id),
    amount_pence bigint NOT NULL,
    authorised_pence bigint,
    checks :json NOT NULL,
    snapshot :json NOT NULL,
    decline_reason text,
    words text,
    decided_at :time NOT NULL
);
CREATE INDEX verdict_by_spend ON verdict (spend_id, decided_at);
CREATE INDEX verdict_by_delegation ON verdict (delegation_id, decided_by, decided_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "verdict").await
    }
}
