//! Readings: what machines make of receipts, sealed, each kept beside those before it, and a blind index of their words.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Readings: what machines make of receipts, sealed, each kept beside those before it, and a blind index of their words.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE receipt_reading (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    receipt_id :uuid NOT NULL REFERENCES receipt (id),
    state text NOT NULL,
    engine text,
    engine_version text,
    extractor_version integer NOT NULL,
    pages integer NOT NULL CHECK (pages >= 0),
    sealed_text :bytes,
    sealed_guesses :bytes,
    read_at :time NOT NULL,
    CONSTRAINT read_has_guesses CHECK ((state = 'READ') = (sealed_guesses IS NOT NULL)),
    CONSTRAINT read_by_something CHECK (state <> 'READ' OR engine IS NOT NULL),
    CONSTRAINT kept_states CHECK (state IN ('READ', 'UNREADABLE', 'UNAVAILABLE'))
);
CREATE INDEX receipt_reading_by_receipt ON receipt_reading (receipt_id, read_at, id);

CREATE TABLE receipt_word (
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    token :bytes NOT NULL,
    receipt_id :uuid NOT NULL REFERENCES receipt (id),
    source text NOT NULL,
    PRIMARY KEY (organisation_id, token, receipt_id, source)
);
CREATE INDEX receipt_word_by_receipt ON receipt_word (receipt_id, source);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "receipt_reading").await
    }
}
