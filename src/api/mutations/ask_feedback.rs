//! askFeedback: an address for somebody who was helped, to say how it was.

use async_graphql::{Context, ID, InputObject, Object, OneofObject};
use busfare_entity::{
    feedback_ask,
    words::{AppointmentId, HubId, PersonId, RecordId, SpendId, TeamId},
};
use chrono::Datelike;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        today::today,
        types::{
            feedback::{FeedbackLink, Link},
            user_error::FeedbackUserError,
        },
        verb::{Done, Verb, payload},
    },
    rules::{feedback::FeedbackRefusal, sight::Viewer},
    store::{self, db::DatabaseTransaction},
};

/// What somebody is asked about: something that you see.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum FeedbackAboutInput {
    /// A record.
    RecordId(ID),
    /// An appointment.
    AppointmentId(ID),
    /// A spend.
    SpendId(ID),
}

/// What `askFeedback` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AskFeedbackInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// What it is about.
    about: FeedbackAboutInput,
}

payload! {
    /// What `askFeedback` answers.
    AskFeedbackPayload {
        /// The address. The same request again gives the same one.
        link: FeedbackLink(Link),
        refused: FeedbackUserError(FeedbackRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct AskFeedback;

#[Object]
impl AskFeedback {
    /// Makes an address with which somebody who was helped says once, without signing in, whether we kept our word and what
    /// difference it made. What they say is kept for the team and the month, without any name. It is not an app's to use.
    async fn ask_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is about.")] input: AskFeedbackInput,
    ) -> Answer<AskFeedbackPayload> {
        AskFeedbackPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: AskFeedbackInput) -> Verb<Link, FeedbackRefusal> {
    // About what?
    let (viewer, now, today) = (ctx.viewer()?, ctx.now()?, today(ctx).await?);
    let month = today.with_day(1).unwrap_or(today);

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "askFeedback", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(link) => return Ok(Done::before(link)),
        Turn::Reused => return Err(FeedbackRefusal::IdempotencyKeyReused.into()),
    };
    let about = about(ctx, &txn, &viewer, &input.about).await?;

    // Make the address. Only its hash is kept, and nothing of what it is about but team, hub and month.
    let state = ctx.state()?;
    let link = Link { id: store::mint::id(), at: now };
    let (token, ends_at) = state.key.issue_feedback(link.id, link.at).map_err(Problem::internal)?;
    let row = feedback_ask::Model {
        id: link.id,
        organisation_id: viewer.organisation,
        team_id: about.team,
        hub_id: about.hub,
        token_sha256: store::mint::sha256(&token),
        person_sha256: store::feedback::apart(&state.key, about.person, month).map_err(Problem::internal)?,
        month,
        ends_at,
    };
    store::feedback::ask(&txn, row).await?;
    idempotent::keep(&txn, &key, &link).await?;
    txn.commit().await?;

    Ok(Done::now(link))
}

/// What is kept of what it is about.
struct About {
    team: TeamId,
    hub: Option<HubId>,
    person: Option<PersonId>,
}

async fn about(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    input: &FeedbackAboutInput,
) -> Answer<About> {
    match input {
        FeedbackAboutInput::RecordId(given) => {
            let record: RecordId = id(given)?;
            let row = store::record::by_ids(txn, viewer, &[record], ctx.now()?).await?.pop();
            let row = row.ok_or_else(Problem::not_found)?;
            let person = store::record::about(txn, &[record]).await?.pop().map(|link| link.person_id);
            Ok(About { team: row.team_id, hub: row.hub_id, person })
        }
        FeedbackAboutInput::AppointmentId(given) => {
            let appointment: AppointmentId = id(given)?;
            let row = store::appointment::by_ids(txn, viewer.organisation, &[appointment]).await?.pop();
            let row = row.ok_or_else(Problem::not_found)?;
            let person = store::appointment::people(txn, &[appointment]).await?.pop().map(|link| link.person_id);
            Ok(About { team: row.team_id, hub: row.hub_id, person })
        }
        FeedbackAboutInput::SpendId(given) => {
            let spend: SpendId = id(given)?;
            let row = store::spend::by_ids(txn, viewer, &[spend]).await?.pop().ok_or_else(Problem::not_found)?;
            let person = store::person::helped_by(txn, spend).await?;
            Ok(About { team: row.team_id, hub: row.hub_id, person })
        }
    }
}
