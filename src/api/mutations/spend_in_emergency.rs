//! spendInEmergency: break the glass. Up to your ceiling it is a yes at once, and one senior is told.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    learning, notice, practitioner, spend,
    words::{LearningState, NoticeKind, Outcome, PaymentMethod, SpendDecision, SpendId, SpendTiming, WhyLearning},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        authority::Snapshot,
        course::{self, Hold},
        emergency,
        money::Money,
        spend::{About, Ask, SpendRefusal},
    },
    store::{
        self,
        db::{DatabaseTransaction, DbErr},
        idempotency::Key,
        verdict::Decided,
    },
};

/// What `spendInEmergency` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct SpendInEmergencyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend's id, if the phone mints it: `spnd_` and a UUIDv7 in lower-case base32hex.
    id: Option<ID>,
    /// What it is for, from `spendPurposes`. Every purpose will do.
    purpose_id: ID,
    /// The price of one, in pounds and whole pence, such as `"12.00"`.
    unit_price: Decimal,
    /// How many, from 1 to 1,000.
    #[graphql(default = 1)]
    count: i32,
    /// The hub it is for, if it is for one.
    hub_id: Option<ID>,
    /// How it will be paid, where you know.
    method: Option<PaymentMethod>,
    /// The person it helps, where that matters: `pers_` and a UUIDv7 that the phone may mint.
    person_id: Option<ID>,
    /// One sentence that says why it cannot wait, 3 to 500 characters. Leave people's names out.
    sentence: String,
}

payload! {
    /// What `spendInEmergency` answers.
    SpendInEmergencyPayload {
        /// The spend, authorised, with the words that stand behind it.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct SpendInEmergency;

#[Object]
impl SpendInEmergency {
    /// Spends at once because it cannot wait. Up to the ceiling in your delegations this is always a yes: with the team's
    /// budget empty, your week used up and nobody in the office. The reserve for emergencies pays, one named senior is told,
    /// and a conversation to learn from is opened. Everything after it is as for any other spend. It is not an app's to use.
    async fn spend_in_emergency(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What cannot wait.")] input: SpendInEmergencyInput,
    ) -> Answer<SpendInEmergencyPayload> {
        SpendInEmergencyPayload::answer(ctx, spend_at_once(ctx, input).await)
    }
}

async fn spend_at_once(ctx: &Context<'_>, input: SpendInEmergencyInput) -> Verb<spend::Model, SpendRefusal> {
    // Who cannot wait, and for how much?
    let (her, _) = ctx.practitioner()?;
    let now = ctx.now()?;
    let spend_id: SpendId = minted(input.id.as_ref())?;
    let ask = parse(&input)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "spendInEmergency", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };
    if let Some(taken) = store::spend::taken(&txn, spend_id).await? {
        return repeat(txn, &key, taken, (her, &ask)).await;
    }

    // What do we need to know?
    let known = store::emergency::about(&txn, her, &ask, now).await?;

    // Decide.
    let verdict = emergency::decide(&known.emergency);
    if verdict.outcome != Outcome::Emergency {
        let name = known.senior.map(|senior| senior.name);
        return Err(emergency::why_not(&known.emergency, name).into());
    }
    let hold = Hold { held: Money::ZERO, over: known.emergency.facts.pot.shortfall(ask.total) };
    let course = course::authorise(SpendDecision::Emergency, ask.timing, ask.total, hold);

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
        return Err(Problem::internal("the budget for emergencies does not stretch").into());
    }
    let decided = Decided::as_said(her.id, verdict.outcome, &spend);
    let snapshot = Snapshot::Emergency(known.emergency);
    store::verdict::keep(&txn, &spend, &verdict, &snapshot, decided, now).await?;

    // Tell one senior, and make room to learn from it.
    tell(&txn, &spend, known.senior.as_ref(), now).await?;
    idempotent::keep(&txn, &key, &spend).await?;
    txn.commit().await?;

    Ok(Done::now(spend))
}

fn parse(input: &SpendInEmergencyInput) -> Result<Ask, Stop<SpendRefusal>> {
    let about = About {
        hub: input.hub_id.as_ref().map(id).transpose()?,
        method: input.method,
        person: input.person_id.as_ref().map(id).transpose()?,
        already: Money::ZERO,
    };
    let purpose = id(&input.purpose_id)?;
    let sentence = emergency::sentence(&input.sentence)?;
    Ok(Ask::try_new(purpose, input.unit_price.0, input.count, SpendTiming::Before, Some(&sentence), about)?)
}

/// The id is taken. Where the spend says what this says, the phone has only lost its reply.
async fn repeat(
    txn: DatabaseTransaction,
    key: &Key,
    taken: spend::Model,
    (her, ask): (&practitioner::Model, &Ask),
) -> Verb<spend::Model, SpendRefusal> {
    let person = store::person::helped_by(&txn, taken.id).await?;
    let same = taken.decision == SpendDecision::Emergency
        && person == ask.about.person
        && store::spend::says(&taken, her, ask);
    if !same {
        return Err(SpendRefusal::IdAlreadyUsed.into());
    }
    idempotent::keep(&txn, key, &taken).await?;
    txn.commit().await?;
    Ok(Done::before(taken))
}

/// The notice is written with the spend, so nobody can be told of one without the other.
async fn tell(
    txn: &DatabaseTransaction,
    spend: &spend::Model,
    senior: Option<&practitioner::Model>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut participants = vec![spend.practitioner_id];
    if let Some(senior) = senior {
        participants.push(senior.id);
        let to = store::notice::to(spend.organisation_id, senior.id, NoticeKind::Emergency, now);
        store::notice::tell(txn, notice::Model { spend_id: Some(spend.id), ..to }).await?;
    }
    let conversation = learning::Model {
        id: store::mint::id(),
        organisation_id: spend.organisation_id,
        spend_id: spend.id,
        opened_because: WhyLearning::Emergency,
        state: LearningState::Open,
        opened_at: now,
    };
    store::learning::open(txn, conversation, &participants).await
}
