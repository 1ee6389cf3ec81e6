//! signIn: a device begins a session. Whether the e-mail is known or not, a wrong try takes as long and reads the same.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use busfare_entity::{practitioner, session};

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        tokens,
        types::{people::Practitioner, session::SessionTokens, user_error::SessionUserError},
        verb::Stop,
    },
    rules::{password, session::SessionRefusal, text},
    store,
};

/// Most characters of a device's name.
const DEVICE_CHARS: usize = 60;
/// Longer than any e-mail or password: refused before anything is hashed or looked up.
const MOST_BYTES: usize = 320;

/// What `signIn` takes. It has no idempotency key, because its answer is a secret and is never stored.
#[derive(Clone, InputObject)]
pub struct SignInInput {
    /// The e-mail she signs in with; case does not matter.
    email: String,
    /// Her password.
    #[graphql(secret)]
    password: String,
    /// What she calls this device, such as `"Ffion's phone"`, at most 60 characters.
    device_name: Option<String>,
}

/// What `signIn` answers.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// What the device holds from now on.
    session: Option<SessionTokens>,
    /// Who signed in.
    practitioner: Option<Practitioner>,
    /// Why there is no session; empty where there is one.
    user_errors: Vec<SessionUserError>,
}

/// The verb.
#[derive(Default)]
pub struct SignIn;

#[Object]
impl SignIn {
    /// Signs a device in. At most a few tries a minute.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: SignInInput,
    ) -> Answer<SignInPayload> {
        match sign_in(ctx, input).await {
            Ok((session, practitioner)) => {
                Ok(SignInPayload { session: Some(session), practitioner: Some(practitioner), user_errors: vec![] })
            }
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![SessionUserError::new(&refusal, ctx.language()?)];
                Ok(SignInPayload { session: None, practitioner: None, user_errors })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn sign_in(ctx: &Context<'_>, input: SignInInput) -> Result<(SessionTokens, Practitioner), Stop<SessionRefusal>> {
    // May somebody at this address try now?
    let (state, asking) = (ctx.state()?, ctx.asking()?);
    let email = input.email.trim().to_lowercase();
    if email.len() > MOST_BYTES || input.password.len() > MOST_BYTES {
        return Err(SessionRefusal::SignInFailed.into());
    }
    if !state.sign_ins.may_try(&email, &asking.address) {
        return Err(Problem::throttled(10).into());
    }
    let device = text::plain(input.device_name.as_deref().unwrap_or_default(), DEVICE_CHARS)
        .map_err(SessionRefusal::DeviceName)?;

    // Is it her? An e-mail with characters that no e-mail has is nobody's, and takes as long to be.
    let email = text::plain(&email, MOST_BYTES).ok().flatten().unwrap_or_default();
    let known = store::people::by_email(state.db.reader(), &email).await?;
    let her = if_password_matches(ctx, known, input.password).await?.ok_or(SessionRefusal::SignInFailed)?;

    // Begin the session.
    let txn = ctx.begin().await?;
    let session = session::Model {
        id: store::mint::id(),
        practitioner_id: her.id,
        device_name: device.unwrap_or_else(|| "a device".to_owned()),
        created_at: asking.now,
        revoked_at: None,
    };
    let id = session.id;
    store::session::begin(&txn, session).await?;
    let tokens = tokens::issue(state, &txn, (her.id, id), None, asking.now).await?;
    txn.commit().await?;

    Ok((tokens, Practitioner(her)))
}

/// Hashing takes a core for a moment, so it waits its turn and runs off the async threads.
async fn if_password_matches(
    ctx: &Context<'_>,
    known: Option<practitioner::Model>,
    password: String,
) -> Answer<Option<practitioner::Model>> {
    let turn = Arc::clone(&ctx.state()?.hashing).acquire_owned().await.map_err(Problem::internal)?;
    tokio::task::spawn_blocking(move || {
        // The turn belongs to the work: a client that hangs up does not free a core that is in use.
        let _turn = turn;
        let stored = known.as_ref().map(|her| her.password_hash.as_str());
        if password::matches(&password, stored) { known } else { None }
    })
    .await
    .map_err(Problem::internal)
}
