//! Uses of answers, for asking whether a question was ever of use to anybody.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Uses of answers, for asking whether a question was ever of use to anybody.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE answer_use (
    answer_id :uuid NOT NULL REFERENCES answer (id),
    how text NOT NULL,
    used_by :uuid NOT NULL REFERENCES practitioner (id),
    used_on :date NOT NULL,
    PRIMARY KEY (answer_id, how, used_by, used_on)
);
CREATE INDEX answer_taken_from ON answer (from_answer_id);
CREATE INDEX record_of_version ON record (form_version_id, completed_at);
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
