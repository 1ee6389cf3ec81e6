//! Confirmations: what people say receipts say. A newer one stands in front of an older one; none is lost.

use std::collections::HashMap;

use busfare_entity::{
    receipt_confirmation,
    words::{OrganisationId, ReceiptId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::rules::{confirmation::Confirmation, duplicate::Purchase, money::Money};

/// Most purchases of one day, merchant and total that are looked at.
const MOST_ALIKE: u64 = 200;

/// Keeps what a person says.
pub async fn keep(conn: &impl ConnectionTrait, row: receipt_confirmation::Model) -> Result<(), DbErr> {
    receipt_confirmation::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// What a row says.
pub fn said(row: &receipt_confirmation::Model) -> Confirmation {
    Confirmation {
        merchant: row.merchant.clone(),
        day: row.bought_on,
        minute: row.bought_at_minute,
        total: row.total_pence.map(Money::from_pence),
        till: row.till_number.clone(),
        vat_number: row.vat_number.clone(),
        vat: row.vat_pence.map(Money::from_pence),
    }
}

/// What stands for each of these receipts: the newest.
pub async fn latest(
    conn: &impl ConnectionTrait,
    receipts: &[ReceiptId],
) -> Result<HashMap<ReceiptId, receipt_confirmation::Model>, DbErr> {
    let rows = receipt_confirmation::Entity::find()
        .filter(receipt_confirmation::Column::ReceiptId.is_in(receipts.iter().copied()))
        .order_by_asc(receipt_confirmation::Column::ConfirmedAt)
        .order_by_asc(receipt_confirmation::Column::Id)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.receipt_id, row)).collect())
}

/// Other receipts of which somebody said the same merchant, day and total; what stands for them now.
pub async fn like(
    conn: &impl ConnectionTrait,
    organisation: OrganisationId,
    receipt: ReceiptId,
    purchase: &Purchase,
) -> Result<Vec<receipt_confirmation::Model>, DbErr> {
    let said = receipt_confirmation::Entity::find()
        .filter(receipt_confirmation::Column::OrganisationId.eq(organisation))
        .filter(receipt_confirmation::Column::BoughtOn.eq(purchase.day))
        .filter(receipt_confirmation::Column::TotalPence.eq(purchase.pence))
        .filter(receipt_confirmation::Column::MerchantFolded.eq(&purchase.merchant))
        .filter(receipt_confirmation::Column::ReceiptId.ne(receipt))
        .order_by_desc(receipt_confirmation::Column::ConfirmedAt)
        .limit(MOST_ALIKE)
        .all(conn)
        .await?;
    let receipts: Vec<_> = said.into_iter().map(|row| row.receipt_id).collect();
    Ok(latest(conn, &receipts).await?.into_values().collect())
}
