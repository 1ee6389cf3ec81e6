//! What was changed about a spend after it was asked for.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// What was changed about a spend after it was asked for.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE spend_change (
    id :uuid PRIMARY KEY,
    spend_id :uuid NOT NULL REFERENCES spend (id),
    changed_by :uuid NOT NULL REFERENCES practitioner (id),
    total_before_pence bigint NOT NULL,
    authorised_before_pence bigint,
    reason_before text,
    total_after_pence bigint NOT NULL,
    authorised_after_pence bigint,
    changed_at :time NOT NULL
);
CREATE INDEX spend_change_by_spend ON spend_change (spend_id, changed_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "spend_change").await
    }
}
