//! Events: what happened, noted by the database with the change itself, sealed later in one order for each organisation; and
//! who may hear of it, so that a phone that was away reads only what is new to it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::dialect::{append_only, run};

/// What happened, in one order.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE event (
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    position bigint NOT NULL CHECK (position > 0),
    kind text NOT NULL,
    node_id :uuid NOT NULL,
    sealed_at :time NOT NULL,
    hash :bytes NOT NULL,
    PRIMARY KEY (organisation_id, position)
);
CREATE TABLE event_head (
    organisation_id :uuid PRIMARY KEY REFERENCES organisation (id),
    position bigint NOT NULL,
    hash :bytes NOT NULL
);
CREATE TABLE feed (
    reader_id :uuid NOT NULL,
    share text NOT NULL,
    node_id :uuid NOT NULL,
    subject text NOT NULL,
    position bigint NOT NULL,
    gone :bool NOT NULL,
    PRIMARY KEY (reader_id, share, node_id)
);
CREATE INDEX feed_next ON feed (reader_id, share, position);
CREATE INDEX feed_of_node ON feed (node_id);
";

/// What waits to be sealed, in the order in which it was written: not the order in which it became true.
const UNSEALED_ON_SQLITE: &str = "CREATE TABLE unsealed_event (id INTEGER PRIMARY KEY AUTOINCREMENT, \
     organisation_id uuid_text NOT NULL, kind text NOT NULL, node_id uuid_text NOT NULL)";
const UNSEALED_ON_POSTGRES: &str = "CREATE TABLE unsealed_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
     organisation_id uuid NOT NULL, kind text NOT NULL, node_id uuid NOT NULL)";

/// What is there already is sealed like something new.
const SO_FAR: &str = "
INSERT INTO unsealed_event (organisation_id, kind, node_id) SELECT organisation_id, 'SPEND_CHANGED', id FROM spend ORDER BY id;
INSERT INTO unsealed_event (organisation_id, kind, node_id) SELECT organisation_id, 'RECEIPT_CHANGED', id FROM receipt ORDER BY id;
INSERT INTO unsealed_event (organisation_id, kind, node_id) SELECT organisation_id, 'RECORD_CHANGED', id FROM record ORDER BY id;
INSERT INTO unsealed_event (organisation_id, kind, node_id) SELECT organisation_id, 'APPOINTMENT_CHANGED', id FROM appointment ORDER BY id;
INSERT INTO unsealed_event (organisation_id, kind, node_id) SELECT organisation_id, 'HUB_SESSION_CHANGED', id FROM hub_session ORDER BY id
";

/// What an event of a row is about: the row itself, or the row that another column names.
enum About {
    Itself,
    Another { table: &'static str, column: &'static str },
}

/// A change of a table, and the event that it is.
struct Noted {
    table: &'static str,
    /// `INSERT`, `DELETE`, or `UPDATE` with the columns that count.
    verb: &'static str,
    /// An SQL expression of the row.
    kind: &'static str,
    about: About,
}

const DECIDED: &str = "CASE WHEN NEW.decision IN ('ASKED', 'QUESTION') THEN 'SPEND_ASKED' ELSE 'SPEND_DECIDED' END";
const DECIDED_NOW: &str = "CASE WHEN OLD.decision = NEW.decision OR NEW.decision IN ('ASKED', 'QUESTION') \
     THEN 'SPEND_CHANGED' ELSE 'SPEND_DECIDED' END";
const OF_RECORDS: &str = "UPDATE OF form_version_id, spend_id, hub_id, completed_at, open_until, restricted_at, held_at, \
     saved_on, emptied_on";

const fn itself(table: &'static str, verb: &'static str, kind: &'static str) -> Noted {
    Noted { table, verb, kind, about: About::Itself }
}

const fn of(table: &'static str, verb: &'static str, kind: &'static str, whose: (&'static str, &'static str)) -> Noted {
    Noted { table, verb, kind, about: About::Another { table: whose.0, column: whose.1 } }
}

const SPEND: (&str, &str) = ("spend", "spend_id");
const RECEIPT: (&str, &str) = ("receipt", "receipt_id");
const RECORD: (&str, &str) = ("record", "record_id");
const APPOINTMENT: (&str, &str) = ("appointment", "appointment_id");
const SESSION: (&str, &str) = ("hub_session", "session_id");

