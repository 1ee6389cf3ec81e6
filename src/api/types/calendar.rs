//! Calendars of hubs that somebody follows on her phone.

use async_graphql::{Context, ID, Object};
use busfare_entity::calendar_feed;

use super::people::Hub;
use crate::api::{
    context::{Answer, Asked},
    loaders,
    scalars::{DateTime, Url},
};

/// A calendar of a hub, and its secret where it was made just now.
pub struct CalendarFeed(pub (calendar_feed::Model, Option<String>));

/// A calendar of a hub that a phone can follow: when it is open, and which times are taken. There is nobody's name in it. It
/// is not an app's to use.
#[Object]
impl CalendarFeed {
    /// Its id, `cfed_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.0.id.to_string().into()
    }

    /// Of which hub.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Hub> {
        loaders::must(ctx.loaders()?, self.0.0.hub_id).await.map(Hub)
    }

    /// Where to follow it. It is told once, to whoever opened it; whoever has it can read the calendar.
    async fn url(&self) -> Option<Url> {
        self.0.1.as_ref().map(|secret| Url(format!("/calendars/{secret}.ics")))
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.0.opened_at)
    }

    /// When it was closed; none while it is open.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.0.closed_at.map(DateTime)
    }
}
