//! endWarning: what does not hold any more stands no longer, and it is said why.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{person_warning, words::PersonWarningId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{person::PersonWarning, user_error::PrivacyUserError},
        verb::{Done, Verb, payload},
        warning,
    },
    rules::{
        privacy::PrivacyRefusal,
        sharing::{FEWEST_CHARS, MOST_CHARS, SharingRefusal},
        text,
    },
    store,
};

/// What `endWarning` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct EndWarningInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The warning.
    warning_id: ID,
    /// Why it does not hold any more: 10 to 500 characters.
    reason: String,
}

payload! {
    /// What `endWarning` answers.
    EndWarningPayload {
        /// The warning, ended. Where it was ended before, that first time stays.
        warning: PersonWarning(person_warning::Model),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct EndWarning;

#[Object]
impl EndWarning {
    /// Ends a warning about somebody whom the viewer may see. It stands no longer, and it stays readable why. It is not an
    /// app's to use.
    async fn end_warning(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: EndWarningInput,
    ) -> Answer<EndWarningPayload> {
        EndWarningPayload::answer(ctx, end(ctx, input).await)
    }
}

async fn end(ctx: &Context<'_>, input: EndWarningInput) -> Verb<person_warning::Model, PrivacyRefusal> {
    // What does not hold any more, and why?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let warning_id: PersonWarningId = id(&input.warning_id)?;
    let reason = text::reason(&input.reason, FEWEST_CHARS, MOST_CHARS).map_err(SharingRefusal::Reason)?;
    let reason = reason.ok_or(SharingRefusal::ReasonNeeded)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "endWarning", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let id: PersonWarningId = id;
            return Ok(Done::before(warning::find(ctx, id).await?));
        }
        Turn::Reused => return Err(SharingRefusal::IdempotencyKeyReused.into()),
    };
    let about = store::warning::find(&txn, warning_id).await?.ok_or_else(Problem::not_found)?.person_id;
    store::person::hold(&txn, &viewer, about, now).await?.ok_or_else(Problem::not_found)?;
    let warning = store::warning::find(&txn, warning_id).await?.ok_or_else(Problem::not_found)?;

    // Remember, the first time.
    let warning = match warning.ended_at {
        Some(_) => warning,
        None => {
            let (ended_at, ended_by, ended_because) = (Some(now), Some(viewer.id), Some(reason));
            let ended = person_warning::Model { ended_at, ended_by, ended_because, ..warning };
            store::warning::write(&txn, &ended).await?;
            ended
        }
    };
    idempotent::keep(&txn, &key, &warning.id).await?;
    txn.commit().await?;

    Ok(Done::now(warning))
}
