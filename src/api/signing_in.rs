//! Who somebody is by e-mail and password. Whether the e-mail is known or not, a wrong try takes as long and reads the same.

use std::sync::Arc;

use busfare_entity::practitioner;

use super::{context::Answer, error::Problem, state::State, verb::Stop};
use crate::{
    rules::{password, session::SessionRefusal, text},
    store,
};

/// Longer than any e-mail or password: refused before anything is hashed or looked up.
const MOST_BYTES: usize = 320;

/// What somebody types, and where from.
pub struct Credentials<'a> {
    /// Her e-mail; case does not matter.
    pub email: &'a str,
    /// Her password.
    pub password: String,
    /// The network address, for slowing down guessing only.
    pub address: &'a str,
}

/// The practitioner whose e-mail and password these are.
pub async fn who(state: &State, tried: Credentials<'_>) -> Result<practitioner::Model, Stop<SessionRefusal>> {
    // May somebody at this address try now?
    if !state.passwords {
        return Err(SessionRefusal::PasswordOff.into());
    }
    let email = tried.email.trim().to_lowercase();
    if email.len() > MOST_BYTES || tried.password.len() > MOST_BYTES {
        return Err(SessionRefusal::SignInFailed.into());
    }
    if !state.sign_ins.may_try(&email, tried.address) {
        return Err(Problem::throttled(10).into());
    }

    // Is it her? An e-mail with characters that no e-mail has is nobody's, and takes as long to be.
    let email = text::plain(&email, MOST_BYTES).ok().flatten().unwrap_or_default();
    let known = store::people::by_email(state.db.reader(), &email).await?;
    let her = if_password_matches(state, known, tried.password).await?;
    her.ok_or_else(|| SessionRefusal::SignInFailed.into())
}

/// Hashing takes a core for a moment, so it waits its turn and runs off the async threads.
async fn if_password_matches(
    state: &State,
    known: Option<practitioner::Model>,
    password: String,
) -> Answer<Option<practitioner::Model>> {
    let turn = Arc::clone(&state.hashing).acquire_owned().await.map_err(Problem::internal)?;
    tokio::task::spawn_blocking(move || {
        // The turn belongs to the work: a client that hangs up does not free a core that is in use.
        let _turn = turn;
        let stored = known.as_ref().map(|her| her.password_hash.as_str());
        if password::matches(&password, stored) { known } else { None }
    })
    .await
    .map_err(Problem::internal)
}
