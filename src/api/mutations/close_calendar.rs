//! closeCalendar: the address of a calendar leads nowhere any more.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{calendar_feed, words::CalendarFeedId};
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

/// What `closeCalendar` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CloseCalendarInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The calendar.
    calendar_id: ID,
}

payload! {
    /// What `closeCalendar` answers.
    CloseCalendarPayload {
        /// The calendar, closed.
        calendar: CalendarFeed((calendar_feed::Model, Option<String>)),
        refused: AppointmentUserError(AppointmentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct CloseCalendar;

#[Object]
impl CloseCalendar {
    /// Closes a calendar that the viewer opened. From this moment its address leads nowhere. It is not an app's to use.
    async fn close_calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which calendar.")] input: CloseCalendarInput,
    ) -> Answer<CloseCalendarPayload> {
        CloseCalendarPayload::answer(ctx, close(ctx, input).await)
    }
}

async fn close(
    ctx: &Context<'_>,
    input: CloseCalendarInput,
) -> Verb<(calendar_feed::Model, Option<String>), AppointmentRefusal> {
    // Which calendar?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let calendar_id: CalendarFeedId = id(&input.calendar_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "closeCalendar", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(feed) => return Ok(Done::before((feed, None))),
        Turn::Reused => return Err(AppointmentRefusal::IdempotencyKeyReused.into()),
    };

    // Remember. One that is closed stays closed since then.
    let closed = store::calendar_feed::close(&txn, viewer.id, calendar_id, now).await?;
    let feed = calendar_feed::Model { token_sha256: vec![], ..closed.ok_or_else(Problem::not_found)? };
    idempotent::keep(&txn, &key, &feed).await?;
    txn.commit().await?;

    Ok(Done::now((feed, None)))
}
