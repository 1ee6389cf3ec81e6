//! revokeApp: an app may do nothing any more, for itself or for anybody.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{app, words::AppId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        registering,
        scalars::Uuid,
        types::{app::App, user_error::AppUserError},
        verb::{Done, Verb, payload},
    },
    rules::app::AppRefusal,
    store,
};

/// What `revokeApp` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RevokeAppInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Which app.
    app_id: ID,
}

payload! {
    /// What `revokeApp` answers.
    RevokeAppPayload {
        /// The app, ended.
        app: App(app::Model),
        refused: AppUserError(AppRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RevokeApp;

#[Object]
impl RevokeApp {
    /// Ends an app for good. Its token, and every session in which it acts for somebody, are refused from the next request
    /// on; what is told as events ends within a second. It is not an app's to use.
    async fn revoke_app(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which app.")] input: RevokeAppInput,
    ) -> Answer<RevokeAppPayload> {
        RevokeAppPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: RevokeAppInput) -> Verb<app::Model, AppRefusal> {
    // Which app?
    let (app_id, now): (AppId, _) = (id(&input.app_id)?, ctx.now()?);

    // Was this answered before, and is it hers to say?
    let (txn, key) = match idempotent::begin(ctx, "revokeApp", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before(registering::known(ctx, id).await?)),
        Turn::Reused => return Err(AppRefusal::IdempotencyKeyReused.into()),
    };
    let organisation = registering::organisation(ctx, &txn).await?;
    let app = store::app::hold(&txn, organisation, app_id).await?.ok_or_else(Problem::not_found)?;

    // End it, once.
    let revoked_at = Some(app.revoked_at.unwrap_or(now));
    store::app::revoke(&txn, app_id, now).await?;
    idempotent::keep(&txn, &key, &app_id).await?;
    txn.commit().await?;

    Ok(Done::now(app::Model { revoked_at, ..app }))
}
