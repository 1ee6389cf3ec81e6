//! Reminders: how the viewer is reminded of what still has no evidence, and on which devices.

use async_graphql::{Context, ID, Object};
use busfare_entity::words::{Language, ReminderChannel};

use crate::{
    api::{
        context::{Answer, Asked},
        scalars::{Date, DateTime},
    },
    rules::reminder::Wishes,
    store::{self, push_device::Device},
};

/// How the viewer is reminded.
pub struct Reminders(pub Wishes);

/// How the viewer is reminded of what she spent and what has neither a receipt nor a note yet: at most once on a working day,
/// with a number and nothing about what or whom. Nobody else is told, and nothing waits for it. It is not an app's to use.
#[Object]
impl Reminders {
    /// Whether she is reminded at all.
    async fn enabled(&self) -> bool {
        self.0.enabled
    }

    /// From which hour of the day on, 0 to 23, in the organisation's time.
    async fn hour(&self) -> i32 {
        hour(self.0.hour)
    }

    /// The first hour of the day that is quiet.
    async fn quiet_from(&self) -> i32 {
        hour(self.0.quiet.0)
    }

    /// The first hour of the day that is not quiet any more. Where both are the same, none is quiet.
    async fn quiet_to(&self) -> i32 {
        hour(self.0.quiet.1)
    }

    /// In which language.
    async fn language(&self) -> Language {
        self.0.language
    }

    /// By which way.
    async fn channel(&self) -> ReminderChannel {
        self.0.channel
    }

    /// The last local day on which she was reminded.
    async fn last_day(&self, ctx: &Context<'_>) -> Answer<Option<Date>> {
        Ok(store::reminder::last_day(ctx.reader()?, ctx.viewer()?.id).await?.map(Date))
    }

    /// Her devices that take push messages and on which she is signed in, the newest first; five at most.
    async fn devices(&self, ctx: &Context<'_>) -> Answer<Vec<PushDevice>> {
        let rows = store::push_device::of(ctx.reader()?, ctx.viewer()?.id).await?;
        Ok(rows.iter().map(|row| PushDevice(Device::from(row))).collect())
    }

    /// The `applicationServerKey` with which a browser subscribes; nothing where this server sends no push messages.
    async fn push_key(&self, ctx: &Context<'_>) -> Answer<Option<String>> {
        Ok(ctx.state()?.reach.push_key.clone())
    }

    /// Whether this server sends e-mail.
    async fn email_offered(&self, ctx: &Context<'_>) -> Answer<bool> {
        Ok(ctx.state()?.reach.email)
    }
}

fn hour(hour: u32) -> i32 {
    i32::try_from(hour).unwrap_or_default()
}

/// A device that takes push messages.
pub struct PushDevice(pub Device);

/// A device that takes push messages. Its address is shown to nobody. It is not an app's to use.
#[Object]
impl PushDevice {
    /// Its id, `pdev_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The host of the push service that carries messages to it.
    async fn service(&self) -> &str {
        &self.0.service
    }

    /// When it was registered.
    async fn registered_at(&self) -> DateTime {
        DateTime(self.0.registered_at)
    }
}
