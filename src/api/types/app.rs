//! Third-party apps, and what practitioners let them do.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    app, session, webhook,
    words::{AppScope, EventKind, WebhookProblem, WebhookState},
};

use super::people::Practitioner;
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::DateTime,
    },
    store,
};

/// A third-party app that the organisation knows.
pub struct App(pub app::Model);

/// A third-party app that the organisation knows. It reads the directory and the forms by its own token, and does whatever
/// else its scopes name for practitioners who let it. An app needs the scope `TEAM_READ`.
#[Object]
impl App {
    /// Its id, `app_` and 26 characters; as `client_id` it is how the app says which one it is.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it may do at most.
    async fn scopes(&self) -> Vec<AppScope> {
        store::app::scopes(&self.0.scopes)
    }

    /// Where a practitioner who lets it act for her is sent back to; empty where it acts for nobody.
    async fn redirect_uris(&self) -> Vec<String> {
        store::app::redirect_uris(&self.0)
    }

    /// When it was registered.
    async fn registered_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Who registered it.
    async fn registered_by(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        let Some(who) = self.0.registered_by else { return Ok(None) };
        Ok(loaders::maybe(ctx.loaders()?, who).await?.map(Practitioner))
    }

    /// When its token ends, and with it all that it may do.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was last used, to the minute.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// When it was ended. It stays so.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}

/// An app that acts for somebody, in one session.
pub struct Consent {
    /// The app.
    pub app: app::Model,
    /// The session in which it acts.
    pub session: session::Model,
}

/// What a practitioner lets an app do for her on one device. She can end it at any time. An app needs the scope `TEAM_READ`.
#[Object]
impl Consent {
    /// The app.
    async fn app(&self) -> App {
        App(self.app.clone())
    }

    /// What it may do for her.
    async fn scopes(&self) -> Vec<AppScope> {
        self.session.scopes.as_ref().map(store::app::scopes).unwrap_or_default()
    }

    /// Since when.
    async fn granted_at(&self) -> DateTime {
        DateTime(self.session.created_at)
    }
}

/// What an app changed for somebody. It is not an app's to use.
#[derive(SimpleObject)]
pub struct AppAction {
    /// The app.
    pub app: App,
    /// The mutation that changed something, such as `requestSpend`.
    pub mutation: String,
    /// When.
    pub at: DateTime,
}

/// Where an app is told of what happens.
pub struct Webhook(pub webhook::Model);

/// Where an app is told of what happens in the organisation: which kind of thing, its id and its place in the order, and nothing
/// about anybody. Messages are signed and sent again as the Standard Webhooks specification has it. It is not an app's to use.
#[Object]
impl Webhook {
    /// Its id, `hook_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The app.
    async fn app(&self, ctx: &Context<'_>) -> Answer<Option<App>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.app_id).await?.map(App))
    }

    /// Where messages are sent.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// Of what it is told; of everything where nothing is named.
    async fn kinds(&self) -> Vec<EventKind> {
        serde_json::from_value(self.0.kinds.clone()).unwrap_or_default()
    }

    /// Whether it is told.
    async fn state(&self) -> WebhookState {
        self.0.state
    }

    /// Up to which place in the order it has heard of everything.
    async fn position(&self) -> String {
        self.0.position.to_string()
    }

    /// When it last took something.
    async fn told_at(&self) -> Option<DateTime> {
        self.0.told_at.map(DateTime)
    }

    /// Since when it has not taken what it was told.
    async fn failing_since(&self) -> Option<DateTime> {
        self.0.failing_since.map(DateTime)
    }

    /// Why not.
    async fn problem(&self) -> Option<WebhookProblem> {
        self.0.problem
    }
}
