//! putPerson: somebody is named by the least, and whoever may be known already is pointed out and never in the way.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::{person, words::PersonId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, minted},
        error::Problem,
        idempotent::{self, Turn},
        loaders,
        scalars::Uuid,
        types::{
            person::{Person, SimilarPerson},
            user_error::PersonUserError,
        },
        verb::{Done, Stop, Verb},
    },
    rules::person::{Identity, PersonRefusal},
    store,
};

/// What `putPerson` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PutPersonInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The person's id, if the phone mints it or they are known already: `pers_` and a UUIDv7 in lower-case base32hex.
    person_id: Option<ID>,
    /// What to call them, at most 80 characters. A first name will do. What is left out stays as it was.
    display_name: Option<String>,
    /// The council's own reference, at most 40 characters. One of the two is enough. What is left out stays as it was.
    reference: Option<String>,
}

/// What `putPerson` answers.
#[derive(SimpleObject)]
pub struct PutPersonPayload {
    /// The person.
    person: Option<Person>,
    /// People whom the viewer may see and who may be the same, the surest first, at most 25. Nothing waits for her to look.
    may_be_the_same: Vec<SimilarPerson>,
    /// Why it did not happen; empty where it did. Nothing was changed.
    user_errors: Vec<PersonUserError>,
    /// Whether this was answered before and nothing happened again.
    replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct PutPerson;

#[Object]
impl PutPerson {
    /// Names somebody who is helped, or says better what they are called. No NHS number and no date of birth is taken,
    /// because neither is needed. An app needs the scope `PEOPLE_WRITE`.
    async fn put_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What they are called.")] input: PutPersonInput,
    ) -> Answer<PutPersonPayload> {
        match put(ctx, input).await {
            Ok(Done { value: person, replayed }) => {
                let (viewer, now) = (ctx.viewer()?, ctx.now()?);
                let meant = store::person::identity(&person);
                let alike = store::person::alike(ctx.reader()?, &viewer, &meant, Some(person.id), now).await?;
                let may_be_the_same = alike.into_iter().map(SimilarPerson::new).collect();
                Ok(PutPersonPayload { person: Some(Person(person)), may_be_the_same, user_errors: vec![], replayed })
            }
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![PersonUserError::new(&refusal, ctx.language()?)];
                Ok(PutPersonPayload { person: None, may_be_the_same: vec![], user_errors, replayed: false })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn put(ctx: &Context<'_>, input: PutPersonInput) -> Verb<person::Model, PersonRefusal> {
    // What are they called?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let person_id: PersonId = minted(input.person_id.as_ref())?;
    let said = Identity::try_new(input.display_name.as_deref(), input.reference.as_deref())?;

    // Was this answered before? What is kept of an answer is the id, so that a name goes when it goes.
    let (txn, key) = match idempotent::begin(ctx, "putPerson", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(id) => {
            let id: PersonId = id;
            return Ok(Done::before(loaders::maybe(ctx.loaders()?, id).await?.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(PersonRefusal::IdempotencyKeyReused.into()),
    };

    // Whoever is new is there now; whoever is not is held.
    store::person::add(&txn, store::person::named_by(ctx.practitioner()?.0, person_id, now)).await?;
    let known = store::person::hold(&txn, &viewer, person_id, now).await?.ok_or(PersonRefusal::IdAlreadyUsed)?;

    // Remember.
    let person = person::Model {
        display_name: said.display_name.or(known.display_name),
        reference: said.reference.or(known.reference),
        ..known
    };
    store::person::name(&txn, &person).await?;
    idempotent::keep(&txn, &key, &person.id).await?;
    txn.commit().await?;

    Ok(Done::now(person))
}
