//! Apps that act for a practitioner: where she is sent back to, the code that is exchanged once, and which session is an app's.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Apps that act for a practitioner.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
ALTER TABLE app ADD COLUMN redirect_uris :json NOT NULL DEFAULT '[]';
ALTER TABLE app ADD COLUMN registered_by :uuid REFERENCES practitioner (id);
ALTER TABLE app ADD COLUMN last_used_at :time;
ALTER TABLE session ADD COLUMN app_id :uuid REFERENCES app (id);
ALTER TABLE session ADD COLUMN scopes :json;
CREATE INDEX app_of_organisation ON app (organisation_id);
CREATE INDEX session_of_app ON session (app_id, practitioner_id) WHERE app_id IS NOT NULL;
CREATE TABLE authorization_code (
    code_sha256 :bytes PRIMARY KEY,
    app_id :uuid NOT NULL REFERENCES app (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    scopes :json NOT NULL,
    redirect_uri text NOT NULL,
    challenge text NOT NULL,
    expires_at :time NOT NULL,
    session_id :uuid REFERENCES session (id)
);
CREATE INDEX authorization_code_that_ends ON authorization_code (expires_at);
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
