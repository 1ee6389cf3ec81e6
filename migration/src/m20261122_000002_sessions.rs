//! Who is signed in, on which device, and the refresh tokens that keep it so.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Who is signed in, on which device, and the refresh tokens that keep it so.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE session (
    id :uuid PRIMARY KEY,
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    device_name text NOT NULL,
    created_at :time NOT NULL,
    revoked_at :time
);
CREATE INDEX session_by_practitioner ON session (practitioner_id);

CREATE TABLE refresh_token (
    id :uuid PRIMARY KEY,
    session_id :uuid NOT NULL REFERENCES session (id),
    token_sha256 :bytes NOT NULL UNIQUE,
    issued_at :time NOT NULL,
    expires_at :time NOT NULL,
    used_at :time,
    parent_id :uuid REFERENCES refresh_token (id) ON DELETE SET NULL
);
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);
CREATE INDEX refresh_token_by_parent ON refresh_token (parent_id);
CREATE INDEX refresh_token_by_expiry ON refresh_token (expires_at);
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
