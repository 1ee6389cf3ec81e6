//! The second step: passkeys by W3C Web Authentication (Level 3), verified by a library, and asked for before somebody decides on
//! others' money.

use async_graphql::{Context, InputObject};
use busfare_entity::{
    passkey, passkey_challenge, practitioner, second_step,
    words::{PasskeyChallengeId, PasskeyChallengeUse, PasskeyId, PractitionerId, SessionId},
};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::prelude::{
    Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Webauthn,
    WebauthnBuilder,
};

use super::{
    context::{Answer, Asked},
    error::Problem,
    verb::Stop,
};
use crate::{
    rules::{
        second_step::{AskedOf, CHALLENGE_LIFE, MOST_CHALLENGES, MOST_PASSKEYS, SecondStepRefusal, Taken},
        sight::Viewer,
        spend::SpendRefusal,
    },
    store::{self, db::DatabaseTransaction},
};

/// What phones show as who asks.
const NAME: &str = "Busfare";

/// How a server asks for the second step.
pub struct SecondStep {
    library: Webauthn,
    /// Of whom.
    pub asked_of: AskedOf,
}

/// A challenge as its phone is given it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Its id.
    pub id: PasskeyChallengeId,
    /// What to hand to the phone.
    pub options: Value,
    /// Until when it may be answered.
    pub ends_at: DateTime<Utc>,
}

/// What `navigator.credentials.create()` gave: the members of its `response`, each in base64url.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CreatedPasskeyInput {
    /// `id`.
    id: String,
    /// `response.clientDataJSON`.
    #[graphql(name = "clientDataJSON")]
    client_data_json: String,
    /// `response.attestationObject`.
    attestation_object: String,
}

/// What `navigator.credentials.get()` gave: the members of its `response`, each in base64url.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ShownPasskeyInput {
    /// `id`.
    id: String,
    /// `response.clientDataJSON`.
    #[graphql(name = "clientDataJSON")]
    client_data_json: String,
    /// `response.authenticatorData`.
    authenticator_data: String,
    /// `response.signature`.
    signature: String,
}

impl SecondStep {
    /// For the people who use the app at a site, and for apps that speak for it by origins of their own.
    ///
    /// # Errors
    ///
    /// A sentence where the site cannot have passkeys.
    pub fn at(site: &Url, apps: &[Url], asked_of: AskedOf) -> Result<Self, String> {
        let host = site.host_str().unwrap_or_default();
        let library = WebauthnBuilder::new(host, site).map(|builder| {
            // On this machine, for trying out, any port will do.
            let builder = builder.rp_name(NAME).allow_any_port(host == "localhost");
            apps.iter().fold(builder, |builder, app| builder.append_allowed_origin(app))
        });
        let library = library.and_then(WebauthnBuilder::build).map_err(|error| error.to_string())?;
        Ok(Self { library, asked_of })
    }

    /// What a phone needs to make a passkey of hers, beside those that she has.
    fn begin_adding(&self, her: &practitioner::Model, hers: &[passkey::Model]) -> Answer<(Value, Value)> {
        let there = read_all(hers)?.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let begun = self.library.start_passkey_registration(her.id.0, &her.email, &her.name, Some(there));
        let (options, state) = begun.map_err(Problem::internal)?;
        Ok((written(&options)?, written(&state)?))
    }

    /// The passkey that a phone made, if it is what was asked for.
    fn added(&self, created: &CreatedPasskeyInput, state: Value) -> Answer<Result<Passkey, SecondStepRefusal>> {
        let state: PasskeyRegistration = read(state)?;
        let said = json!({
            "id": created.id, "rawId": created.id, "type": "public-key", "extensions": {},
            "response": { "clientDataJSON": created.client_data_json, "attestationObject": created.attestation_object },
        });
        let said = serde_json::from_value::<RegisterPublicKeyCredential>(said).ok();
        let made = said.and_then(|said| self.library.finish_passkey_registration(&said, &state).ok());
        Ok(made.ok_or(SecondStepRefusal::NotBelieved))
    }

    /// What a phone needs to show one of her passkeys.
    fn begin_showing(&self, hers: &[passkey::Model]) -> Answer<(Value, Value)> {
        let begun = self.library.start_passkey_authentication(&read_all(hers)?);
        let (options, state) = begun.map_err(Problem::internal)?;
        Ok((written(&options)?, written(&state)?))
    }

    /// Which of her passkeys was shown, and as it is to be kept from now on.
    fn shown(
        &self,
        shown: &ShownPasskeyInput,
        state: Value,
        hers: &[passkey::Model],
    ) -> Answer<Result<(PasskeyId, Value), SecondStepRefusal>> {
        let state: PasskeyAuthentication = read(state)?;
        let said = json!({
            "id": shown.id, "rawId": shown.id, "type": "public-key", "extensions": {},
            "response": {
                "clientDataJSON": shown.client_data_json,
                "authenticatorData": shown.authenticator_data,
                "signature": shown.signature,
            },
        });
        let said = serde_json::from_value::<PublicKeyCredential>(said).ok();
        let proven = said.and_then(|said| self.library.finish_passkey_authentication(&said, &state).ok());
        let Some(proven) = proven.filter(|proven| proven.user_verified()) else {
            return Ok(Err(SecondStepRefusal::NotBelieved));
        };
        // It may have been removed since it was asked for.
        let proven_id: &[u8] = proven.cred_id().as_ref();
        let Some(row) = hers.iter().find(|row| row.credential_id == proven_id) else {
            return Ok(Err(SecondStepRefusal::NotBelieved));
        };
        let mut passkey: Passkey = read(row.credential.clone())?;
        passkey.update_credential(&proven);
        Ok(Ok((row.id, written(&passkey)?)))
    }
}

