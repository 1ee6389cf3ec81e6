//! What capturing and attaching share: a receipt becomes a spend's evidence.

use busfare_entity::{
    receipt_link,
    words::{ReceiptId, SpendId},
};
use chrono::{DateTime, Utc};

use super::{error::Problem, verb::Stop};
use crate::{
    rules::{
        evidence,
        receipt::{MOST_ON_ONE, ReceiptRefusal},
        sight::{SpendAction, Viewer, may},
    },
    store::{self, db::DatabaseTransaction},
};

/// Links a receipt to a spend and says so on the spend's evidence axis; its money is not touched.
pub async fn attach(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    receipt: ReceiptId,
    spend: SpendId,
    now: DateTime<Utc>,
) -> Result<(), Stop<ReceiptRefusal>> {
    let spend = store::spend::find(txn, viewer, spend).await?.ok_or_else(Problem::not_found)?;
    may(SpendAction::GiveEvidence, viewer, &store::spend::standing(&spend, None))
        .map_err(|_| ReceiptRefusal::NotYourSpend)?;
    if store::receipt::most_links(txn, receipt, spend.id).await? >= MOST_ON_ONE {
        return Err(ReceiptRefusal::TooMany.into());
    }
    let link = receipt_link::Model { receipt_id: receipt, spend_id: spend.id, linked_by: viewer.id, linked_at: now };
    store::receipt::link(txn, link).await?;
    Ok(store::spend::set_evidence(txn, spend.id, evidence::with_receipt()).await?)
}
