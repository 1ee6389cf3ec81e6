//! moveToTeam: somebody leaves her team and joins another, if that has room for her.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    practitioner,
    words::{PractitionerId, TeamId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{people::Practitioner, user_error::TeamUserError},
        verb::{Done, Verb, payload},
    },
    rules::team::{TeamRefusal, may_join, may_say_who},
    store,
};

/// What `moveToTeam` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct MoveToTeamInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Who.
    practitioner_id: ID,
    /// The team she joins.
    team_id: ID,
}

payload! {
    /// What `moveToTeam` answers.
    MoveToTeamPayload {
        /// She, in her new team.
        practitioner: Practitioner(practitioner::Model),
        refused: TeamUserError(TeamRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct MoveToTeam;

#[Object]
impl MoveToTeam {
    /// Moves somebody to another team; her place in the one she leaves is free at once. A team that works with families has
    /// eight people at most, whoever joins at the same moment. What she recorded stays with the team she recorded it in. It
    /// is not an app's to use.
    async fn move_to_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who joins which team.")] input: MoveToTeamInput,
    ) -> Answer<MoveToTeamPayload> {
        MoveToTeamPayload::answer(ctx, run(ctx, input).await)
    }
}

async fn run(ctx: &Context<'_>, input: MoveToTeamInput) -> Verb<practitioner::Model, TeamRefusal> {
    // Who joins which team?
    let viewer = ctx.viewer()?;
    let (who, team_id): (PractitionerId, TeamId) = (id(&input.practitioner_id)?, id(&input.team_id)?);

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "moveToTeam", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let moved = store::people::practitioners(ctx.reader()?, viewer.organisation, &[id]).await?.pop();
            return Ok(Done::before(moved.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(TeamRefusal::IdempotencyKeyReused.into()),
    };

    // Whoever joins or leaves either team at this moment waits here.
    let person = store::team::hold_person(&txn, viewer.organisation, who).await?.ok_or_else(Problem::not_found)?;
    let held = store::team::hold(&txn, viewer.organisation, &[team_id, person.team_id, viewer.team]).await?;
    let find = |id: TeamId| held.iter().find(|team| team.id == id).ok_or_else(Problem::not_found);
    let joined = find(team_id)?;
    may_say_who(&viewer, find(viewer.team)?.kind, team_id, Some(person.team_id))?;
    may_join(joined.kind, u32::try_from(joined.members).unwrap_or_default(), person.team_id == team_id)?;

    // Remember. The database counts, and refuses one too many whatever was said here.
    store::team::move_to(&txn, who, team_id).await?;
    idempotent::keep(&txn, &key, &who).await?;
    txn.commit().await?;

    Ok(Done::now(practitioner::Model { team_id, ..person }))
}
