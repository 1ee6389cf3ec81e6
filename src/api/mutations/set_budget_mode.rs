//! setBudgetMode: what happens when a budget runs short, and by how much it may run over.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    budget, budget_mode_change,
    words::{BudgetId, BudgetMode},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{budget::Budget, user_error::BudgetUserError},
        verb::{Done, Verb, payload},
    },
    rules::{budget::BudgetRefusal, money::Money, steward},
    store,
};

/// What `setBudgetMode` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct SetBudgetModeInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The budget.
    budget_id: ID,
    /// What happens when it runs short.
    mode: BudgetMode,
    /// By how much it may run over at most, such as `"250.00"`. Needed to warn or escalate; a budget that stops takes none.
    tolerance: Option<Decimal>,
    /// Why, in 3 to 500 characters.
    reason: String,
}

payload! {
    /// What `setBudgetMode` answers.
    SetBudgetModePayload {
        /// The budget as it runs from now on.
        budget: Budget(budget::Model),
        refused: BudgetUserError(BudgetRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct SetBudgetMode;

#[Object]
impl SetBudgetMode {
    /// Says what happens when a budget runs short. It is for a senior whose delegation covers the budget's team or hub, or
    /// the organisation; which of the two is kept with the change, for ever. It is not an app's to use.
    async fn set_budget_mode(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to happen.")] input: SetBudgetModeInput,
    ) -> Answer<SetBudgetModePayload> {
        SetBudgetModePayload::answer(ctx, set(ctx, input).await)
    }
}

async fn set(ctx: &Context<'_>, input: SetBudgetModeInput) -> Verb<budget::Model, BudgetRefusal> {
    // Who says what?
    let (her, _) = ctx.practitioner()?;
    let now = ctx.now()?;
    let budget_id: BudgetId = id(&input.budget_id)?;
    let tolerance = input.tolerance.map(|tolerance| Money::try_asked(tolerance.0)).transpose();
    let tolerance = tolerance.map_err(BudgetRefusal::Tolerance)?;
    let reason = steward::reason(&input.reason)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "setBudgetMode", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(budget) => return Ok(Done::before(budget)),
        Turn::Reused => return Err(BudgetRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let seen = store::budget::find(&txn, her.organisation_id, budget_id).await?.ok_or_else(Problem::not_found)?;
    let covers = store::steward::of(&txn, her, now).await?.may_steer(&store::budget::owned(&seen))?;
    let budget = store::budget::hold(&txn, seen.id).await?;
    if budget.closed_at.is_some() {
        return Err(BudgetRefusal::Closed(budget.name).into());
    }
    let tolerance = steward::tolerance(input.mode, tolerance, Money::from_pence(budget.overrun_pence))?;

    // Remember.
    let change = budget_mode_change::Model {
        id: store::mint::id(),
        organisation_id: budget.organisation_id,
        budget_id: budget.id,
        old_mode: budget.mode,
        new_mode: input.mode,
        old_tolerance_pence: budget.tolerance_pence,
        new_tolerance_pence: tolerance.pence(),
        reason,
        changed_by: her.id,
        covers,
        changed_at: now,
    };
    let budget = store::closing::change_mode(&txn, &budget, change).await?;
    idempotent::keep(&txn, &key, &budget).await?;
    txn.commit().await?;

    Ok(Done::now(budget))
}
