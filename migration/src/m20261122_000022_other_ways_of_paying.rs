//! Money paid back to workers, official orders, and vouchers.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Money paid back to workers, official orders, and vouchers.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE reimbursement (
    spend_id :uuid PRIMARY KEY REFERENCES spend (id),
    paid_pence bigint NOT NULL CHECK (paid_pence >= 0),
    reference text,
    paid_by :uuid NOT NULL REFERENCES practitioner (id),
    paid_at :time NOT NULL
);

CREATE TABLE supplier_order (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    spend_id :uuid NOT NULL UNIQUE REFERENCES spend (id),
    reference text NOT NULL,
    supplier text NOT NULL,
    state text NOT NULL,
    ordered_by :uuid NOT NULL REFERENCES practitioner (id),
    ordered_at :time NOT NULL,
    invoice_reference text,
    invoiced_by :uuid REFERENCES practitioner (id),
    invoiced_at :time,
    UNIQUE (organisation_id, reference),
    CONSTRAINT an_invoice_is_whole CHECK ((state = 'INVOICED') = (invoice_reference IS NOT NULL))
);

CREATE TABLE voucher (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    spend_id :uuid NOT NULL UNIQUE REFERENCES spend (id),
    reference text NOT NULL,
    amount_pence bigint NOT NULL CHECK (amount_pence > 0),
    state text NOT NULL,
    issued_by :uuid NOT NULL REFERENCES practitioner (id),
    issued_at :time NOT NULL,
    ended_at :time,
    UNIQUE (organisation_id, reference)
);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "reimbursement").await
    }
}
