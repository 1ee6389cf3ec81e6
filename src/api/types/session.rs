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
