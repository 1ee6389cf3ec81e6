//! openCalendar: a calendar of a hub's times for the phone, without names.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{calendar_feed, words::HubId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{calendar::CalendarFeed, user_error::AppointmentUserError},
        verb::{Done, Verb, payload},
    },
    rules::appointment::AppointmentRefusal,
    store,
};

/// What `openCalendar` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct OpenCalendarInput {
    /// A new UUID for this request. Sending it again is free; the address is told only once.
    idempotency_key: Uuid,
    /// The hub.
    hub_id: ID,
}

payload! {
    /// What `openCalendar` answers.
    OpenCalendarPayload {
        /// The calendar, with its address.
        calendar: CalendarFeed((calendar_feed::Model, Option<String>)),
        refused: AppointmentUserError(AppointmentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct OpenCalendar;

#[Object]
impl OpenCalendar {
    /// Opens a calendar of a hub (RFC 5545) that a phone can follow without signing in: when it is open, and which times are
    /// taken. There is nobody's name in it. Whoever has the address can read it, until `closeCalendar`. It is not an app's to
    /// use.
    async fn open_calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which hub.")] input: OpenCalendarInput,
    ) -> Answer<OpenCalendarPayload> {
        OpenCalendarPayload::answer(ctx, open(ctx, input).await)
    }
}

async fn open(
    ctx: &Context<'_>,
    input: OpenCalendarInput,
) -> Verb<(calendar_feed::Model, Option<String>), AppointmentRefusal> {
    // Of which hub?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let hub_id: HubId = id(&input.hub_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "openCalendar", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(feed) => return Ok(Done::before((feed, None))),
        Turn::Reused => return Err(AppointmentRefusal::IdempotencyKeyReused.into()),
    };
    let hub = store::people::hub_in(&txn, viewer.organisation, hub_id).await?.ok_or_else(Problem::not_found)?;

    // Remember, but for the secret.
    let secret = store::mint::secret().map_err(Problem::internal)?;
    let feed = calendar_feed::Model {
        id: store::mint::id(),
        organisation_id: viewer.organisation,
        hub_id: hub.id,
        token_sha256: secret.sha256,
        opened_by: viewer.id,
        opened_at: now,
        closed_at: None,
    };
    store::calendar_feed::open(&txn, feed.clone()).await?;
    let kept = calendar_feed::Model { token_sha256: vec![], ..feed.clone() };
    idempotent::keep(&txn, &key, &kept).await?;
    txn.commit().await?;

    Ok(Done::now((feed, Some(secret.text))))
}
