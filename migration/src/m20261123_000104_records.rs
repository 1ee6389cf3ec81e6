//! Records that repeat, are corrected, carry what people say of themselves, and move to newer versions of their forms.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Records that repeat, are corrected, carry what people say of themselves, and move to newer versions of their forms.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
ALTER TABLE record ADD COLUMN open_until :date;

CREATE TABLE record_person (
    record_id :uuid PRIMARY KEY REFERENCES record (id),
    person_id :uuid NOT NULL REFERENCES person (id),
    linked_at :time NOT NULL
);
CREATE INDEX record_person_of ON record_person (person_id);

CREATE TABLE answer_now (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    link_id text NOT NULL,
    instance text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    value :json NOT NULL,
    problem text,
    cause text NOT NULL,
    reason text,
    question_id :uuid REFERENCES question (id),
    from_answer_id :uuid,
    answered_by :uuid NOT NULL REFERENCES practitioner (id),
    answered_at :time NOT NULL,
    UNIQUE (record_id, link_id, instance, revision)
);
INSERT INTO answer_now
SELECT answer.id, answer.record_id, answer.link_id, '', answer.revision, answer.value, answer.problem, 'GIVEN', NULL,
    question_version.question_id, NULL, answer.answered_by, answer.answered_at
FROM answer
JOIN record ON record.id = answer.record_id
LEFT JOIN form_item ON form_item.form_version_id = record.form_version_id AND form_item.link_id = answer.link_id
LEFT JOIN question_version ON question_version.id = form_item.question_version_id;
DROP TABLE answer;
ALTER TABLE answer_now RENAME TO answer;
CREATE INDEX answer_to ON answer (question_id, answered_at);

CREATE TABLE answer_aside (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    link_id text NOT NULL,
    instance text NOT NULL,
    base_revision integer NOT NULL,
    value :json NOT NULL,
    problem text,
    answered_by :uuid NOT NULL REFERENCES practitioner (id),
    answered_at :time NOT NULL,
    settled_at :time
);
CREATE INDEX answer_aside_in ON answer_aside (record_id, link_id, instance);

CREATE TABLE record_upgrade (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    from_version_id :uuid NOT NULL REFERENCES form_version (id),
    to_version_id :uuid NOT NULL REFERENCES form_version (id),
    kept integer NOT NULL CHECK (kept >= 0),
    moved integer NOT NULL CHECK (moved >= 0),
    retyped integer NOT NULL CHECK (retyped >= 0),
    orphaned integer NOT NULL CHECK (orphaned >= 0),
    upgraded_by :uuid NOT NULL REFERENCES practitioner (id),
    upgraded_at :time NOT NULL
);
CREATE INDEX record_upgrade_of ON record_upgrade (record_id, upgraded_at);

CREATE TABLE record_statement (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    words text NOT NULL,
    noted_by :uuid NOT NULL REFERENCES practitioner (id),
    noted_at :time NOT NULL
);
CREATE INDEX record_statement_in ON record_statement (record_id, noted_at);

CREATE TABLE record_activity (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    seconds integer NOT NULL CHECK (seconds >= 0),
    noted_at :time NOT NULL
);
CREATE INDEX record_activity_in ON record_activity (record_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        for table in ["answer", "record_upgrade", "record_statement"] {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}
