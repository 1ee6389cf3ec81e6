//! openBudget: the budget of the next period, before the last one is closed.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{budget, words::BudgetId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{budget::Budget, user_error::BudgetUserError},
        verb::{Done, Verb, payload},
    },
    rules::{budget::BudgetRefusal, money::Money, text},
    store,
};

/// Most characters of a budget's name.
const NAME_CHARS: usize = 80;

/// What `openBudget` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct OpenBudgetInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The budget's id, if the phone mints it: `budg_` and a UUIDv7 in lower-case base32hex.
    id: Option<ID>,
    /// The budget it follows.
    after_budget_id: ID,
    /// What is put into it for the period, in pounds and whole pence.
    allocated: Decimal,
    /// Its name, at most 80 characters; that of the budget it follows where none is given.
    name: Option<String>,
}

payload! {
    /// What `openBudget` answers.
    OpenBudgetPayload {
        /// The new budget.
        budget: Budget(budget::Model),
        refused: BudgetUserError(BudgetRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct OpenBudget;

#[Object]
impl OpenBudget {
    /// Opens the budget that follows another: the same fund, team or hub and codes, for the next period of the same length.
    /// It is for a senior whose delegation covers the organisation. It is not an app's to use.
    async fn open_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to open.")] input: OpenBudgetInput,
    ) -> Answer<OpenBudgetPayload> {
        OpenBudgetPayload::answer(ctx, open(ctx, input).await)
    }
}

async fn open(ctx: &Context<'_>, input: OpenBudgetInput) -> Verb<budget::Model, BudgetRefusal> {
    // Who opens what?
    let (her, _) = ctx.practitioner()?;
    let now = ctx.now()?;
    let (new_id, after_id): (BudgetId, BudgetId) = (minted(input.id.as_ref())?, id(&input.after_budget_id)?);
    let allocated = Money::try_asked(input.allocated.0).map_err(BudgetRefusal::Allocated)?;
    let name = text::plain(input.name.as_deref().unwrap_or_default(), NAME_CHARS).map_err(BudgetRefusal::Name)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "openBudget", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(budget) => return Ok(Done::before(budget)),
        Turn::Reused => return Err(BudgetRefusal::IdempotencyKeyReused.into()),
    };

    // Decide, one after the other for one budget.
    let seen = store::budget::find(&txn, her.organisation_id, after_id).await?.ok_or_else(Problem::not_found)?;
    store::steward::of(&txn, her, now).await?.may_open()?;
    let after = store::budget::hold(&txn, seen.id).await?;
    if store::budget::taken(&txn, new_id).await?.is_some() {
        return Err(BudgetRefusal::IdAlreadyUsed.into());
    }
    let period = store::budget::period(&after).next().ok_or(BudgetRefusal::PeriodTaken)?;
    if store::budget::overlaps(&txn, &after, period).await? {
        return Err(BudgetRefusal::PeriodTaken.into());
    }

    // Remember.
    let budget = budget::Model {
        id: new_id,
        name: name.unwrap_or_else(|| after.name.clone()),
        period_start: period.start,
        period_end: period.end,
        overrun_pence: 0,
        allocated_pence: allocated.pence(),
        reserved_pence: 0,
        committed_pence: 0,
        settled_pence: 0,
        closed_at: None,
        ..after
    };
    store::budget::open(&txn, budget.clone(), now).await?;
    idempotent::keep(&txn, &key, &budget).await?;
    txn.commit().await?;

    Ok(Done::now(budget))
}
