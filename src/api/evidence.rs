//! What capturing and attaching share: a receipt becomes a spend's evidence.

use busfare_entity::{
    receipt, receipt_link, spend,
    words::{CaptureUse, ReceiptId, SpendId},
};
use chrono::{DateTime, Utc};

use super::{error::Problem, verb::Stop};
use crate::{
    rules::{
        confirmation, evidence,
        money::Money,
        receipt::{MOST_ON_ONE, ReceiptRefusal},
        sight::{SpendAction, Viewer, may},
    },
    store::{self, db::DatabaseTransaction},
};

/// Links a receipt to a spend, whole or with its portion of it, and says so on the spend's evidence axis; its money is
/// not touched.
pub async fn attach(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    receipt: &receipt::Model,
    (spend, portion): (SpendId, Option<Money>),
    now: DateTime<Utc>,
) -> Result<(), Stop<ReceiptRefusal>> {
    let spend = of_her_own(txn, viewer, spend).await?;
    let receipt = is_receipt(receipt)?.id;
    if store::receipt::most_links(txn, receipt, spend.id).await? >= MOST_ON_ONE {
        return Err(ReceiptRefusal::TooMany.into());
    }
    let link = receipt_link::Model {
        receipt_id: receipt,
        spend_id: spend.id,
        linked_by: viewer.id,
        linked_at: now,
        portion_pence: None,
    };
    store::receipt::link(txn, link).await?;
    if let Some(portion) = portion {
        store::receipt::set_portion(txn, (receipt, spend.id), portion).await?;
        portions_fit(txn, receipt, None).await?;
    }
    Ok(store::spend::set_evidence(txn, spend.id, evidence::with_receipt()).await?)
}

/// Only a receipt is evidence: notes and voice notes belong to records, and no machine reads them.
pub fn is_receipt(row: &receipt::Model) -> Result<&receipt::Model, ReceiptRefusal> {
    if row.captured_for == CaptureUse::Receipt { Ok(row) } else { Err(ReceiptRefusal::NotAReceipt) }
}

/// Takes a receipt off a spend again. What the purpose asks for is asked for again; the money is not touched.
pub async fn detach(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    receipt: ReceiptId,
    spend: SpendId,
) -> Result<(), Stop<ReceiptRefusal>> {
    let spend = of_her_own(txn, viewer, spend).await?;
    if !store::receipt::unlink(txn, receipt, spend.id).await? {
        return Err(ReceiptRefusal::NotAttached.into());
    }
    let another = store::receipt::is_attached(txn, spend.id).await?;
    let noted = !store::note::of_spends(txn, &[spend.id]).await?.is_empty();
    let purpose = store::purpose::find(txn, spend.organisation_id, spend.purpose_id).await?;
    let purpose = purpose.ok_or_else(|| Problem::internal("a spend has no purpose"))?;
    let threshold = Money::from_pence(purpose.receipt_threshold_pence);
    let expected = evidence::expected(purpose.receipt_rule, threshold, Money::from_pence(spend.total_pence));
    let left = evidence::without_receipt(another, noted, expected);
    Ok(store::spend::set_evidence(txn, spend.id, left).await?)
}

/// The portions of a receipt come to no more than its total: the one that is being confirmed, or the one that stands.
pub async fn portions_fit(
    txn: &DatabaseTransaction,
    receipt: ReceiptId,
    total: Option<Money>,
) -> Result<(), Stop<ReceiptRefusal>> {
    let total = match total {
        Some(total) => Some(total),
        None => {
            let stands = store::confirmation::latest(txn, &[receipt]).await?.remove(&receipt);
            stands.and_then(|stands| stands.total_pence).map(Money::from_pence)
        }
    };
    let links = store::receipt::links_of(txn, receipt).await?;
    let portions = links.iter().filter_map(|link| link.portion_pence).map(Money::from_pence);
    if confirmation::portions_fit(total, portions) {
        return Ok(());
    }
    Err(ReceiptRefusal::PortionsAboveTotal(total.unwrap_or(Money::ZERO)).into())
}

/// A spend of her own, which she may give evidence for.
pub async fn of_her_own(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    spend: SpendId,
) -> Result<spend::Model, Stop<ReceiptRefusal>> {
    let spend = store::spend::find(txn, viewer, spend).await?.ok_or_else(Problem::not_found)?;
    may(SpendAction::GiveEvidence, viewer, &store::spend::standing(&spend, None))
        .map_err(|_| ReceiptRefusal::NotYourSpend)?;
    Ok(spend)
}