const NOTED: [Noted; 47] = [
    itself("spend", "INSERT", DECIDED),
    itself("spend", "UPDATE", DECIDED_NOW),
    of("ask", "INSERT", "'ASK_OPENED'", SPEND),
    of("ask", "UPDATE", "'SPEND_CHANGED'", SPEND),
    of("notice", "INSERT", "'SPEND_CHANGED'", SPEND),
    of("spend_message", "INSERT", "'SPEND_CHANGED'", SPEND),
    of("spend_person", "INSERT", "'SPEND_CHANGED'", SPEND),
    of("spend_person", "DELETE", "'SPEND_CHANGED'", SPEND),
    of("no_receipt_note", "INSERT", "'SPEND_CHANGED'", SPEND),
    itself("receipt", "INSERT", "'RECEIPT_CHANGED'"),
    itself("receipt", "UPDATE", "'RECEIPT_CHANGED'"),
    itself("receipt", "DELETE", "'RECEIPT_GONE'"),
    of("receipt_link", "INSERT", "'RECEIPT_CHANGED'", RECEIPT),
    of("receipt_link", "UPDATE", "'RECEIPT_CHANGED'", RECEIPT),
    of("receipt_link", "DELETE", "'RECEIPT_CHANGED'", RECEIPT),
    of("receipt_link", "INSERT", "'SPEND_CHANGED'", SPEND),
    of("receipt_link", "UPDATE", "'SPEND_CHANGED'", SPEND),
    of("receipt_link", "DELETE", "'SPEND_CHANGED'", SPEND),
    of("receipt_page", "INSERT", "'RECEIPT_CHANGED'", RECEIPT),
    of("receipt_page", "UPDATE", "'RECEIPT_CHANGED'", RECEIPT),
    of("receipt_page", "DELETE", "'RECEIPT_CHANGED'", RECEIPT),
    of("receipt_sheet", "INSERT", "'RECEIPT_CHANGED'", RECEIPT),
    of("receipt_sheet", "UPDATE", "'RECEIPT_CHANGED'", RECEIPT),
    of("receipt_reading", "INSERT", "'RECEIPT_READ'", RECEIPT),
    of("receipt_reading", "UPDATE", "'RECEIPT_READ'", RECEIPT),
    of("receipt_confirmation", "INSERT", "'RECEIPT_CHANGED'", RECEIPT),
    itself("record", "INSERT", "'RECORD_CHANGED'"),
    itself("record", OF_RECORDS, "'RECORD_CHANGED'"),
    itself("record", "DELETE", "'RECORD_GONE'"),
    of("answer", "INSERT", "'RECORD_CHANGED'", RECORD),
    of("answer", "DELETE", "'RECORD_CHANGED'", RECORD),
    of("answer_aside", "INSERT", "'RECORD_CHANGED'", RECORD),
    of("answer_aside", "UPDATE", "'RECORD_CHANGED'", RECORD),
    of("answer_aside", "DELETE", "'RECORD_CHANGED'", RECORD),
    of("record_statement", "INSERT", "'RECORD_CHANGED'", RECORD),
    of("record_statement", "DELETE", "'RECORD_CHANGED'", RECORD),
    of("record_person", "INSERT", "'RECORD_CHANGED'", RECORD),
    of("record_person", "DELETE", "'RECORD_CHANGED'", RECORD),
    of("record_upgrade", "INSERT", "'RECORD_CHANGED'", RECORD),
    of("record_capture", "INSERT", "'RECORD_CHANGED'", RECORD),
    of("record_capture", "DELETE", "'RECORD_CHANGED'", RECORD),
    itself("appointment", "INSERT", "'APPOINTMENT_CHANGED'"),
    itself("appointment", "UPDATE", "'APPOINTMENT_CHANGED'"),
    of("appointment_person", "INSERT", "'APPOINTMENT_CHANGED'", APPOINTMENT),
    itself("hub_session", "INSERT", "'HUB_SESSION_CHANGED'"),
    itself("hub_session", "UPDATE", "'HUB_SESSION_CHANGED'"),
    of("hub_session_change", "INSERT", "'HUB_SESSION_CHANGED'", SESSION),
];

impl Noted {
    /// A name that no other has.
    fn name(&self, number: usize) -> String {
        format!("event_{number}_of_{}", self.table)
    }

    /// The statement that notes the event.
    fn statement(&self) -> String {
        let row = if self.verb == "DELETE" { "OLD" } else { "NEW" };
        let kind = self.kind;
        let into = "INSERT INTO unsealed_event (organisation_id, kind, node_id)";
        match self.about {
            About::Itself => format!("{into} VALUES ({row}.organisation_id, {kind}, {row}.id)"),
            About::Another { table, column } => {
                format!("{into} SELECT organisation_id, {kind}, id FROM {table} WHERE id = {row}.{column}")
            }
        }
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let on_postgres = db.get_database_backend() == DbBackend::Postgres;
        run(manager, TABLES).await?;
        append_only(manager, "event").await?;
        db.execute_unprepared(if on_postgres { UNSEALED_ON_POSTGRES } else { UNSEALED_ON_SQLITE }).await?;
        run(manager, SO_FAR).await?;

        for (number, noted) in NOTED.iter().enumerate() {
            let (name, statement) = (noted.name(number), noted.statement());
            let Noted { table, verb, .. } = noted;
            if !on_postgres {
                let trigger = format!("CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {statement}; END");
                db.execute_unprepared(&trigger).await?;
                continue;
            }
            db.execute_unprepared(&format!(
                "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; RETURN NULL; END $$"
            ))
            .await?;
            db.execute_unprepared(&format!(
                "CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            ))
            .await?;
        }
        Ok(())
    }
}
