//! putOnDuty: say who is on duty at a hub, as duty manager or out of hours.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    duty,
    words::{DutyKind, HubId, PractitionerId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{DateTime, Uuid},
        types::{rota::Duty, user_error::RotaUserError},
        verb::{Done, Verb, payload},
    },
    rules::rota::{self, RotaRefusal, Stretch},
    store,
};

/// What `putOnDuty` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PutOnDutyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Who is on duty.
    practitioner_id: ID,
    /// What for.
    kind: DutyKind,
    /// The hub, for duty at a hub and for no other.
    hub_id: Option<ID>,
    /// From when; from now where nothing is said.
    starts: Option<DateTime>,
    /// Until when, at most 31 days later.
    ends: DateTime,
}

payload! {
    /// What `putOnDuty` answers.
    PutOnDutyPayload {
        /// The duty.
        duty: Duty(duty::Model),
        refused: RotaUserError(RotaRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PutOnDuty;

#[Object]
impl PutOnDuty {
    /// Puts somebody on duty. Whoever is on duty is asked before others, if her own say stretches to it. For enablers and
    /// seniors. It is not an app's to use.
    async fn put_on_duty(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is on duty, where and when.")] input: PutOnDutyInput,
    ) -> Answer<PutOnDutyPayload> {
        PutOnDutyPayload::answer(ctx, put(ctx, input).await)
    }
}

async fn put(ctx: &Context<'_>, input: PutOnDutyInput) -> Verb<duty::Model, RotaRefusal> {
    // Who is on duty, where and when?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let who: PractitionerId = id(&input.practitioner_id)?;
    let hub: Option<HubId> = input.hub_id.as_ref().map(id).transpose()?;
    rota::duty(input.kind, hub)?;
    let starts = input.starts.map(|starts| starts.0);
    let stretch = Stretch::try_new(starts, Some(input.ends.0), rota::LONGEST_DUTY, now)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "putOnDuty", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(duty) => return Ok(Done::before(duty)),
        Turn::Reused => return Err(RotaRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    rota::may_put_on_duty(&viewer)?;
    let her = store::people::working(&txn, viewer.organisation, who).await?.ok_or_else(Problem::not_found)?;
    if let Some(hub) = hub {
        store::people::hub_in(&txn, viewer.organisation, hub).await?.ok_or_else(Problem::not_found)?;
    }

    // Remember.
    let duty = duty::Model {
        id: store::mint::id(),
        organisation_id: viewer.organisation,
        practitioner_id: her.id,
        kind: input.kind,
        hub_id: hub,
        starts: stretch.starts,
        ends: stretch.ends.unwrap_or(stretch.starts),
        put_by: viewer.id,
        put_at: now,
    };
    if !store::rota::put_on_duty(&txn, duty.clone(), now).await? {
        return Err(RotaRefusal::TooMany.into());
    }
    idempotent::keep(&txn, &key, &duty).await?;
    txn.commit().await?;

    Ok(Done::now(duty))
}
