//! What people say receipts say, and which spends they may belong to.

use async_graphql::{Context, Object, SimpleObject};
use busfare_entity::{
    receipt_confirmation, receipt_link, spend,
    words::{PairingReason, VatItem},
};

use super::{
    money::{Money, pence},
    people::Practitioner,
    spend::Spend,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::{Date, DateTime},
    },
    store,
};

/// What a person says a receipt says.
pub struct ReceiptConfirmation(pub receipt_confirmation::Model);

/// An item that HMRC asks to see on a receipt with VAT, and whether it was confirmed. An app needs the scope `RECEIPTS_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct VatCheck {
    /// The item.
    item: VatItem,
    /// Whether it was confirmed.
    ok: bool,
}

/// What a person says a receipt says. Nothing of it was set by a machine. An app needs the scope `RECEIPTS_READ`.
#[Object]
impl ReceiptConfirmation {
    /// Who sold it.
    async fn merchant(&self) -> Option<&str> {
        self.0.merchant.as_deref()
    }

    /// The day on it.
    async fn bought_on(&self) -> Option<Date> {
        self.0.bought_on.map(Date)
    }

    /// The time on it, `HH:MM`.
    async fn bought_at(&self) -> Option<String> {
        self.0.bought_at_minute.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60))
    }

    /// The total with VAT.
    async fn total(&self) -> Option<Money> {
        self.0.total_pence.map(pence)
    }

    /// The number of the till roll, ticket or transaction.
    async fn till_number(&self) -> Option<&str> {
        self.0.till_number.as_deref()
    }

    /// The VAT registration number.
    async fn vat_number(&self) -> Option<&str> {
        self.0.vat_number.as_deref()
    }

    /// The VAT in the total.
    async fn vat(&self) -> Option<Money> {
        self.0.vat_pence.map(pence)
    }

    /// Every item that HMRC asks to see on a receipt with VAT of up to £250 (VAT Notice 700, section 16.6), and whether it
    /// was confirmed. A list to look at, never a gate.
    async fn vat_checklist(&self) -> Vec<VatCheck> {
        store::confirmation::said(&self.0).vat_checklist().into_iter().map(|(item, ok)| VatCheck { item, ok }).collect()
    }

    /// Who said so.
    async fn confirmed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.confirmed_by).await.map(Practitioner)
    }

    /// When.
    async fn confirmed_at(&self) -> DateTime {
        DateTime(self.0.confirmed_at)
    }
}

/// A spend that a receipt is attached to.
pub struct Attachment(pub receipt_link::Model, pub spend::Model);

/// A spend that a receipt is evidence for. An app needs the scope `RECEIPTS_READ`.
#[Object(name = "ReceiptAttachment")]
impl Attachment {
    /// The spend.
    async fn spend(&self) -> Spend {
        Spend(self.1.clone())
    }

    /// How much of the receipt it is, where that was said.
    async fn portion(&self) -> Option<Money> {
        self.0.portion_pence.map(pence)
    }

    /// When it was attached.
    async fn attached_at(&self) -> DateTime {
        DateTime(self.0.linked_at)
    }
}

/// A spend that a receipt may belong to.
pub struct SuggestedSpend(pub spend::Model, pub Vec<PairingReason>);

/// A spend that a receipt may belong to: the same amount to the penny, and at least one more reason. A suggestion, which
/// `attachReceipt` makes so. An app needs the scope `RECEIPTS_READ`.
#[Object]
impl SuggestedSpend {
    /// The spend.
    async fn spend(&self) -> Spend {
        Spend(self.0.clone())
    }

    /// Why, besides the amount.
    async fn reasons(&self) -> &[PairingReason] {
        &self.1
    }
}
