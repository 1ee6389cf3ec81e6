//! raiseWarning: whoever goes there next knows first, and knows what it rests on.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    person_warning,
    words::{PersonId, PersonWarningId, WarningKind},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, Uuid},
        types::{person::PersonWarning, user_error::PrivacyUserError},
        verb::{Done, Verb, payload},
        warning,
    },
    rules::{
        calendar,
        privacy::PrivacyRefusal,
        sharing::{MOST_WARNINGS, SharingRefusal, Told, WarningNote},
    },
    store,
};

/// What `raiseWarning` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RaiseWarningInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Whom it is about.
    person_id: ID,
    /// Of what.
    kind: WarningKind,
    /// What was seen or heard, and when: 10 to 500 characters.
    evidence: String,
    /// Why the person was not told of this warning, 10 to 500 characters; left out where they were.
    why_not_told: Option<String>,
    /// The last day on which it stands: after today and within six months. The day after, it has lapsed.
    review_on: Date,
}

payload! {
    /// What `raiseWarning` answers.
    RaiseWarningPayload {
        /// The warning.
        warning: PersonWarning(person_warning::Model),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RaiseWarning;

#[Object]
impl RaiseWarning {
    /// Warns whoever goes to see somebody. It says what it rests on and whether the person knows, and lapses by itself unless
    /// somebody raises it again. It is not an app's to use.
    async fn raise_warning(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of what, and what it rests on.")] input: RaiseWarningInput,
    ) -> Answer<RaiseWarningPayload> {
        RaiseWarningPayload::answer(ctx, raise(ctx, input).await)
    }
}

async fn raise(ctx: &Context<'_>, input: RaiseWarningInput) -> Verb<person_warning::Model, PrivacyRefusal> {
    // Of what is who warned?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let person_id: PersonId = id(&input.person_id)?;
    let today = calendar::day(now, store::people::zone(ctx.reader()?, viewer.organisation).await?);
    let why_not_told = input.why_not_told.as_deref();
    let note = WarningNote::try_new(input.kind, &input.evidence, why_not_told, input.review_on.0, today)?;

    // Was this answered before? What is kept of an answer is the id, so that its words go when they go.
    let (txn, key) = match idempotent::begin(ctx, "raiseWarning", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let id: PersonWarningId = id;
            return Ok(Done::before(warning::find(ctx, id).await?));
        }
        Turn::Reused => return Err(SharingRefusal::IdempotencyKeyReused.into()),
    };
    store::person::hold(&txn, &viewer, person_id, now).await?.ok_or_else(Problem::not_found)?;
    if store::warning::standing(&txn, &[person_id], today).await?.len() >= MOST_WARNINGS {
        return Err(SharingRefusal::TooManyWarnings.into());
    }

    // Remember.
    let warning = person_warning::Model {
        id: store::mint::id(),
        person_id,
        kind: note.kind,
        evidence: note.evidence,
        why_not_told: match note.told {
            Told::Yes => None,
            Told::No(why) => Some(why),
        },
        review_on: note.review_on,
        raised_by: viewer.id,
        raised_at: now,
        ended_at: None,
        ended_by: None,
        ended_because: None,
    };
    store::warning::raise(&txn, warning.clone()).await?;
    idempotent::keep(&txn, &key, &warning.id).await?;
    txn.commit().await?;

    Ok(Done::now(warning))
}
