//! Receipts, the spends they are evidence for, and the notes where there is none.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Receipts, the spends they are evidence for, and the notes where there is none.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE receipt (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    captured_by :uuid NOT NULL REFERENCES practitioner (id),
    captured_at :time NOT NULL,
    state text NOT NULL,
    original_sha256 :bytes,
    media_type text,
    stored_bytes bigint,
    width integer,
    height integer,
    content_key text UNIQUE,
    thumbnail_key text UNIQUE,
    stored_at :time
);
CREATE INDEX receipt_by_capturer ON receipt (captured_by, captured_at, id);

CREATE TABLE receipt_link (
    receipt_id :uuid NOT NULL REFERENCES receipt (id),
    spend_id :uuid NOT NULL REFERENCES spend (id),
    linked_by :uuid NOT NULL REFERENCES practitioner (id),
    linked_at :time NOT NULL,
    PRIMARY KEY (receipt_id, spend_id)
);
CREATE INDEX receipt_link_by_spend ON receipt_link (spend_id);

CREATE TABLE no_receipt_note (
    id :uuid PRIMARY KEY,
    spend_id :uuid NOT NULL UNIQUE REFERENCES spend (id),
    reason text NOT NULL,
    words text,
    noted_by :uuid NOT NULL REFERENCES practitioner (id),
    noted_at :time NOT NULL
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }
}
