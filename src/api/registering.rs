//! What the verbs about third-party apps share: who sees to them, and the token that is told once.

use async_graphql::Context;
use busfare_entity::{
    app, webhook,
    words::{AppId, OrganisationId, WebhookId},
};

use super::{
    context::{Answer, Asked},
    error::Problem,
    messages::message,
    types::{app::App, user_error::AppUserError},
    verb::{Stop, Verb},
};
use crate::{
    rules::app::{AppRefusal, may_register},
    store::{self, db::DatabaseTransaction, mint::Secret},
};

/// An app as a verb leaves it, with its token where it has a new one.
pub type Told = (app::Model, Option<String>);

/// A new token for an app: what its owner is told once, and what is kept.
pub fn token(id: AppId) -> Answer<(String, Vec<u8>)> {
    let Secret { text, sha256 } = store::mint::secret().map_err(Problem::internal)?;
    Ok((format!("{id}_{text}"), sha256))
}

/// The organisation whose apps somebody sees to, if she does.
pub async fn organisation(ctx: &Context<'_>, txn: &DatabaseTransaction) -> Result<OrganisationId, Stop<AppRefusal>> {
    let viewer = ctx.viewer()?;
    let kind = store::people::kind_of_team(txn, &viewer).await?;
    may_register(viewer.role, kind.ok_or_else(Problem::not_found)?)?;
    Ok(viewer.organisation)
}

/// The same for reading: somebody else finds nothing.
pub async fn seen_to(ctx: &Context<'_>) -> Answer<OrganisationId> {
    let viewer = ctx.viewer()?;
    let kind = store::people::kind_of_team(ctx.reader()?, &viewer).await?;
    let sees = kind.is_some_and(|kind| may_register(viewer.role, kind).is_ok());
    if sees { Ok(viewer.organisation) } else { Err(Problem::forbidden(message!("apps-for-seniors"))) }
}

/// An app of her organisation as it is now. Its token was told once, and is kept nowhere.
pub async fn known(ctx: &Context<'_>, id: AppId) -> Result<app::Model, Stop<AppRefusal>> {
    let app = store::app::by_ids(ctx.reader()?, ctx.viewer()?.organisation, &[id]).await?.pop();
    Ok(app.ok_or_else(Problem::not_found)?)
}

/// A webhook of her organisation as it is now.
pub async fn known_webhook(ctx: &Context<'_>, id: WebhookId) -> Result<webhook::Model, Stop<AppRefusal>> {
    let row = store::webhook::find(ctx.reader()?, ctx.viewer()?.organisation, id).await?;
    Ok(row.ok_or_else(Problem::not_found)?)
}

/// A webhook of the organisation whose apps she sees to, held until the transaction ends.
pub async fn held_webhook(
    ctx: &Context<'_>,
    txn: &DatabaseTransaction,
    id: WebhookId,
) -> Result<webhook::Model, Stop<AppRefusal>> {
    let row = store::webhook::hold(txn, organisation(ctx, txn).await?, id).await?;
    Ok(row.ok_or_else(Problem::not_found)?)
}

/// What a verb that makes a token answers.
pub struct Answered {
    /// The app.
    pub app: Option<App>,
    /// Its token.
    pub token: Option<String>,
    /// Why there is none.
    pub user_errors: Vec<AppUserError>,
    /// Whether this was answered before.
    pub replayed: bool,
}

/// The same from how a verb ended.
pub fn answered(ctx: &Context<'_>, verb: Verb<Told, AppRefusal>) -> Answer<Answered> {
    match verb {
        Ok(done) => {
            let (app, token) = done.value;
            Ok(Answered { app: Some(App(app)), token, user_errors: vec![], replayed: done.replayed })
        }
        Err(Stop::Refused(refusal)) => {
            let user_errors = vec![AppUserError::new(&refusal, ctx.language()?)];
            Ok(Answered { app: None, token: None, user_errors, replayed: false })
        }
        Err(Stop::Problem(problem)) => Err(problem),
    }
}
