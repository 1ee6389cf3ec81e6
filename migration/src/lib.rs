//! How the tables came to be: one file per change, applied in order, forward only.

pub use sea_orm_migration::prelude::*;

mod dialect;
mod m20261122_000001_people;
mod m20261122_000002_sessions;
mod m20261122_000003_purposes_and_budgets;
mod m20261122_000004_scheme_of_delegation;
mod m20261122_000005_spends;
mod m20261122_000006_receipts;
mod m20261122_000007_recording;
mod m20261122_000008_idempotency;
mod m20261122_000009_installation;
mod m20261122_000010_delegated_spending;
mod m20261122_000020_imprest;
mod m20261122_000021_cards;
mod m20261122_000022_other_ways_of_paying;
mod m20261122_000030_books;
mod m20261122_000040_rota;
mod m20261122_000041_threads;
mod m20261122_000042_changes;
mod m20261122_000043_action_tokens;
mod m20261122_000050_emergencies;
mod m20261122_000060_offline_allowances;
mod m20261122_000070_virements;
mod m20261122_000071_refunds;
mod m20261122_000072_budget_lives;
mod m20261122_000080_jobs;
mod m20261122_000081_uploads;
mod m20261122_000091_evidence;
mod m20261122_000100_previews;
mod m20261122_000101_readings;
mod m20261122_000102_outbox;
mod m20261123_000103_question_bank;
mod m20261123_000104_records;
mod m20261123_000105_people_and_privacy;
mod m20261123_000106_captures;
mod m20261123_000107_usefulness;
mod m20261123_000108_disclosures;
mod m20261123_000109_retention;
mod m20261123_000110_hub_sessions;
mod m20261123_000111_directory;
mod m20261123_000112_voices;
mod m20261123_000113_person_merges;
mod m20261123_000114_notices;
mod m20261123_000115_looking_back;
mod m20261123_000116_events;
mod m20261123_000117_apps;
mod m20261123_000118_council_sign_in;
mod m20261123_000119_webhooks;
mod m20261123_000120_sight;
mod m20261123_000121_feeds;
mod m20261123_000122_passkeys;
mod m20261124_000123_apps_did;

/// All changes, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_people::Migration),
            Box::new(m20261122_000002_sessions::Migration),
            Box::new(m20261122_000003_purposes_and_budgets::Migration),
            Box::new(m20261122_000004_scheme_of_delegation::Migration),
            Box::new(m20261122_000005_spends::Migration),
            Box::new(m20261122_000006_receipts::Migration),
            Box::new(m20261122_000007_recording::Migration),
            Box::new(m20261122_000008_idempotency::Migration),
            Box::new(m20261122_000009_installation::Migration),
            Box::new(m20261122_000010_delegated_spending::Migration),
            Box::new(m20261122_000060_offline_allowances::Migration),
            Box::new(m20261122_000020_imprest::Migration),
            Box::new(m20261122_000021_cards::Migration),
            Box::new(m20261122_000022_other_ways_of_paying::Migration),
            Box::new(m20261122_000030_books::Migration),
            Box::new(m20261122_000050_emergencies::Migration),
            Box::new(m20261122_000070_virements::Migration),
            Box::new(m20261122_000071_refunds::Migration),
            Box::new(m20261122_000072_budget_lives::Migration),
            Box::new(m20261122_000040_rota::Migration),
            Box::new(m20261122_000041_threads::Migration),
            Box::new(m20261122_000042_changes::Migration),
            Box::new(m20261122_000043_action_tokens::Migration),
            Box::new(m20261122_000080_jobs::Migration),
            Box::new(m20261122_000091_evidence::Migration),
            Box::new(m20261122_000081_uploads::Migration),
            Box::new(m20261122_000102_outbox::Migration),
            Box::new(m20261122_000101_readings::Migration),
            Box::new(m20261122_000100_previews::Migration),
            Box::new(m20261123_000103_question_bank::Migration),
            Box::new(m20261123_000104_records::Migration),
            Box::new(m20261123_000107_usefulness::Migration),
            Box::new(m20261123_000105_people_and_privacy::Migration),
            Box::new(m20261123_000106_captures::Migration),
            Box::new(m20261123_000108_disclosures::Migration),
            Box::new(m20261123_000109_retention::Migration),
            Box::new(m20261123_000110_hub_sessions::Migration),
            Box::new(m20261123_000111_directory::Migration),
            Box::new(m20261123_000112_voices::Migration),
            Box::new(m20261123_000113_person_merges::Migration),
            Box::new(m20261123_000114_notices::Migration),
            Box::new(m20261123_000115_looking_back::Migration),
            Box::new(m20261123_000116_events::Migration),
            Box::new(m20261123_000117_apps::Migration),
            Box::new(m20261123_000118_council_sign_in::Migration),
            Box::new(m20261123_000119_webhooks::Migration),
            Box::new(m20261123_000120_sight::Migration),
            Box::new(m20261123_000121_feeds::Migration),
            Box::new(m20261123_000122_passkeys::Migration),
            Box::new(m20261124_000123_apps_did::Migration),
        ]
    }
}
