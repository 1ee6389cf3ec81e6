//! Money moved between budgets, and how much each role may move at once.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Money moved between budgets, and how much each role may move at once.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE virement_limit (
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    role text NOT NULL,
    limit_pence bigint NOT NULL CHECK (limit_pence > 0),
    PRIMARY KEY (organisation_id, role)
);

CREATE TABLE virement (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    from_budget_id :uuid NOT NULL REFERENCES budget (id),
    to_budget_id :uuid NOT NULL REFERENCES budget (id),
    amount_pence bigint NOT NULL CHECK (amount_pence > 0),
    reason text NOT NULL,
    moved_by :uuid NOT NULL REFERENCES practitioner (id),
    limit_pence bigint NOT NULL,
    moved_at :time NOT NULL,
    CONSTRAINT virement_between_two_budgets CHECK (from_budget_id <> to_budget_id),
    CONSTRAINT virement_within_limit CHECK (amount_pence <= limit_pence)
);
CREATE INDEX virement_by_organisation ON virement (organisation_id, moved_at, id);
CREATE INDEX budget_entry_by_virement ON budget_entry (virement_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "virement").await
    }
}
