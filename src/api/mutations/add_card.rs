//! addCard: add a card, by its last four digits.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    card,
    words::{CardHolder, CardId, HubId, PractitionerId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{card::Card, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        imprest::answers,
        payment::{self, NAME_CHARS, PaymentRefusal},
    },
    store,
};

/// What `addCard` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AddCardInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The card's id, if the phone mints it: `card_` and a UUIDv7.
    id: Option<ID>,
    /// What colleagues call it, at most 80 characters.
    name: String,
    /// Its last four digits, and no more: `"4321"`.
    last_four: String,
    /// Whose it is.
    holder: CardHolder,
    /// The hub, where it is a hub's.
    hub_id: Option<ID>,
    /// The practitioner, where it is one's own.
    practitioner_id: Option<ID>,
}

payload! {
    /// What `addCard` answers.
    AddCardPayload {
        /// The card.
        card: Card(card::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AddCard;

#[Object]
impl AddCard {
    /// Adds a prepaid or procurement card, so that its statements can be imported. Enablers and seniors do this. It is not an
    /// app's to use.
    async fn add_card(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which card, and whose.")] input: AddCardInput,
    ) -> Answer<AddCardPayload> {
        AddCardPayload::answer(ctx, add(ctx, input).await)
    }
}

async fn add(ctx: &Context<'_>, input: AddCardInput) -> Verb<card::Model, PaymentRefusal> {
    // Who adds which card?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let card_id: CardId = minted(input.id.as_ref())?;
    let hub_id: Option<HubId> = input.hub_id.as_ref().map(id).transpose()?;
    let practitioner_id: Option<PractitionerId> = input.practitioner_id.as_ref().map(id).transpose()?;
    let name = payment::needed("name", &input.name, NAME_CHARS)?;
    if input.last_four.len() != 4 || !input.last_four.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(PaymentRefusal::CardNotFourDigits.into());
    }
    let one_holder = match input.holder {
        CardHolder::Organisation => hub_id.is_none() && practitioner_id.is_none(),
        CardHolder::Hub => hub_id.is_some() && practitioner_id.is_none(),
        CardHolder::Practitioner => practitioner_id.is_some() && hub_id.is_none(),
    };
    if !one_holder {
        return Err(PaymentRefusal::HolderNeeded.into());
    }

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "addCard", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    answers(&viewer)?;
    if store::card::taken(&txn, card_id).await?.is_some() {
        return Err(PaymentRefusal::IdAlreadyUsed.into());
    }
    if let Some(hub) = hub_id {
        store::people::hub_in(&txn, viewer.organisation, hub).await?.ok_or_else(Problem::not_found)?;
    }
    if let Some(holder) = practitioner_id {
        let found = store::people::practitioners(&txn, viewer.organisation, &[holder]).await?;
        found.first().ok_or_else(Problem::not_found)?;
    }

    // Remember.
    let card = card::Model {
        id: card_id,
        organisation_id: viewer.organisation,
        name,
        holder: input.holder,
        hub_id,
        practitioner_id,
        last_four: input.last_four,
        added_at: now,
    };
    if !store::card::add(&txn, card.clone()).await? {
        return Err(PaymentRefusal::CardThereAlready.into());
    }
    idempotent::keep(&txn, &key, &card).await?;
    txn.commit().await?;

    Ok(Done::now(card))
}
