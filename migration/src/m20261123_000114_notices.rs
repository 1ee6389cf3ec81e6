//! What can be told in a notice: also of appointments, policies and reflections. A notice is always about something.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Notices of appointments, policies and reflections.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "
CREATE TABLE notice_now (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    told_id :uuid NOT NULL REFERENCES practitioner (id),
    kind text NOT NULL,
    spend_id :uuid REFERENCES spend (id),
    question_id :uuid REFERENCES question (id),
    record_id :uuid REFERENCES record (id),
    opening_id :uuid REFERENCES record_opening (id),
    appointment_id :uuid REFERENCES appointment (id),
    policy_id :uuid REFERENCES policy (id),
    reflection_id :uuid REFERENCES reflection (id),
    due_on :date,
    days_before integer,
    told_at :time NOT NULL,
    seen_at :time,
    CHECK (spend_id IS NOT NULL OR question_id IS NOT NULL OR record_id IS NOT NULL OR appointment_id IS NOT NULL
        OR policy_id IS NOT NULL OR reflection_id IS NOT NULL)
);
INSERT INTO notice_now (id, organisation_id, told_id, kind, spend_id, question_id, record_id, opening_id, due_on, days_before,
    told_at, seen_at)
SELECT id, organisation_id, told_id, kind, spend_id, question_id, record_id, opening_id, due_on, days_before, told_at, seen_at
FROM notice;
DROP TABLE notice;
ALTER TABLE notice_now RENAME TO notice;
CREATE UNIQUE INDEX one_notice_of_an_emergency ON notice (spend_id) WHERE kind = 'EMERGENCY';
CREATE UNIQUE INDEX one_notice_of_a_review ON notice (told_id, question_id, due_on, days_before)
    WHERE question_id IS NOT NULL;
CREATE UNIQUE INDEX one_notice_of_an_opening ON notice (told_id, opening_id) WHERE opening_id IS NOT NULL;
CREATE UNIQUE INDEX one_warning_of_a_draft ON notice (told_id, record_id, due_on) WHERE kind = 'DRAFT_EXPIRES';
CREATE INDEX notice_by_told ON notice (told_id, told_at, id);
CREATE INDEX notice_by_question ON notice (question_id);
CREATE INDEX notice_by_record ON notice (record_id);
CREATE INDEX notice_by_opening ON notice (opening_id);
CREATE INDEX notice_by_appointment ON notice (appointment_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLE).await
    }
}
