//! How a spend is paid: the order, the voucher, the cash, the card's line, and what is owed to a worker.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject, connection::PageInfo};
use busfare_entity::{
    reimbursement, spend, supplier_order, voucher,
    words::{OrderState, PaymentMethod, VoucherState},
};

use super::{
    card::CardMatch,
    imprest::CashAdvance,
    money::{Money, pence},
    people::Practitioner,
    spend::Spend,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, AdvancesFor, MatchOfSpend, OrderFor, RecipientOf, ReimbursementOf, VoucherFor},
        scalars::DateTime,
    },
    rules::{calendar, payment},
    store::{
        self,
        page::{Cursor, Page, Slice},
        payment::Owed,
    },
};

/// How a spend is paid.
pub struct SpendPayment(pub spend::Model);

/// How a spend is paid, and what hangs on it. An app needs the scope `SPENDS_READ`.
#[Object]
impl SpendPayment {
    /// The way of paying, once that is said. It is never `REIMBURSEMENT` because nobody said anything.
    async fn method(&self) -> Option<PaymentMethod> {
        self.0.method
    }

    /// Cash that was taken along for it, the latest time.
    async fn advance(&self, ctx: &Context<'_>) -> Answer<Option<CashAdvance>> {
        let rows = loaders::maybe(ctx.loaders()?, AdvancesFor(self.0.id)).await?;
        Ok(rows.unwrap_or_default().pop().map(CashAdvance))
    }

    /// Who received the cash, in as few words as were given; nobody needs to be named.
    async fn received_by(&self, ctx: &Context<'_>) -> Answer<Option<String>> {
        Ok(loaders::maybe(ctx.loaders()?, RecipientOf(self.0.id)).await?.map(|row| row.words))
    }

    /// The line of a card statement it belongs to.
    #[graphql(name = "match")]
    async fn matched(&self, ctx: &Context<'_>) -> Answer<Option<CardMatch>> {
        Ok(loaders::maybe(ctx.loaders()?, MatchOfSpend(self.0.id)).await?.map(CardMatch))
    }

    /// What is owed to the worker, where she paid herself and the money has left.
    async fn reimbursement(&self) -> Option<Reimbursement> {
        let owed = self.0.method == Some(PaymentMethod::Reimbursement) && self.0.spent_pence.is_some();
        owed.then(|| Reimbursement(self.0.clone()))
    }

    /// The official order, where the supplier invoices.
    async fn order(&self, ctx: &Context<'_>) -> Answer<Option<SupplierOrder>> {
        Ok(loaders::maybe(ctx.loaders()?, OrderFor(self.0.id)).await?.map(SupplierOrder))
    }

    /// The voucher, where one was issued.
    async fn voucher(&self, ctx: &Context<'_>) -> Answer<Option<Voucher>> {
        Ok(loaders::maybe(ctx.loaders()?, VoucherFor(self.0.id)).await?.map(Voucher))
    }
}

/// An official order to a supplier.
pub struct SupplierOrder(pub supplier_order::Model);

/// An official order: the supplier has it, then invoices it. The money leaves with the invoice. An app needs the scope
/// `BOOKS_READ`.
#[Object]
impl SupplierOrder {
    /// Its id, `ordr_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it was ordered for, where the viewer may see it.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.spend_id).await?.map(Spend))
    }

    /// What the supplier writes on the invoice.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// Who supplies it.
    async fn supplier(&self) -> &str {
        &self.0.supplier
    }

    /// Ordered or invoiced.
    async fn state(&self) -> OrderState {
        self.0.state
    }

    /// The supplier's own reference, once invoiced.
    async fn invoice_reference(&self) -> Option<&str> {
        self.0.invoice_reference.as_deref()
    }

    /// When it was ordered.
    async fn ordered_at(&self) -> DateTime {
        DateTime(self.0.ordered_at)
    }

    /// When the invoice was recorded.
    async fn invoiced_at(&self) -> Option<DateTime> {
        self.0.invoiced_at.map(DateTime)
    }
}

/// A voucher for one spend.
pub struct Voucher(pub voucher::Model);

