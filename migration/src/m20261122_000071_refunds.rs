//! Money that comes back of a spend, and holds that go back by themselves.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, never, run};

/// Money that comes back of a spend, and holds that go back by themselves.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE refund (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    spend_id :uuid NOT NULL REFERENCES spend (id),
    budget_id :uuid NOT NULL REFERENCES budget (id),
    into_successor :bool NOT NULL,
    amount_pence bigint NOT NULL CHECK (amount_pence > 0),
    spent_pence bigint NOT NULL,
    refunded_pence bigint NOT NULL,
    reason text,
    recorded_by :uuid NOT NULL REFERENCES practitioner (id),
    recorded_at :time NOT NULL,
    CONSTRAINT refund_counts_itself CHECK (amount_pence <= refunded_pence),
    CONSTRAINT refund_never_above_spent CHECK (refunded_pence <= spent_pence),
    UNIQUE (spend_id, refunded_pence)
);
CREATE INDEX refund_by_spend ON refund (spend_id, recorded_at);
CREATE INDEX spend_by_expiry ON spend (expires_at) WHERE held_pence > 0;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "refund").await?;
        never(manager, "spend", "refunded_above_spent", ":row.refunded_pence > coalesce(:row.spent_pence, 0)").await
    }
}
