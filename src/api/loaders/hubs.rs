//! Loaders of when hubs are open, and of who is seen there.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use busfare_entity::{
    appointment, appointment_wish,
    words::{AppointmentId, HubSessionId, PersonId},
};

use super::{Batches, by, grouped};
use crate::store::{self, db::DbErr, hub_session::Kept};

keys! {
    /// Whom an appointment is for.
    PersonOf(AppointmentId);
    /// In which hubs somebody who waits would like to be seen, the most welcome first.
    WishesOf(AppointmentId);
}

loads!(HubSessionId => Kept, |batch, keys| match batch.organisation() {
    Some(ours) => store::hub_session::by_ids(batch.reader(), ours, keys).await.map(|rows| by(rows, |kept| kept.row.id)),
    None => Ok(HashMap::new()),
});
loads!(AppointmentId => appointment::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::appointment::by_ids(batch.reader(), viewer.organisation, keys)
        .await
        .map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(PersonOf => PersonId, |batch, keys|
    store::appointment::people(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| rows.into_iter().map(|row| (PersonOf(row.appointment_id), row.person_id)).collect()));
loads!(WishesOf => Vec<appointment_wish::Model>, |batch, keys|
    store::appointment::wishes(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (WishesOf(row.appointment_id), row)))));
