//! Who is on duty, who is away, and who stands in for whom.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Who is on duty, who is away, and who stands in for whom.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE duty (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    kind text NOT NULL,
    hub_id :uuid REFERENCES hub (id),
    starts :time NOT NULL,
    ends :time NOT NULL,
    put_by :uuid NOT NULL REFERENCES practitioner (id),
    put_at :time NOT NULL,
    CONSTRAINT duty_at_a_hub_has_one CHECK ((kind = 'HUB') = (hub_id IS NOT NULL))
);
CREATE INDEX duty_by_practitioner ON duty (practitioner_id, ends);
CREATE INDEX duty_by_organisation ON duty (organisation_id, ends);

CREATE TABLE absence (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    deputy_id :uuid REFERENCES practitioner (id),
    starts :time NOT NULL,
    ends :time,
    noted_by :uuid NOT NULL REFERENCES practitioner (id),
    noted_at :time NOT NULL,
    CONSTRAINT nobody_stands_in_for_herself CHECK (deputy_id <> practitioner_id)
);
CREATE INDEX absence_by_practitioner ON absence (practitioner_id, starts);
CREATE INDEX absence_by_team ON absence (team_id, starts);
CREATE INDEX ask_by_state ON ask (state, id);
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
