//! renewAppToken: an app has another token, and the one before is none.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{app, words::AppId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        registering::{self, Answered, Told},
        scalars::{Date, Uuid},
        types::{app::App, user_error::AppUserError},
        verb::{Done, Verb},
    },
    rules::app::{AppRefusal, ends},
    store,
};

/// What `renewAppToken` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RenewAppTokenInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Which app.
    app_id: ID,
    /// The last day on which it may be used, at most two years from now; a year from now where nothing is said.
    expires_on: Option<Date>,
}

/// What `renewAppToken` answers.
#[derive(SimpleObject)]
pub struct RenewAppTokenPayload {
    /// The app.
    pub app: Option<App>,
    /// Its new token. It is told once: a request that is sent again has none.
    pub token: Option<String>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    pub user_errors: Vec<AppUserError>,
    /// Whether this was answered before and nothing happened again.
    pub replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct RenewAppToken;

#[Object]
impl RenewAppToken {
    /// Gives an app another token, before the one it has ends or because somebody else may have seen it. The one before is
    /// refused from now on; practitioners whom the app acts for notice nothing. It is not an app's to use.
    async fn renew_app_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which app, and until when.")] input: RenewAppTokenInput,
    ) -> Answer<RenewAppTokenPayload> {
        let Answered { app, token, user_errors, replayed } = registering::answered(ctx, run(ctx, input).await)?;
        Ok(RenewAppTokenPayload { app, token, user_errors, replayed })
    }
}

async fn run(ctx: &Context<'_>, input: RenewAppTokenInput) -> Verb<Told, AppRefusal> {
    // Which app, and until when?
    let app_id: AppId = id(&input.app_id)?;
    let expires_at = ends(input.expires_on.as_ref().map(|day| day.0), ctx.now()?)?;

    // Was this answered before, and is it hers to say?
    let (txn, key) = match idempotent::begin(ctx, "renewAppToken", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before((registering::known(ctx, id).await?, None))),
        Turn::Reused => return Err(AppRefusal::IdempotencyKeyReused.into()),
    };
    let organisation = registering::organisation(ctx, &txn).await?;
    let app = store::app::hold(&txn, organisation, app_id).await?.ok_or_else(Problem::not_found)?;
    if app.revoked_at.is_some() {
        return Err(AppRefusal::Revoked.into());
    }

    // Change it.
    let (token, token_sha256) = registering::token(app_id)?;
    store::app::renew(&txn, app_id, &token_sha256, expires_at).await?;
    idempotent::keep(&txn, &key, &app_id).await?;
    txn.commit().await?;

    Ok(Done::now((app::Model { token_sha256, expires_at, ..app }, Some(token))))
}
