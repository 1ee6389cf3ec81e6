//! Two who are the same person: a note that says so, which is taken back as easily, because nothing else moves.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Two who are the same person: a note that says so.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE person_merge (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    merged_id :uuid NOT NULL REFERENCES person (id),
    kept_id :uuid NOT NULL REFERENCES person (id),
    merged_by :uuid NOT NULL REFERENCES practitioner (id),
    merged_at :time NOT NULL,
    undone_by :uuid REFERENCES practitioner (id),
    undone_at :time,
    CHECK (merged_id <> kept_id)
);
CREATE UNIQUE INDEX one_merge_of_a_person ON person_merge (merged_id) WHERE undone_at IS NULL;
CREATE INDEX person_merge_into ON person_merge (kept_id) WHERE undone_at IS NULL;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }
}
