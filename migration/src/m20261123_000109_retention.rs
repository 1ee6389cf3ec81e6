//! Retention: when a record is looked at again, holds for a court, and purges, which alone may take away what is append-only.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::dialect::{append_only, append_only_but_for_purges, run};

/// Retention: when a record is looked at again, holds for a court, and purges, which alone may take away what is append-only.
#[derive(DeriveMigrationName)]
pub struct Migration;

const RECORDS: &str = "
ALTER TABLE record ADD COLUMN held_at :time;
ALTER TABLE record ADD COLUMN saved_on :date;
ALTER TABLE record ADD COLUMN warned_on :date;
ALTER TABLE record ADD COLUMN look_on :date NOT NULL DEFAULT '1970-01-01';
ALTER TABLE record ADD COLUMN emptied_on :date;
CREATE INDEX record_to_look_at ON record (organisation_id, look_on, id);
CREATE INDEX record_held ON record (organisation_id, id) WHERE held_at IS NOT NULL;

CREATE TABLE record_hold (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    held :bool NOT NULL,
    reason text NOT NULL,
    said_by :uuid NOT NULL REFERENCES practitioner (id),
    said_at :time NOT NULL
);
CREATE INDEX record_hold_of ON record_hold (record_id, said_at);

CREATE UNIQUE INDEX one_warning_of_a_draft ON notice (told_id, record_id, due_on) WHERE kind = 'DRAFT_EXPIRES';
CREATE INDEX notice_by_opening ON notice (opening_id);
";

/// A row of the list refers to what is never there, and the database looks at that when a transaction ends: so the list is
/// empty between purges, and nothing leaves on the strength of one that is over.
const PURGES: &str = "
CREATE TABLE purge_never (id integer PRIMARY KEY CHECK (id <> id));
CREATE TABLE purge_list (
    id :uuid PRIMARY KEY,
    ends integer NOT NULL REFERENCES purge_never (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE purge_run (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    asked_by :uuid REFERENCES practitioner (id),
    ran_at :time NOT NULL,
    answers bigint NOT NULL CHECK (answers >= 0),
    records bigint NOT NULL CHECK (records >= 0),
    captures bigint NOT NULL CHECK (captures >= 0),
    more :bool NOT NULL
);
CREATE INDEX purge_run_at ON purge_run (ran_at);
";

/// What a hold keeps is not even listed, whatever the code above it tries.
const HELD: &str = "EXISTS (SELECT 1 FROM record WHERE record.held_at IS NOT NULL AND (record.id = NEW.id \
     OR record.id = (SELECT answer.record_id FROM answer WHERE answer.id = NEW.id)))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, RECORDS).await?;
        run(manager, PURGES).await?;
        append_only(manager, "record_hold").await?;
        append_only(manager, "purge_run").await?;
        for table in ["answer", "record_statement", "record_upgrade", "record_opening", "record_hold"] {
            append_only_but_for_purges(manager, table).await?;
        }
        refuse_what_is_held(manager).await
    }
}

async fn refuse_what_is_held(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() != DbBackend::Postgres {
        let trigger = format!(
            "CREATE TRIGGER purge_list_holds BEFORE INSERT ON purge_list WHEN {HELD} \
             BEGIN SELECT RAISE(ABORT, 'a hold keeps this record'); END"
        );
        return db.execute_unprepared(&trigger).await.map(|_| ());
    }
    db.execute_unprepared(&format!(
        "CREATE FUNCTION refuse_what_is_held() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN IF {HELD} THEN RAISE EXCEPTION 'a hold keeps this record'; END IF; RETURN NEW; END $$"
    ))
    .await?;
    let trigger = "CREATE TRIGGER purge_list_holds BEFORE INSERT ON purge_list \
                   FOR EACH ROW EXECUTE FUNCTION refuse_what_is_held()";
    db.execute_unprepared(trigger).await.map(|_| ())
}
