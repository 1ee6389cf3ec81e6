//! putPolicy: a policy on a page is being written, or another version of one.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{policy, words::PolicyId};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, Uuid},
        today::today,
        types::{
            policy::{Policy, dates},
            user_error::PolicyUserError,
        },
        verb::{Done, Verb, payload},
    },
    rules::{
        policy::{Policy as Draft, PolicyRefusal, may_change},
        sight::Viewer,
    },
    store,
};

/// What `putPolicy` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PutPolicyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The policy's id, as the phone mints it; that of a draft there is changes it.
    id: ID,
    /// What it is called, at most 80 characters.
    title: String,
    /// What it says, at most 400 words.
    words: String,
    /// When it starts: at least 14 days after people are told, and within two years.
    starts_on: Date,
    /// When it is looked at again: after it starts, within two years of that.
    review_on: Date,
    /// The version whose place it takes on the day it starts; it is yours as well.
    replaces_id: Option<ID>,
}

payload! {
    /// What `putPolicy` answers.
    PutPolicyPayload {
        /// The draft.
        policy: Policy(policy::Model),
        refused: PolicyUserError(PolicyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PutPolicy;

#[Object]
impl PutPolicy {
    /// Writes a policy on a page, or changes a draft of yours. Nobody else reads it until you announce it; you answer for it.
    /// It is not an app's to use.
    async fn put_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it says, and from when.")] input: PutPolicyInput,
    ) -> Answer<PutPolicyPayload> {
        PutPolicyPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: PutPolicyInput) -> Verb<policy::Model, PolicyRefusal> {
    // What does it say?
    let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
    let policy_id: PolicyId = id(&input.id)?;
    let replaces: Option<PolicyId> = input.replaces_id.as_ref().map(id).transpose()?;
    let (starts_on, review_on) = (input.starts_on.0, input.review_on.0);
    let draft = Draft::try_new(&input.title, &input.words, starts_on, review_on, today)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "putPolicy", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let policy = store::policy::by_ids(ctx.reader()?, &viewer, &[id]).await?.pop();
            return Ok(Done::before(policy.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(PolicyRefusal::IdempotencyKeyReused.into()),
    };

    // What does it take the place of? Whoever answers for that says so.
    if let Some(replaces) = replaces {
        let before = store::policy::hold(&txn, &viewer, replaces).await?.filter(|before| before.told_on.is_some());
        let before = before.filter(|before| before.id != policy_id).ok_or_else(Problem::not_found)?;
        if before.owner_id != viewer.id {
            return Err(PolicyRefusal::NotYours.into());
        }
    }

    // Remember.
    let row = entity_row(policy_id, &viewer, &draft, (replaces, now));
    match store::policy::hold(&txn, &viewer, policy_id).await? {
        Some(before) => {
            may_change(viewer.id, before.owner_id, dates(&before))?;
            store::policy::change(&txn, policy_id, &draft, replaces).await?;
        }
        None if store::policy::add(&txn, row.clone()).await? => {}
        None => return Err(PolicyRefusal::IdAlreadyUsed.into()),
    }
    idempotent::keep(&txn, &key, &row.id).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}

fn entity_row(
    id: PolicyId,
    viewer: &Viewer,
    draft: &Draft,
    (replaces_id, put_at): (Option<PolicyId>, DateTime<Utc>),
) -> policy::Model {
    policy::Model {
        id,
        organisation_id: viewer.organisation,
        owner_id: viewer.id,
        title: draft.title.clone(),
        words: draft.words.clone(),
        starts_on: draft.starts_on,
        review_on: draft.review_on,
        replaces_id,
        put_at,
        told_on: None,
        ended_on: None,
    }
}
