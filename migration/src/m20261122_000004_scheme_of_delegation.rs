//! The scheme of delegation: who may decide what, signed, in versions.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// The scheme of delegation: who may decide what, signed, in versions.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE scheme (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    version integer NOT NULL,
    title text NOT NULL,
    content_sha256 :bytes NOT NULL,
    signed_by :uuid NOT NULL REFERENCES practitioner (id),
    signed_at :time NOT NULL,
    signature :bytes NOT NULL,
    key_id text NOT NULL,
    valid_from :time NOT NULL,
    valid_to :time,
    UNIQUE (organisation_id, version)
);

CREATE TABLE delegation (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    scheme_id :uuid NOT NULL REFERENCES scheme (id),
    grantor_id :uuid NOT NULL REFERENCES practitioner (id),
    grantee_kind text NOT NULL,
    grantee_practitioner_id :uuid REFERENCES practitioner (id),
    grantee_role text,
    grantee_team_id :uuid REFERENCES team (id),
    item_limit_pence bigint CHECK (item_limit_pence >= 0),
    decides_for text NOT NULL,
    backing_statement text NOT NULL,
    valid_from :time NOT NULL,
    valid_to :time,
    revoked_at :time,
    CONSTRAINT delegation_has_one_grantee CHECK (
        (grantee_kind = 'PERSON' AND grantee_practitioner_id IS NOT NULL AND grantee_role IS NULL AND grantee_team_id IS NULL)
        OR (grantee_kind = 'ROLE' AND grantee_role IS NOT NULL AND grantee_practitioner_id IS NULL AND grantee_team_id IS NULL)
        OR (grantee_kind = 'TEAM' AND grantee_team_id IS NOT NULL AND grantee_practitioner_id IS NULL AND grantee_role IS NULL)
    )
);
CREATE INDEX delegation_by_organisation ON delegation (organisation_id);

CREATE TABLE delegation_purpose (
    delegation_id :uuid NOT NULL REFERENCES delegation (id),
    purpose_id :uuid NOT NULL REFERENCES spend_purpose (id),
    PRIMARY KEY (delegation_id, purpose_id)
);

CREATE TABLE delegation_window (
    id :uuid PRIMARY KEY,
    delegation_id :uuid NOT NULL REFERENCES delegation (id),
    hours integer NOT NULL CHECK (hours IN (24, 168, 672)),
    limit_pence bigint NOT NULL CHECK (limit_pence >= 0),
    UNIQUE (delegation_id, hours)
);

CREATE TABLE delegation_use (
    delegation_id :uuid NOT NULL REFERENCES delegation (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    uses bigint NOT NULL,
    PRIMARY KEY (delegation_id, practitioner_id)
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "scheme").await
    }
}
