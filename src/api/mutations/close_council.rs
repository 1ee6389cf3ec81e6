//! closeCouncil: the council is closed on a day, or open although it is a bank holiday.

use async_graphql::{Context, Enum, InputObject, Object};
use busfare_entity::{council_closure, words::Nation};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        idempotent::{self, Turn},
        messages::message,
        scalars::{Date, Uuid},
        seating,
        types::{hub_session::CouncilDays, user_error::HubSessionUserError},
        verb::{Done, Verb, payload},
    },
    rules::{bank_holiday::Closures, hub_session::HubSessionRefusal, sight::answers_for_team},
    store,
};

/// What is said of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
pub enum CouncilDayKind {
    /// The council is closed, for a reason of its own or a bank holiday that is proclaimed for this year.
    Closed,
    /// It is open, although it is a bank holiday.
    Open,
    /// As the calendar has it.
    AsUsual,
}

/// What is said of one day.
#[derive(Clone, Copy, Debug, InputObject, Serialize)]
pub struct CouncilDayInput {
    /// The day.
    day: Date,
    /// What is said of it.
    is: CouncilDayKind,
}

/// What `closeCouncil` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CloseCouncilInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Whose bank holidays the council keeps; left out where that stays.
    nation: Option<Nation>,
    /// Days that differ, at most 100 at once.
    #[graphql(default)]
    days: Vec<CouncilDayInput>,
}

payload! {
    /// What `closeCouncil` answers.
    CloseCouncilPayload {
        /// The council's own days.
        days: CouncilDays(Closures),
        refused: HubSessionUserError(HubSessionRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct CloseCouncil;

#[Object]
impl CloseCouncil {
    /// Says on which days the council is closed or open, besides the bank holidays of its nation. Sessions that close with it
    /// are closed then, and whoever has a time on such a day loses it. For enablers and seniors. It is not an app's to use.
    async fn close_council(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which days.")] input: CloseCouncilInput,
    ) -> Answer<CloseCouncilPayload> {
        CloseCouncilPayload::answer(ctx, close(ctx, input).await)
    }
}

async fn close(ctx: &Context<'_>, input: CloseCouncilInput) -> Verb<Closures, HubSessionRefusal> {
    // Which days?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    if !answers_for_team(&viewer) {
        return Err(Problem::forbidden(message!("closing-for-enablers")).into());
    }
    if input.days.len() > MOST_DAYS {
        return Err(Problem::bad_user_input(message!("too-many-days")).into());
    }

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "closeCouncil", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(()) => {
            return Ok(Done::before(store::hub_session::closures(ctx.reader()?, viewer.organisation).await?));
        }
        Turn::Reused => return Err(HubSessionRefusal::IdempotencyKeyReused.into()),
    };

    // Remember, and take their time from those whose session is closed now.
    let organisation_id = viewer.organisation;
    if let Some(nation) = input.nation {
        store::hub_session::keep_holidays_of(&txn, organisation_id, nation).await?;
    }
    for CouncilDayInput { day, is } in &input.days {
        let row =
            |closed| council_closure::Model { organisation_id, day: day.0, closed, said_by: viewer.id, said_at: now };
        let row = match is {
            CouncilDayKind::Closed => Some(row(true)),
            CouncilDayKind::Open => Some(row(false)),
            CouncilDayKind::AsUsual => None,
        };
        store::hub_session::close(&txn, (organisation_id, day.0), row).await?;
    }
    for kept in store::hub_session::of_hubs(&txn, organisation_id, &[]).await? {
        seating::unseat(&txn, &viewer, &kept, now).await?;
    }
    let closures = store::hub_session::closures(&txn, organisation_id).await?;
    idempotent::keep(&txn, &key, &()).await?;
    txn.commit().await?;

    Ok(Done::now(closures))
}

/// Most days in one request.
const MOST_DAYS: usize = 100;
