//! The outbox: what is to leave the house, written in the transaction of its cause; how each person wants to be
//! reminded, on which devices, and on which days she was.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// The outbox: what is to leave the house, written in the transaction of its cause; how each person wants to be
/// reminded, on which devices, and on which days she was.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE reminder (
    practitioner_id :uuid PRIMARY KEY REFERENCES practitioner (id),
    enabled :bool NOT NULL,
    hour integer NOT NULL CHECK (hour BETWEEN 0 AND 23),
    quiet_from integer NOT NULL CHECK (quiet_from BETWEEN 0 AND 23),
    quiet_to integer NOT NULL CHECK (quiet_to BETWEEN 0 AND 23),
    language text NOT NULL,
    channel text NOT NULL,
    set_at :time NOT NULL
);
CREATE TABLE push_device (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    session_id :uuid NOT NULL REFERENCES session (id),
    endpoint text NOT NULL,
    public_key :bytes NOT NULL,
    auth_secret :bytes NOT NULL,
    registered_at :time NOT NULL,
    CONSTRAINT one_device_an_endpoint UNIQUE (endpoint)
);
CREATE INDEX push_device_of ON push_device (practitioner_id, registered_at, id);
CREATE TABLE digest (
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    local_day :date NOT NULL,
    made_at :time NOT NULL,
    CONSTRAINT one_digest_a_day PRIMARY KEY (practitioner_id, local_day)
);
CREATE TABLE outbox (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    kind text NOT NULL,
    channel text NOT NULL,
    push_device_id :uuid,
    local_day :date NOT NULL,
    state text NOT NULL,
    dropped text,
    written_at :time NOT NULL,
    ended_at :time,
    CONSTRAINT outbox_push_has_a_device CHECK ((channel = 'PUSH') = (push_device_id IS NOT NULL)),
    CONSTRAINT outbox_dropped_has_a_reason CHECK ((state = 'DROPPED') = (dropped IS NOT NULL))
);
CREATE INDEX outbox_written ON outbox (written_at);
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
