//! Which installation a database is, so that it is never mistaken for another one's.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Which installation a database is, so that it is never mistaken for another one's.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE installation (
    id :uuid PRIMARY KEY,
    sole integer NOT NULL UNIQUE CHECK (sole = 1)
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
