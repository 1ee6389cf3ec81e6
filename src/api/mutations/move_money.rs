//! moveMoney: from one budget to another of the same period, both sides or neither.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    budget, practitioner, virement,
    words::{BudgetId, VirementId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{user_error::BudgetUserError, virement::Virement},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        budget::{BudgetRefusal, Step},
        money::Money,
        steward,
    },
    store::{self, db::DatabaseTransaction, idempotency::Key},
};

/// What `moveMoney` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct MoveMoneyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The virement's id, if the phone mints it: `vire_` and a UUIDv7 in lower-case base32hex.
    id: Option<ID>,
    /// The budget it leaves: your team's, a hub's you work in, or any where your delegation covers the organisation.
    from_budget_id: ID,
    /// The budget it goes to: any of the organisation.
    to_budget_id: ID,
    /// How much, in pounds and whole pence.
    amount: Decimal,
    /// Why, in 3 to 500 characters. Leave people's names out.
    reason: String,
}

payload! {
    /// What `moveMoney` answers.
    MoveMoneyPayload {
        /// The virement.
        virement: Virement(virement::Model),
        refused: BudgetUserError(BudgetRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct MoveMoney;

#[Object]
impl MoveMoney {
    /// Moves available money from one budget to another of the same period (a virement), at once and whole. You give, and
    /// never take: it leaves a budget you answer for, up to what your role may move at once. It is not an app's to use.
    async fn move_money(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you move.")] input: MoveMoneyInput,
    ) -> Answer<MoveMoneyPayload> {
        MoveMoneyPayload::answer(ctx, moves(ctx, input).await)
    }
}

/// What is moved, parsed.
struct Wanted {
    id: VirementId,
    from: BudgetId,
    to: BudgetId,
    amount: Money,
    reason: String,
}

async fn moves(ctx: &Context<'_>, input: MoveMoneyInput) -> Verb<virement::Model, BudgetRefusal> {
    // Who moves how much, from where to where?
    let (her, _) = ctx.practitioner()?;
    let now = ctx.now()?;
    let wanted = parse(&input)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "moveMoney", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(virement) => return Ok(Done::before(virement)),
        Turn::Reused => return Err(BudgetRefusal::IdempotencyKeyReused.into()),
    };
    if let Some(taken) = store::virement::taken(&txn, wanted.id).await? {
        return repeat(txn, &key, taken, (her, &wanted)).await;
    }

    // Decide: what is hers to say first, then what holds while nobody else moves either budget.
    let from = store::budget::find(&txn, her.organisation_id, wanted.from).await?.ok_or_else(Problem::not_found)?;
    let to = store::budget::find(&txn, her.organisation_id, wanted.to).await?.ok_or_else(Problem::not_found)?;
    let steward = store::steward::of(&txn, her, now).await?;
    let limit = match steward.may_move(&store::budget::owned(&from), wanted.amount) {
        Err(BudgetRefusal::AboveYourLimit { limit, .. }) => {
            let may = store::steward::who_may_move(&txn, her, &from, wanted.amount).await?.map(|person| person.name);
            return Err(BudgetRefusal::AboveYourLimit { limit, may }.into());
        }
        other => other?,
    };
    movable(&from, &to)?;
    let (from, to) = store::budget::hold_both(&txn, from.id, to.id).await?;
    movable(&from, &to)?;

    // Remember, both sides or neither.
    let virement = virement::Model {
        id: wanted.id,
        organisation_id: her.organisation_id,
        from_budget_id: from.id,
        to_budget_id: to.id,
        amount_pence: wanted.amount.pence(),
        reason: wanted.reason.clone(),
        moved_by: her.id,
        limit_pence: limit.pence(),
        moved_at: now,
    };
    if !store::virement::add(&txn, virement.clone()).await? {
        let taken = store::virement::taken(&txn, wanted.id).await?.ok_or(BudgetRefusal::IdAlreadyUsed)?;
        return repeat(txn, &key, taken, (her, &wanted)).await;
    }
    let left = store::budget::apply(&txn, from.id, virement.id, Step::vire_out(wanted.amount), now).await?;
    if !left || !store::budget::apply(&txn, to.id, virement.id, Step::vire_in(wanted.amount), now).await? {
        let left = store::budget::available(&from);
        return Err(BudgetRefusal::Short { budget: from.name, left }.into());
    }
    idempotent::keep(&txn, &key, &virement).await?;
    txn.commit().await?;

    Ok(Done::now(virement))
}

fn parse(input: &MoveMoneyInput) -> Result<Wanted, Stop<BudgetRefusal>> {
    let (from, to) = (id(&input.from_budget_id)?, id(&input.to_budget_id)?);
    let amount = Money::try_asked(input.amount.0).map_err(BudgetRefusal::Amount)?;
    let reason = steward::reason(&input.reason)?;
    if from == to {
        return Err(BudgetRefusal::SameBudget.into());
    }
    Ok(Wanted { id: minted(input.id.as_ref())?, from, to, amount, reason })
}

fn movable(from: &budget::Model, to: &budget::Model) -> Result<(), BudgetRefusal> {
    if let Some(closed) = [from, to].into_iter().find(|budget| budget.closed_at.is_some()) {
        return Err(BudgetRefusal::Closed(closed.name.clone()));
    }
    if store::budget::period(from) != store::budget::period(to) {
        return Err(BudgetRefusal::OtherPeriod);
    }
    Ok(())
}

/// The id is taken. Where the virement says what this one says, the phone has only lost its reply.
async fn repeat(
    txn: DatabaseTransaction,
    key: &Key,
    taken: virement::Model,
    (her, wanted): (&practitioner::Model, &Wanted),
) -> Verb<virement::Model, BudgetRefusal> {
    let same = taken.moved_by == her.id
        && taken.from_budget_id == wanted.from
        && taken.to_budget_id == wanted.to
        && taken.amount_pence == wanted.amount.pence()
        && taken.reason == wanted.reason;
    if !same {
        return Err(BudgetRefusal::IdAlreadyUsed.into());
    }
    idempotent::keep(&txn, key, &taken).await?;
    txn.commit().await?;
    Ok(Done::before(taken))
}
