//! putHubSession: a hub is open then, once or again and again, or at other times than before.

use async_graphql::{Context, ID, InputObject, Object, OneofObject};
use busfare_entity::{
    hub_session,
    words::{HubId, HubSessionId, Weekday},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        messages::message,
        scalars::{Date, LocalTime, Uuid},
        seating,
        types::{hub_session::HubSession, user_error::HubSessionUserError},
        verb::{Done, Verb, payload},
    },
    rules::hub_session::{Draft, HubSessionRefusal, Plain, Plan, When},
    store::{self, hub_session::Kept},
};

/// On days of the week.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct WeeklyInput {
    /// Which days.
    weekdays: Vec<Weekday>,
    /// Of every how many weeks, 1 to 52.
    #[graphql(default = 1)]
    every_weeks: i32,
}

/// On one day of the week in a month.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct MonthlyInput {
    /// The first to the fifth such day of the month, 1 to 5, or -1 for the last.
    place: i32,
    /// Which day.
    weekday: Weekday,
    /// Of every how many months, 1 to 12.
    #[graphql(default = 1)]
    every_months: i32,
}

/// On which days a hub is open.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum SessionDaysInput {
    /// On the first day alone; say `true`.
    Once(bool),
    /// On days of the week.
    Weekly(WeeklyInput),
    /// On one day of the week in a month.
    Monthly(MonthlyInput),
    /// By a recurrence rule (RFC 5545, section 3.3.10) such as `FREQ=WEEKLY;BYDAY=TU`, at most 200 characters. Its end is in
    /// it, so `lastOn` is left out.
    Rule(String),
}

/// Times that can be booked.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct SlotsInput {
    /// How long each is, 5 to 480 minutes.
    minutes: i32,
    /// How many are seen at once, 1 to 50.
    #[graphql(default = 1)]
    places: i32,
}

/// What `putHubSession` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PutHubSessionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The session's id, as the phone mints it; that of a session there is changes it.
    session_id: ID,
    /// The hub. A session stays in its hub.
    hub_id: ID,
    /// What it is called, at most 80 characters.
    name: String,
    /// On which days.
    days: SessionDaysInput,
    /// The first day.
    first_on: Date,
    /// The last day; none for as long as it is needed.
    last_on: Option<Date>,
    /// When it opens.
    opens: LocalTime,
    /// When it closes, later on the same day.
    closes: LocalTime,
    /// The times that can be booked; left out where people walk in.
    slots: Option<SlotsInput>,
    /// Whether it is closed when the council is, such as on bank holidays.
    #[graphql(default = true)]
    closes_with_council: bool,
}

payload! {
    /// What `putHubSession` answers.
    PutHubSessionPayload {
        /// The session.
        session: HubSession(Kept),
        refused: HubSessionUserError(HubSessionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PutHubSession;

#[Object]
impl PutHubSession {
    /// Says when a hub is open, or changes it. Whoever has a time that is no more loses it, and whoever made the appointment
    /// is told: it was us who cancelled. It is not an app's to use.
    async fn put_hub_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "When which hub is open.")] input: PutHubSessionInput,
    ) -> Answer<PutHubSessionPayload> {
        PutHubSessionPayload::answer(ctx, put(ctx, input).await)
    }
}

async fn put(ctx: &Context<'_>, input: PutHubSessionInput) -> Verb<Kept, HubSessionRefusal> {
    // When is which hub open?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let (session_id, hub_id): (HubSessionId, HubId) = (id(&input.session_id)?, id(&input.hub_id)?);
    let zone = store::people::zone(ctx.reader()?, viewer.organisation).await?;
    let when = input.when()?;
    let draft =
        Draft { name: &input.name, when, slots: input.slots()?, closes_with_council: input.closes_with_council };
    let (name, mut session) = draft.parse(zone)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "putHubSession", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let kept = store::hub_session::by_ids(ctx.reader()?, viewer.organisation, &[id]).await?.pop();
            return Ok(Done::before(kept.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(HubSessionRefusal::IdempotencyKeyReused.into()),
    };
    let hub = store::people::hub_in(&txn, viewer.organisation, hub_id).await?.ok_or_else(Problem::not_found)?;
    let before = store::hub_session::hold(&txn, viewer.organisation, session_id).await?;
    if before.as_ref().is_some_and(|before| before.row.hub_id != hub.id) {
        return Err(HubSessionRefusal::IdAlreadyUsed.into());
    }

    // Remember, and take their time from those whose session has moved.
    session.changes = before.map(|before| before.session.changes).unwrap_or_default();
    let blank = hub_session::Model {
        id: session_id,
        organisation_id: viewer.organisation,
        hub_id: hub.id,
        name,
        rule: String::new(),
        first_on: input.first_on.0,
        opens: String::new(),
        closes: String::new(),
        slot_minutes: None,
        places: None,
        closes_with_council: session.closes_with_council,
        put_by: viewer.id,
        put_at: now,
    };
    let kept = Kept { row: store::hub_session::row_of(&session, blank), session };
    if !store::hub_session::put(&txn, kept.row.clone()).await? {
        return Err(HubSessionRefusal::IdAlreadyUsed.into());
    }
    seating::unseat(&txn, &viewer, &kept, now).await?;
    idempotent::keep(&txn, &key, &session_id).await?;
    txn.commit().await?;

    Ok(Done::now(kept))
}

impl PutHubSessionInput {
    fn when(&self) -> Answer<When<'_>> {
        let plan = match &self.days {
            SessionDaysInput::Rule(rule) if self.last_on.is_none() => {
                let (first, opens, closes) = (self.first_on.0, self.opens.0, self.closes.0);
                return Ok(When::Rule { rule, first, opens, closes });
            }
            SessionDaysInput::Rule(_) => {
                return Err(Problem::bad_user_input(message!("rule-has-its-end")));
            }
            SessionDaysInput::Once(true) => Plan::Once,
            SessionDaysInput::Once(false) => {
                return Err(Problem::bad_user_input(message!("once-or-days")));
            }
            SessionDaysInput::Weekly(weekly) => {
                Plan::Weekly { weekdays: weekly.weekdays.clone(), every_weeks: small(weekly.every_weeks) }
            }
            SessionDaysInput::Monthly(monthly) => Plan::Monthly {
                place: i8::try_from(monthly.place).unwrap_or(0),
                weekday: monthly.weekday,
                every_months: small(monthly.every_months),
            },
        };
        let (from, to, starts_on) = (self.opens.0, self.closes.0, self.first_on.0);
        Ok(When::Plain(Plain { plan, from, to, starts_on, ends_on: self.last_on.map(|day| day.0) }))
    }

    fn slots(&self) -> Answer<Option<(u16, u8)>> {
        // What is out of range is refused as 0 would be.
        Ok(self.slots.as_ref().map(|slots| (u16::try_from(slots.minutes).unwrap_or(0), small(slots.places))))
    }
}

/// A small number; what is none is 0, which nothing here takes.
fn small(number: i32) -> u8 {
    u8::try_from(number).unwrap_or(0)
}
