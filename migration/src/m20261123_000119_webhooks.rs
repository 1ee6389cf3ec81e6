//! Where apps are told of what happens.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

/// Where apps are told of what happens.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE webhook (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    app_id :uuid NOT NULL REFERENCES app (id),
    url text NOT NULL,
    kinds :json NOT NULL,
    position bigint NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL,
    failing_since :time,
    next_try_at :time NOT NULL,
    leased_until :time,
    told_at :time,
    problem text,
    registered_by :uuid NOT NULL REFERENCES practitioner (id),
    created_at :time NOT NULL
);
CREATE INDEX webhook_of_app ON webhook (app_id);
CREATE INDEX webhook_of_organisation ON webhook (organisation_id);
CREATE INDEX webhook_that_is_due ON webhook (next_try_at) WHERE state = 'ACTIVE';
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
