//! closeBudget: the end of a period. What is under way goes along; what is unspent lapses or does too.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    budget, budget_closing,
    words::{BudgetId, Unspent},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{budget::Budget, user_error::BudgetUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        budget::{BudgetRefusal, Carried, Step},
        calendar,
        money::Money,
        steward,
    },
    store::{self, budget::Cause, db::DatabaseTransaction},
};

/// What `closeBudget` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CloseBudgetInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The budget.
    budget_id: ID,
    /// What becomes of the money that is neither held nor spent.
    unspent: Unspent,
    /// Why so, in 3 to 500 characters.
    reason: String,
}

payload! {
    /// What `closeBudget` answers.
    CloseBudgetPayload {
        /// The closed budget.
        budget: Budget(budget::Model),
        refused: BudgetUserError(BudgetRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct CloseBudget;

#[Object]
impl CloseBudget {
    /// Closes a budget whose period is over, on the organisation's own calendar. What is held goes into the next period's
    /// budget with its money: asks keep waiting, and what is authorised stays so (an accrual). What is unspent lapses or is
    /// carried forward, as you say. Nothing moves on a closed budget. It is for a senior whose delegation covers it. It is
    /// not an app's to use.
    async fn close_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to close.")] input: CloseBudgetInput,
    ) -> Answer<CloseBudgetPayload> {
        CloseBudgetPayload::answer(ctx, close(ctx, input).await)
    }
}

async fn close(ctx: &Context<'_>, input: CloseBudgetInput) -> Verb<budget::Model, BudgetRefusal> {
    // Who closes what?
    let (her, _) = ctx.practitioner()?;
    let now = ctx.now()?;
    let budget_id: BudgetId = id(&input.budget_id)?;
    let reason = steward::reason(&input.reason)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "closeBudget", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(budget) => return Ok(Done::before(budget)),
        Turn::Reused => return Err(BudgetRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let seen = store::budget::find(&txn, her.organisation_id, budget_id).await?.ok_or_else(Problem::not_found)?;
    let covers = store::steward::of(&txn, her, now).await?.may_steer(&store::budget::owned(&seen))?;
    let zone = store::people::zone(&txn, her.organisation_id).await?;
    closable(&seen)?;
    store::budget::period(&seen).is_over(calendar::day(now, zone))?;
    let (budget, next) = match store::budget::successor(&txn, &seen).await? {
        Some(next) => {
            let (budget, next) = store::budget::hold_both(&txn, seen.id, next.id).await?;
            (budget, Some(next).filter(|next| next.closed_at.is_none()))
        }
        None => (store::budget::hold(&txn, seen.id).await?, None),
    };
    closable(&budget)?;

    // Remember: what is under way goes along, then the rest, and then it is closed.
    let closing = budget_closing::Model {
        id: store::mint::id(),
        organisation_id: budget.organisation_id,
        budget_id: budget.id,
        successor_id: None,
        unspent: input.unspent,
        carried_reserved_pence: 0,
        carried_committed_pence: 0,
        carried_unspent_pence: 0,
        lapsed_pence: 0,
        reason,
        closed_by: her.id,
        covers,
        closed_at: now,
    };
    let closing = carry_holds(&txn, &budget, next.as_ref(), closing).await?;
    let closing = end_unspent(&txn, &budget, next.as_ref(), closing).await?;
    if !store::closing::close(&txn, closing).await? {
        return Err(BudgetRefusal::Closed(budget.name).into());
    }
    let closed = store::budget::hold(&txn, budget.id).await?;
    idempotent::keep(&txn, &key, &closed).await?;
    txn.commit().await?;

    Ok(Done::now(closed))
}

fn closable(budget: &budget::Model) -> Result<(), BudgetRefusal> {
    if budget.closed_at.is_some() { Err(BudgetRefusal::Closed(budget.name.clone())) } else { Ok(()) }
}

/// What is held for spends, and every ask that waits, goes into the next period.
async fn carry_holds(
    txn: &DatabaseTransaction,
    budget: &budget::Model,
    next: Option<&budget::Model>,
    mut closing: budget_closing::Model,
) -> Result<budget_closing::Model, Stop<BudgetRefusal>> {
    for spend in store::closing::under_way(txn, budget.id).await? {
        let next = next.ok_or(BudgetRefusal::NoSuccessor)?.id;
        if !store::closing::carry_spend(txn, &spend, next, closing.id, closing.closed_at).await? {
            return Err(still_held(budget).into());
        }
        let held = store::closing::held(&spend);
        closing.successor_id = Some(next);
        closing.carried_reserved_pence += held.reserved.pence();
        closing.carried_committed_pence += held.committed.pence();
    }
    let left = store::budget::hold(txn, budget.id).await?;
    if left.reserved_pence + left.committed_pence > 0 {
        return Err(still_held(&left).into());
    }
    Ok(closing)
}

/// What is neither held nor spent lapses, or is carried forward.
async fn end_unspent(
    txn: &DatabaseTransaction,
    budget: &budget::Model,
    next: Option<&budget::Model>,
    mut closing: budget_closing::Model,
) -> Result<budget_closing::Model, Stop<BudgetRefusal>> {
    let (cause, now) = (Cause::from(closing.id), closing.closed_at);
    let unspent = store::budget::available(budget);
    if unspent == Money::ZERO {
        return Ok(closing);
    }
    let done = match closing.unspent {
        Unspent::Lapse => {
            closing.lapsed_pence = unspent.pence();
            store::budget::apply(txn, budget.id, cause, Step::lapse(unspent), now).await?
        }
        Unspent::CarryForward => {
            let next = next.ok_or(BudgetRefusal::NoSuccessor)?.id;
            closing.successor_id = Some(next);
            closing.carried_unspent_pence = unspent.pence();
            let carried = Carried { unspent, ..Carried::default() };
            store::closing::carry(txn, (budget.id, next), cause, carried, now).await?
        }
    };
    if done { Ok(closing) } else { Err(still_held(budget).into()) }
}

fn still_held(budget: &budget::Model) -> BudgetRefusal {
    BudgetRefusal::StillHeld(Money::from_pence(budget.reserved_pence + budget.committed_pence))
}
