//! requestSpend: ask for money, and hear yes at once when it is yours to say.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{
    ask, spend,
    words::{AskId, AskState, Outcome, SpendBooks, SpendDecision, SpendMoney, SpendTiming},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        mint,
        scalars::{Decimal, Uuid},
        types::{spend::Spend, user_error::SpendUserError},
    },
    rules::{
        authority::{self, Snapshot, Standing},
        budget::Step,
        evidence,
        money::Money,
        spend::{Ask, SpendRefusal},
    },
    store::{
        self,
        facts::{self, Unknown},
        verdict::Decided,
    },
};

/// What `requestSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RequestSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    pub idempotency_key: Uuid,
    /// The spend's id, if the phone mints it: `spnd_` and a UUIDv7 in lower-case base32hex.
    pub id: Option<ID>,
    /// What it is for, from `spendPurposes`.
    pub purpose_id: ID,
    /// The price of one, in pounds and whole pence, such as `"1.15"`.
    pub unit_price: Decimal,
    /// How many, from 1 to 1,000.
    #[graphql(default = 1)]
    pub count: i32,
    /// Before the purchase, or already bought.
    #[graphql(default_with = "SpendTiming::Before")]
    pub timing: SpendTiming,
    /// The hub it is for. Needed where a hub's budget pays.
    pub hub_id: Option<ID>,
    /// A few words of your own, at most 500 characters. Leave people's names out.
    pub reason: Option<String>,
}

/// What `requestSpend` answers.
#[derive(SimpleObject)]
pub struct RequestSpendPayload {
    /// The spend, with its verdict: authorised by yourself, or waiting for one colleague.
    pub spend: Option<Spend>,
    /// Why nothing was asked for.
    pub user_errors: Vec<SpendUserError>,
    /// Whether this was answered before and nothing happened again.
    pub replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct RequestSpend;

#[Object]
impl RequestSpend {
    /// Asks for money. What is within your own say is authorised in this answer and set aside; above it,
    /// one nearby colleague is asked and the money is held meanwhile.
    async fn request_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you ask for.")] input: RequestSpendInput,
    ) -> Answer<RequestSpendPayload> {
        // Who is asking, and for how much?
        let (her, _) = ctx.practitioner()?;
        let now = ctx.now()?;
        let spend_id = minted(input.id.as_ref())?;
        let hub = input.hub_id.as_ref().map(id).transpose()?;
        let parsed =
            Ask::try_new(id(&input.purpose_id)?, input.unit_price.0, input.count, input.timing, input.reason.as_deref());
        let ask = match parsed {
            Ok(ask) => ask,
            Err(refusal) => return refused(ctx, &refusal),
        };

        // Has this been answered before?
        let (txn, key) = match idempotent::begin(ctx, "requestSpend", input.idempotency_key, &input).await? {
            Turn::New(txn, key) => (txn, key),
            Turn::Again(row) => return Ok(RequestSpendPayload::of(row, true)),
            Turn::Reused => return refused(ctx, &SpendRefusal::IdempotencyKeyReused),
        };
        if let Some(taken) = store::spend::taken(&txn, spend_id).await? {
            let again = is_the_same(&taken, &ask, her.id, hub);
            return if again { Ok(RequestSpendPayload::of(taken, true)) } else { refused(ctx, &SpendRefusal::IdAlreadyUsed) };
        }

        // What do we need to know?
        let known = match facts::about(&txn, her, &ask, hub, facts::Turn::Take, now).await {
            Ok(known) => known,
            Err(Unknown::NotFound) => return Err(Problem::not_found()),
            Err(Unknown::Refused(refusal)) => return refused(ctx, &refusal),
            Err(Unknown::Failed(error)) => return Err(error.into()),
        };

        // Decide.
        let verdict = authority::decide(&ask, &known.facts);
        let asker = Standing { id: her.id, team: her.team_id };
        let short = || SpendRefusal::BudgetShort { budget: known.budget.name.clone(), left: known.facts.pot.available };
        let colleague = match verdict.outcome {
            Outcome::AuthorisedSelf => None,
            Outcome::Asked => {
                let colleagues =
                    store::authority::colleagues(&txn, her.organisation_id, asker, &known.granted, now).await?;
                match authority::nearest(&ask, asker, &colleagues, now) {
                    Some(nearest) => Some(nearest),
                    None => return refused(ctx, &SpendRefusal::NobodyCanDecide(ask.total)),
                }
            }
            _ => return refused(ctx, &short()),
        };

        // Remember.
        let course = Course::of(&ask, colleague.is_some(), known.facts.pot.available);
        let row = course.row(spend_id, her, &ask, &known, now);
        if !store::spend::add(&txn, row.clone()).await? {
            return refused(ctx, &SpendRefusal::IdAlreadyUsed);
        }
        for step in course.steps(ask.total) {
            if !store::budget::apply(&txn, row.budget_id, row.id, step, now).await? {
                return refused(ctx, &short());
            }
        }
        if let Some(asked_id) = colleague {
            let ask =
                ask::Model { id: mint::id::<AskId>(), spend_id, asked_id, state: AskState::Open, opened_at: now, closed_at: None };
            store::ask::open(&txn, ask).await?;
        }
        let decided = Decided {
            by: her.id,
            outcome: verdict.outcome,
            amount_pence: ask.total.pence(),
            authorised_pence: row.authorised_pence,
            decline_reason: None,
            words: None,
        };
        let snapshot = Snapshot::Own { ask, facts: known.facts };
        store::verdict::keep(&txn, &row, &verdict, &snapshot, decided, now).await?;
        idempotent::keep(&txn, &key, &row).await?;
        txn.commit().await.map_err(Problem::from)?;

        Ok(RequestSpendPayload::of(row, false))
    }
}
