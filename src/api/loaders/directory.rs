//! Loaders of the directory: services, to whom they were pointed out, and where our hubs are.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use busfare_entity::{
    hub_place, introduction,
    words::{HubId, PersonId, RecordId, ResourceId},
};

use super::{Batches, by, grouped};
use crate::store::{self, db::DbErr, directory::Kept};

keys! {
    /// Where a hub is.
    PlaceOf(HubId);
    /// What was pointed out in a record, newest first.
    IntroductionsIn(RecordId);
    /// What was pointed out to a person outside any record, newest first.
    IntroductionsTo(PersonId);
}

loads!(ResourceId => Kept, |batch, keys| match batch.organisation() {
    Some(ours) => store::directory::by_ids(batch.reader(), ours, keys).await.map(|rows| by(rows, |kept| kept.row.id)),
    None => Ok(HashMap::new()),
});
loads!(PlaceOf => hub_place::Model, |batch, keys|
    store::directory::places(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| by(rows, |row| PlaceOf(row.hub_id))));
loads!(IntroductionsIn => Vec<introduction::Model>, |batch, keys|
    store::directory::introductions_in(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().filter_map(|row| Some((IntroductionsIn(row.record_id?), row))))));
loads!(IntroductionsTo => Vec<introduction::Model>, |batch, keys| match batch.viewer() {
    Some(viewer) => store::directory::introductions_to(batch.reader(), viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().filter_map(|row| Some((IntroductionsTo(row.person_id?), row))))),
    None => Ok(HashMap::new()),
});
