//! What people say afterwards and what a team says, learns and keeps to; and teams that count who is in them, so that one that
//! works with families never outgrows itself, whoever joins at the same moment.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::dialect::{append_only, refuse_updates, run};

/// What people say afterwards, and teams that count who is in them.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
ALTER TABLE team ADD COLUMN members integer NOT NULL DEFAULT 0;
UPDATE team SET members = (SELECT count(*) FROM practitioner WHERE practitioner.team_id = team.id AND practitioner.active);

CREATE TABLE promise (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    record_id :uuid NOT NULL REFERENCES record (id),
    made_by :uuid NOT NULL REFERENCES practitioner (id),
    what text NOT NULL,
    made_on :date NOT NULL,
    made_at :time NOT NULL,
    due_on :date NOT NULL,
    state text NOT NULL,
    settled_by :uuid REFERENCES practitioner (id),
    settled_on :date
);
CREATE INDEX promise_of ON promise (record_id);
CREATE INDEX promise_due ON promise (team_id, due_on, id) WHERE state = 'OPEN';
CREATE INDEX promise_made ON promise (organisation_id, made_on);

CREATE TABLE said (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    said_by :uuid NOT NULL REFERENCES practitioner (id),
    words text NOT NULL,
    said_on :date NOT NULL,
    said_at :time NOT NULL,
    done text,
    answer text,
    answered_by :uuid REFERENCES practitioner (id),
    answered_on :date,
    answered_at :time
);
CREATE INDEX said_waiting ON said (organisation_id, said_at, id) WHERE answered_at IS NULL;
CREATE INDEX said_at ON said (organisation_id, said_at, id);

CREATE TABLE policy (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    owner_id :uuid NOT NULL REFERENCES practitioner (id),
    title text NOT NULL,
    words text NOT NULL,
    starts_on :date NOT NULL,
    review_on :date NOT NULL,
    replaces_id :uuid REFERENCES policy (id),
    put_at :time NOT NULL,
    told_on :date,
    ended_on :date
);
CREATE INDEX policy_of ON policy (organisation_id, starts_on, id);

CREATE TABLE policy_comment (
    id :uuid PRIMARY KEY,
    policy_id :uuid NOT NULL REFERENCES policy (id),
    author_id :uuid NOT NULL REFERENCES practitioner (id),
    words text NOT NULL,
    commented_at :time NOT NULL
);
CREATE INDEX policy_comment_on ON policy_comment (policy_id, commented_at, id);

CREATE TABLE reflection (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    asked_by :uuid NOT NULL REFERENCES practitioner (id),
    question text NOT NULL,
    asked_at :time NOT NULL
);
CREATE TABLE reflection_participant (
    reflection_id :uuid NOT NULL REFERENCES reflection (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    PRIMARY KEY (reflection_id, practitioner_id)
);
CREATE INDEX reflection_participant_by_practitioner ON reflection_participant (practitioner_id);
CREATE TABLE reflection_note (
    id :uuid PRIMARY KEY,
    reflection_id :uuid NOT NULL REFERENCES reflection (id),
    author_id :uuid NOT NULL REFERENCES practitioner (id),
    words text NOT NULL,
    decided :bool NOT NULL,
    noted_at :time NOT NULL
);
CREATE INDEX reflection_note_in ON reflection_note (reflection_id, noted_at, id);

CREATE TABLE feedback_ask (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    hub_id :uuid REFERENCES hub (id),
    token_sha256 :bytes NOT NULL,
    person_sha256 :bytes NOT NULL,
    month :date NOT NULL,
    ends_at :time NOT NULL
);
CREATE INDEX feedback_ask_ends ON feedback_ask (ends_at);
CREATE TABLE feedback_answer (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    hub_id :uuid REFERENCES hub (id),
    person_sha256 :bytes NOT NULL,
    month :date NOT NULL,
    kept_word text,
    difference text,
    words text
);
CREATE INDEX feedback_answer_of ON feedback_answer (organisation_id, month);
";

/// Who is in a team is counted where it is said, so that the count is right whoever says it.
const COUNTED_ON_SQLITE: [&str; 3] = [
    "CREATE TRIGGER practitioner_joins AFTER INSERT ON practitioner WHEN NEW.active \
     BEGIN UPDATE team SET members = members + 1 WHERE id = NEW.team_id; END",
    "CREATE TRIGGER practitioner_moves AFTER UPDATE OF team_id, active ON practitioner \
     WHEN OLD.team_id <> NEW.team_id OR OLD.active <> NEW.active \
     BEGIN UPDATE team SET members = members - 1 WHERE id = OLD.team_id AND OLD.active; \
           UPDATE team SET members = members + 1 WHERE id = NEW.team_id AND NEW.active; END",
    "CREATE TRIGGER practitioner_goes AFTER DELETE ON practitioner WHEN OLD.active \
     BEGIN UPDATE team SET members = members - 1 WHERE id = OLD.team_id; END",
];

const COUNTED_ON_POSTGRES: [&str; 2] = [
    "CREATE FUNCTION count_members() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     IF TG_OP <> 'INSERT' AND OLD.active THEN UPDATE team SET members = members - 1 WHERE id = OLD.team_id; END IF; \
     IF TG_OP <> 'DELETE' AND NEW.active THEN UPDATE team SET members = members + 1 WHERE id = NEW.team_id; END IF; \
     RETURN NULL; END $$",
    "CREATE TRIGGER practitioner_counted AFTER INSERT OR DELETE OR UPDATE OF team_id, active ON practitioner \
     FOR EACH ROW EXECUTE FUNCTION count_members()",
];

/// A team that was larger before there was a count may shrink; it may not grow.
const OUTGROWS: &str = "NEW.kind = 'FAMILY_FACING' AND NEW.members > 8 \
     AND (NEW.members > OLD.members OR OLD.kind <> NEW.kind)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        count_members(manager).await?;
        refuse_updates(manager, "team", OUTGROWS, "a team for families has eight people at most").await?;
        refuse_updates(manager, "promise", "OLD.state <> 'OPEN'", "a promise that is settled stays so").await?;
        let answered = "OLD.answered_at IS NOT NULL OR OLD.words <> NEW.words OR OLD.said_at <> NEW.said_at";
        refuse_updates(manager, "said", answered, "what was said and answered stays so").await?;
        let retold = "OLD.told_on IS NOT NULL AND (NEW.told_on IS NULL OR OLD.told_on <> NEW.told_on \
             OR OLD.title <> NEW.title OR OLD.words <> NEW.words OR OLD.starts_on <> NEW.starts_on \
             OR OLD.review_on <> NEW.review_on)";
        refuse_updates(manager, "policy", retold, "a policy that was told stays as it was read").await?;
        for table in ["policy_comment", "reflection", "reflection_participant", "reflection_note", "feedback_answer"] {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}

async fn count_members(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let statements: &[&str] = match db.get_database_backend() {
        DbBackend::Postgres => &COUNTED_ON_POSTGRES,
        _ => &COUNTED_ON_SQLITE,
    };
    for statement in statements {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}
