//! placeHub: where a hub is, and how people get in.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{hub, words::HubId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        messages::message,
        scalars::Uuid,
        types::{people::Hub, user_error::DirectoryUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        directory::{DirectoryRefusal, VenueDraft},
        sight::answers_for_team,
    },
    store,
};

/// What `placeHub` takes. What is left out is not known any more.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PlaceHubInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The hub.
    hub_id: ID,
    /// House and street, at most 100 characters.
    street: Option<String>,
    /// Town, at most 100 characters.
    city: Option<String>,
    /// County, at most 100 characters.
    county: Option<String>,
    /// Postcode, at most 100 characters.
    postcode: Option<String>,
    /// Degrees north (WGS 84), with `longitude` or not at all.
    latitude: Option<f64>,
    /// Degrees east (WGS 84).
    longitude: Option<f64>,
    /// How people get in and about: steps, toilets, loops, quiet rooms, parking. At most 20 of at most 200 characters.
    #[graphql(default)]
    accessibility: Vec<String>,
}

payload! {
    /// What `placeHub` answers.
    PlaceHubPayload {
        /// The hub.
        hub: Hub(hub::Model),
        refused: DirectoryUserError(DirectoryRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PlaceHub;

#[Object]
impl PlaceHub {
    /// Says where a hub is and how people get in. It is published in `/open-referral/services`, for anybody. For enablers and
    /// seniors. It is not an app's to use.
    async fn place_hub(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where it is.")] input: PlaceHubInput,
    ) -> Answer<PlaceHubPayload> {
        PlaceHubPayload::answer(ctx, placed(ctx, input).await)
    }
}

async fn placed(ctx: &Context<'_>, input: PlaceHubInput) -> Verb<hub::Model, DirectoryRefusal> {
    // Who says where which hub is?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    if !answers_for_team(&viewer) {
        return Err(Problem::forbidden(message!("placing-for-enablers")).into());
    }
    let hub_id: HubId = id(&input.hub_id)?;
    let draft = VenueDraft {
        name: "",
        street: input.street.as_deref(),
        city: input.city.as_deref(),
        county: input.county.as_deref(),
        postcode: input.postcode.as_deref(),
        latitude: input.latitude,
        longitude: input.longitude,
        accessibility: &input.accessibility,
    };
    let mut venue = draft.parse()?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "placeHub", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(()) => {
            let hub = store::people::hub_in(ctx.reader()?, viewer.organisation, hub_id).await?;
            return Ok(Done::before(hub.ok_or_else(Problem::not_found)?));
        }
        Turn::Reused => return Err(DirectoryRefusal::IdempotencyKeyReused.into()),
    };
    let hub = store::people::hub_in(&txn, viewer.organisation, hub_id).await?.ok_or_else(Problem::not_found)?;

    // Remember.
    venue.name.clone_from(&hub.name);
    store::directory::place_hub(&txn, &hub, &venue, (viewer.id, now)).await?;
    idempotent::keep(&txn, &key, &()).await?;
    txn.commit().await?;

    Ok(Done::now(hub))
}
