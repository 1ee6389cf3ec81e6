//! How budgets run short, and how their periods end.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, never, run};

/// How budgets run short, and how their periods end.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
ALTER TABLE budget_entry ADD COLUMN closing_id :uuid;
CREATE INDEX budget_entry_by_closing ON budget_entry (closing_id);

CREATE TABLE budget_mode_change (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    budget_id :uuid NOT NULL REFERENCES budget (id),
    old_mode text NOT NULL,
    new_mode text NOT NULL,
    old_tolerance_pence bigint NOT NULL,
    new_tolerance_pence bigint NOT NULL CHECK (new_tolerance_pence >= 0),
    reason text NOT NULL,
    changed_by :uuid NOT NULL REFERENCES practitioner (id),
    covers text NOT NULL,
    changed_at :time NOT NULL
);
CREATE INDEX budget_mode_change_by_budget ON budget_mode_change (budget_id, changed_at);

CREATE TABLE budget_closing (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    budget_id :uuid NOT NULL UNIQUE REFERENCES budget (id),
    successor_id :uuid REFERENCES budget (id),
    unspent text NOT NULL,
    carried_reserved_pence bigint NOT NULL CHECK (carried_reserved_pence >= 0),
    carried_committed_pence bigint NOT NULL CHECK (carried_committed_pence >= 0),
    carried_unspent_pence bigint NOT NULL CHECK (carried_unspent_pence >= 0),
    lapsed_pence bigint NOT NULL CHECK (lapsed_pence >= 0),
    reason text NOT NULL,
    closed_by :uuid NOT NULL REFERENCES practitioner (id),
    covers text NOT NULL,
    closed_at :time NOT NULL
);
";

/// A closed budget holds nothing.
const CLOSED_AND_HOLDING: &str = ":row.closed_at IS NOT NULL AND :row.reserved_pence + :row.committed_pence > 0";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "budget_mode_change").await?;
        append_only(manager, "budget_closing").await?;
        never(manager, "budget", "held_after_closing", CLOSED_AND_HOLDING).await
    }
}
