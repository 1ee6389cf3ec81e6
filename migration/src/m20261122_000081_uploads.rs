//! Uploads that come in pieces, receipts of several pages, and why a picture is not here yet.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Uploads that come in pieces, receipts of several pages, and why a picture is not here yet.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
ALTER TABLE receipt ADD COLUMN original_bytes bigint;
ALTER TABLE receipt ADD COLUMN stored_sha256 :bytes;
ALTER TABLE receipt ADD COLUMN problem text;

CREATE TABLE receipt_page (
    receipt_id :uuid NOT NULL REFERENCES receipt (id),
    number integer NOT NULL CHECK (number BETWEEN 2 AND 20),
    original_sha256 :bytes NOT NULL,
    original_bytes bigint NOT NULL,
    stored_sha256 :bytes NOT NULL,
    media_type text NOT NULL,
    stored_bytes bigint NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    content_key text NOT NULL UNIQUE,
    thumbnail_key text NOT NULL UNIQUE,
    stored_at :time NOT NULL,
    PRIMARY KEY (receipt_id, number)
);

CREATE TABLE upload (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    receipt_id :uuid NOT NULL REFERENCES receipt (id),
    page integer NOT NULL CHECK (page BETWEEN 1 AND 20),
    state text NOT NULL,
    length bigint NOT NULL CHECK (length > 0),
    received bigint NOT NULL CHECK (received BETWEEN 0 AND length),
    sha256 :bytes,
    problem text,
    created_at :time NOT NULL,
    expires_at :time NOT NULL,
    CONSTRAINT upload_whole_once_arrived CHECK (state = 'ARRIVING' OR received = length)
);
CREATE INDEX upload_by_receipt ON upload (receipt_id, page);
CREATE INDEX upload_by_practitioner ON upload (practitioner_id) WHERE state = 'ARRIVING';
CREATE INDEX upload_by_end ON upload (expires_at);

CREATE TABLE upload_part (
    upload_id :uuid NOT NULL REFERENCES upload (id),
    starts_at bigint NOT NULL,
    bytes bigint NOT NULL CHECK (bytes > 0),
    blob_key text NOT NULL UNIQUE,
    PRIMARY KEY (upload_id, starts_at)
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
