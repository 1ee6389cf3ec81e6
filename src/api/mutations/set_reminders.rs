//! setReminders: whether, when and how to be reminded of what still has no evidence.

use async_graphql::{Context, InputObject, Object};
use busfare_entity::words::{Language, ReminderChannel};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{reminder::Reminders, user_error::ReminderUserError},
        verb::{Done, Verb, payload},
    },
    rules::reminder::{ReminderRefusal, Wishes},
    store,
};

/// What `setReminders` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct SetRemindersInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Whether to be reminded at all.
    enabled: bool,
    /// From which hour of the day on, 0 to 23, in the organisation's time; not one of the quiet hours.
    #[graphql(default = 9)]
    hour: i32,
    /// The first hour of the day that is quiet, 0 to 23.
    #[graphql(default = 18)]
    quiet_from: i32,
    /// The first hour of the day that is not quiet any more, 0 to 23. The same as `quietFrom` means that none is quiet.
    #[graphql(default = 8)]
    quiet_to: i32,
    /// In which language.
    #[graphql(default_with = "Language::En")]
    language: Language,
    /// By which way.
    #[graphql(default_with = "ReminderChannel::Any")]
    channel: ReminderChannel,
}

payload! {
    /// What `setReminders` answers.
    SetRemindersPayload {
        /// How the viewer is reminded from now on.
        reminders: Reminders(Wishes),
        refused: ReminderUserError(ReminderRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct SetReminders;

#[Object]
impl SetReminders {
    /// Says whether, when and how you want to be reminded of what still has neither a receipt nor a note. At most once on a
    /// working day, and nobody but you. It is not an app's to use.
    async fn set_reminders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How.")] input: SetRemindersInput,
    ) -> Answer<SetRemindersPayload> {
        SetRemindersPayload::answer(ctx, set(ctx, input).await)
    }
}

async fn set(ctx: &Context<'_>, input: SetRemindersInput) -> Verb<Wishes, ReminderRefusal> {
    // Who wants what?
    let (viewer, now, reach) = (ctx.viewer()?, ctx.now()?, &ctx.state()?.reach);
    let when = ((input.enabled, input.hour), (input.quiet_from, input.quiet_to));
    let wishes = Wishes::try_new(when.0, when.1, (input.language, input.channel));

    // Was this answered before?
    let (txn, key) = match idempotent::begin::<()>(ctx, "setReminders", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(()) => return Ok(Done::before(wishes?)),
        Turn::Reused => return Err(ReminderRefusal::IdempotencyKeyReused.into()),
    };

    // Is there such a way?
    let wishes = wishes?;
    match wishes.channel {
        ReminderChannel::Push if reach.push_key.is_none() => return Err(ReminderRefusal::PushNotOffered.into()),
        ReminderChannel::Email if !reach.email => return Err(ReminderRefusal::EmailNotOffered.into()),
        _ => {}
    }

    // Remember.
    store::reminder::set(&txn, viewer.id, &wishes, now).await?;
    idempotent::keep(&txn, &key, &()).await?;
    txn.commit().await?;

    Ok(Done::now(wishes))
}
