//! endPolicy: a policy does not hold any more.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{policy, words::PolicyId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        today::today,
        types::{policy::Policy, user_error::PolicyUserError},
        verb::{Done, Verb, payload},
    },
    rules::policy::PolicyRefusal,
    store,
};

/// What `endPolicy` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct EndPolicyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// A policy of yours.
    policy_id: ID,
}

payload! {
    /// What `endPolicy` answers.
    EndPolicyPayload {
        /// The policy, ended.
        policy: Policy(policy::Model),
        refused: PolicyUserError(PolicyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct EndPolicy;

#[Object]
impl EndPolicy {
    /// Ends a policy of yours from today on, or takes a draft back. It can still be read. It is not an app's to use.
    async fn end_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which policy.")] input: EndPolicyInput,
    ) -> Answer<EndPolicyPayload> {
        EndPolicyPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: EndPolicyInput) -> Verb<policy::Model, PolicyRefusal> {
    // Which policy?
    let (viewer, today) = (ctx.viewer()?, today(ctx).await?);
    let policy_id: PolicyId = id(&input.policy_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "endPolicy", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let policy = store::policy::by_ids(ctx.reader()?, &viewer, &[id]).await?.pop();
            return Ok(Done::before(policy.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(PolicyRefusal::IdempotencyKeyReused.into()),
    };
    let held = store::policy::hold(&txn, &viewer, policy_id).await?.ok_or_else(Problem::not_found)?;
    if held.owner_id != viewer.id {
        return Err(PolicyRefusal::NotYours.into());
    }

    // Remember. What ended before ended then.
    store::policy::end(&txn, held.id, today).await?;
    let ended_on = held.ended_on.map_or(today, |before| before.min(today));
    idempotent::keep(&txn, &key, &held.id).await?;
    txn.commit().await?;

    Ok(Done::now(policy::Model { ended_on: Some(ended_on), ..held }))
}
