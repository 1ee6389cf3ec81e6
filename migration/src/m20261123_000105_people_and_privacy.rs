//! Notices about more than spends; people by name, and how they are found again; warnings; records that few may read,
//! who opened them, and who read what somebody else wrote.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Notices about more than spends; people by name, and how they are found again; warnings; records that few may read,
/// who opened them, and who read what somebody else wrote.
#[derive(DeriveMigrationName)]
pub struct Migration;

const PEOPLE: &str = "
ALTER TABLE person ADD COLUMN display_name text;
CREATE INDEX person_by_team ON person (organisation_id, team_id);

CREATE TABLE person_key (
    person_id :uuid NOT NULL REFERENCES person (id),
    name_key text NOT NULL,
    PRIMARY KEY (person_id, name_key)
);
CREATE INDEX person_key_of ON person_key (name_key);

CREATE TABLE person_warning (
    id :uuid PRIMARY KEY,
    person_id :uuid NOT NULL REFERENCES person (id),
    kind text NOT NULL,
    evidence text NOT NULL,
    why_not_told text,
    review_on :date NOT NULL,
    raised_by :uuid NOT NULL REFERENCES practitioner (id),
    raised_at :time NOT NULL,
    ended_at :time,
    ended_by :uuid REFERENCES practitioner (id),
    ended_because text
);
CREATE INDEX person_warning_about ON person_warning (person_id, raised_at);
";

const RECORDS: &str = "
ALTER TABLE record ADD COLUMN restricted_at :time;
ALTER TABLE record ADD COLUMN restricted_by :uuid REFERENCES practitioner (id);

CREATE TABLE record_opening (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    opened_by :uuid NOT NULL REFERENCES practitioner (id),
    reason text NOT NULL,
    opened_at :time NOT NULL,
    open_until :time NOT NULL
);
CREATE INDEX record_opening_of ON record_opening (record_id, opened_at);
CREATE INDEX record_opening_by ON record_opening (opened_by, open_until);

CREATE TABLE record_access (
    record_id :uuid NOT NULL REFERENCES record (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    read_on :date NOT NULL,
    first_at :time NOT NULL,
    PRIMARY KEY (record_id, practitioner_id, read_on)
);
";

const NOTICES: &str = "
CREATE TABLE notice_now (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    told_id :uuid NOT NULL REFERENCES practitioner (id),
    kind text NOT NULL,
    spend_id :uuid REFERENCES spend (id),
    question_id :uuid REFERENCES question (id),
    record_id :uuid REFERENCES record (id),
    opening_id :uuid REFERENCES record_opening (id),
    due_on :date,
    days_before integer,
    told_at :time NOT NULL,
    seen_at :time,
    CHECK (spend_id IS NOT NULL OR question_id IS NOT NULL OR record_id IS NOT NULL)
);
INSERT INTO notice_now (id, organisation_id, told_id, kind, spend_id, told_at, seen_at)
SELECT id, organisation_id, told_id, kind, spend_id, told_at, seen_at FROM notice;
DROP TABLE notice;
ALTER TABLE notice_now RENAME TO notice;
CREATE UNIQUE INDEX one_notice_of_an_emergency ON notice (spend_id) WHERE kind = 'EMERGENCY';
CREATE UNIQUE INDEX one_notice_of_a_review ON notice (told_id, question_id, due_on, days_before)
    WHERE question_id IS NOT NULL;
CREATE UNIQUE INDEX one_notice_of_an_opening ON notice (told_id, opening_id) WHERE opening_id IS NOT NULL;
CREATE INDEX notice_by_told ON notice (told_id, told_at, id);
CREATE INDEX notice_by_question ON notice (question_id);
CREATE INDEX notice_by_record ON notice (record_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, PEOPLE).await?;
        run(manager, RECORDS).await?;
        run(manager, NOTICES).await?;
        append_only(manager, "record_opening").await
    }
}
