//! Hub cash: a fixed sum in a tin, its movements, its counts and who has it.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Hub cash: a fixed sum in a tin, its movements, its counts and who has it.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE imprest (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    hub_id :uuid NOT NULL UNIQUE REFERENCES hub (id),
    fixed_pence bigint NOT NULL CHECK (fixed_pence > 0),
    cash_pence bigint NOT NULL,
    advanced_pence bigint NOT NULL,
    unreimbursed_pence bigint NOT NULL,
    keeper_id :uuid REFERENCES practitioner (id),
    opened_at :time NOT NULL,
    CONSTRAINT imprest_counters_not_negative CHECK (cash_pence >= 0 AND advanced_pence >= 0 AND unreimbursed_pence >= 0),
    CONSTRAINT imprest_always_adds_up CHECK (cash_pence + advanced_pence + unreimbursed_pence = fixed_pence)
);
CREATE INDEX imprest_by_organisation ON imprest (organisation_id);

CREATE TABLE imprest_entry (
    id :uuid PRIMARY KEY,
    imprest_id :uuid NOT NULL REFERENCES imprest (id),
    movement text NOT NULL,
    fixed_delta_pence bigint NOT NULL,
    cash_delta_pence bigint NOT NULL,
    advanced_delta_pence bigint NOT NULL,
    unreimbursed_delta_pence bigint NOT NULL,
    spend_id :uuid REFERENCES spend (id),
    reference text,
    by_id :uuid NOT NULL REFERENCES practitioner (id),
    at :time NOT NULL,
    CONSTRAINT imprest_entry_adds_up CHECK
        (cash_delta_pence + advanced_delta_pence + unreimbursed_delta_pence = fixed_delta_pence)
);
CREATE INDEX imprest_entry_by_imprest ON imprest_entry (imprest_id, at, id);
CREATE INDEX imprest_entry_by_spend ON imprest_entry (spend_id);

CREATE TABLE cash_advance (
    id :uuid PRIMARY KEY,
    imprest_id :uuid NOT NULL REFERENCES imprest (id),
    spend_id :uuid NOT NULL REFERENCES spend (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    amount_pence bigint NOT NULL CHECK (amount_pence > 0),
    state text NOT NULL,
    taken_at :time NOT NULL,
    ended_at :time
);
CREATE UNIQUE INDEX one_cash_advance_out_per_spend ON cash_advance (spend_id) WHERE state = 'OUT';
CREATE INDEX cash_advance_by_imprest ON cash_advance (imprest_id, state);

CREATE TABLE cash_recipient (
    spend_id :uuid PRIMARY KEY REFERENCES spend (id),
    words text NOT NULL,
    noted_at :time NOT NULL
);

CREATE TABLE imprest_count (
    id :uuid PRIMARY KEY,
    imprest_id :uuid NOT NULL REFERENCES imprest (id),
    counted_by :uuid NOT NULL REFERENCES practitioner (id),
    counted_pence bigint NOT NULL CHECK (counted_pence >= 0),
    expected_pence bigint NOT NULL,
    words text,
    counted_at :time NOT NULL
);
CREATE INDEX imprest_count_by_imprest ON imprest_count (imprest_id, counted_at, id);

CREATE TABLE imprest_explanation (
    id :uuid PRIMARY KEY,
    count_id :uuid NOT NULL REFERENCES imprest_count (id),
    outcome text NOT NULL,
    words text NOT NULL,
    explained_by :uuid NOT NULL REFERENCES practitioner (id),
    explained_at :time NOT NULL
);
CREATE INDEX imprest_explanation_by_count ON imprest_explanation (count_id);
CREATE UNIQUE INDEX a_difference_is_put_right_once ON imprest_explanation (count_id) WHERE outcome = 'PUT_RIGHT';

CREATE TABLE imprest_handover (
    id :uuid PRIMARY KEY,
    imprest_id :uuid NOT NULL REFERENCES imprest (id),
    giver_id :uuid NOT NULL REFERENCES practitioner (id),
    receiver_id :uuid NOT NULL REFERENCES practitioner (id),
    given_count_id :uuid NOT NULL REFERENCES imprest_count (id),
    received_count_id :uuid REFERENCES imprest_count (id),
    state text NOT NULL,
    given_at :time NOT NULL,
    ended_at :time,
    CONSTRAINT a_handover_takes_two CHECK (giver_id <> receiver_id)
);
CREATE UNIQUE INDEX one_open_handover_per_imprest ON imprest_handover (imprest_id) WHERE state = 'OPEN';
CREATE INDEX imprest_handover_by_imprest ON imprest_handover (imprest_id, given_at, id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "imprest_entry").await?;
        append_only(manager, "imprest_count").await?;
        append_only(manager, "imprest_explanation").await
    }
}
