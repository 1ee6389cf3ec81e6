//! confirmHandover: take a tin over, with your own count.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    imprest_handover,
    words::{HandoverState, ImprestHandoverId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{imprest::ImprestHandover, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        money::Money,
        payment::{self, PaymentRefusal, WORDS_CHARS},
    },
    store::{
        self,
        imprest_count::{self, Counted},
    },
};

/// What `confirmHandover` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ConfirmHandoverInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The handover that waits for you, from `imprests { handover }`.
    handover_id: ID,
    /// What you counted in the tin yourself, such as `"48.85"`.
    counted: Decimal,
    /// A few words, where it differs from what you expected, at most 140 characters.
    words: Option<String>,
}

payload! {
    /// What `confirmHandover` answers.
    ConfirmHandoverPayload {
        /// The handover with both counts.
        handover: ImprestHandover(imprest_handover::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ConfirmHandover;

#[Object]
impl ConfirmHandover {
    /// Confirms a handover with the receiver's own count. From then on she has the tin. Where the counts differ, both are
    /// kept. It is not an app's to use.
    async fn confirm_handover(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you counted.")] input: ConfirmHandoverInput,
    ) -> Answer<ConfirmHandoverPayload> {
        ConfirmHandoverPayload::answer(ctx, confirm(ctx, input).await)
    }
}

async fn confirm(ctx: &Context<'_>, input: ConfirmHandoverInput) -> Verb<imprest_handover::Model, PaymentRefusal> {
    // Who takes what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let handover_id: ImprestHandoverId = id(&input.handover_id)?;
    let amount = Money::try_counted(input.counted.0).map_err(PaymentRefusal::Amount)?;
    let words = payment::words("words", input.words.as_deref(), WORDS_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "confirmHandover", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide, while nobody moves the cash. Only she who takes it knows what she counted.
    let waiting = imprest_count::handover(&txn, handover_id).await?.ok_or_else(Problem::not_found)?;
    let tin = store::imprest::hold(&txn, &viewer, waiting.imprest_id).await?.ok_or_else(Problem::not_found)?;
    if waiting.giver_id == viewer.id {
        return Err(PaymentRefusal::SamePerson.into());
    }
    if waiting.receiver_id != viewer.id {
        return Err(PaymentRefusal::NotYoursToConfirm.into());
    }

    // Remember.
    let count = imprest_count::keep(&txn, &tin, Counted { by: viewer.id, amount, words }, now).await?;
    if !imprest_count::end_handover(&txn, waiting.id, HandoverState::Confirmed, Some(count.id), now).await? {
        return Err(PaymentRefusal::HandoverOver.into());
    }
    imprest_count::set_keeper(&txn, tin.id, viewer.id).await?;
    let confirmed = imprest_handover::Model {
        received_count_id: Some(count.id),
        state: HandoverState::Confirmed,
        ended_at: Some(now),
        ..waiting
    };
    idempotent::keep(&txn, &key, &confirmed).await?;
    txn.commit().await?;

    Ok(Done::now(confirmed))
}
