//! endWebhook: an app is told no more.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    webhook,
    words::{WebhookId, WebhookState},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, id},
        idempotent::{self, Turn},
        registering,
        scalars::Uuid,
        types::{app::Webhook, user_error::AppUserError},
        verb::{Done, Verb, payload},
    },
    rules::app::AppRefusal,
    store,
};

/// What `endWebhook` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct EndWebhookInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Which webhook.
    webhook_id: ID,
}

payload! {
    /// What `endWebhook` answers.
    EndWebhookPayload {
        /// The webhook as it is now.
        webhook: Webhook(webhook::Model),
        refused: AppUserError(AppRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct EndWebhook;

#[Object]
impl EndWebhook {
    /// Has an app told of nothing more in one place, for good. Seniors of a team that sets direction see to it. It is not an
    /// app's to use.
    async fn end_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which webhook.")] input: EndWebhookInput,
    ) -> Answer<EndWebhookPayload> {
        EndWebhookPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: EndWebhookInput) -> Verb<webhook::Model, AppRefusal> {
    // Which webhook?
    let webhook_id: WebhookId = id(&input.webhook_id)?;

    // Was this answered before, and is it hers to say?
    let (txn, key) = match idempotent::begin(ctx, "endWebhook", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before(registering::known_webhook(ctx, id).await?)),
        Turn::Reused => return Err(AppRefusal::IdempotencyKeyReused.into()),
    };
    let row = registering::held_webhook(ctx, &txn, webhook_id).await?;

    // End it.
    store::webhook::end(&txn, webhook_id).await?;
    let after = webhook::Model { state: WebhookState::Ended, ..row };
    idempotent::keep(&txn, &key, &webhook_id).await?;
    txn.commit().await?;

    Ok(Done::now(after))
}
