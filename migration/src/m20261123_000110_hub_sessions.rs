//! When hubs are open, who has a time there, and who waits for one. A place in a slot is claimed by an index, so that two
//! people are never given the same.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// When hubs are open, who has a time there, and who waits for one.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
ALTER TABLE organisation ADD COLUMN nation text NOT NULL DEFAULT 'ENGLAND_AND_WALES';

CREATE TABLE council_closure (
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    day :date NOT NULL,
    closed :bool NOT NULL,
    said_by :uuid NOT NULL REFERENCES practitioner (id),
    said_at :time NOT NULL,
    PRIMARY KEY (organisation_id, day)
);

CREATE TABLE hub_session (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    hub_id :uuid NOT NULL REFERENCES hub (id),
    name text NOT NULL,
    rule text NOT NULL,
    first_on :date NOT NULL,
    opens text NOT NULL,
    closes text NOT NULL,
    slot_minutes integer,
    places integer,
    closes_with_council :bool NOT NULL,
    put_by :uuid NOT NULL REFERENCES practitioner (id),
    put_at :time NOT NULL
);
CREATE INDEX hub_session_of ON hub_session (hub_id);

CREATE TABLE hub_session_change (
    session_id :uuid NOT NULL REFERENCES hub_session (id),
    on_day :date NOT NULL,
    kind text NOT NULL,
    day :date,
    opens text,
    closes text,
    said_by :uuid NOT NULL REFERENCES practitioner (id),
    said_at :time NOT NULL,
    PRIMARY KEY (session_id, on_day)
);

CREATE TABLE appointment (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    made_by :uuid NOT NULL REFERENCES practitioner (id),
    hub_id :uuid REFERENCES hub (id),
    session_id :uuid REFERENCES hub_session (id),
    starts_at :time,
    ends_at :time,
    place integer,
    status text NOT NULL,
    because text,
    asked_at :time NOT NULL,
    met_at :time,
    not_before :time,
    reminded_at :time
);
CREATE UNIQUE INDEX appointment_claim ON appointment (session_id, starts_at, place);
CREATE INDEX appointment_at ON appointment (hub_id, starts_at);
CREATE INDEX appointment_waiting ON appointment (organisation_id, asked_at) WHERE status = 'WAITLIST';
CREATE INDEX appointment_ahead ON appointment (starts_at) WHERE status = 'BOOKED' AND reminded_at IS NULL;
CREATE INDEX appointment_of ON appointment (organisation_id, starts_at, status, made_by);
CREATE INDEX appointment_made ON appointment (made_by, starts_at);
CREATE INDEX appointment_asked ON appointment (organisation_id, asked_at);

CREATE TABLE appointment_person (
    appointment_id :uuid PRIMARY KEY REFERENCES appointment (id),
    person_id :uuid NOT NULL REFERENCES person (id)
);
CREATE INDEX appointment_person_of ON appointment_person (person_id);

CREATE TABLE appointment_wish (
    appointment_id :uuid NOT NULL REFERENCES appointment (id),
    hub_id :uuid NOT NULL REFERENCES hub (id),
    welcome integer NOT NULL,
    PRIMARY KEY (appointment_id, hub_id)
);
CREATE INDEX appointment_wish_for ON appointment_wish (hub_id);

CREATE TABLE appointment_step (
    id :uuid PRIMARY KEY,
    appointment_id :uuid NOT NULL REFERENCES appointment (id),
    status text NOT NULL,
    because text,
    starts_at :time,
    stepped_by :uuid NOT NULL REFERENCES practitioner (id),
    stepped_at :time NOT NULL
);
CREATE INDEX appointment_step_of ON appointment_step (appointment_id, stepped_at);

CREATE TABLE calendar_feed (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    hub_id :uuid NOT NULL REFERENCES hub (id),
    token_sha256 :bytes NOT NULL UNIQUE,
    opened_by :uuid NOT NULL REFERENCES practitioner (id),
    opened_at :time NOT NULL,
    closed_at :time
);
CREATE INDEX calendar_feed_of ON calendar_feed (opened_by);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "appointment_step").await
    }
}
