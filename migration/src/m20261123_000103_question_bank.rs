//! The question bank with its stewards and the practice group; forms whose content is one document; drafts and waivers.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, mutable, run};

/// The question bank with its stewards and the practice group; forms whose content is one document; drafts and waivers.
#[derive(DeriveMigrationName)]
pub struct Migration;

const BANK: &str = "
CREATE TABLE practice_group_member (
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    practitioner_id :uuid NOT NULL REFERENCES practitioner (id),
    since :time NOT NULL,
    PRIMARY KEY (organisation_id, practitioner_id)
);

ALTER TABLE question ADD COLUMN added_at :time NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';
ALTER TABLE question ADD COLUMN held_by_group :bool NOT NULL DEFAULT false;
ALTER TABLE question ADD COLUMN article_nine text;
ALTER TABLE question ADD COLUMN sunset_on :date;
ALTER TABLE question ADD COLUMN retired_at :time;
ALTER TABLE question ADD COLUMN retired_by :uuid REFERENCES practitioner (id);
ALTER TABLE question ADD COLUMN retired_because text;
CREATE INDEX question_by_steward ON question (steward_id);
CREATE INDEX question_by_review ON question (review_on);

ALTER TABLE question_version ADD COLUMN asked :json NOT NULL DEFAULT '{}';
ALTER TABLE question_version ADD COLUMN added_by :uuid REFERENCES practitioner (id);
ALTER TABLE question_version ADD COLUMN added_at :time;
";

/// What a question asks, as one document instead of a column for each language.
const AS_DOCUMENTS: &str = "
UPDATE question_version SET asked = :object(
    'code', (SELECT code FROM question WHERE question.id = question_version.question_id),
    'kind', kind,
    'prompt', :object('en', prompt_en, 'others', :object('cy', :object('text', prompt_cy, 'of', prompt_en))),
    'why_we_ask',
    :object('en', why_we_ask_en, 'others', :object('cy', :object('text', why_we_ask_cy, 'of', why_we_ask_en))),
    'bounds', :object('maxChars', max_chars),
    'choices', :json_of(COALESCE((SELECT :list(:object(
        'code', choice.value ->> 'code',
        'label', :object('en', choice.value ->> 'en', 'others', :object('cy', :object(
            'text', choice.value ->> 'cy', 'of', choice.value ->> 'en')))
    )) FROM :each(choices) AS choice), :empty_list))
);
ALTER TABLE question_version DROP COLUMN kind;
ALTER TABLE question_version DROP COLUMN prompt_en;
ALTER TABLE question_version DROP COLUMN prompt_cy;
ALTER TABLE question_version DROP COLUMN why_we_ask_en;
ALTER TABLE question_version DROP COLUMN why_we_ask_cy;
ALTER TABLE question_version DROP COLUMN choices;
ALTER TABLE question_version DROP COLUMN max_chars;

ALTER TABLE form_template ADD COLUMN title :json NOT NULL DEFAULT '{}';
UPDATE form_template SET title =
    :object('en', title_en, 'others', :object('cy', :object('text', title_cy, 'of', title_en)));
ALTER TABLE form_template DROP COLUMN title_en;
ALTER TABLE form_template DROP COLUMN title_cy;

CREATE TABLE form_content (
    form_version_id :uuid PRIMARY KEY REFERENCES form_version (id),
    definition :json NOT NULL
);
INSERT INTO form_content (form_version_id, definition)
SELECT form_version.id, :object('code', form_template.code, 'title', :json_of(form_template.title), 'items', :json_of((
    SELECT :list(:patched(:json_of(question_version.asked), :object(
        'type', 'question', 'link_id', form_item.link_id, 'required',
        CASE WHEN form_item.required THEN :yes ELSE :no END
    )) ORDER BY form_item.position)
    FROM form_item JOIN question_version ON question_version.id = form_item.question_version_id
    WHERE form_item.form_version_id = form_version.id)))
FROM form_version JOIN form_template ON form_template.id = form_version.form_template_id;
";

const FORMS: &str = "
CREATE TABLE form_draft (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    code text NOT NULL,
    document :json NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    drafted_by :uuid NOT NULL REFERENCES practitioner (id),
    drafted_at :time NOT NULL,
    changed_by :uuid NOT NULL REFERENCES practitioner (id),
    changed_at :time NOT NULL,
    published_as :uuid REFERENCES form_version (id)
);
CREATE UNIQUE INDEX one_open_draft_of_a_form ON form_draft (organisation_id, code) WHERE published_as IS NULL;

CREATE TABLE form_waiver (
    id :uuid PRIMARY KEY,
    form_draft_id :uuid NOT NULL REFERENCES form_draft (id),
    most_shown integer NOT NULL CHECK (most_shown > 0),
    reason text NOT NULL,
    granted_by :uuid NOT NULL REFERENCES practitioner (id),
    granted_at :time NOT NULL,
    expires_on :date NOT NULL
);
CREATE INDEX form_waiver_of ON form_waiver (form_draft_id, granted_at);

ALTER TABLE form_version ADD COLUMN max_is_exact :bool NOT NULL DEFAULT true;
ALTER TABLE form_version ADD COLUMN published_by :uuid REFERENCES practitioner (id);
ALTER TABLE form_version ADD COLUMN waived_until :date;

CREATE TABLE form_offer (
    form_template_id :uuid NOT NULL REFERENCES form_template (id),
    position integer NOT NULL,
    kind text NOT NULL,
    spend_purpose_id :uuid REFERENCES spend_purpose (id),
    hub_id :uuid REFERENCES hub (id),
    least_pence bigint CHECK (least_pence >= 0),
    most_pence bigint CHECK (most_pence >= 0),
    PRIMARY KEY (form_template_id, position)
);
INSERT INTO form_offer (form_template_id, position, kind)
SELECT form_template_id, ROW_NUMBER() OVER (PARTITION BY form_template_id ORDER BY kind), kind FROM form_context;
DROP TABLE form_context;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, BANK).await?;
        mutable(manager, "question_version").await?;
        run(manager, AS_DOCUMENTS).await?;
        run(manager, FORMS).await?;
        for table in ["question_version", "form_content", "form_waiver"] {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}
