//! endAbsence: say that somebody is back.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{absence, words::AbsenceId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{rota::Absence, user_error::RotaUserError},
        verb::{Done, Verb, payload},
    },
    rules::rota::{self, RotaRefusal},
    store,
};

/// What `endAbsence` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct EndAbsenceInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The absence, from `absences`.
    absence_id: ID,
}

payload! {
    /// What `endAbsence` answers.
    EndAbsencePayload {
        /// The absence, over.
        absence: Absence(absence::Model),
        refused: RotaUserError(RotaRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct EndAbsence;

#[Object]
impl EndAbsence {
    /// Says that somebody is back, or will not be away after all. What went to others stays with them. It is not an app's to
    /// use.
    async fn end_absence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which absence has ended.")] input: EndAbsenceInput,
    ) -> Answer<EndAbsencePayload> {
        EndAbsencePayload::answer(ctx, end(ctx, input).await)
    }
}

async fn end(ctx: &Context<'_>, input: EndAbsenceInput) -> Verb<absence::Model, RotaRefusal> {
    // Which absence has ended?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let absence_id: AbsenceId = id(&input.absence_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "endAbsence", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(absence) => return Ok(Done::before(absence)),
        Turn::Reused => return Err(RotaRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let found = store::rota::hold_absence(&txn, &viewer, absence_id).await?;
    let absence = found.ok_or_else(Problem::not_found)?;
    rota::may_note_absence(&viewer, absence.practitioner_id, absence.team_id)?;
    if absence.ends.is_some_and(|ends| ends <= now) {
        return Err(RotaRefusal::AlreadyEnded.into());
    }

    // Remember.
    store::rota::end_absence(&txn, absence.id, now).await?;
    let absence = absence::Model { ends: Some(now), ..absence };
    idempotent::keep(&txn, &key, &absence).await?;
    txn.commit().await?;

    Ok(Done::now(absence))
}
