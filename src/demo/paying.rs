//! The demo's ways of paying: £50 in the tin of every hub, and a card for each.

use busfare_entity::{
    card, imprest,
    words::{CardHolder, Role},
};
use chrono::{DateTime, Utc};

use super::{council::Council, money::pounds};
use crate::store::{
    self,
    db::{DatabaseTransaction, DbErr},
    mint,
};

/// Puts the tins and the cards in their places.
pub async fn remember(txn: &DatabaseTransaction, council: &Council, now: DateTime<Utc>) -> Result<(), DbErr> {
    let enabler = council.first(Role::Enabler).id;
    for (number, hub) in (1..).zip(&council.hubs) {
        let tin = imprest::Model {
            id: mint::id(),
            organisation_id: council.organisation.id,
            hub_id: hub.id,
            fixed_pence: pounds(50).pence(),
            cash_pence: pounds(50).pence(),
            advanced_pence: 0,
            unreimbursed_pence: 0,
            keeper_id: None,
            opened_at: now,
        };
        store::imprest::open(txn, tin, enabler, now).await?;
        let card = card::Model {
            id: mint::id(),
            organisation_id: council.organisation.id,
            name: format!("Card: {}", hub.name),
            holder: CardHolder::Hub,
            hub_id: Some(hub.id),
            practitioner_id: None,
            last_four: (1_000 + number).to_string(),
            added_at: now,
        };
        store::card::add(txn, card).await?;
    }
    Ok(())
}
