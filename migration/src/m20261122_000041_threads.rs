//! Questions about a spend and their answers.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Questions about a spend and their answers.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE spend_message (
    id :uuid PRIMARY KEY,
    spend_id :uuid NOT NULL REFERENCES spend (id),
    author_id :uuid NOT NULL REFERENCES practitioner (id),
    kind text NOT NULL,
    words text NOT NULL,
    sent_at :time NOT NULL
);
CREATE INDEX spend_message_by_spend ON spend_message (spend_id, sent_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "spend_message").await
    }
}
