//! A council's own sign-in: what it knows people by, and the tokens that were used.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// A council's own sign-in.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE council_identity (
    issuer :exact NOT NULL,
    subject :exact NOT NULL,
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    linked_at :time NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX one_identity_of_a_practitioner ON council_identity (issuer, practitioner_id);
CREATE TABLE council_token (
    token_sha256 :bytes PRIMARY KEY,
    ends :time NOT NULL
);
CREATE INDEX council_token_that_ends ON council_token (ends);
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
