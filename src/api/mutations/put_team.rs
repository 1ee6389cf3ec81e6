//! putTeam: a team is set up, or has another name, or is for something else.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    team,
    words::{TeamId, TeamKind},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{people::Team, user_error::TeamUserError},
        verb::{Done, Verb, payload},
    },
    rules::team::{TeamRefusal, may_become, may_say_who, name},
    store,
};

/// What `putTeam` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PutTeamInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The team's id, as the phone mints it; that of a team there is changes it.
    team_id: ID,
    /// What it is called, at most 80 characters.
    name: String,
    /// What it is for. One that works with families has eight people at most.
    kind: TeamKind,
}

payload! {
    /// What `putTeam` answers.
    PutTeamPayload {
        /// The team.
        team: Team(team::Model),
        refused: TeamUserError(TeamRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PutTeam;

#[Object]
impl PutTeam {
    /// Sets a team up, or changes it. Seniors may of their own team, and those of a team that sets direction of any. It is
    /// not an app's to use.
    async fn put_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which team, and what it is for.")] input: PutTeamInput,
    ) -> Answer<PutTeamPayload> {
        PutTeamPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: PutTeamInput) -> Verb<team::Model, TeamRefusal> {
    // Which team?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let team_id: TeamId = id(&input.team_id)?;
    let name = name(&input.name)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "putTeam", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let team = store::people::teams(ctx.reader()?, viewer.organisation, &[id]).await?.pop();
            return Ok(Done::before(team.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(TeamRefusal::IdempotencyKeyReused.into()),
    };
    let mut held = store::team::hold(&txn, viewer.organisation, &[team_id, viewer.team]).await?;
    let own_kind = held.iter().find(|team| team.id == viewer.team).map(|team| team.kind);
    may_say_who(&viewer, own_kind.ok_or_else(Problem::not_found)?, team_id, None)?;

    // Remember.
    let place = held.iter().position(|team| team.id == team_id);
    let team = match place.map(|place| held.swap_remove(place)) {
        Some(before) => {
            may_become(input.kind, u32::try_from(before.members).unwrap_or_default())?;
            store::team::change(&txn, team_id, &name, input.kind).await?;
            team::Model { name, kind: input.kind, ..before }
        }
        None => {
            let organisation_id = viewer.organisation;
            let row = team::Model { id: team_id, organisation_id, name, kind: input.kind, members: 0, created_at: now };
            if !store::team::add(&txn, row.clone()).await? {
                return Err(TeamRefusal::IdAlreadyUsed.into());
            }
            row
        }
    };
    idempotent::keep(&txn, &key, &team.id).await?;
    txn.commit().await?;

    Ok(Done::now(team))
}
