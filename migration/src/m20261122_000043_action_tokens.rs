//! Action tokens that were used, so that none counts twice.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Action tokens that were used, so that none counts twice.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE action_use (
    id :uuid PRIMARY KEY,
    spend_id :uuid NOT NULL REFERENCES spend (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    session_id :uuid NOT NULL REFERENCES session (id),
    used_at :time NOT NULL
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "action_use").await
    }
}
