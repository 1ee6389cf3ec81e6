//! recordSpent: say what was really spent; what was not needed goes back to the budget.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{spend, words::PaymentMethod};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        paying::{self, Said},
        scalars::{Decimal, Uuid},
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        course,
        money::Money,
        payment::RECIPIENT_CHARS,
        sight::{SpendAction, may},
        spend::{PayingRefusal, SpendRefusal},
        text,
    },
    store::{self, db::DatabaseTransaction, spend::Moved},
};

/// What `recordSpent` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RecordSpentInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend you asked for.
    spend_id: ID,
    /// What left, in pounds and whole pence; all that was authorised where none is given.
    amount: Option<Decimal>,
    /// How it was paid, where that was not said before or came out differently. Your delegation must cover it.
    method: Option<PaymentMethod>,
    /// The hub whose cash paid, where that is another than the spend's own.
    hub_id: Option<ID>,
    /// Where a person received cash: who, in at most 60 characters. Initials will do, and nobody needs to be named.
    received_by: Option<String>,
}

payload! {
    /// What `recordSpent` answers.
    RecordSpentPayload {
        /// The spend, spent.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RecordSpent;

#[Object]
impl RecordSpent {
    /// Records what was really spent of an authorised spend. Less gives the rest back; more needs a request of its own. An
    /// app needs the scope `SPENDS_WRITE`.
    async fn record_spent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you spent.")] input: RecordSpentInput,
    ) -> Answer<RecordSpentPayload> {
        RecordSpentPayload::answer(ctx, record(ctx, input).await)
    }
}

async fn record(ctx: &Context<'_>, input: RecordSpentInput) -> Verb<spend::Model, SpendRefusal> {
    // Who spent how much?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id = id(&input.spend_id)?;
    let amount = input.amount.map(|amount| Money::try_asked(amount.0)).transpose().map_err(SpendRefusal::Amount)?;
    let received_by = text::plain(input.received_by.as_deref().unwrap_or_default(), RECIPIENT_CHARS)
        .map_err(|problem| SpendRefusal::Paying(PayingRefusal::ReceivedBy(problem)))?;
    let said = Said { hub: input.hub_id.as_ref().map(id).transpose()?, received_by };

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "recordSpent", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let spend = store::spend::hold(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    may(SpendAction::RecordSpent, &viewer, &store::spend::standing(&spend, None))?;
    let spend = paid_by(&txn, spend, input.method).await?;
    let authorised = Money::from_pence(spend.authorised_pence.unwrap_or_default());
    let course = course::spend(spend.decision, authorised, amount.unwrap_or(authorised))?;

    // Remember.
    let spent = match store::spend::advance(&txn, &spend, &course, now).await? {
        Moved::To(spend) => *spend,
        Moved::BudgetShort | Moved::Overtaken => return Err(SpendRefusal::AlreadySpent.into()),
    };
    paying::follows(&txn, &spent, said, viewer.id, now).await?;
    idempotent::keep(&txn, &key, &spent).await?;
    txn.commit().await?;

    Ok(Done::now(spent))
}

/// How it was paid may be said now, as far as the delegation goes under which it was authorised.
async fn paid_by(
    txn: &DatabaseTransaction,
    spend: spend::Model,
    method: Option<PaymentMethod>,
) -> Result<spend::Model, Stop<SpendRefusal>> {
    let Some(method) = method.filter(|method| spend.method != Some(*method)) else { return Ok(spend) };
    if !store::payment::covers(txn, spend.id, method).await? {
        return Err(SpendRefusal::Paying(PayingRefusal::MethodNotCovered).into());
    }
    store::payment::set_method(txn, spend.id, method).await?;
    Ok(spend::Model { method: Some(method), ..spend })
}
