//! forgetPasskeys: a colleague has lost what she showed, and begins anew.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::practitioner;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        second_step,
        types::{people::Practitioner, user_error::SecondStepUserError},
        verb::{Done, Verb, payload},
    },
    rules::second_step::{SecondStepRefusal, may_forget_hers},
    store,
};

/// What `forgetPasskeys` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ForgetPasskeysInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// Who has lost hers.
    practitioner_id: ID,
}

payload! {
    /// What `forgetPasskeys` answers.
    ForgetPasskeysPayload {
        /// The colleague, who has no passkey now.
        practitioner: Practitioner(practitioner::Model),
        refused: SecondStepUserError(SecondStepRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ForgetPasskeys;

#[Object]
impl ForgetPasskeys {
    /// Forgets all the passkeys of a colleague who has lost hers. Seniors of a team that sets direction do, after they have shown
    /// their own where they have one. It is not an app's to use.
    async fn forget_passkeys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose.")] input: ForgetPasskeysInput,
    ) -> Answer<ForgetPasskeysPayload> {
        ForgetPasskeysPayload::answer(ctx, forget(ctx, input).await)
    }
}

async fn forget(ctx: &Context<'_>, input: ForgetPasskeysInput) -> Verb<practitioner::Model, SecondStepRefusal> {
    // Whose?
    let viewer = ctx.viewer()?;
    second_step::offered(ctx)?;
    let whose = id(&input.practitioner_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "forgetPasskeys", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(()) => return Ok(Done::before(second_step::colleague(ctx.reader()?, &viewer, whose).await?)),
        Turn::Reused => return Err(SecondStepRefusal::IdempotencyKeyReused.into()),
    };

    // Is it hers to say, and is it she?
    let kind = store::people::kind_of_team(&txn, &viewer).await?;
    may_forget_hers(&viewer, kind.ok_or_else(Problem::not_found)?, whose)?;
    second_step::before_changing(ctx, &txn).await?;

    // Forget.
    let colleague = second_step::colleague(&txn, &viewer, whose).await?;
    store::passkey::forget_all(&txn, whose).await?;
    idempotent::keep(&txn, &key, &()).await?;
    txn.commit().await?;

    Ok(Done::now(colleague))
}
