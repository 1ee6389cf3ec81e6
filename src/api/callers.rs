//! Who asks, looked up together for all who ask at one moment: where many phones wait for one worker, one statement says of all of
//! them whether they are still signed in.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    dataloader::{DataLoader, Loader},
    runtime::TokioSpawner,
};

use super::{
    context::Answer,
    loaders::{NextTurn, failed},
};
use crate::{
    rules::token::Bearer,
    store::{
        Db,
        db::DbErr,
        people::{SignedIn, signed_in},
    },
};

/// Looks up who asks. Nothing is remembered: whoever signs out is nobody in the next request.
pub struct Callers(DataLoader<Lookup>);

impl Callers {
    /// Of one worker, in whose runtime it is made.
    pub fn of(db: Db) -> Self {
        Self(DataLoader::new(Lookup(db), TokioSpawner::current(), NextTurn))
    }

    /// Who holds a token, if her session is alive and she still works here.
    pub async fn signed_in(&self, bearer: Bearer) -> Answer<Option<SignedIn>> {
        self.0.load_one(bearer).await.map_err(|error| failed(&error))
    }
}

struct Lookup(Db);

impl Loader<Bearer> for Lookup {
    type Value = SignedIn;
    type Error = Arc<DbErr>;

    async fn load(&self, bearers: &[Bearer]) -> Result<HashMap<Bearer, SignedIn>, Arc<DbErr>> {
        let found = signed_in(self.0.reader(), bearers).await?;
        Ok(found.into_iter().map(|one| (one.bearer(), one)).collect())
    }
}
