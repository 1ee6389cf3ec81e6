//! signOut: a device, or all of them, signed out at once.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    api::context::{Answer, Asked},
    store,
};

/// What `signOut` takes. Signing out twice is signing out once, so it needs no idempotency key.
#[derive(Clone, Debug, InputObject)]
pub struct SignOutInput {
    /// Every device of hers, not only this one: for a lost phone.
    #[graphql(default = false)]
    everywhere: bool,
}

/// What `signOut` answers.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Whether she is signed out now.
    signed_out: bool,
}

/// The verb.
#[derive(Default)]
pub struct SignOut;

#[Object]
impl SignOut {
    /// Signs out. Access tokens of the session are refused from the next request on. It is not an app's to use.
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which devices.")] input: SignOutInput,
    ) -> Answer<SignOutPayload> {
        let (her, session) = ctx.practitioner()?;
        let now = ctx.now()?;

        let txn = ctx.begin().await?;
        if input.everywhere {
            store::session::revoke_all(&txn, her.id, now).await?;
        } else {
            store::session::revoke(&txn, session, now).await?;
        }
        txn.commit().await?;

        Ok(SignOutPayload { signed_out: true })
    }
}