/// A voucher for one spend. Recording the spend redeems it; `returnVoucher` gives the money back to the budget. An app needs
/// the scope `BOOKS_READ`.
#[Object]
impl Voucher {
    /// Its id, `vchr_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it is for, where the viewer may see it.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.spend_id).await?.map(Spend))
    }

    /// The reference on it. It is no secret and buys nothing.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// What it is worth.
    async fn amount(&self) -> Money {
        pence(self.0.amount_pence)
    }

    /// Issued, redeemed or returned.
    async fn state(&self) -> VoucherState {
        self.0.state
    }

    /// When it was issued.
    async fn issued_at(&self) -> DateTime {
        DateTime(self.0.issued_at)
    }

    /// When it was redeemed or returned.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

/// Money that is owed to a worker who paid herself, or was.
pub struct Reimbursement(pub spend::Model);

/// Money that is owed to a worker who paid for a spend herself, or was. Nobody should wait longer than five working days for
/// it. An app needs the scope `BOOKS_READ`.
#[Object]
impl Reimbursement {
    /// The spend.
    async fn spend(&self) -> Spend {
        Spend(self.0.clone())
    }

    /// Who paid with her own money.
    async fn owed_to(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.practitioner_id).await.map(Practitioner)
    }

    /// How much: what was spent less what came back.
    async fn amount(&self) -> Money {
        pence(self.0.spent_pence.unwrap_or_default() - self.0.refunded_pence)
    }

    /// How many working days she has waited, or had to wait.
    async fn working_days(&self, ctx: &Context<'_>) -> Answer<i32> {
        Ok(i32::try_from(self.waiting(ctx).await?.working_days).unwrap_or(i32::MAX))
    }

    /// Whether that is longer than anybody should wait.
    async fn too_long(&self, ctx: &Context<'_>) -> Answer<bool> {
        Ok(self.waiting(ctx).await?.too_long)
    }

    /// When a colleague said that she has it back; nothing while it is owed.
    async fn paid_at(&self, ctx: &Context<'_>) -> Answer<Option<DateTime>> {
        Ok(self.paid(ctx).await?.map(|row| DateTime(row.paid_at)))
    }

    /// The colleague who said so.
    async fn paid_by(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match self.paid(ctx).await? {
            Some(row) => loaders::must(ctx.loaders()?, row.paid_by).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }

    /// What the books call the payment.
    async fn reference(&self, ctx: &Context<'_>) -> Answer<Option<String>> {
        Ok(self.paid(ctx).await?.and_then(|row| row.reference))
    }
}

impl Reimbursement {
    async fn paid(&self, ctx: &Context<'_>) -> Answer<Option<reimbursement::Model>> {
        loaders::maybe(ctx.loaders()?, ReimbursementOf(self.0.id)).await
    }

    /// Days are those on the wall where the organisation is.
    async fn waiting(&self, ctx: &Context<'_>) -> Answer<payment::Waiting> {
        let until = self.paid(ctx).await?.map_or(ctx.now()?, |row| row.paid_at);
        let zone = loaders::must(ctx.loaders()?, loaders::ZoneOf(self.0.organisation_id)).await?;
        let spent_at = self.0.spent_at.unwrap_or(until);
        Ok(payment::waiting(calendar::day(spent_at, zone), calendar::day(until, zone)))
    }
}

/// One row of a list of money owed to workers.
#[derive(SimpleObject)]
pub struct ReimbursementEdge {
    /// The row.
    node: Reimbursement,
    /// Where it stands; a list continues after it.
    cursor: String,
}

/// A page of money owed to workers, the oldest first.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ReimbursementConnection {
    /// The rows with their cursors.
    edges: Vec<ReimbursementEdge>,
    /// Whether there is more.
    page_info: PageInfo,
}

#[ComplexObject]
impl ReimbursementConnection {
    /// The rows without their cursors.
    async fn nodes(&self) -> Vec<&Reimbursement> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
}

impl ReimbursementConnection {
    /// What waits to be paid back, page by page.
    pub async fn read(ctx: &Context<'_>, page: Page) -> Answer<Self> {
        let Slice { rows, more } = store::payment::owed(ctx.reader()?, &ctx.viewer()?, page).await?;
        let edge = |Owed { id, spent_at, spend }| ReimbursementEdge {
            cursor: Cursor { at: spent_at, id: id.0 }.encode(),
            node: Reimbursement(spend),
        };
        let edges: Vec<_> = rows.into_iter().map(edge).collect();
        let page_info = PageInfo {
            has_previous_page: page.after.is_some(),
            has_next_page: more,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Ok(Self { edges, page_info })
    }
}
