//! What happens after an emergency: one senior is told, and a conversation to learn from is opened.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// What happens after an emergency: one senior is told, and a conversation to learn from is opened.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE notice (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    told_id :uuid NOT NULL REFERENCES practitioner (id),
    kind text NOT NULL,
    spend_id :uuid NOT NULL REFERENCES spend (id),
    told_at :time NOT NULL,
    seen_at :time
);
CREATE UNIQUE INDEX one_notice_of_an_emergency ON notice (spend_id) WHERE kind = 'EMERGENCY';
CREATE INDEX notice_by_told ON notice (told_id, told_at, id);

CREATE TABLE learning (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    spend_id :uuid NOT NULL REFERENCES spend (id),
    opened_because text NOT NULL,
    state text NOT NULL,
    opened_at :time NOT NULL
);
CREATE UNIQUE INDEX one_learning_conversation_per_spend ON learning (spend_id);

CREATE TABLE learning_participant (
    learning_id :uuid NOT NULL REFERENCES learning (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    PRIMARY KEY (learning_id, practitioner_id)
);
CREATE INDEX learning_participant_by_practitioner ON learning_participant (practitioner_id);

CREATE TABLE learning_note (
    id :uuid PRIMARY KEY,
    learning_id :uuid NOT NULL REFERENCES learning (id),
    author_id :uuid NOT NULL REFERENCES practitioner (id),
    prompt text NOT NULL,
    words text NOT NULL,
    noted_at :time NOT NULL
);
CREATE INDEX learning_note_by_learning ON learning_note (learning_id);

CREATE INDEX spend_by_organisation ON spend (organisation_id, requested_at);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "learning_note").await
    }
}
