//! refreshSession: exchange a refresh token. A lost reply is forgiven; a copied token ends the session.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::api::{
    context::{Answer, Asked},
    tokens,
    types::{session::SessionTokens, user_error::SessionUserError},
    verb::Stop,
};

/// What `refreshSession` takes. It has no idempotency key, because its answer is a secret and is never stored;
/// sending it again within a minute is forgiven instead.
#[derive(Clone, InputObject)]
pub struct RefreshSessionInput {
    /// The refresh token of the last sign-in or refresh.
    #[graphql(secret)]
    refresh_token: String,
}

/// What `refreshSession` answers.
#[derive(SimpleObject)]
pub struct RefreshSessionPayload {
    /// What the device holds from now on.
    session: Option<SessionTokens>,
    /// Why there is none; empty where there is one.
    user_errors: Vec<SessionUserError>,
}

/// The verb.
#[derive(Default)]
pub struct RefreshSession;

#[Object]
impl RefreshSession {
    /// Exchanges a refresh token for new tokens. It may be repeated for a minute where the reply was lost; later, or once a
    /// successor was used, it ends the session on every device that holds a copy. It is not an app's to use.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is exchanged.")] input: RefreshSessionInput,
    ) -> Answer<RefreshSessionPayload> {
        match tokens::exchange(ctx.state()?, &input.refresh_token, None, ctx.now()?).await {
            Ok((session, _)) => Ok(RefreshSessionPayload { session: Some(session), user_errors: vec![] }),
            Err(Stop::Refused(refusal)) => {
                let user_errors = vec![SessionUserError::new(&refusal, ctx.language()?)];
                Ok(RefreshSessionPayload { session: None, user_errors })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}
