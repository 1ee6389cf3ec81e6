//! What is in somebody's sight is found without looking at everybody's.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// What is in somebody's sight is found without looking at everybody's.
#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEXES: &str = "
CREATE INDEX notice_by_spend ON notice (spend_id, told_id) WHERE spend_id IS NOT NULL;
CREATE INDEX record_by_team ON record (team_id, started_at, id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, INDEXES).await
    }
}
