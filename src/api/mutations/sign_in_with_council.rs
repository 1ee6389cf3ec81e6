//! signInWithCouncil: a device begins a session with an account of the council's own.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use busfare_entity::practitioner;

use crate::{
    api::{
        at_the_council,
        context::{Answer, Asked},
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

/// What `signInWithCouncil` takes. It has no idempotency key, because its answer is a secret and is never stored.
#[derive(Clone, InputObject)]
pub struct SignInWithCouncilInput {
    /// An ID token of the provider that `signInOptions` names, issued for its `clientId`. It works once.
    #[graphql(secret)]
    id_token: String,
    /// What she calls this device, such as `"Ffion's phone"`, at most 60 characters.
    device_name: Option<String>,
}

/// What `signInWithCouncil` answers.
#[derive(SimpleObject)]
pub struct SignInWithCouncilPayload {
    /// What the device holds from now on.
    session: Option<SessionTokens>,
    /// Who signed in.
    practitioner: Option<Practitioner>,
    /// Why there is no session; empty where there is one.
    user_errors: Vec<SessionUserError>,
}

/// The verb.
#[derive(Default)]
pub struct SignInWithCouncil;

#[Object]
impl SignInWithCouncil {
    /// Signs a device in with an account of the council's own. Whoever comes for the first time is known by her e-mail, or gets
    /// the place that her roles and groups at the council name; from then on she is known by what never changes. It is not an
    /// app's to use.
    async fn sign_in_with_council(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: SignInWithCouncilInput,
    ) -> Answer<SignInWithCouncilPayload> {
        match sign_in(ctx, input).await {
            Ok((session, practitioner)) => Ok(SignInWithCouncilPayload {
                session: Some(session),
                practitioner: Some(Practitioner(practitioner)),
                user_errors: vec![],
            }),
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![SessionUserError::new(&refusal, ctx.language()?)];
                Ok(SignInWithCouncilPayload { session: None, practitioner: None, user_errors })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn sign_in(
    ctx: &Context<'_>,
    input: SignInWithCouncilInput,
) -> Result<(SessionTokens, practitioner::Model), Stop<SessionRefusal>> {
    // Whom does the council say it is?
    let (state, now) = (ctx.state()?, ctx.now()?);
    let council = state.council.as_ref().ok_or(SessionRefusal::CouncilOff)?;
    let device = text::plain(input.device_name.as_deref().unwrap_or_default(), DEVICE_CHARS)
        .map_err(SessionRefusal::DeviceName)?;
    let identity = council.identify(&input.id_token, now).await.map_err(at_the_council::unknown)?;

    // Who is she here?
    let txn = ctx.begin().await?;
    let her = at_the_council::who(&txn, council, (&input.id_token, &identity), now).await?;

    // Begin the session.
    let device = device.unwrap_or_else(|| "a device".to_owned());
    let (tokens, _) = tokens::begin(state, &txn, (her.id, device), None, now).await?;
    txn.commit().await?;
    ctx.loaders()?.loader().signed_in(store::people::as_viewer(&her));

    Ok((tokens, her))
}
