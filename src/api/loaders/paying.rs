//! Loaders for what hangs on hub cash, cards and the other ways of paying.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use busfare_entity::{
    card, card_match, cash_advance, cash_recipient, imprest, imprest_count, imprest_handover, reimbursement,
    statement_line, supplier_order, voucher,
    words::{CardId, ImprestCountId, ImprestId, OrganisationId, SpendId, StatementLineId},
};

use super::{Batches, by, grouped};
use crate::store::{self, card_match::Choice, db::DbErr, imprest_count::Found};

keys! {
    /// Cash that is out of a tin, oldest first.
    AdvancesOutOf(ImprestId);
    /// Differences of a tin that still count, oldest first.
    DifferencesOf(ImprestId);
    /// The handover of a tin that waits for its receiver.
    OpenHandoverOf(ImprestId);
    /// Cash taken along for a spend, the latest last.
    AdvancesFor(SpendId);
    /// Who received the cash of a spend.
    RecipientOf(SpendId);
    /// What was paid back of a spend.
    ReimbursementOf(SpendId);
    /// The order for a spend.
    OrderFor(SpendId);
    /// The voucher for a spend.
    VoucherFor(SpendId);
    /// The standing match of a spend.
    MatchOfSpend(SpendId);
    /// The standing match of a line.
    MatchOfLine(StatementLineId);
    /// What may be chosen for a line.
    ChoiceFor(StatementLineId);
    /// The time zone of an organisation.
    ZoneOf(OrganisationId);
}

loads!(ImprestId => imprest::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::imprest::by_ids(batch.reader(), viewer, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(CardId => card::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::card::by_ids(batch.reader(), viewer, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(StatementLineId => statement_line::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::card::lines_by_ids(batch.reader(), viewer, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(ImprestCountId => imprest_count::Model, |batch, keys|
    store::imprest_count::by_ids(batch.reader(), keys).await.map(|rows| by(rows, |row| row.id)));
loads!(AdvancesOutOf => Vec<cash_advance::Model>, |batch, keys|
    store::imprest::advances_out_of(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (AdvancesOutOf(row.imprest_id), row)))));
loads!(DifferencesOf => Vec<Found>, |batch, keys|
    store::imprest_count::carried(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (DifferencesOf(row.count.imprest_id), row)))));
loads!(OpenHandoverOf => imprest_handover::Model, |batch, keys|
    store::imprest_count::open_handovers(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| OpenHandoverOf(row.imprest_id))));
loads!(AdvancesFor => Vec<cash_advance::Model>, |batch, keys|
    store::imprest::advances_for(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (AdvancesFor(row.spend_id), row)))));
loads!(RecipientOf => cash_recipient::Model, |batch, keys|
    store::imprest::recipients(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| RecipientOf(row.spend_id))));
loads!(ReimbursementOf => reimbursement::Model, |batch, keys|
    store::payment::reimbursements(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| ReimbursementOf(row.spend_id))));
loads!(OrderFor => supplier_order::Model, |batch, keys|
    store::payment::orders_for(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| OrderFor(row.spend_id))));
loads!(VoucherFor => voucher::Model, |batch, keys|
    store::payment::vouchers_for(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| VoucherFor(row.spend_id))));
loads!(MatchOfSpend => card_match::Model, |batch, keys|
    store::card_match::standing(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>(), &[])
        .await
        .map(|rows| by(rows, |row| MatchOfSpend(row.spend_id))));
loads!(MatchOfLine => card_match::Model, |batch, keys|
    store::card_match::standing(batch.reader(), &[], &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| MatchOfLine(row.line_id))));
loads!(ChoiceFor => Choice, |batch, keys| match batch.viewer() {
    Some(viewer) => store::card_match::choices(batch.reader(), viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|(line, choice)| (ChoiceFor(line), choice)).collect()),
    None => Ok(HashMap::new()),
});
loads!(ZoneOf => chrono_tz::Tz, |batch, keys| match keys {
    [one] => store::people::zone(batch.reader(), one.0).await.map(|zone| HashMap::from([(*one, zone)])),
    // A request is about one organisation.
    _ => Ok(HashMap::new()),
});
