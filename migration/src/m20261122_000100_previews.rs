//! What is shown of a receipt's pages: a preview and a thumbnail of each sheet, made at once or later.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// What is shown of a receipt's pages: a preview and a thumbnail of each sheet, made at once or later.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// A further page could not be without a thumbnail; its table is made anew, because SQLite cannot take that back.
const TABLES: &str = "
ALTER TABLE receipt ADD COLUMN preview text;
ALTER TABLE receipt ADD COLUMN sheet_count integer;
UPDATE receipt SET preview = 'WAITING', sheet_count = 1 WHERE content_key IS NOT NULL;
CREATE INDEX receipt_by_preview ON receipt (preview);

CREATE TABLE receipt_page_anew (
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
    thumbnail_key text UNIQUE,
    stored_at :time NOT NULL,
    preview text NOT NULL,
    sheet_count integer NOT NULL CHECK (sheet_count BETWEEN 1 AND 20),
    PRIMARY KEY (receipt_id, number)
);
INSERT INTO receipt_page_anew
    SELECT receipt_id, number, original_sha256, original_bytes, stored_sha256, media_type, stored_bytes, width, height,
        content_key, thumbnail_key, stored_at, 'WAITING', 1
    FROM receipt_page;
DROP TABLE receipt_page;
ALTER TABLE receipt_page_anew RENAME TO receipt_page;
CREATE INDEX receipt_page_by_preview ON receipt_page (preview);

CREATE TABLE receipt_sheet (
    receipt_id :uuid NOT NULL REFERENCES receipt (id),
    page integer NOT NULL CHECK (page BETWEEN 1 AND 20),
    number integer NOT NULL CHECK (number BETWEEN 1 AND 20),
    thumbnail_key text NOT NULL UNIQUE,
    preview_key text NOT NULL UNIQUE,
    width integer NOT NULL,
    height integer NOT NULL,
    hints :json NOT NULL,
    made_at :time NOT NULL,
    PRIMARY KEY (receipt_id, page, number)
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
