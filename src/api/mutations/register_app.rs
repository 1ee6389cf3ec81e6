//! registerApp: a third-party app becomes known, with what it may do at most.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{
    app,
    words::{AppId, AppScope},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, minted},
        error::Problem,
        idempotent::{self, Turn},
        registering::{self, Answered, Told},
        scalars::{Date, Uuid},
        types::{app::App, user_error::AppUserError},
        verb::{Done, Verb},
    },
    rules::app::{AppRefusal, Registration},
    store,
};

/// What `registerApp` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RegisterAppInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The app's id, if the caller mints it.
    app_id: Option<ID>,
    /// What it is called, at most 80 characters. Practitioners read it when they are asked whether it may act for them.
    name: String,
    /// What it may do at most. By its own token it only ever reads the directory and the forms.
    scopes: Vec<AppScope>,
    /// Where a practitioner who lets it act for her is sent back to, at most ten: `https`, this device
    /// (`http://127.0.0.1`, at any port), or a scheme of the app's own such as `org.example.app:/back`.
    #[graphql(default)]
    redirect_uris: Vec<String>,
    /// The last day on which it may be used, at most two years from now; a year from now where nothing is said.
    expires_on: Option<Date>,
}

/// What `registerApp` answers.
#[derive(SimpleObject)]
pub struct RegisterAppPayload {
    /// The app.
    pub app: Option<App>,
    /// The token by which it says who it is. It is told once: a request that is sent again has none, and `renewAppToken`
    /// makes another.
    pub token: Option<String>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    pub user_errors: Vec<AppUserError>,
    /// Whether this was answered before and nothing happened again.
    pub replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct RegisterApp;

#[Object]
impl RegisterApp {
    /// Registers a third-party app. Seniors of a team that sets direction see to apps. It is not an app's to use.
    async fn register_app(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which app, and what it may do.")] input: RegisterAppInput,
    ) -> Answer<RegisterAppPayload> {
        let Answered { app, token, user_errors, replayed } = registering::answered(ctx, run(ctx, input).await)?;
        Ok(RegisterAppPayload { app, token, user_errors, replayed })
    }
}

async fn run(ctx: &Context<'_>, input: RegisterAppInput) -> Verb<Told, AppRefusal> {
    // What is it?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let id: AppId = minted(input.app_id.as_ref())?;
    let expires_on = input.expires_on.as_ref().map(|day| day.0);
    let registration = Registration::try_new(&input.name, &input.scopes, &input.redirect_uris, expires_on, now)?;

    // Was this answered before, and is it hers to say?
    let (txn, key) = match idempotent::begin(ctx, "registerApp", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => return Ok(Done::before((registering::known(ctx, id).await?, None))),
        Turn::Reused => return Err(AppRefusal::IdempotencyKeyReused.into()),
    };
    let organisation_id = registering::organisation(ctx, &txn).await?;

    // Remember it by the hash of its token.
    let (token, token_sha256) = registering::token(id)?;
    let Registration { name, scopes, redirect_uris, expires_at } = registration;
    let row = app::Model {
        id,
        organisation_id,
        name,
        token_sha256,
        scopes: serde_json::to_value(scopes).map_err(Problem::internal)?,
        redirect_uris: serde_json::to_value(redirect_uris).map_err(Problem::internal)?,
        expires_at,
        revoked_at: None,
        created_at: now,
        registered_by: Some(viewer.id),
        last_used_at: None,
    };
    if !store::app::add(&txn, row.clone()).await? {
        return Err(AppRefusal::IdAlreadyUsed.into());
    }
    idempotent::keep(&txn, &key, &id).await?;
    txn.commit().await?;

    Ok(Done::now((row, Some(token))))
}
