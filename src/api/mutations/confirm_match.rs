//! confirmMatch: say that a line of a statement and a spend belong together.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    card_match,
    words::{SpendBooks, SpendId, StatementLineId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{card::CardMatch, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        imprest::answers,
        money::Money,
        payment::{self, PaymentRefusal},
    },
    store::{self, payment::paying},
};

/// What `confirmMatch` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ConfirmMatchInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The line, from `statementLines`.
    line_id: ID,
    /// The spend it belongs to: the suggested one, or one of the same amount.
    spend_id: ID,
}

payload! {
    /// What `confirmMatch` answers.
    ConfirmMatchPayload {
        /// The match. The spend is `MATCHED` in the books; no money has moved.
        match_: CardMatch(card_match::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ConfirmMatch;

#[Object]
impl ConfirmMatch {
    /// Says that a line of a card statement and a spend belong together, to the penny. Enablers and seniors do this; it can
    /// be undone. It is not an app's to use.
    async fn confirm_match(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which line, and which spend.")] input: ConfirmMatchInput,
    ) -> Answer<ConfirmMatchPayload> {
        ConfirmMatchPayload::answer(ctx, confirm(ctx, input).await)
    }
}

async fn confirm(ctx: &Context<'_>, input: ConfirmMatchInput) -> Verb<card_match::Model, PaymentRefusal> {
    // Who says that what belongs together?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (line_id, spend_id): (StatementLineId, SpendId) = (id(&input.line_id)?, id(&input.spend_id)?);

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "confirmMatch", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide, while nobody else moves the spend.
    let line = store::card::line(&txn, &viewer, line_id).await?.ok_or_else(Problem::not_found)?;
    let spend = store::spend::hold(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    answers(&viewer)?;
    payment::pair(line.amount_pence, paying(&spend), Money::from_pence(spend.spent_pence.unwrap_or_default()))?;

    // Remember.
    let said = card_match::Model {
        id: store::mint::id(),
        organisation_id: viewer.organisation,
        line_id,
        spend_id,
        confirmed_by: viewer.id,
        confirmed_at: now,
        undone_by: None,
        undone_at: None,
    };
    if !store::card_match::add(&txn, said.clone()).await? {
        return Err(PaymentRefusal::MatchedAlready.into());
    }
    store::card_match::set_books(&txn, spend_id, SpendBooks::Open, SpendBooks::Matched).await?;
    idempotent::keep(&txn, &key, &said).await?;
    txn.commit().await?;

    Ok(Done::now(said))
}
