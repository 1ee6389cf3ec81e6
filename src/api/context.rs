//! What a resolver may ask of its request: who is asking, when, in which language, and the database.

use async_graphql::{Context, ID};
use busfare_entity::{
    app, practitioner,
    words::{AppId, AppScope, Language, SessionId},
};
use chrono::{DateTime, Utc};
use std::{str::FromStr, sync::Arc};

use super::{error::Problem, loaders::Loaders, messages::message, state::State};
use crate::{
    rules::sight::Viewer,
    store::{
        self,
        db::{DatabaseTransaction, Reader},
    },
};

/// What a resolver answers with.
pub type Answer<T> = Result<T, Problem>;

/// Who is asking.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Nobody who said who they are.
    Nobody,
    /// A practitioner on a signed-in device.
    Practitioner {
        /// The practitioner as she is now.
        row: Box<practitioner::Model>,
        /// The device's session.
        session: SessionId,
    },
    /// A third-party app on its own behalf.
    App(Box<app::Model>),
}

/// An app that asks, for itself or for a practitioner.
#[derive(Clone, Debug)]
pub struct Through {
    /// Which.
    pub app: AppId,
    /// What it was granted. Whether that is enough for a request was asked before it runs.
    pub scopes: Vec<AppScope>,
}

/// One request: put into the request's data by whoever carries it.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Who.
    pub caller: Caller,
    /// The app that asks; none where a practitioner does by herself.
    pub through: Option<Through>,
    /// When: read once, so that everything in a request happens at one moment.
    pub now: DateTime<Utc>,
    /// The language of `Accept-Language`.
    pub language: Language,
    /// The network address, for slowing down guessing only.
    pub address: String,
}

/// What every resolver can reach from its context.
pub trait Asked {
    /// What every request shares.
    fn state(&self) -> Answer<&State>;
    /// The request.
    fn asking(&self) -> Answer<&Asking>;
    /// This request's loaders.
    fn loaders(&self) -> Answer<&Loaders>;

    /// When the request came.
    fn now(&self) -> Answer<DateTime<Utc>> {
        Ok(self.asking()?.now)
    }

    /// The language to answer in.
    fn language(&self) -> Answer<Language> {
        Ok(self.asking()?.language)
    }

    /// The practitioner who asks, and her session.
    fn practitioner(&self) -> Answer<(&practitioner::Model, SessionId)> {
        match &self.asking()?.caller {
            Caller::Practitioner { row, session } => Ok((row, *session)),
            Caller::App(_) => Err(Problem::forbidden(message!("app-not-alone"))),
            Caller::Nobody => Err(Problem::unauthenticated()),
        }
    }

    /// The practitioner who asks, as rules see her.
    fn viewer(&self) -> Answer<Viewer> {
        self.practitioner().map(|(row, _)| store::people::as_viewer(row))
    }

    /// The organisation of a practitioner, or of an app that may read this.
    fn organisation(&self, scope: AppScope) -> Answer<busfare_entity::words::OrganisationId> {
        match &self.asking()?.caller {
            Caller::Practitioner { row, .. } => Ok(row.organisation_id),
            Caller::App(app) if store::app::scopes(&app.scopes).contains(&scope) => Ok(app.organisation_id),
            Caller::App(_) => Err(Problem::forbidden(message!("app-token-scope-missing"))),
            Caller::Nobody => Err(Problem::unauthenticated()),
        }
    }

    /// For reading outside a transaction.
    fn reader(&self) -> Answer<&Reader> {
        Ok(self.state()?.db.reader())
    }

    /// Begins the one transaction of a verb.
    fn begin(&self) -> impl Future<Output = Answer<DatabaseTransaction>> + Send;
}

impl Asked for Context<'_> {
    fn state(&self) -> Answer<&State> {
        self.data::<Arc<State>>().map(Arc::as_ref).map_err(missing)
    }

    fn asking(&self) -> Answer<&Asking> {
        self.data::<Asking>().map_err(missing)
    }

    fn loaders(&self) -> Answer<&Loaders> {
        self.data::<Loaders>().map_err(missing)
    }

    async fn begin(&self) -> Answer<DatabaseTransaction> {
        Ok(self.state()?.db.begin().await?)
    }
}

fn missing(error: async_graphql::Error) -> Problem {
    Problem::internal(error.message)
}

/// An id argument of one kind. An id of another kind is an id of nothing.
pub fn id<T: FromStr>(id: &ID) -> Answer<T> {
    id.parse().map_err(|_| Problem::not_found())
}

/// An id that the phone may have minted.
pub fn minted<T: FromStr + From<uuid::Uuid>>(id: Option<&ID>) -> Answer<T> {
    match id {
        Some(id) => id.parse().map_err(|_| Problem::bad_user_input(message!("id-not-ours"))),
        None => Ok(store::mint::id()),
    }
}
