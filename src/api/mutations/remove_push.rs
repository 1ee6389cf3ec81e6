//! removePush: a device takes no push messages any more.

use async_graphql::{Context, ID, InputObject, Object};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{reminder::PushDevice, user_error::ReminderUserError},
        verb::{Done, Verb, payload},
    },
    rules::reminder::ReminderRefusal,
    store::{self, push_device::Device},
};

/// What `removePush` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RemovePushInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The device, from `viewer { reminders { devices } }`.
    push_device_id: ID,
}

payload! {
    /// What `removePush` answers.
    RemovePushPayload {
        /// The device as it was.
        push_device: PushDevice(Device),
        refused: ReminderUserError(ReminderRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RemovePush;

#[Object]
impl RemovePush {
    /// Removes one of your devices, so that nothing is pushed to it any more. It is not an app's to use.
    async fn remove_push(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which device.")] input: RemovePushInput,
    ) -> Answer<RemovePushPayload> {
        RemovePushPayload::answer(ctx, remove(ctx, input).await)
    }
}

async fn remove(ctx: &Context<'_>, input: RemovePushInput) -> Verb<Device, ReminderRefusal> {
    // Which device of whose?
    let viewer = ctx.viewer()?;
    let device = id(&input.push_device_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "removePush", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(device) => return Ok(Done::before(device)),
        Turn::Reused => return Err(ReminderRefusal::IdempotencyKeyReused.into()),
    };

    // Forget.
    let removed = store::push_device::remove(&txn, viewer.id, device).await?.ok_or_else(Problem::not_found)?;
    let device = Device::from(&removed);
    idempotent::keep(&txn, &key, &device).await?;
    txn.commit().await?;

    Ok(Done::now(device))
}
