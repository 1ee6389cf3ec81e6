//! Cards, their statements line by line, and which spend a line belongs to.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Cards, their statements line by line, and which spend a line belongs to.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE card (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL,
    holder text NOT NULL,
    hub_id :uuid REFERENCES hub (id),
    practitioner_id :uuid REFERENCES practitioner (id),
    last_four text NOT NULL CHECK (length(last_four) = 4),
    added_at :time NOT NULL,
    UNIQUE (organisation_id, last_four),
    CONSTRAINT card_has_one_holder CHECK (
        (holder = 'ORGANISATION' AND hub_id IS NULL AND practitioner_id IS NULL)
        OR (holder = 'HUB' AND hub_id IS NOT NULL AND practitioner_id IS NULL)
        OR (holder = 'PRACTITIONER' AND practitioner_id IS NOT NULL AND hub_id IS NULL)
    )
);

CREATE TABLE statement_import (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    imported_by :uuid NOT NULL REFERENCES practitioner (id),
    sha256 :bytes NOT NULL,
    lines_read integer NOT NULL,
    lines_new integer NOT NULL,
    imported_at :time NOT NULL
);

CREATE TABLE statement_line (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    card_id :uuid NOT NULL REFERENCES card (id),
    import_id :uuid NOT NULL,
    line_number integer NOT NULL,
    booked_on :date NOT NULL,
    amount_pence bigint NOT NULL CHECK (amount_pence <> 0),
    merchant text NOT NULL,
    reference text,
    sha256 :bytes NOT NULL,
    imported_at :time NOT NULL,
    UNIQUE (card_id, sha256)
);
CREATE INDEX statement_line_by_organisation ON statement_line (organisation_id, imported_at, id);
CREATE INDEX statement_line_by_amount ON statement_line (organisation_id, amount_pence, booked_on);

CREATE TABLE card_match (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    line_id :uuid NOT NULL REFERENCES statement_line (id),
    spend_id :uuid NOT NULL REFERENCES spend (id),
    confirmed_by :uuid NOT NULL REFERENCES practitioner (id),
    confirmed_at :time NOT NULL,
    undone_by :uuid REFERENCES practitioner (id),
    undone_at :time
);
CREATE UNIQUE INDEX one_standing_match_per_line ON card_match (line_id) WHERE undone_at IS NULL;
CREATE UNIQUE INDEX one_standing_match_per_spend ON card_match (spend_id) WHERE undone_at IS NULL;
CREATE INDEX spend_by_spent_amount ON spend (organisation_id, spent_pence, spent_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "statement_import").await?;
        append_only(manager, "statement_line").await
    }
}
