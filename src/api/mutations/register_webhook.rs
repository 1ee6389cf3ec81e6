//! registerWebhook: an app is told of what happens, from now on.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{
    webhook,
    words::{AppId, EventKind, WebhookId, WebhookState},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        registering,
        scalars::Uuid,
        types::{app::Webhook, user_error::AppUserError},
        verb::{Done, Stop, Verb},
    },
    rules::app::{
        AppRefusal,
        webhook::{MOST_OF_AN_APP, may_be_told, secret},
    },
    store,
};

/// What `registerWebhook` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RegisterWebhookInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The webhook's id, if the caller mints it.
    webhook_id: Option<ID>,
    /// Which app; it was registered with the scope `SYNC_READ`.
    app_id: ID,
    /// Where it is told: an `https` address that anybody can reach, at the usual port.
    url: String,
    /// Of what; of everything where nothing is named.
    #[graphql(default)]
    kinds: Vec<EventKind>,
}

/// What `registerWebhook` answers.
#[derive(SimpleObject)]
pub struct RegisterWebhookPayload {
    /// The webhook.
    pub webhook: Option<Webhook>,
    /// What its messages are signed with, as libraries of the Standard Webhooks specification take it.
    pub secret: Option<String>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    pub user_errors: Vec<AppUserError>,
    /// Whether this was answered before and nothing happened again.
    pub replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct RegisterWebhook;

#[Object]
impl RegisterWebhook {
    /// Has an app told of what happens from now on: ids, signed, in order, and again for three days until it takes them. Seniors
    /// of a team that sets direction see to it. It is not an app's to use.
    async fn register_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which app, where, and of what.")] input: RegisterWebhookInput,
    ) -> Answer<RegisterWebhookPayload> {
        match run(ctx, input).await {
            Ok(Done { value: row, replayed }) => {
                let key = store::webhook::key(ctx.state()?.blobs.vault(), row.organisation_id, row.id);
                let secret = Some(secret(&key.map_err(Problem::internal)?));
                Ok(RegisterWebhookPayload { webhook: Some(Webhook(row)), secret, user_errors: vec![], replayed })
            }
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![AppUserError::new(&refusal, ctx.language()?)];
                Ok(RegisterWebhookPayload { webhook: None, secret: None, user_errors, replayed: false })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn run(ctx: &Context<'_>, input: RegisterWebhookInput) -> Verb<webhook::Model, AppRefusal> {
    // Which app?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (app_id, webhook_id): (AppId, WebhookId) = (id(&input.app_id)?, minted(input.webhook_id.as_ref())?);

    // Was this answered before, and is it hers to say?
    let (txn, key) = match idempotent::begin(ctx, "registerWebhook", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before(registering::known_webhook(ctx, id).await?)),
        Turn::Reused => return Err(AppRefusal::IdempotencyKeyReused.into()),
    };
    let organisation = registering::organisation(ctx, &txn).await?;
    let app = store::app::hold(&txn, organisation, app_id).await?.ok_or_else(Problem::not_found)?;
    if app.revoked_at.is_some() {
        return Err(AppRefusal::Revoked.into());
    }
    may_be_told(&input.url, &store::app::scopes(&app.scopes), ctx.state()?.reach.loopback)?;
    if store::webhook::count(&txn, app_id).await? >= MOST_OF_AN_APP {
        return Err(AppRefusal::TooManyWebhooks.into());
    }

    // From now on.
    let mut kinds = input.kinds.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let row = webhook::Model {
        id: webhook_id,
        organisation_id: organisation,
        app_id,
        url: input.url.clone(),
        kinds: serde_json::to_value(kinds).map_err(Problem::internal)?,
        position: store::event::head(&txn, organisation).await?.position,
        state: WebhookState::Active,
        tries: 0,
        failing_since: None,
        next_try_at: now,
        leased_until: None,
        told_at: None,
        problem: None,
        registered_by: viewer.id,
        created_at: now,
    };
    if !store::webhook::add(&txn, row.clone()).await? {
        return Err(AppRefusal::IdAlreadyUsed.into());
    }
    idempotent::keep(&txn, &key, &webhook_id).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
