//! handOverImprest: give a tin to a colleague, beginning with a count.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    imprest_handover,
    words::{HandoverState, ImprestId, PractitionerId},
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
        imprest::{self, Handing},
        money::Money,
        payment::{self, PaymentRefusal, WORDS_CHARS},
    },
    store::{
        self,
        imprest_count::{self, Counted},
    },
};

/// What `handOverImprest` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct HandOverImprestInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The hub's cash that changes hands.
    imprest_id: ID,
    /// The colleague who takes it: somebody who works in the hub, an enabler or a senior.
    receiver_id: ID,
    /// What you counted in the tin, such as `"48.85"`.
    counted: Decimal,
    /// A few words, where it differs from the book, at most 140 characters.
    words: Option<String>,
}

payload! {
    /// What `handOverImprest` answers.
    HandOverImprestPayload {
        /// The handover, which waits for the receiver's own count.
        handover: ImprestHandover(imprest_handover::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct HandOverImprest;

#[Object]
impl HandOverImprest {
    /// Hands a tin over: you count it, and the colleague who takes it confirms with her own count. Both counts are kept. It
    /// is not an app's to use.
    async fn hand_over_imprest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, and what you counted.")] input: HandOverImprestInput,
    ) -> Answer<HandOverImprestPayload> {
        HandOverImprestPayload::answer(ctx, hand(ctx, input).await)
    }
}

async fn hand(ctx: &Context<'_>, input: HandOverImprestInput) -> Verb<imprest_handover::Model, PaymentRefusal> {
    // Who gives what to whom?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let imprest_id: ImprestId = id(&input.imprest_id)?;
    let receiver_id: PractitionerId = id(&input.receiver_id)?;
    let amount = Money::try_counted(input.counted.0).map_err(PaymentRefusal::Amount)?;
    let words = payment::words("words", input.words.as_deref(), WORDS_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "handOverImprest", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // What do we need to know?
    let tin = store::imprest::hold(&txn, &viewer, imprest_id).await?.ok_or_else(Problem::not_found)?;
    let receiver = store::people::practitioners(&txn, viewer.organisation, &[receiver_id]).await?.pop();
    let receiver = receiver.ok_or_else(Problem::not_found)?;
    let open = imprest_count::open_handover(&txn, tin.id).await?;

    // Decide.
    let handing = Handing {
        keeper: tin.keeper_id,
        receiver: receiver.id,
        receiver_belongs: imprest_count::may_receive(&txn, &receiver, tin.hub_id).await?,
        open_by: open.as_ref().map(|open| open.giver_id),
    };
    imprest::hand_over(&viewer, handing)?;

    // Remember.
    if let Some(open) = open {
        imprest_count::end_handover(&txn, open.id, HandoverState::Replaced, None, now).await?;
    }
    let count = imprest_count::keep(&txn, &tin, Counted { by: viewer.id, amount, words }, now).await?;
    let handover = imprest_handover::Model {
        id: store::mint::id(),
        imprest_id: tin.id,
        giver_id: viewer.id,
        receiver_id: receiver.id,
        given_count_id: count.id,
        received_count_id: None,
        state: HandoverState::Open,
        given_at: now,
        ended_at: None,
    };
    imprest_count::begin_handover(&txn, handover.clone()).await?;
    idempotent::keep(&txn, &key, &handover).await?;
    txn.commit().await?;

    Ok(Done::now(handover))
}
