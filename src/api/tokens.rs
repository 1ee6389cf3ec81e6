//! Tokens of a session: a short-lived access token and the refresh token that follows.

use busfare_entity::{
    refresh_token, session,
    words::{AppId, PractitionerId, RefreshTokenId, SessionId},
};
use chrono::{DateTime, Utc};

use super::{context::Answer, error::Problem, scalars, state::State, types::session::SessionTokens, verb::Stop};
use crate::{
    rules::{
        session::{REFRESH_LIFE, Refresh, SessionRefusal, refresh},
        token::Bearer,
    },
    store::{self, db::DatabaseTransaction, session::Token},
};

/// Begins a session: with whom, on what, and the app that acts for her with what she granted, where one does.
pub async fn begin(
    state: &State,
    txn: &DatabaseTransaction,
    (practitioner_id, device_name): (PractitionerId, String),
    through: Option<(AppId, serde_json::Value)>,
    now: DateTime<Utc>,
) -> Answer<(SessionTokens, session::Model)> {
    let (app_id, scopes) = through.unzip();
    let id = store::mint::id();
    let session =
        session::Model { id, practitioner_id, device_name, created_at: now, revoked_at: None, app_id, scopes };
    store::session::begin(txn, session.clone()).await?;
    let tokens = issue(state, txn, (practitioner_id, id), None, now).await?;
    Ok((tokens, session))
}

/// Issues the tokens of a session; `parent` is the refresh token they are exchanged for.
async fn issue(
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

/// Exchanges a refresh token, for its own device or for the app that it was given to. A lost reply is forgiven; a copied
/// token ends the session.
pub async fn exchange(
    state: &State,
    refresh_token: &str,
    app: Option<AppId>,
    now: DateTime<Utc>,
) -> Result<(SessionTokens, session::Model), Stop<SessionRefusal>> {
    // Which session is it?
    let txn = state.db.begin().await?;
    let presented = store::session::present(&txn, &store::mint::sha256(refresh_token), now).await?;
    let Token { row: token, session, presented } = presented.ok_or(SessionRefusal::RefreshFailed)?;
    if session.app_id != app {
        return Err(SessionRefusal::RefreshFailed.into());
    }

    // What does it mean?
    match refresh(presented, now) {
        Refresh::Rotate | Refresh::RotateAgain => {}
        Refresh::Expired => return Err(SessionRefusal::RefreshFailed.into()),
        Refresh::Stolen => {
            store::session::revoke(&txn, session.id, now).await?;
            txn.commit().await?;
            tracing::warn!(session = %session.id, "a refresh token came back after its successor: session ended");
            return Err(SessionRefusal::RefreshFailed.into());
        }
    }

    // Exchange it, for as long as she works here.
    let tokens = issue(state, &txn, (session.practitioner_id, session.id), Some(token.id), now).await?;
    txn.commit().await?;

    Ok((tokens, session))
}
