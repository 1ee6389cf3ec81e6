//! requestSpend: ask for money, and hear yes at once when it is yours to say.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    practitioner, spend,
    words::{Outcome, PaymentMethod, SpendDecision, SpendId, SpendTiming},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        paying::{self, Said},
        scalars::{Decimal, Uuid},
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        authority::{self, Snapshot, Standing},
        course::{self, Hold},
        money::Money,
        nearest,
        spend::{About, Ask, SpendRefusal},
    },
    store::{
        self,
        db::DatabaseTransaction,
        facts::{self, Known},
        idempotency::Key,
        verdict::Decided,
    },
};

/// What `requestSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RequestSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend's id, if the phone mints it: `spnd_` and a UUIDv7 in lower-case base32hex.
    id: Option<ID>,
    /// What it is for, from `spendPurposes`.
    purpose_id: ID,
    /// The price of one, in pounds and whole pence, such as `"1.15"`.
    unit_price: Decimal,
    /// How many, from 1 to 1,000.
    #[graphql(default = 1)]
    count: i32,
    /// Before the purchase, or already bought.
    #[graphql(default_with = "SpendTiming::Before")]
    timing: SpendTiming,
    /// The hub it is for. Needed where a hub's budget pays.
    hub_id: Option<ID>,
    /// How it will be paid, where you know.
    method: Option<PaymentMethod>,
    /// The person it helps, where that matters: `pers_` and a UUIDv7 that the phone may mint. Limits per person count it.
    person_id: Option<ID>,
    /// A few words of your own, at most 500 characters. Leave people's names out.
    reason: Option<String>,
}

payload! {
    /// What `requestSpend` answers.
    RequestSpendPayload {
        /// The spend with its verdict: authorised by yourself, or waiting for one colleague.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RequestSpend;

#[Object]
impl RequestSpend {
    /// Asks for money. What is within your own say is authorised in this answer and set aside; above it,
    /// one nearby colleague is asked, and the money is held meanwhile.
    async fn request_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you ask for.")] input: RequestSpendInput,
    ) -> Answer<RequestSpendPayload> {
        RequestSpendPayload::answer(ctx, request(ctx, input).await)
    }
}

async fn request(ctx: &Context<'_>, input: RequestSpendInput) -> Verb<spend::Model, SpendRefusal> {
    ctx.practitioner()?;
    let (id, ask) = (minted(input.id.as_ref())?, parse(&input)?);
    as_asked(ctx, ("requestSpend", input.idempotency_key), &input, id, ask).await
}

/// Asks for what was parsed, in the name of a verb and its key, as `repeatSpend` does too.
pub(super) fn as_asked(
    ctx: &Context<'_>,
    key: (&'static str, Uuid),
    said: &(impl Serialize + Sync),
    spend_id: SpendId,
    ask: Ask,
) -> impl Future<Output = Verb<spend::Model, SpendRefusal>> {
    conduct(ctx, key, said, spend_id, ask)
}

async fn conduct(
    ctx: &Context<'_>,
    (verb, key): (&'static str, Uuid),
    said: &(impl Serialize + Sync),
    spend_id: SpendId,
    ask: Ask,
) -> Verb<spend::Model, SpendRefusal> {
    // Who is asking, and for how much?
    let (her, _) = ctx.practitioner()?;
    let now = ctx.now()?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, verb, key, said).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };
    if let Some(taken) = store::spend::taken(&txn, spend_id).await? {
        return repeat(txn, &key, taken, (her, &ask)).await;
    }

    // What do we need to know?
    let known = facts::about(&txn, her, &ask, facts::Turn::Take, now).await?;
    let asker = Standing { id: her.id, team: her.team_id };

    // Decide.
    let verdict = authority::decide(&ask, &known.facts);
    let (course, colleague) = match verdict.outcome {
        Outcome::AuthorisedSelf => {
            let hold = Hold { held: Money::ZERO, over: known.facts.pot.shortfall(ask.total) };
            (course::authorise(SpendDecision::AuthorisedSelf, ask.timing, ask.total, hold), None)
        }
        Outcome::Asked => {
            let colleagues = store::authority::colleagues(&txn, asker, &known.granted, &known.scope, now).await?;
            let nearest = nearest::nearest(&ask, asker, &colleagues, known.facts.moment())
                .ok_or(SpendRefusal::NobodyCanDecide(ask.total))?;
            (course::ask(ask.total, ask.total <= known.facts.pot.available), Some(nearest))
        }
        _ => return Err(short(&known).into()),
    };

    // Remember.
    let new = store::spend::asked(spend_id, her, &ask, (&known.purpose, known.budget.id), now);
    let spend = store::spend::on_course(&new, &course, now);
    if !store::spend::add(&txn, spend.clone()).await? {
        let taken = store::spend::taken(&txn, spend_id).await?.ok_or(SpendRefusal::IdAlreadyUsed)?;
        return repeat(txn, &key, taken, (her, &ask)).await;
    }
    if !store::person::helps(&txn, her, spend_id, ask.about.person, now).await? {
        return Err(Problem::not_found().into());
    }
    if !store::spend::apply_all(&txn, &spend, &course, now).await? {
        return Err(short(&known).into());
    }
    paying::follows(&txn, &spend, Said::default(), her.id, now).await?;
    if let Some(colleague) = colleague {
        store::ask::open(&txn, spend_id, colleague, now).await?;
    }
    let snapshot = Snapshot::Own { ask, facts: known.facts };
    let decided = Decided::as_said(her.id, verdict.outcome, &spend);
    store::verdict::keep(&txn, &spend, &verdict, &snapshot, decided, now).await?;
    idempotent::keep(&txn, &key, &spend).await?;
    txn.commit().await?;

    Ok(Done::now(spend))
}

fn parse(input: &RequestSpendInput) -> Result<Ask, Stop<SpendRefusal>> {
    let about = About {
        hub: input.hub_id.as_ref().map(id).transpose()?,
        method: input.method,
        person: input.person_id.as_ref().map(id).transpose()?,
        already: Money::ZERO,
    };
    let (purpose, reason) = (id(&input.purpose_id)?, input.reason.as_deref());
    Ok(Ask::try_new(purpose, input.unit_price.0, input.count, input.timing, reason, about)?)
}

/// The id is taken. Where the spend says what this ask says, the phone has only lost its reply.
async fn repeat(
    txn: DatabaseTransaction,
    key: &Key,
    taken: spend::Model,
    (her, ask): (&practitioner::Model, &Ask),
) -> Verb<spend::Model, SpendRefusal> {
    let same = taken.practitioner_id == her.id
        && taken.purpose_id == ask.purpose
        && taken.hub_id == ask.about.hub
        && taken.method == ask.about.method
        && taken.unit_price_pence == ask.unit_price.pence()
        && taken.count == ask.count
        && taken.timing == ask.timing
        && taken.reason == ask.reason;
    if !same {
        return Err(SpendRefusal::IdAlreadyUsed.into());
    }
    idempotent::keep(&txn, key, &taken).await?;
    txn.commit().await?;
    Ok(Done::before(taken))
}

fn short(known: &Known) -> SpendRefusal {
    SpendRefusal::BudgetShort { budget: known.budget.name.clone(), left: known.facts.pot.available }
}
