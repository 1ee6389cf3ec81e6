//! Tokens of a session: a short-lived access token and the refresh token that follows.

use busfare_entity::{
    refresh_token,
    words::{PractitionerId, RefreshTokenId, SessionId},
};
use chrono::{DateTime, Utc};

use super::{context::Answer, error::Problem, scalars, state::State, types::session::SessionTokens};
use crate::{
    rules::{session::REFRESH_LIFE, token::Bearer},
    store::{self, db::DatabaseTransaction},
};

/// Issues the tokens of a session; `parent` is the refresh token they are exchanged for.
pub async fn issue(
    state: &State,
    txn: &DatabaseTransaction,
    (practitioner, session): (PractitionerId, SessionId),
    parent: Option<RefreshTokenId>,
    now: DateTime<Utc>,
) -> Answer<SessionTokens> {
    let (access_token, ends) = state.key.issue(Bearer { practitioner, session }, now).map_err(Problem::internal)?;
    let secret = store::mint::secret().map_err(Problem::internal)?;
    let row = refresh_token::Model {
        id: store::mint::id(),
        session_id: session,
        token_sha256: secret.sha256,
        issued_at: now,
        expires_at: now + REFRESH_LIFE,
        used_at: None,
        parent_id: parent,
    };
    let refresh_token_expires_at = scalars::DateTime(row.expires_at);
    store::session::add_token(txn, row).await?;
    Ok(SessionTokens {
        access_token,
        access_token_expires_at: scalars::DateTime(ends),
        refresh_token: secret.text,
        refresh_token_expires_at,
    })
}
