//! openImprest: set up a hub's cash.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    imprest,
    words::{HubId, ImprestId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id, minted},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{imprest::Imprest, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{imprest as rules, money::Money, payment::PaymentRefusal},
    store,
};

/// What `openImprest` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct OpenImprestInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The imprest's id, if the phone mints it: `impr_` and a UUIDv7.
    id: Option<ID>,
    /// The hub whose cash it is.
    hub_id: ID,
    /// The fixed sum, such as `"50.00"`.
    amount: Decimal,
}

payload! {
    /// What `openImprest` answers.
    OpenImprestPayload {
        /// The hub's cash, with the fixed sum in the tin.
        imprest: Imprest(imprest::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct OpenImprest;

#[Object]
impl OpenImprest {
    /// Sets up a hub's cash: a fixed sum, put into a tin. Enablers and seniors do this, once for each hub. It is not an app's
    /// to use.
    async fn open_imprest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which hub, and how much.")] input: OpenImprestInput,
    ) -> Answer<OpenImprestPayload> {
        OpenImprestPayload::answer(ctx, open(ctx, input).await)
    }
}

async fn open(ctx: &Context<'_>, input: OpenImprestInput) -> Verb<imprest::Model, PaymentRefusal> {
    // Who sets up how much, and where?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let imprest_id: ImprestId = minted(input.id.as_ref())?;
    let hub_id: HubId = id(&input.hub_id)?;
    let fixed = Money::try_asked(input.amount.0).map_err(PaymentRefusal::Amount)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "openImprest", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };
    if store::imprest::is_taken(&txn, imprest_id).await? {
        return Err(PaymentRefusal::IdAlreadyUsed.into());
    }

    // Decide.
    let hub = store::people::hub_in(&txn, viewer.organisation, hub_id).await?.ok_or_else(Problem::not_found)?;
    rules::answers(&viewer)?;

    // Remember.
    let row = imprest::Model {
        id: imprest_id,
        organisation_id: viewer.organisation,
        hub_id: hub.id,
        fixed_pence: fixed.pence(),
        cash_pence: fixed.pence(),
        advanced_pence: 0,
        unreimbursed_pence: 0,
        keeper_id: None,
        opened_at: now,
    };
    if !store::imprest::open(&txn, row.clone(), viewer.id, now).await? {
        return Err(PaymentRefusal::ImprestThereAlready.into());
    }
    idempotent::keep(&txn, &key, &row).await?;
    txn.commit().await?;

    Ok(Done::now(row))
}
