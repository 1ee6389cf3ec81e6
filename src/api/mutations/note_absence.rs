//! noteAbsence: say that somebody is away, and who stands in for her; what waits for her moves on.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{absence, words::PractitionerId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{DateTime, Uuid},
        types::{rota::Absence, user_error::RotaUserError},
        verb::{Done, Verb, payload},
    },
    rules::rota::{self, RotaRefusal, Stretch},
    store::{self, rehome},
};

/// What `noteAbsence` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct NoteAbsenceInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Who is away; yourself where nobody is named. For somebody else, you are an enabler or a senior of her team.
    practitioner_id: Option<ID>,
    /// Who stands in for her, under delegations of her own.
    deputy_id: Option<ID>,
    /// From when; from now where nothing is said.
    starts: Option<DateTime>,
    /// Until when; until you say that it has ended where nothing is said.
    ends: Option<DateTime>,
}

payload! {
    /// What `noteAbsence` answers.
    NoteAbsencePayload {
        /// The absence.
        absence: Absence(absence::Model),
        refused: RotaUserError(RotaRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct NoteAbsence;

#[Object]
impl NoteAbsence {
    /// Notes that somebody is away. Nobody asks why. While she is, nothing new waits for her, and what waits already goes to
    /// who stands in for her or to the next nearest colleague who may decide. It is not an app's to use.
    async fn note_absence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is away, and when.")] input: NoteAbsenceInput,
    ) -> Answer<NoteAbsencePayload> {
        NoteAbsencePayload::answer(ctx, note(ctx, input).await)
    }
}

/// Asks that move in the same step; more than these follow within a minute.
const MOST_AT_ONCE: u64 = 100;

async fn note(ctx: &Context<'_>, input: NoteAbsenceInput) -> Verb<absence::Model, RotaRefusal> {
    // Who is away, and when?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let who: PractitionerId = input.practitioner_id.as_ref().map_or(Ok(viewer.id), id)?;
    let deputy: Option<PractitionerId> = input.deputy_id.as_ref().map(id).transpose()?;
    let (starts, ends) = (input.starts.map(|starts| starts.0), input.ends.map(|ends| ends.0));
    let stretch = Stretch::try_new(starts, ends, rota::LONGEST_ABSENCE, now)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "noteAbsence", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(absence) => return Ok(Done::before(absence)),
        Turn::Reused => return Err(RotaRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let organisation = viewer.organisation;
    let her = store::people::working(&txn, organisation, who).await?.ok_or_else(Problem::not_found)?;
    rota::may_note_absence(&viewer, her.id, her.team_id)?;
    if deputy == Some(her.id) {
        return Err(RotaRefusal::OwnDeputy.into());
    }
    if let Some(deputy) = deputy {
        store::people::working(&txn, organisation, deputy).await?.ok_or_else(Problem::not_found)?;
    }

    // Remember.
    let absence = absence::Model {
        id: store::mint::id(),
        organisation_id: organisation,
        team_id: her.team_id,
        practitioner_id: her.id,
        deputy_id: deputy,
        starts: stretch.starts,
        ends: stretch.ends,
        noted_by: viewer.id,
        noted_at: now,
    };
    if !store::rota::note_absence(&txn, absence.clone(), now).await? {
        return Err(RotaRefusal::TooMany.into());
    }
    if stretch.starts == now {
        for (ask, _) in rehome::waiting_for(&txn, her.id, MOST_AT_ONCE).await? {
            rehome::move_on(&txn, &ask, now).await?;
        }
    }
    idempotent::keep(&txn, &key, &absence).await?;
    txn.commit().await?;

    Ok(Done::now(absence))
}
