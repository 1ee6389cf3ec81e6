//! What was answered to an idempotency key, kept for 90 days.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// What was answered to an idempotency key, kept for 90 days.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE idempotency (
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    key :uuid NOT NULL,
    mutation text NOT NULL,
    input_sha256 :bytes NOT NULL,
    answer :json NOT NULL,
    created_at :time NOT NULL,
    PRIMARY KEY (practitioner_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);
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
