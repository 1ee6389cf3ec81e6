//! placeOrder: order from a supplier, who will invoice.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    supplier_order,
    words::{OrderState, PaymentMethod, SpendId, SupplierOrderId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        idempotent::{self, Turn},
        paying,
        scalars::Uuid,
        types::{payment::SupplierOrder, user_error::PaymentUserError},
        verb::{Done, Verb, payload},
    },
    rules::payment::{self, NAME_CHARS, PaymentRefusal, REFERENCE_CHARS},
    store::{self, payment::paying as standing},
};

/// What `placeOrder` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct PlaceOrderInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The authorised spend, which the supplier invoices.
    spend_id: ID,
    /// Who supplies it, at most 80 characters.
    supplier: String,
    /// What the supplier is to write on the invoice, at most 60 characters; one is made where none is given.
    reference: Option<String>,
}

payload! {
    /// What `placeOrder` answers.
    PlaceOrderPayload {
        /// The order with its reference.
        order: SupplierOrder(supplier_order::Model),
        refused: PaymentUserError(PaymentRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct PlaceOrder;

#[Object]
impl PlaceOrder {
    /// Places an official order for an authorised spend. Its asker does this, or an enabler or a senior of her team. It is
    /// not an app's to use.
    async fn place_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, and from whom.")] input: PlaceOrderInput,
    ) -> Answer<PlaceOrderPayload> {
        PlaceOrderPayload::answer(ctx, place(ctx, input).await)
    }
}

async fn place(ctx: &Context<'_>, input: PlaceOrderInput) -> Verb<supplier_order::Model, PaymentRefusal> {
    // Who orders what from whom?
    let ((her, _), viewer, now) = (ctx.practitioner()?, ctx.viewer()?, ctx.now()?);
    let spend_id: SpendId = id(&input.spend_id)?;
    let supplier = payment::needed("supplier", &input.supplier, NAME_CHARS)?;
    let reference = payment::words("reference", input.reference.as_deref(), REFERENCE_CHARS)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "placeOrder", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answered) => return Ok(Done::before(answered)),
        Turn::Reused => return Err(PaymentRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let spend = paying::answered_for(&txn, (her, &viewer), spend_id).await?;
    payment::is_set_aside(standing(&spend), &[PaymentMethod::Supplier])?;
    let order_id: SupplierOrderId = store::mint::id();
    let reference = reference.unwrap_or_else(|| payment::order_reference(&order_id.to_string()));

    // Remember.
    let order = supplier_order::Model {
        id: order_id,
        organisation_id: viewer.organisation,
        spend_id,
        reference,
        supplier,
        state: OrderState::Ordered,
        ordered_by: viewer.id,
        ordered_at: now,
        invoice_reference: None,
        invoiced_by: None,
        invoiced_at: None,
    };
    if !store::payment::add_order(&txn, order.clone()).await? {
        let another = store::payment::is_ordered_as(&txn, &viewer, &order.reference, spend_id).await?;
        return Err(if another { PaymentRefusal::ReferenceUsed } else { PaymentRefusal::OneAlready }.into());
    }
    idempotent::keep(&txn, &key, &order).await?;
    txn.commit().await?;

    Ok(Done::now(order))
}
