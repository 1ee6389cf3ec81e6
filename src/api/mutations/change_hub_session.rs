//! changeHubSession: one day of a session differs: it is closed, moved or extra.

use async_graphql::{Context, ID, InputObject, Object, OneofObject};
use busfare_entity::{hub_session_change, words::HubSessionId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, LocalTime, Uuid},
        seating,
        types::{hub_session::HubSession, user_error::HubSessionUserError},
        verb::{Done, Verb, payload},
    },
    rules::hub_session::{Change, Hours, HubSessionRefusal, changed},
    store::{self, hub_session::Kept},
};

/// A day on which a session opens at other hours, or on another day.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct MovedSessionInput {
    /// A day of the rule.
    on: Date,
    /// The day instead; it may be the same.
    day: Date,
    /// When it opens then.
    opens: LocalTime,
    /// When it closes then.
    closes: LocalTime,
}

/// A day on which a session opens besides.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ExtraSessionInput {
    /// The day.
    day: Date,
    /// When it opens.
    opens: LocalTime,
    /// When it closes.
    closes: LocalTime,
}

/// How one day differs.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum SessionChangeInput {
    /// It is closed on this day of the rule.
    Closed(Date),
    /// It opens on another day, or at other hours.
    Moved(MovedSessionInput),
    /// It opens on a day besides, or although the council is closed.
    Extra(ExtraSessionInput),
}

/// What `changeHubSession` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ChangeHubSessionInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The session.
    session_id: ID,
    /// How one day differs. It takes the place of what was said of that day before.
    change: SessionChangeInput,
}

payload! {
    /// What `changeHubSession` answers.
    ChangeHubSessionPayload {
        /// The session.
        session: HubSession(Kept),
        refused: HubSessionUserError(HubSessionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ChangeHubSession;

#[Object]
impl ChangeHubSession {
    /// Says how one day of a session differs. Whoever has a time that is no more loses it, and whoever made the appointment
    /// is told: it was us who cancelled. It is not an app's to use.
    async fn change_hub_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session, and how one day differs.")] input: ChangeHubSessionInput,
    ) -> Answer<ChangeHubSessionPayload> {
        ChangeHubSessionPayload::answer(ctx, change(ctx, input).await)
    }
}

async fn change(ctx: &Context<'_>, input: ChangeHubSessionInput) -> Verb<Kept, HubSessionRefusal> {
    // Which day differs how?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let session_id: HubSessionId = id(&input.session_id)?;
    let change = match &input.change {
        SessionChangeInput::Closed(on) => Change::Closed { on: on.0 },
        SessionChangeInput::Moved(MovedSessionInput { on, day, opens, closes }) => {
            Change::Moved { on: on.0, day: day.0, hours: Hours::try_new(opens.0, closes.0)? }
        }
        SessionChangeInput::Extra(ExtraSessionInput { day, opens, closes }) => {
            Change::Extra { day: day.0, hours: Hours::try_new(opens.0, closes.0)? }
        }
    };

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "changeHubSession", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let kept = store::hub_session::by_ids(ctx.reader()?, viewer.organisation, &[id]).await?.pop();
            return Ok(Done::before(kept.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(HubSessionRefusal::IdempotencyKeyReused.into()),
    };
    let held = store::hub_session::hold(&txn, viewer.organisation, session_id).await?;
    let mut kept = held.ok_or_else(Problem::not_found)?;
    let closures = store::hub_session::closures(&txn, viewer.organisation).await?;
    kept.session.changes = changed(&kept.session, change, |day| closures.on(day).is_some())?;

    // Remember, and take their time from those whose session has moved.
    let opens = change.opens();
    let row = hub_session_change::Model {
        session_id,
        on_day: change.on(),
        kind: change.kind(),
        day: opens.map(|(day, _)| day),
        opens: opens.map(|(_, hours)| store::hub_session::wall(hours.opens)),
        closes: opens.map(|(_, hours)| store::hub_session::wall(hours.closes)),
        said_by: viewer.id,
        said_at: now,
    };
    store::hub_session::change(&txn, session_id, row).await?;
    seating::unseat(&txn, &viewer, &kept, now).await?;
    idempotent::keep(&txn, &key, &session_id).await?;
    txn.commit().await?;

    Ok(Done::now(kept))
}
