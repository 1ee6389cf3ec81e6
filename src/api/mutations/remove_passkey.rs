//! removePasskey: a passkey opens nothing any more.

use async_graphql::{Context, ID, InputObject, Object};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        second_step,
        types::{second_step::Passkey, user_error::SecondStepUserError},
        verb::{Done, Verb, payload},
    },
    rules::second_step::SecondStepRefusal,
    store::{self, passkey::Shown},
};

/// What `removePasskey` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RemovePasskeyInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The passkey, from `viewer { secondStep { passkeys } }`.
    passkey_id: ID,
}

payload! {
    /// What `removePasskey` answers.
    RemovePasskeyPayload {
        /// The passkey as it was.
        passkey: Passkey(Shown),
        refused: SecondStepUserError(SecondStepRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RemovePasskey;

#[Object]
impl RemovePasskey {
    /// Removes a passkey of yours, after you have shown one. Where a phone is lost, whoever runs the server removes it. It is not
    /// an app's to use.
    async fn remove_passkey(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which passkey.")] input: RemovePasskeyInput,
    ) -> Answer<RemovePasskeyPayload> {
        RemovePasskeyPayload::answer(ctx, remove(ctx, input).await)
    }
}

async fn remove(ctx: &Context<'_>, input: RemovePasskeyInput) -> Verb<Shown, SecondStepRefusal> {
    // Which passkey of whose?
    let (her, _) = ctx.practitioner()?;
    second_step::offered(ctx)?;
    let passkey = id(&input.passkey_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "removePasskey", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(passkey) => return Ok(Done::before(passkey)),
        Turn::Reused => return Err(SecondStepRefusal::IdempotencyKeyReused.into()),
    };

    // Has she shown that it is she? Then forget it.
    second_step::before_changing(ctx, &txn).await?;
    let removed = store::passkey::remove(&txn, her.id, passkey).await?.ok_or_else(Problem::not_found)?;
    let passkey = Shown::from(removed);
    idempotent::keep(&txn, &key, &passkey).await?;
    txn.commit().await?;

    Ok(Done::now(passkey))
}
