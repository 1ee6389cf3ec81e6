//! announcePolicy: everybody is told of a policy, and may comment until it starts.

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
        types::{
            policy::{Policy, dates},
            user_error::PolicyUserError,
        },
        verb::{Done, Verb, payload},
    },
    rules::policy::{Policy as Draft, PolicyRefusal, may_change},
    store,
};

/// What `announcePolicy` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AnnouncePolicyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// A draft of yours.
    policy_id: ID,
}

payload! {
    /// What `announcePolicy` answers.
    AnnouncePolicyPayload {
        /// The policy, told.
        policy: Policy(policy::Model),
        refused: PolicyUserError(PolicyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AnnouncePolicy;

#[Object]
impl AnnouncePolicy {
    /// Tells everybody of a policy of yours, at least 14 days before it starts. From now on it stays as it is; everybody may
    /// comment until it starts. The version it replaces ends on that day. It is not an app's to use.
    async fn announce_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which policy.")] input: AnnouncePolicyInput,
    ) -> Answer<AnnouncePolicyPayload> {
        AnnouncePolicyPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: AnnouncePolicyInput) -> Verb<policy::Model, PolicyRefusal> {
    // Which policy?
    let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
    let policy_id: PolicyId = id(&input.policy_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "announcePolicy", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let policy = store::policy::by_ids(ctx.reader()?, &viewer, &[id]).await?.pop();
            return Ok(Done::before(policy.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(PolicyRefusal::IdempotencyKeyReused.into()),
    };

    // Is there time enough to read it before it starts?
    let draft = store::policy::hold(&txn, &viewer, policy_id).await?.ok_or_else(Problem::not_found)?;
    may_change(viewer.id, draft.owner_id, dates(&draft))?;
    Draft::try_new(&draft.title, &draft.words, draft.starts_on, draft.review_on, today)?;

    // Remember, and tell everybody.
    if !store::policy::told(&txn, draft.id, today).await? {
        return Err(PolicyRefusal::ToldAlready.into());
    }
    if let Some(before) = draft.replaces_id {
        store::policy::end(&txn, before, draft.starts_on).await?;
    }
    store::policy::tell_everybody(&txn, &draft, now).await?;
    idempotent::keep(&txn, &key, &draft.id).await?;
    txn.commit().await?;

    Ok(Done::now(policy::Model { told_on: Some(today), ..draft }))
}
