//! Passkeys: a second step before deciding on others' money.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Passkeys: a second step before deciding on others' money.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE passkey (
    id :uuid PRIMARY KEY,
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    name text NOT NULL,
    credential_id :bytes NOT NULL UNIQUE,
    credential :json NOT NULL,
    added_at :time NOT NULL,
    used_at :time
);
CREATE INDEX passkey_of_practitioner ON passkey (practitioner_id, added_at);
CREATE TABLE passkey_challenge (
    id :uuid PRIMARY KEY,
    session_id :uuid NOT NULL REFERENCES session (id),
    purpose text NOT NULL,
    state :json NOT NULL,
    ends_at :time NOT NULL
);
CREATE INDEX passkey_challenge_that_ends ON passkey_challenge (ends_at);
CREATE INDEX passkey_challenge_of_session ON passkey_challenge (session_id);
CREATE TABLE second_step (
    session_id :uuid PRIMARY KEY REFERENCES session (id),
    passkey_id :uuid NOT NULL,
    taken_at :time NOT NULL
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
