//! The books: months that closed, exports that finance took away, and reversals of what was exported. All of it is
//! append-only, and a spend that was exported keeps its amounts.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, refuse_updates, run};

/// The books: months that closed, exports that finance took away, and reversals of what was exported.
#[derive(DeriveMigrationName)]
pub struct Migration;

const MONTHS: &str = "
CREATE TABLE month_close (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    number bigint NOT NULL CHECK (number > 0),
    month :date NOT NULL,
    until :time NOT NULL,
    ledger_pence bigint NOT NULL,
    statement_pence bigint NOT NULL,
    difference_pence bigint NOT NULL,
    ledger_lines bigint NOT NULL,
    statement_lines bigint NOT NULL,
    differences bigint NOT NULL,
    closed_by :uuid NOT NULL REFERENCES practitioner (id),
    closed_at :time NOT NULL,
    UNIQUE (organisation_id, number),
    UNIQUE (organisation_id, month),
    CONSTRAINT month_close_adds_up CHECK (ledger_pence = statement_pence + difference_pence)
);

CREATE TABLE month_close_line (
    side text NOT NULL,
    subject_id :uuid NOT NULL,
    close_id :uuid NOT NULL REFERENCES month_close (id) DEFERRABLE INITIALLY DEFERRED,
    spend_id :uuid,
    amount_pence bigint NOT NULL,
    PRIMARY KEY (side, subject_id)
);
CREATE INDEX month_close_line_by_close ON month_close_line (close_id);
CREATE INDEX month_close_line_by_spend ON month_close_line (spend_id);

CREATE TABLE month_close_difference (
    id :uuid PRIMARY KEY,
    close_id :uuid NOT NULL REFERENCES month_close (id),
    about text NOT NULL,
    about_id :uuid NOT NULL,
    kind text NOT NULL,
    amount_pence bigint NOT NULL CHECK (amount_pence <> 0),
    words text,
    explained_by :uuid REFERENCES practitioner (id),
    at :time NOT NULL,
    CONSTRAINT month_close_difference_explained CHECK
        (kind IN ('PAID_ANOTHER_WAY', 'CLEARS_EARLIER') OR (words IS NOT NULL AND explained_by IS NOT NULL))
);
CREATE INDEX month_close_difference_by_close ON month_close_difference (close_id, at, id);

CREATE TABLE difference_note (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    about text NOT NULL,
    about_id :uuid NOT NULL,
    amount_pence bigint NOT NULL,
    words text NOT NULL,
    explained_by :uuid NOT NULL REFERENCES practitioner (id),
    explained_at :time NOT NULL
);
CREATE INDEX difference_note_by_subject ON difference_note (about_id);
";

const EXPORTS: &str = "
CREATE TABLE export_mapping (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    version bigint NOT NULL CHECK (version > 0),
    source text NOT NULL,
    published_by :uuid NOT NULL REFERENCES practitioner (id),
    published_at :time NOT NULL,
    UNIQUE (organisation_id, version)
);

CREATE TABLE export_batch (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    number bigint NOT NULL CHECK (number > 0),
    up_to :date NOT NULL,
    mapping_version bigint,
    line_count bigint NOT NULL CHECK (line_count > 0),
    total_pence bigint NOT NULL,
    byte_count bigint NOT NULL,
    sha256 :bytes NOT NULL,
    exported_by :uuid NOT NULL REFERENCES practitioner (id),
    exported_at :time NOT NULL,
    UNIQUE (organisation_id, number)
);

CREATE TABLE export_line (
    entry_id :uuid PRIMARY KEY REFERENCES budget_entry (id),
    batch_id :uuid NOT NULL REFERENCES export_batch (id) DEFERRABLE INITIALLY DEFERRED,
    position bigint NOT NULL CHECK (position > 0),
    spend_id :uuid,
    amount_pence bigint NOT NULL CHECK (amount_pence <> 0),
    UNIQUE (batch_id, position)
);
CREATE INDEX export_line_by_spend ON export_line (spend_id);

CREATE TABLE export_chunk (
    batch_id :uuid NOT NULL REFERENCES export_batch (id),
    position bigint NOT NULL CHECK (position >= 0),
    content :bytes NOT NULL,
    PRIMARY KEY (batch_id, position)
);

CREATE TABLE reversal (
    id :uuid PRIMARY KEY,
    spend_id :uuid NOT NULL REFERENCES spend (id),
    amount_pence bigint NOT NULL CHECK (amount_pence > 0),
    reason text NOT NULL,
    words text,
    reversed_by :uuid NOT NULL REFERENCES practitioner (id),
    reversed_at :time NOT NULL
);
CREATE INDEX reversal_by_spend ON reversal (spend_id, reversed_at);
";

/// What would change in a spend that was exported, other than by money that came back.
const CHANGES_WHAT_WAS_EXPORTED: &str = "
    OLD.books IN ('EXPORTED', 'CORRECTED') AND (
        NEW.organisation_id <> OLD.organisation_id
        OR NEW.budget_id <> OLD.budget_id
        OR NEW.purpose_id <> OLD.purpose_id
        OR NEW.unit_price_pence <> OLD.unit_price_pence
        OR NEW.count <> OLD.count
        OR NEW.total_pence <> OLD.total_pence
        OR NEW.held_pence <> OLD.held_pence
        OR NEW.authorised_pence IS DISTINCT FROM OLD.authorised_pence
        OR NEW.spent_pence IS DISTINCT FROM OLD.spent_pence
        OR NEW.refunded_pence < OLD.refunded_pence
        OR NEW.spent_at IS DISTINCT FROM OLD.spent_at
        OR NEW.books NOT IN ('EXPORTED', 'CORRECTED')
        OR (OLD.books = 'CORRECTED' AND NEW.books <> 'CORRECTED')
    )";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, MONTHS).await?;
        run(manager, EXPORTS).await?;
        for table in [
            "month_close",
            "month_close_line",
            "month_close_difference",
            "difference_note",
            "export_mapping",
            "export_batch",
            "export_line",
            "export_chunk",
            "reversal",
        ] {
            append_only(manager, table).await?;
        }
        let words = "what was exported changes by reversal only";
        refuse_updates(manager, "spend", CHANGES_WHAT_WAS_EXPORTED, words).await
    }
}
