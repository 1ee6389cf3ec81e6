//! withdrawConsent: an app acts for somebody no longer.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{app, words::AppId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        idempotent::{self, Turn},
        registering,
        scalars::Uuid,
        types::{app::App, user_error::AppUserError},
        verb::{Done, Verb, payload},
    },
    rules::app::AppRefusal,
    store,
};

/// What `withdrawConsent` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct WithdrawConsentInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Which app.
    app_id: ID,
}

payload! {
    /// What `withdrawConsent` answers.
    WithdrawConsentPayload {
        /// The app.
        app: App(app::Model),
        refused: AppUserError(AppRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct WithdrawConsent;

#[Object]
impl WithdrawConsent {
    /// Ends what you let an app do for you, on all devices. It is refused from the next request on, and for your colleagues
    /// it goes on. It is not an app's to use.
    async fn withdraw_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which app.")] input: WithdrawConsentInput,
    ) -> Answer<WithdrawConsentPayload> {
        WithdrawConsentPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: WithdrawConsentInput) -> Verb<app::Model, AppRefusal> {
    // Which app of her organisation?
    let (app_id, now): (AppId, _) = (id(&input.app_id)?, ctx.now()?);
    let app = registering::known(ctx, app_id).await?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "withdrawConsent", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before(registering::known(ctx, id).await?)),
        Turn::Reused => return Err(AppRefusal::IdempotencyKeyReused.into()),
    };

    // End it for her.
    store::app::end_sessions(&txn, app_id, Some(ctx.viewer()?.id), now).await?;
    idempotent::keep(&txn, &key, &app_id).await?;
    txn.commit().await?;

    Ok(Done::now(app))
}
