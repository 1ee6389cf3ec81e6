//! What is told to somebody outside: on what basis, to whom, which answers, and until when.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// What is told to somebody outside: on what basis, to whom, which answers, and until when.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE disclosure (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    basis text NOT NULL,
    recipient text NOT NULL,
    expires_on :date NOT NULL,
    disclosed_by :uuid NOT NULL REFERENCES practitioner (id),
    disclosed_at :time NOT NULL
);
CREATE INDEX disclosure_of ON disclosure (record_id, disclosed_at);

CREATE TABLE disclosure_field (
    disclosure_id :uuid NOT NULL REFERENCES disclosure (id),
    answer_id :uuid NOT NULL,
    PRIMARY KEY (disclosure_id, answer_id)
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        for table in ["disclosure", "disclosure_field"] {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}
