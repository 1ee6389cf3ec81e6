//! registerPush: a device that takes push messages. Its address is kept and shown to nobody.

use async_graphql::{Context, InputObject, Object};
use busfare_entity::push_device;
use data_encoding::{BASE64URL, BASE64URL_NOPAD};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{reminder::PushDevice, user_error::ReminderUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        push::{endpoint, is_a_public_key, is_a_secret},
        reminder::{MOST_DEVICES, ReminderRefusal},
    },
    store::{self, push_device::Device},
};

/// What `registerPush` takes, as `PushSubscription.toJSON()` of a browser has it.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RegisterPushInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The address of the push service for this device: https, on a public name, of at most 1,024 characters.
    endpoint: String,
    /// The device's public key, `keys.p256dh`: 65 bytes in base64url.
    p256dh: String,
    /// The device's secret, `keys.auth`: 16 bytes in base64url.
    auth: String,
}

payload! {
    /// What `registerPush` answers.
    RegisterPushPayload {
        /// The device.
        push_device: PushDevice(Device),
        refused: ReminderUserError(ReminderRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RegisterPush;

#[Object]
impl RegisterPush {
    /// Registers the device you are signed in on for push messages. Registering it again renews its keys; signing out on it
    /// ends them. Of more than five devices the one registered first makes room. It is not an app's to use.
    async fn register_push(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The subscription.")] input: RegisterPushInput,
    ) -> Answer<RegisterPushPayload> {
        RegisterPushPayload::answer(ctx, register(ctx, input).await)
    }
}

async fn register(ctx: &Context<'_>, input: RegisterPushInput) -> Verb<Device, ReminderRefusal> {
    // Which device of whose?
    let (her, session) = ctx.practitioner()?;
    let (now, reach) = (ctx.now()?, &ctx.state()?.reach);

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "registerPush", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(device) => return Ok(Done::before(device)),
        Turn::Reused => return Err(ReminderRefusal::IdempotencyKeyReused.into()),
    };

    // May anything be sent there?
    if reach.push_key.is_none() {
        return Err(ReminderRefusal::PushNotOffered.into());
    }
    let endpoint = endpoint(&input.endpoint, reach.loopback).ok_or(ReminderRefusal::EndpointNotValid)?;
    let public_key = bytes(&input.p256dh).filter(|key| is_a_public_key(key));
    let auth_secret = bytes(&input.auth).filter(|secret| is_a_secret(secret));

    // Remember.
    let row = push_device::Model {
        id: store::mint::id(),
        organisation_id: her.organisation_id,
        practitioner_id: her.id,
        session_id: session,
        endpoint: endpoint.into(),
        public_key: public_key.ok_or(ReminderRefusal::KeysNotValid("p256dh"))?,
        auth_secret: auth_secret.ok_or(ReminderRefusal::KeysNotValid("auth"))?,
        registered_at: now,
    };
    let device = Device::from(&store::push_device::register(&txn, row, MOST_DEVICES).await?);
    idempotent::keep(&txn, &key, &device).await?;
    txn.commit().await?;

    Ok(Done::now(device))
}

/// Browsers leave the padding out, and some libraries put it in.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let short = Some(text).filter(|text| text.len() <= 128)?;
    let read = BASE64URL_NOPAD.decode(short.as_bytes()).or_else(|_| BASE64URL.decode(short.as_bytes()));
    read.ok()
}
