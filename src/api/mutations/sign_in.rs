//! signIn: a device begins a session.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    api::{
        context::{Answer, Asked},
        signing_in::{self, Credentials},
        tokens,
        types::{people::Practitioner, session::SessionTokens, user_error::SessionUserError},
        verb::Stop,
    },
    rules::{
        session::{DEVICE_CHARS, SessionRefusal},
        text,
    },
    store,
};

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
    /// Signs a device in. At most a few tries a minute. It is not an app's to use.
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
    // Is it her?
    let (state, asking) = (ctx.state()?, ctx.asking()?);
    let device = text::plain(input.device_name.as_deref().unwrap_or_default(), DEVICE_CHARS)
        .map_err(SessionRefusal::DeviceName)?;
    let tried = Credentials { email: &input.email, password: input.password, address: &asking.address };
    let her = signing_in::who(state, tried).await?;

    // Begin the session.
    let txn = ctx.begin().await?;
    let device = device.unwrap_or_else(|| "a device".to_owned());
    let (tokens, _) = tokens::begin(state, &txn, (her.id, device), None, asking.now).await?;
    txn.commit().await?;
    ctx.loaders()?.loader().signed_in(store::people::as_viewer(&her));

    Ok((tokens, Practitioner(her)))
}
