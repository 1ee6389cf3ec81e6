//! Evidence: what a person says a receipt says, which part of it a spend is, and receipts that may be the same one.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, run};

/// Evidence: what a person says a receipt says, which part of it a spend is, and receipts that may be the same one.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
CREATE TABLE receipt_confirmation (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    receipt_id :uuid NOT NULL REFERENCES receipt (id),
    merchant text,
    merchant_folded text,
    bought_on :date,
    bought_at_minute integer CHECK (bought_at_minute BETWEEN 0 AND 1439),
    total_pence bigint CHECK (total_pence > 0),
    till_number text,
    vat_number text,
    vat_pence bigint CHECK (vat_pence >= 0),
    confirmed_by :uuid NOT NULL REFERENCES practitioner (id),
    confirmed_at :time NOT NULL,
    CONSTRAINT vat_within_total CHECK (vat_pence IS NULL OR total_pence IS NULL OR vat_pence < total_pence)
);
CREATE INDEX receipt_confirmation_by_receipt ON receipt_confirmation (receipt_id, confirmed_at, id);
CREATE INDEX receipt_confirmation_by_purchase
    ON receipt_confirmation (organisation_id, bought_on, total_pence, merchant_folded);
ALTER TABLE receipt_link ADD COLUMN portion_pence bigint CHECK (portion_pence > 0);

CREATE TABLE receipt_print (
    receipt_id :uuid PRIMARY KEY REFERENCES receipt (id),
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    original_sha256 :bytes NOT NULL,
    stored_sha256 :bytes NOT NULL,
    dhash :bytes,
    band_0 bigint,
    band_1 bigint,
    band_2 bigint,
    band_3 bigint,
    band_4 bigint,
    band_5 bigint,
    printed_at :time NOT NULL
);
CREATE INDEX receipt_print_by_original ON receipt_print (organisation_id, original_sha256);
CREATE INDEX receipt_print_by_stored ON receipt_print (organisation_id, stored_sha256);
CREATE INDEX receipt_print_by_band_0 ON receipt_print (organisation_id, band_0);
CREATE INDEX receipt_print_by_band_1 ON receipt_print (organisation_id, band_1);
CREATE INDEX receipt_print_by_band_2 ON receipt_print (organisation_id, band_2);
CREATE INDEX receipt_print_by_band_3 ON receipt_print (organisation_id, band_3);
CREATE INDEX receipt_print_by_band_4 ON receipt_print (organisation_id, band_4);
CREATE INDEX receipt_print_by_band_5 ON receipt_print (organisation_id, band_5);

CREATE TABLE possible_duplicate (
    id :uuid PRIMARY KEY,
    organisation_id :uuid NOT NULL REFERENCES organisation (id),
    earlier_id :uuid NOT NULL REFERENCES receipt (id),
    later_id :uuid NOT NULL REFERENCES receipt (id),
    evidence text NOT NULL,
    found_at :time NOT NULL,
    answer text,
    answered_by :uuid REFERENCES practitioner (id),
    answered_at :time,
    UNIQUE (earlier_id, later_id),
    CONSTRAINT two_receipts CHECK (earlier_id <> later_id),
    CONSTRAINT answered_by_somebody CHECK ((answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX possible_duplicate_by_later ON possible_duplicate (later_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        append_only(manager, "receipt_confirmation").await
    }
}
