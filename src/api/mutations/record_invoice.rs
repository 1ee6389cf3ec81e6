//! recordInvoice: record a supplier's invoice; the money leaves the budget with it.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    supplier_order,
    words::{OrderState, PaymentMethod, SupplierOrderId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        paying,
        scalars::{Decimal, Uuid},
        types::{payment::SupplierOrder, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        course,
        money::Money,
        payment::{self, PaymentRefusal, REFERENCE_CHARS},
    },
    store::{self, payment::paying as standing, spend::Moved},
};

/// What `recordInvoice` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RecordInvoiceInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The order, from `spend { payment { order } }`.
    order_id: ID,
    /// The supplier's own reference on the invoice, at most 60 characters.
    invoice_reference: String,
    /// What was invoiced; all that was authorised where none is given. Above it, ask for the rest first.
    amount: Option<Decimal>,
}

payload! {
    /// What `recordInvoice` answers.
    RecordInvoicePayload {
        /// The order, invoiced. Its spend is spent, and what was not needed went back.
        order: SupplierOrder(supplier_order::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RecordInvoice;

#[Object]
impl RecordInvoice {
    /// Records a supplier's invoice, up to what was authorised. The asker does this, or an enabler or a senior of her team.
    /// It is not an app's to use.
    async fn record_invoice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invoice, and how much.")] input: RecordInvoiceInput,
    ) -> Answer<RecordInvoicePayload> {
        RecordInvoicePayload::answer(ctx, record(ctx, input).await)
    }
}

async fn record(ctx: &Context<'_>, input: RecordInvoiceInput) -> Verb<supplier_order::Model, PaymentRefusal> {
    // Who was invoiced how much?
    let ((her, _), viewer, now) = (ctx.practitioner()?, ctx.viewer()?, ctx.now()?);
    let order_id: SupplierOrderId = id(&input.order_id)?;
    let amount = input.amount.map(|amount| Money::try_asked(amount.0)).transpose().map_err(PaymentRefusal::Amount)?;
    let invoice = payment::needed("invoiceReference", &input.invoice_reference, REFERENCE_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "recordInvoice", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let order = store::payment::order(&txn, order_id).await?.ok_or_else(Problem::not_found)?;
    let spend = paying::answered_for(&txn, (her, &viewer), order.spend_id).await?;
    if order.state == OrderState::Invoiced {
        return Err(PaymentRefusal::OverAlready.into());
    }
    payment::is_set_aside(standing(&spend), &[PaymentMethod::Supplier])?;
    let authorised = Money::from_pence(spend.authorised_pence.unwrap_or_default());
    let course = course::spend(spend.decision, authorised, amount.unwrap_or(authorised))
        .map_err(|_| PaymentRefusal::AboveAuthorised(authorised))?;

    // Remember.
    match store::spend::advance(&txn, &spend, &course, now).await? {
        Moved::To(_) => {}
        Moved::BudgetShort | Moved::Overtaken => return Err(PaymentRefusal::NotSetAside.into()),
    }
    if !store::payment::set_invoiced(&txn, order.id, invoice.clone(), viewer.id, now).await? {
        return Err(PaymentRefusal::OverAlready.into());
    }
    let invoiced = supplier_order::Model {
        state: OrderState::Invoiced,
        invoice_reference: Some(invoice),
        invoiced_by: Some(viewer.id),
        invoiced_at: Some(now),
        ..order
    };
    idempotent::keep(&txn, &key, &invoiced).await?;
    txn.commit().await?;

    Ok(Done::now(invoiced))
}
