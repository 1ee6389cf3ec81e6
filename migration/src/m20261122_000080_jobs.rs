//! Jobs: what is to be done after a change, written in the change's own transaction.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Jobs: what is to be done after a change, written in the change's own transaction.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE job (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    kind text NOT NULL,
    subject_id :uuid NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL CHECK (tries >= 0),
    due_at :time NOT NULL,
    lease :uuid,
    problem text,
    queued_at :time NOT NULL,
    tried_at :time,
    CONSTRAINT one_job_of_a_kind_about_one_thing UNIQUE (kind, subject_id),
    CONSTRAINT job_stuck_is_not_leased CHECK (state <> 'STUCK' OR lease IS NULL)
);
CREATE INDEX job_due ON job (due_at, id) WHERE state = 'WAITING';
CREATE INDEX job_by_organisation ON job (organisation_id, state, queued_at, id);
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
