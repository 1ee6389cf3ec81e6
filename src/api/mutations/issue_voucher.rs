//! issueVoucher: give out a voucher for an authorised spend.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    voucher,
    words::{PaymentMethod, SpendId, VoucherState},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        idempotent::{self, Turn},
        paying,
        scalars::Uuid,
        types::{payment::Voucher, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::payment::{self, PaymentRefusal, REFERENCE_CHARS},
    store::{self, payment::paying as standing},
};

/// What `issueVoucher` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct IssueVoucherInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The authorised spend, which is paid with a voucher.
    spend_id: ID,
    /// The reference on the voucher, at most 60 characters. Not the code that buys something.
    reference: String,
}

payload! {
    /// What `issueVoucher` answers.
    IssueVoucherPayload {
        /// The voucher, issued.
        voucher: Voucher(voucher::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct IssueVoucher;

#[Object]
impl IssueVoucher {
    /// Issues a voucher worth what was authorised. The asker does this, or an enabler or a senior of her team. It is not an
    /// app's to use.
    async fn issue_voucher(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For what, and which voucher.")] input: IssueVoucherInput,
    ) -> Answer<IssueVoucherPayload> {
        IssueVoucherPayload::answer(ctx, issue(ctx, input).await)
    }
}

async fn issue(ctx: &Context<'_>, input: IssueVoucherInput) -> Verb<voucher::Model, PaymentRefusal> {
    // Who issues what?
    let ((her, _), viewer, now) = (ctx.practitioner()?, ctx.viewer()?, ctx.now()?);
    let spend_id: SpendId = id(&input.spend_id)?;
    let reference = payment::needed("reference", &input.reference, REFERENCE_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "issueVoucher", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let spend = paying::answered_for(&txn, (her, &viewer), spend_id).await?;
    payment::is_set_aside(standing(&spend), &[PaymentMethod::Voucher])?;

    // Remember.
    let voucher = voucher::Model {
        id: store::mint::id(),
        organisation_id: viewer.organisation,
        spend_id,
        reference,
        amount_pence: spend.authorised_pence.unwrap_or_default(),
        state: VoucherState::Issued,
        issued_by: viewer.id,
        issued_at: now,
        ended_at: None,
    };
    if !store::payment::add_voucher(&txn, voucher.clone()).await? {
        let another = store::payment::is_issued_as(&txn, &viewer, &voucher.reference, spend_id).await?;
        return Err(if another { PaymentRefusal::ReferenceUsed } else { PaymentRefusal::OneAlready }.into());
    }
    idempotent::keep(&txn, &key, &voucher).await?;
    txn.commit().await?;

    Ok(Done::now(voucher))
}
