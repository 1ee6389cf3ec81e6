//! Loaders of third-party apps.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use busfare_entity::{app, words::AppId};

use super::{Batches, by};
use crate::store::{self, db::DbErr};

loads!(AppId => app::Model, |batch, keys| match batch.organisation() {
    Some(ours) => store::app::by_ids(batch.reader(), ours, keys).await.map(|rows| by(rows, |row| row.id)),
    None => Ok(HashMap::new()),
});
