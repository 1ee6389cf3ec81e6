//! undoMatch: say that a line and a spend do not belong together after all.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    card_match,
    words::{CardMatchId, SpendBooks},
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
    rules::{imprest::answers, payment::PaymentRefusal},
    store,
};

/// What `undoMatch` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct UndoMatchInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The match, from `statementLines { match }`.
    match_id: ID,
}

payload! {
    /// What `undoMatch` answers.
    UndoMatchPayload {
        /// The match, undone. The spend is `OPEN` in the books again, unless it was exported meanwhile.
        match_: CardMatch(card_match::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct UndoMatch;

#[Object]
impl UndoMatch {
    /// Undoes a match. Line and spend are open again, and that it was matched stays on record. Enablers and seniors do this.
    /// It is not an app's to use.
    async fn undo_match(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which match.")] input: UndoMatchInput,
    ) -> Answer<UndoMatchPayload> {
        UndoMatchPayload::answer(ctx, undo(ctx, input).await)
    }
}

async fn undo(ctx: &Context<'_>, input: UndoMatchInput) -> Verb<card_match::Model, PaymentRefusal> {
    // Who undoes what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let match_id: CardMatchId = id(&input.match_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "undoMatch", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide, while nobody else moves the spend. What may not be seen is not found.
    let said = store::card_match::find(&txn, &viewer, match_id).await?.ok_or_else(Problem::not_found)?;
    store::card::line(&txn, &viewer, said.line_id).await?.ok_or_else(Problem::not_found)?;
    store::spend::hold(&txn, &viewer, said.spend_id).await?.ok_or_else(Problem::not_found)?;
    answers(&viewer)?;

    // Remember.
    if !store::card_match::undo(&txn, said.id, viewer.id, now).await? {
        return Err(PaymentRefusal::OverAlready.into());
    }
    store::card_match::set_books(&txn, said.spend_id, SpendBooks::Matched, SpendBooks::Open).await?;
    let undone = card_match::Model { undone_by: Some(viewer.id), undone_at: Some(now), ..said };
    idempotent::keep(&txn, &key, &undone).await?;
    txn.commit().await?;

    Ok(Done::now(undone))
}
