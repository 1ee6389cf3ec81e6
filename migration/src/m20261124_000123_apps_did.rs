//! What an app does for somebody is known as the app's.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// What an app does for somebody is known as the app's.
#[derive(DeriveMigrationName)]
pub struct Migration;

// Only what apps do is in the index: whoever does something herself pays nothing for it.
const BY_AN_APP: &str = "
ALTER TABLE idempotency ADD COLUMN app_id :uuid REFERENCES app (id);
CREATE INDEX idempotency_of_apps ON idempotency (practitioner_id, created_at) WHERE app_id IS NOT NULL;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, BY_AN_APP).await
    }
}
