//! returnAllowance: give back what an offline allowance does not need.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{allowance, words::AllowanceId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{allowance::Allowance, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::{allowance as allowances, money::Money, spend::SpendRefusal},
    store,
};

/// What `returnAllowance` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReturnAllowanceInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The allowance, from `viewer { allowances }`.
    allowance_id: ID,
    /// What the phone has decided with it and not yet brought home, such as `"4.60"`. So much stays set aside;
    /// nothing does where none is given.
    still_to_sync: Option<Decimal>,
}

payload! {
    /// What `returnAllowance` answers.
    ReturnAllowancePayload {
        /// The allowance, ended.
        allowance: Allowance(allowance::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReturnAllowance;

#[Object]
impl ReturnAllowance {
    /// Ends an allowance of yours now, from any of your phones, and gives back what is left of it. What was decided before
    /// and is still to come home is honoured out of what `stillToSync` keeps back. It is not an app's to use.
    async fn return_allowance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you give back.")] input: ReturnAllowanceInput,
    ) -> Answer<ReturnAllowancePayload> {
        ReturnAllowancePayload::answer(ctx, give_back(ctx, input).await)
    }
}

async fn give_back(ctx: &Context<'_>, input: ReturnAllowanceInput) -> Verb<allowance::Model, SpendRefusal> {
    // Who gives back what?
    let (her, _) = ctx.practitioner()?;
    let now = ctx.now()?;
    let allowance_id: AllowanceId = id(&input.allowance_id)?;
    let still_to_sync = match input.still_to_sync {
        Some(amount) if !amount.0.is_zero() => Money::try_asked(amount.0).map_err(SpendRefusal::Amount)?,
        _ => Money::ZERO,
    };

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "returnAllowance", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(allowance) => return Ok(Done::before(allowance)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let row = store::allowance::hold(&txn, her.id, allowance_id).await?.ok_or_else(Problem::not_found)?;
    let back = allowances::gives_back(store::allowance::left_of(&row), still_to_sync);

    // Remember.
    store::allowance::end(&txn, row.id, now).await?;
    store::allowance::release(&txn, &row, back, now).await?;
    let row = store::allowance::hold(&txn, her.id, allowance_id).await?.ok_or_else(Problem::not_found)?;
    idempotent::keep(&txn, &key, &row).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
