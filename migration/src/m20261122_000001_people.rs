//! The organisation, its hubs and teams, the practitioners in them, and the apps it lets in.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// The organisation, its hubs and teams, the practitioners in them, and the apps it lets in.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE organisation (
    id :uuid PRIMARY KEY,
    name text NOT NULL,
    created_at :time NOT NULL
);

CREATE TABLE hub (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL,
    address text NOT NULL,
    created_at :time NOT NULL
);
CREATE INDEX hub_by_organisation ON hub (organisation_id);

CREATE TABLE team (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL,
    kind text NOT NULL,
    created_at :time NOT NULL
);

CREATE TABLE practitioner (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    role text NOT NULL,
    active :bool NOT NULL,
    created_at :time NOT NULL
);
CREATE INDEX practitioner_by_team ON practitioner (team_id);

CREATE TABLE practitioner_hub (
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    hub_id :uuid NOT NULL REFERENCES hub (id),
    PRIMARY KEY (practitioner_id, hub_id)
);

CREATE TABLE app (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL,
    token_sha256 :bytes NOT NULL,
    scopes :json NOT NULL,
    expires_at :time NOT NULL,
    revoked_at :time,
    created_at :time NOT NULL
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
