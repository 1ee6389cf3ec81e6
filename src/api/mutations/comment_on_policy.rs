//! commentOnPolicy: what somebody thinks of a policy before it starts.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{policy, policy_comment, words::PolicyId};
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
    rules::policy::{PolicyRefusal, comment},
    store,
};

/// What `commentOnPolicy` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CommentOnPolicyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The policy, from `policies`.
    policy_id: ID,
    /// What you think of it, 1 to 1,000 characters.
    comment: String,
}

payload! {
    /// What `commentOnPolicy` answers.
    CommentOnPolicyPayload {
        /// The policy with the comment.
        policy: Policy(policy::Model),
        refused: PolicyUserError(PolicyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct CommentOnPolicy;

#[Object]
impl CommentOnPolicy {
    /// Says what you think of a policy that was told and has not started. Everybody reads it, and it stays as it was said. It
    /// is not an app's to use.
    async fn comment_on_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you think.")] input: CommentOnPolicyInput,
    ) -> Answer<CommentOnPolicyPayload> {
        CommentOnPolicyPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: CommentOnPolicyInput) -> Verb<policy::Model, PolicyRefusal> {
    // What does who think?
    let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
    let policy_id: PolicyId = id(&input.policy_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "commentOnPolicy", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let policy = store::policy::by_ids(ctx.reader()?, &viewer, &[id]).await?.pop();
            return Ok(Done::before(policy.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(PolicyRefusal::IdempotencyKeyReused.into()),
    };

    // Is it open to comments?
    let held = store::policy::hold(&txn, &viewer, policy_id).await?.ok_or_else(Problem::not_found)?;
    let so_far = store::policy::count_comments(&txn, held.id).await?;
    let words = comment(&input.comment, dates(&held), so_far, today)?;

    // Remember.
    let (author_id, commented_at) = (viewer.id, now);
    let row = policy_comment::Model { id: store::mint::id(), policy_id, author_id, words, commented_at };
    store::policy::comment(&txn, row).await?;
    idempotent::keep(&txn, &key, &held.id).await?;
    txn.commit().await?;

    Ok(Done::now(held))
}
