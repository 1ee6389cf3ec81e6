//! purgeDue: what was kept for as long as it may be goes now, and not when the clock comes round.

use async_graphql::{Context, InputObject, Object};
use busfare_entity::purge_run;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        idempotent::{self, Turn},
        messages::message,
        scalars::Uuid,
        types::{retention::PurgeRun, user_error::PrivacyUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        privacy::PrivacyRefusal,
        retention::{RetentionRefusal, may_purge},
    },
    store,
};

/// What goes at once at most.
const MOST: usize = 500;

/// What `purgeDue` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PurgeDueInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// How much of what `retentionDryRun` lists goes at most, from its beginning: 1 to 500.
    #[graphql(default = 100)]
    most: i32,
}

payload! {
    /// What `purgeDue` answers.
    PurgeDuePayload {
        /// What went.
        purge: PurgeRun(purge_run::Model),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PurgeDue;

#[Object]
impl PurgeDue {
    /// Takes away what `retentionDryRun` lists: answers, in every revision, and records, with what was captured for them. It
    /// cannot be undone. The practice group may; an hourly round does the same by itself. It is not an app's to use.
    async fn purge_due(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How much.")] input: PurgeDueInput,
    ) -> Answer<PurgeDuePayload> {
        PurgeDuePayload::answer(ctx, purge(ctx, input).await)
    }
}

async fn purge(ctx: &Context<'_>, input: PurgeDueInput) -> Verb<purge_run::Model, PrivacyRefusal> {
    // How much?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let most = usize::try_from(input.most).ok().filter(|most| (1..=MOST).contains(most));
    let most = most.ok_or_else(|| Problem::bad_user_input(message!("most-out-of-range", most = MOST)))?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "purgeDue", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(run) => return Ok(Done::before(run)),
        Turn::Reused => return Err(RetentionRefusal::IdempotencyKeyReused.into()),
    };
    may_purge(store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await?)?;

    // Take away, and remember how much.
    let asked_by = (viewer.organisation, Some(viewer.id));
    let (run, blobs) = store::retention::purge_due(&txn, asked_by, now, most).await?;
    idempotent::keep(&txn, &key, &run).await?;
    txn.commit().await?;
    ctx.state()?.blobs.take_back(blobs).await;

    Ok(Done::now(run))
}
