//! subjectAccess: everything that is held about somebody and that the viewer may read, told as their story.

use std::collections::HashSet;

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::words::{PersonId, PractitionerId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        loaders::{self, EverybodyOf},
        scalars::Uuid,
        telling::{Telling, called},
        types::{subject_access::SubjectAccess, user_error::PrivacyUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        privacy::PrivacyRefusal,
        sharing::SharingRefusal,
        story::{MOST_TOLD, Mention, Story, mentions},
    },
    store,
};

/// Most names of others that are looked for.
const MOST_NAMES: u64 = 5_000;

/// What `subjectAccess` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct SubjectAccessInput {
    /// A new UUID for this request. Sending it again tells the story as it is then: no copy of it is kept.
    idempotency_key: Uuid,
    /// Whose story it is.
    person_id: ID,
}

payload! {
    /// What `subjectAccess` answers.
    SubjectAccessPayload {
        /// The story, and what to look at before it is handed over.
        access: SubjectAccess((Story, Vec<Mention>)),
        refused: PrivacyUserError(PrivacyRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct TellStory;

#[Object]
impl TellStory {
    /// Gathers what is held about somebody, for them to read: records, what they said of themselves, spends that helped,
    /// services that were pointed out, and warnings they know of, as far as the viewer may read them. That the viewer read it
    /// is noted on every record. It is not an app's to use.
    async fn subject_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose story it is.")] input: SubjectAccessInput,
    ) -> Answer<SubjectAccessPayload> {
        SubjectAccessPayload::answer(ctx, tell(ctx, input).await)
    }
}

async fn tell(ctx: &Context<'_>, input: SubjectAccessInput) -> Verb<(Story, Vec<Mention>), PrivacyRefusal> {
    // Whose story?
    let (viewer, now, reader) = (ctx.viewer()?, ctx.now()?, ctx.reader()?);
    let person_id: PersonId = id(&input.person_id)?;

    // Was this asked before?
    let replayed = match idempotent::begin(ctx, "subjectAccess", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => {
            idempotent::keep(&txn, &key, &person_id).await?;
            txn.commit().await?;
            false
        }
        Turn::<PersonId>::Again(_) => true,
        Turn::Reused => return Err(SharingRefusal::IdempotencyKeyReused.into()),
    };
    let seen = store::person::seen(reader, &viewer, &[person_id], now).await?.pop();
    let person = seen.ok_or_else(Problem::not_found)?;
    let zone = store::people::zone(reader, viewer.organisation).await?;

    // What happened, and who had a part in it?
    let most = u64::try_from(MOST_TOLD).unwrap_or(u64::MAX);
    let everybody = loaders::must(ctx.loaders()?, EverybodyOf(person_id)).await?;
    let records = store::record::about_people(reader, &viewer, &everybody, most, now).await?;
    let spends = store::person::spends_helping(reader, &viewer, &everybody, most).await?;
    let warnings = store::warning::all_about(reader, &everybody, most).await?;
    let (warnings, untold): (Vec<_>, Vec<_>) = warnings.into_iter().partition(|it| it.why_not_told.is_none());
    let (introductions, untold_of) = store::directory::all_introductions_to(reader, &viewer, &everybody).await?;
    let restricted = store::restricted::beside(reader, &viewer, &everybody, now).await?;
    let authors: HashSet<PractitionerId> = records
        .iter()
        .map(|(_, record)| record.practitioner_id)
        .chain(spends.iter().map(|spend| spend.practitioner_id))
        .chain(warnings.iter().map(|warning| warning.raised_by))
        .chain(introductions.iter().map(|introduction| introduction.introduced_by))
        .collect();
    let telling = Telling::of(ctx, zone, authors).await?;

    // In which words, and what else may be in them?
    let mut parts = Vec::with_capacity(records.len() + spends.len() + warnings.len());
    let mut withheld = restricted.len() + untold.len() + untold_of;
    for (_, record) in records.iter().rev() {
        let (part, unread) = telling.record(ctx, record).await?;
        parts.push(part);
        withheld += unread;
    }
    for spend in spends.iter().rev() {
        parts.push(telling.spend(ctx, spend).await?);
    }
    for introduction in introductions.iter().rev() {
        parts.push(telling.introduction(ctx, introduction).await?);
    }
    parts.extend(warnings.iter().map(|warning| telling.warning(warning)));
    let story = Story::new(called(&person), telling.day(now), parts, withheld);
    let others = store::person::names_of_others(reader, &viewer, person_id, MOST_NAMES, now).await?;
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let mentions = mentions(&story, &others);
    Ok(Done { value: (story, mentions), replayed })
}
