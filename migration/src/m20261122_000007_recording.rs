//! The question bank, the forms made from it, and the records people write.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// The question bank, the forms made from it, and the records people write.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE question (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    code text NOT NULL,
    steward_id :uuid NOT NULL REFERENCES practitioner (id),
    purpose text NOT NULL,
    lawful_basis text NOT NULL,
    readers text NOT NULL,
    retention_days integer NOT NULL CHECK (retention_days > 0),
    review_on :date NOT NULL,
    UNIQUE (organisation_id, code)
);

CREATE TABLE question_version (
    id :uuid PRIMARY KEY,
    question_id :uuid NOT NULL REFERENCES question (id),
    version integer NOT NULL,
    kind text NOT NULL,
    prompt_en text NOT NULL,
    prompt_cy text NOT NULL,
    why_we_ask_en text NOT NULL,
    why_we_ask_cy text NOT NULL,
    choices :json NOT NULL,
    max_chars integer,
    UNIQUE (question_id, version)
);

CREATE TABLE form_template (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    code text NOT NULL,
    tier text NOT NULL,
    title_en text NOT NULL,
    title_cy text NOT NULL,
    UNIQUE (organisation_id, code)
);

CREATE TABLE form_context (
    form_template_id :uuid NOT NULL REFERENCES form_template (id),
    kind text NOT NULL,
    PRIMARY KEY (form_template_id, kind)
);

CREATE TABLE form_version (
    id :uuid PRIMARY KEY,
    form_template_id :uuid NOT NULL REFERENCES form_template (id),
    version integer NOT NULL,
    content_sha256 :bytes NOT NULL,
    max_shown integer NOT NULL,
    open_shown integer NOT NULL,
    required_count integer NOT NULL,
    reading_words integer NOT NULL,
    estimated_seconds integer NOT NULL,
    published_at :time NOT NULL,
    UNIQUE (form_template_id, version)
);

CREATE TABLE form_item (
    id :uuid PRIMARY KEY,
    form_version_id :uuid NOT NULL REFERENCES form_version (id),
    position integer NOT NULL,
    link_id text NOT NULL,
    question_version_id :uuid NOT NULL REFERENCES question_version (id),
    required :bool NOT NULL,
    UNIQUE (form_version_id, link_id),
    UNIQUE (form_version_id, position)
);

CREATE TABLE record (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    form_version_id :uuid NOT NULL REFERENCES form_version (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    team_id :uuid NOT NULL REFERENCES team (id),
    spend_id :uuid REFERENCES spend (id),
    hub_id :uuid REFERENCES hub (id),
    language text NOT NULL,
    started_at :time NOT NULL,
    completed_at :time
);
CREATE INDEX record_by_practitioner ON record (practitioner_id, started_at, id);
CREATE INDEX record_by_spend ON record (spend_id);

CREATE TABLE answer (
    id :uuid PRIMARY KEY,
    record_id :uuid NOT NULL REFERENCES record (id),
    link_id text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    value :json NOT NULL,
    problem text,
    answered_by :uuid NOT NULL REFERENCES practitioner (id),
    answered_at :time NOT NULL,
    UNIQUE (record_id, link_id, revision)
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "form_version").await?;
        append_only(manager, "form_item").await?;
        append_only(manager, "question_version").await?;
        append_only(manager, "answer").await
    }
}