fn written(value: &impl Serialize) -> Answer<Value> {
    serde_json::to_value(value).map_err(Problem::internal)
}

fn read<T: DeserializeOwned>(value: Value) -> Answer<T> {
    serde_json::from_value(value).map_err(Problem::internal)
}

fn read_all(rows: &[passkey::Model]) -> Answer<Vec<Passkey>> {
    rows.iter().map(|row| read(row.credential.clone())).collect()
}

/// How this server asks for the second step.
pub fn offered<'a>(ctx: &'a Context<'_>) -> Result<&'a SecondStep, Stop<SecondStepRefusal>> {
    Ok(ctx.state()?.second_step.as_deref().ok_or(SecondStepRefusal::NotOffered)?)
}

/// The passkeys of whoever asks, and what is known of her second step.
pub async fn hers(ctx: &Context<'_>, conn: &impl ConnectionTrait) -> Answer<(Vec<passkey::Model>, Taken)> {
    let (her, session) = ctx.practitioner()?;
    Ok(store::passkey::with_step(conn, her.id, session).await?)
}

/// Stops whoever has a passkey and has not shown one, before passkeys are changed; gives hers.
pub async fn before_changing(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
) -> Result<Vec<passkey::Model>, Stop<SecondStepRefusal>> {
    let (hers, taken) = hers(ctx, txn).await?;
    taken.lets_change_passkeys(ctx.now()?)?;
    Ok(hers)
}

/// The same before she adds another.
pub async fn before_adding(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
) -> Result<Vec<passkey::Model>, Stop<SecondStepRefusal>> {
    let hers = before_changing(ctx, txn).await?;
    if hers.len() < MOST_PASSKEYS { Ok(hers) } else { Err(SecondStepRefusal::TooMany.into()) }
}

/// A colleague by her id.
pub async fn colleague(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: PractitionerId,
) -> Answer<practitioner::Model> {
    let found = store::people::practitioners(conn, viewer.organisation, &[id]).await?;
    found.into_iter().next().ok_or_else(Problem::not_found)
}

/// Stops whoever has to prove first that it is she, before she decides on others' money.
pub async fn before_deciding(ctx: &Context<'_>, txn: &DatabaseTransaction) -> Result<(), Stop<SpendRefusal>> {
    let Some(second_step) = &ctx.state()?.second_step else { return Ok(()) };
    let (_, taken) = hers(ctx, txn).await?;
    Ok(taken.lets_decide(second_step.asked_of, ctx.now()?).map_err(SpendRefusal::SecondStep)?)
}

/// Asks her phone for a passkey: to make one, or to show one that she has.
pub async fn challenge(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    purpose: PasskeyChallengeUse,
    hers: &[passkey::Model],
) -> Result<Challenge, Stop<SecondStepRefusal>> {
    let ((her, session_id), now) = (ctx.practitioner()?, ctx.now()?);
    let second_step = offered(ctx)?;
    let (options, state) = match purpose {
        PasskeyChallengeUse::Add => second_step.begin_adding(her, hers)?,
        PasskeyChallengeUse::Prove => second_step.begin_showing(hers)?,
    };
    let challenge = Challenge { id: store::mint::id(), options, ends_at: now + CHALLENGE_LIFE };
    let row = passkey_challenge::Model { id: challenge.id, session_id, purpose, state, ends_at: challenge.ends_at };
    store::passkey::challenge(txn, row, MOST_CHALLENGES, now).await?;
    Ok(challenge)
}

/// Keeps the passkey that her phone made.
pub async fn add(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    (id, name): (PasskeyChallengeId, String),
    created: &CreatedPasskeyInput,
) -> Result<passkey::Model, Stop<SecondStepRefusal>> {
    let (her, _) = ctx.practitioner()?;
    let state = answered(ctx, txn, id, PasskeyChallengeUse::Add).await?;
    let made = offered(ctx)?.added(created, state)??;
    let credential_id: &[u8] = made.cred_id().as_ref();
    let row = passkey::Model {
        id: store::mint::id(),
        practitioner_id: her.id,
        name,
        credential_id: credential_id.to_vec(),
        credential: written(&made)?,
        added_at: ctx.now()?,
        used_at: None,
    };
    if !store::passkey::add(txn, row.clone()).await? {
        return Err(SecondStepRefusal::AlreadyAdded.into());
    }
    Ok(row)
}

/// Takes the step with the passkey that her phone showed.
pub async fn take(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    id: PasskeyChallengeId,
    shown: &ShownPasskeyInput,
) -> Result<Taken, Stop<SecondStepRefusal>> {
    let ((her, session_id), now) = (ctx.practitioner()?, ctx.now()?);
    let state = answered(ctx, txn, id, PasskeyChallengeUse::Prove).await?;
    let hers = store::passkey::of(txn, her.id).await?;
    let (passkey_id, credential) = offered(ctx)?.shown(shown, state, &hers)??;
    store::passkey::shown(txn, passkey_id, credential, now).await?;
    store::passkey::took_step(txn, second_step::Model { session_id, passkey_id, taken_at: now }).await?;
    Ok(Taken { has_passkey: true, at: Some(now) })
}

async fn answered(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    id: PasskeyChallengeId,
    purpose: PasskeyChallengeUse,
) -> Result<Value, Stop<SecondStepRefusal>> {
    let session: SessionId = ctx.practitioner()?.1;
    let state = store::passkey::use_up(txn, (id, purpose), session, ctx.now()?).await?;
    Ok(state.ok_or(SecondStepRefusal::ChallengeGone)?)
}
