//! The directory of the community: services as others publish them, under what they are found, where our hubs are, and to
//! whom a service was pointed out.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, append_only_but_for_purges, run};

/// The directory of the community.
#[derive(DeriveMigrationName)]
pub struct Migration;

// What was published is kept as a text, because it is passed on as it came: a database's own JSON has other ideas of
// numbers and of the order of fields.
const TABLES: &str = "
CREATE TABLE resource (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    published_id :exact NOT NULL,
    name :exact NOT NULL,
    published text NOT NULL,
    sha256 :bytes NOT NULL,
    all_of text,
    assured_on :date,
    ended :bool NOT NULL,
    imported_at :time NOT NULL,
    gone_at :time,
    UNIQUE (organisation_id, published_id)
);
CREATE INDEX resource_named ON resource (organisation_id, name);

CREATE TABLE resource_key (
    resource_id :uuid NOT NULL REFERENCES resource (id),
    word :exact NOT NULL,
    PRIMARY KEY (word, resource_id)
);
CREATE INDEX resource_key_of ON resource_key (resource_id);

CREATE TABLE resource_need (
    resource_id :uuid NOT NULL REFERENCES resource (id),
    need :exact NOT NULL,
    PRIMARY KEY (need, resource_id)
);
CREATE INDEX resource_need_of ON resource_need (resource_id);

CREATE TABLE resource_place (
    resource_id :uuid NOT NULL REFERENCES resource (id),
    place integer NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    PRIMARY KEY (resource_id, place)
);
CREATE INDEX resource_place_at ON resource_place (latitude, longitude);

CREATE TABLE hub_place (
    hub_id :uuid PRIMARY KEY REFERENCES hub (id),
    location text NOT NULL,
    placed_by :uuid NOT NULL REFERENCES practitioner (id),
    placed_at :time NOT NULL
);

CREATE TABLE introduction (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    resource_id :uuid NOT NULL REFERENCES resource (id),
    record_id :uuid REFERENCES record (id),
    person_id :uuid REFERENCES person (id),
    note text,
    introduced_by :uuid NOT NULL REFERENCES practitioner (id),
    introduced_at :time NOT NULL,
    CHECK ((record_id IS NULL) <> (person_id IS NULL))
);
CREATE INDEX introduction_in ON introduction (record_id);
CREATE INDEX introduction_of ON introduction (person_id);
CREATE INDEX introduction_to ON introduction (resource_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "introduction").await?;
        append_only_but_for_purges(manager, "introduction").await
    }
}
