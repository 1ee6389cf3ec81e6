//! Loaders of what people say afterwards, and of what a team says, learns and keeps to.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use busfare_entity::{
    policy, policy_comment, practitioner, promise, reflection, reflection_note, reflection_participant,
    words::{PolicyId, RecordId, ReflectionId, TeamId},
};

use super::{Batches, by, grouped};
use crate::store::{self, db::DbErr};

keys! {
    /// Who works in a team, by name.
    PeopleIn(TeamId);
    /// What was promised after a record, what is due first first.
    PromisesOf(RecordId);
    /// The comments on a policy, oldest first.
    CommentsOn(PolicyId);
    /// What takes the place of a policy, the first of them first.
    ReplacedBy(PolicyId);
    /// The notes in a reflection, oldest first.
    ThoughtsIn(ReflectionId);
    /// Who takes part in a reflection.
    ThoseIn(ReflectionId);
}

loads!(PeopleIn => Vec<practitioner::Model>, |batch, keys| match batch.organisation() {
    Some(ours) => store::team::people(batch.reader(), ours, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (PeopleIn(row.team_id), row)))),
    None => Ok(HashMap::new()),
});
loads!(PromisesOf => Vec<promise::Model>, |batch, keys|
    store::promise::of_records(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (PromisesOf(row.record_id), row)))));
loads!(PolicyId => policy::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::policy::by_ids(batch.reader(), viewer, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(CommentsOn => Vec<policy_comment::Model>, |batch, keys|
    store::policy::comments(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (CommentsOn(row.policy_id), row)))));
loads!(ReplacedBy => Vec<policy::Model>, |batch, keys| match batch.viewer() {
    Some(viewer) => store::policy::replaced_by(batch.reader(), viewer, &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().filter_map(|row| Some((ReplacedBy(row.replaces_id?), row))))),
    None => Ok(HashMap::new()),
});
loads!(ReflectionId => reflection::Model, |batch, keys| match batch.viewer() {
    Some(viewer) => store::reflection::by_ids(batch.reader(), viewer, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
loads!(ThoughtsIn => Vec<reflection_note::Model>, |batch, keys|
    store::reflection::notes(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (ThoughtsIn(row.reflection_id), row)))));
loads!(ThoseIn => Vec<reflection_participant::Model>, |batch, keys|
    store::reflection::participants(batch.reader(), &keys.iter().map(|key| key.0).collect::<Vec<_>>())
        .await
        .map(|rows| grouped(rows.into_iter().map(|row| (ThoseIn(row.reflection_id), row)))));
