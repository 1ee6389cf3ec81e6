//! replayWebhook: an app is told again of what happened.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    webhook,
    words::{WebhookId, WebhookState},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        idempotent::{self, Turn},
        registering,
        scalars::Uuid,
        types::{app::Webhook, user_error::AppUserError},
        verb::{Done, Verb, payload},
    },
    rules::app::AppRefusal,
    store,
};

/// What `replayWebhook` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReplayWebhookInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Which webhook.
    webhook_id: ID,
    /// After which place in the order, as messages have it: `"0"` for everything there is. Where nothing is said, it goes on where
    /// it was.
    after: Option<String>,
}

payload! {
    /// What `replayWebhook` answers.
    ReplayWebhookPayload {
        /// The webhook as it is now.
        webhook: Webhook(webhook::Model),
        refused: AppUserError(AppRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReplayWebhook;

#[Object]
impl ReplayWebhook {
    /// Tells an app again of everything after a place in the order, or goes on where it stopped. What it hears twice has the same
    /// place. Seniors of a team that sets direction see to it. It is not an app's to use.
    async fn replay_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which webhook, and from where.")] input: ReplayWebhookInput,
    ) -> Answer<ReplayWebhookPayload> {
        ReplayWebhookPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: ReplayWebhookInput) -> Verb<webhook::Model, AppRefusal> {
    // Which webhook?
    let webhook_id: WebhookId = id(&input.webhook_id)?;

    // Was this answered before, and is it hers to say?
    let (txn, key) = match idempotent::begin(ctx, "replayWebhook", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before(registering::known_webhook(ctx, id).await?)),
        Turn::Reused => return Err(AppRefusal::IdempotencyKeyReused.into()),
    };
    let row = registering::held_webhook(ctx, &txn, webhook_id).await?;

    // Begin there.
    if row.state == WebhookState::Ended {
        return Err(AppRefusal::Revoked.into());
    }
    let head = store::event::head(&txn, row.organisation_id).await?.position;
    let position = match &input.after {
        None => row.position,
        Some(place) => {
            place.parse().ok().filter(|place| (0..=head).contains(place)).ok_or(AppRefusal::PlaceNotKnown)?
        }
    };
    store::webhook::replay(&txn, webhook_id, position, ctx.now()?).await?;
    let after = webhook::Model { state: WebhookState::Active, position, tries: 0, failing_since: None, ..row };
    idempotent::keep(&txn, &key, &webhook_id).await?;
    txn.commit().await?;

    Ok(Done::now(after))
}
