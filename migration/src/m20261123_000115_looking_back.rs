//! What is looked back on: the first yes to every spend, and what a record took, so narrow that a year is read from one index
//! and neither spends nor records are gone through.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::dialect::run;

/// What is looked back on.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE first_yes (
    spend_id :uuid PRIMARY KEY REFERENCES spend (id),
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    requested_at :time NOT NULL,
    team_id :uuid NOT NULL REFERENCES team (id),
    budget_id :uuid NOT NULL REFERENCES budget (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    outcome text NOT NULL,
    seconds bigint NOT NULL,
    authorised_pence bigint NOT NULL
);
CREATE INDEX first_yes_asked ON first_yes
    (organisation_id, requested_at, team_id, budget_id, practitioner_id, outcome, seconds, authorised_pence);
:noted
WHERE verdict.outcome IN (:a_yes) AND NOT EXISTS (
    SELECT 1 FROM verdict earlier
    WHERE earlier.spend_id = verdict.spend_id AND earlier.outcome IN (:a_yes) AND earlier.id < verdict.id
);

DROP INDEX spend_by_organisation;
CREATE INDEX spend_by_organisation ON spend
    (organisation_id, requested_at, team_id, budget_id, practitioner_id, spent_pence, refunded_pence);
DROP INDEX appointment_asked;
CREATE INDEX appointment_asked ON appointment (organisation_id, asked_at, status, hub_id, met_at, id);

ALTER TABLE record ADD COLUMN seconds bigint NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN answered integer;
ALTER TABLE record ADD COLUMN spared integer;
UPDATE record SET seconds = coalesce((SELECT sum(seconds) FROM record_activity WHERE record_id = record.id), 0);
CREATE INDEX record_looked_back ON record
    (organisation_id, completed_at, team_id, practitioner_id, seconds, answered, spared);
";

/// Every outcome that is a yes.
const A_YES: &str = "'AUTHORISED_SELF', 'AUTHORISED', 'AUTHORISED_LESS', 'EMERGENCY'";

/// Whole seconds from asking to the verdict, by the seconds that the clock showed.
const SECONDS_ON_SQLITE: &str = "CAST(strftime('%s', substr(verdict.decided_at, 1, 19)) AS integer) \
     - CAST(strftime('%s', substr(spend.requested_at, 1, 19)) AS integer)";
const SECONDS_ON_POSTGRES: &str = "CAST(floor(extract(epoch FROM verdict.decided_at)) \
     - floor(extract(epoch FROM spend.requested_at)) AS bigint)";

/// What is looked back on of verdicts.
const NOTED: &str = "INSERT INTO first_yes (spend_id, organisation_id, requested_at, team_id, budget_id, practitioner_id, \
     outcome, seconds, authorised_pence) \
     SELECT spend.id, spend.organisation_id, spend.requested_at, spend.team_id, spend.budget_id, spend.practitioner_id, \
     verdict.outcome, :seconds, coalesce(verdict.authorised_pence, 0) \
     FROM verdict JOIN spend ON spend.id = verdict.spend_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let on_postgres = db.get_database_backend() == DbBackend::Postgres;
        let seconds = if on_postgres { SECONDS_ON_POSTGRES } else { SECONDS_ON_SQLITE };
        let noted = NOTED.replace(":seconds", seconds);
        run(manager, &TABLES.replace(":noted", &noted).replace(":a_yes", A_YES)).await?;

        let first = format!("{noted} WHERE verdict.id = NEW.id ON CONFLICT (spend_id) DO NOTHING");
        let when = format!("NEW.outcome IN ({A_YES})");
        let added = "UPDATE record SET seconds = seconds + NEW.seconds WHERE id = NEW.record_id";
        if !on_postgres {
            let first =
                format!("CREATE TRIGGER verdict_first_yes AFTER INSERT ON verdict WHEN {when} BEGIN {first}; END");
            db.execute_unprepared(&first).await?;
            let spent = format!("CREATE TRIGGER record_took AFTER INSERT ON record_activity BEGIN {added}; END");
            return db.execute_unprepared(&spent).await.map(|_| ());
        }
        for (name, table, when, statement) in [
            ("note_first_yes", "verdict", format!("WHEN ({when}) "), first.as_str()),
            ("note_seconds", "record_activity", String::new(), added),
        ] {
            db.execute_unprepared(&format!(
                "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; RETURN NULL; END $$"
            ))
            .await?;
            db.execute_unprepared(&format!(
                "CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW {when}EXECUTE FUNCTION {name}()"
            ))
            .await?;
        }
        Ok(())
    }
}
