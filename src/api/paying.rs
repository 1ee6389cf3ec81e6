//! Paying: what follows in the same transaction once a spend is spent, whoever's verb it was.

use busfare_entity::{
    cash_recipient, practitioner, spend,
    words::{HubId, OrderState, PractitionerId, SpendId, SpendMoney, VoucherState},
};
use chrono::{DateTime, Utc};

use super::{error::Problem, verb::Stop};
use crate::{
    rules::{
        payment::PaymentRefusal,
        sight::Viewer,
        spend::{PayingRefusal, SpendRefusal},
    },
    store::{
        self,
        db::{DatabaseTransaction, DbErr},
        imprest::Paid,
    },
};

/// What the person who spent it says about the paying.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Whose tin paid, where it was not the spend's own hub's.
    pub hub: Option<HubId>,
    /// Who received the cash.
    pub received_by: Option<String>,
}

/// A spend with its budget held, for whoever asked for it or answers for the asker's team.
pub async fn answered_for(
    txn: &DatabaseTransaction,
    (her, viewer): (&practitioner::Model, &Viewer),
    id: SpendId,
) -> Result<spend::Model, Stop<PaymentRefusal>> {
    let spend = store::spend::hold(txn, viewer, id).await?.ok_or_else(Problem::not_found)?;
    if store::payment::answers_for(her, &spend) { Ok(spend) } else { Err(PaymentRefusal::NotYourSpend.into()) }
}

/// Pays for a spend that has just been spent: the tin pays for what is paid in cash, and a voucher is redeemed.
/// A spend that is not spent is left alone. Nothing is half paid: a refusal drops the transaction.
pub async fn follows(
    txn: &DatabaseTransaction,
    spend: &spend::Model,
    said: Said,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<(), Stop<SpendRefusal>> {
    match pay(txn, spend, said, by, now).await? {
        None => Ok(()),
        Some(refusal) => Err(SpendRefusal::Paying(refusal).into()),
    }
}

/// Pays for a spend that stands whatever the tin's book says, because it was decided without signal. Cash that the
/// book does not have is a difference at the next count.
pub async fn follows_where_it_can(
    txn: &DatabaseTransaction,
    spend: &spend::Model,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    pay(txn, spend, Said::default(), by, now).await.map(|_| ())
}

/// What stands in the way, if anything does.
async fn pay(
    txn: &DatabaseTransaction,
    spend: &spend::Model,
    said: Said,
    by: PractitionerId,
    now: DateTime<Utc>,
) -> Result<Option<PayingRefusal>, DbErr> {
    if spend.money != SpendMoney::Spent || spend.method.is_none() {
        return Ok(None);
    }
    let orders = store::payment::orders_for(txn, &[spend.id]).await?;
    if orders.iter().any(|order| order.state == OrderState::Ordered) {
        return Ok(Some(PayingRefusal::InvoiceNeeded));
    }
    store::payment::end_voucher(txn, spend.id, VoucherState::Redeemed, now).await?;
    match store::imprest::pay(txn, spend, said.hub, by, now).await? {
        Paid::AnotherWay | Paid::Yes => {}
        Paid::NoTin => return Ok(Some(PayingRefusal::NoTin)),
        Paid::Short(left) => return Ok(Some(PayingRefusal::TinShort(left))),
    }
    if let Some(words) = said.received_by {
        let recipient = cash_recipient::Model { spend_id: spend.id, words, noted_at: now };
        store::imprest::note_recipient(txn, recipient).await?;
    }
    Ok(None)
}
