//! What is captured for records: photographs of notes, and voice notes, beside the receipts.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// What is captured for records: photographs of notes, and voice notes, beside the receipts.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
ALTER TABLE receipt ADD COLUMN captured_for text NOT NULL DEFAULT 'RECEIPT'
    CHECK (captured_for IN ('RECEIPT', 'NOTES', 'VOICE_NOTE'));

CREATE TABLE record_capture (
    record_id :uuid NOT NULL REFERENCES record (id),
    link_id text NOT NULL,
    receipt_id :uuid NOT NULL REFERENCES receipt (id),
    question_id :uuid REFERENCES question (id),
    linked_at :time NOT NULL,
    PRIMARY KEY (record_id, link_id, receipt_id)
);
CREATE INDEX record_capture_of ON record_capture (receipt_id);
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
