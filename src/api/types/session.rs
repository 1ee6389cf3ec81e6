//! What a signed-in device holds.

use async_graphql::SimpleObject;

use crate::api::scalars::DateTime;

/// What a signed-in device holds. The access token goes into `Authorization: Bearer`; the refresh token is kept safe and
/// exchanged with `refreshSession` before the access token ends. It is not an app's to use.
#[derive(SimpleObject)]
pub struct SessionTokens {
    /// Good for at most ten minutes.
    pub access_token: String,
    /// When the access token ends.
    pub access_token_expires_at: DateTime,
    /// Good for one exchange within 30 days.
    pub refresh_token: String,
    /// When the refresh token ends.
    pub refresh_token_expires_at: DateTime,
}

/// How somebody signs in on this server.
#[derive(SimpleObject)]
pub struct SignInOptions {
    /// Whether `signIn` takes an e-mail and a password.
    pub password: bool,
    /// The council's own sign-in; none where there is none.
    pub council: Option<CouncilProvider>,
}

/// The provider of OpenID Connect with which people of the council sign in. A phone asks it for an ID token, by the
/// authorization code with PKCE and the scopes `openid profile email`, and sends that to `signInWithCouncil`.
#[derive(SimpleObject)]
pub struct CouncilProvider {
    /// Its issuer; the rest is found at `/.well-known/openid-configuration` below it.
    pub issuer: String,
    /// What it calls the council's app.
    pub client_id: String,
}
