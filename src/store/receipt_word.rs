//! Words of receipts, blinded: found by whoever may see the receipt and knows the word, and by nobody who has the disk.

use std::collections::BTreeSet;

use busfare_entity::{
    receipt, receipt_word,
    words::{OrganisationId, ReceiptId, WordSource},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{OnConflict, Query},
};

use super::{
    page::{self, Page, Slice},
    vault::{Locked, Vault},
};
use crate::rules::sight::Viewer;

/// Rows added with one statement.
const BATCH: usize = 200;

/// Words as they are kept and asked for.
pub fn blinded(vault: &Vault, organisation: OrganisationId, words: &BTreeSet<String>) -> Result<Vec<Vec<u8>>, Locked> {
    words.iter().map(|word| vault.blind(organisation, word).map(Vec::from)).collect()
}

/// The words of a receipt from one source are these now.
pub async fn replace(
    conn: &impl ConnectionTrait,
    (organisation, receipt): (OrganisationId, ReceiptId),
    source: WordSource,
    tokens: Vec<Vec<u8>>,
) -> Result<(), DbErr> {
    receipt_word::Entity::delete_many()
        .filter(receipt_word::Column::ReceiptId.eq(receipt))
        .filter(receipt_word::Column::Source.eq(source))
        .exec(conn)
        .await?;
    for batch in tokens.chunks(BATCH) {
        let rows = batch.iter().map(|token| {
            let token = token.clone();
            receipt_word::Model { organisation_id: organisation, token, receipt_id: receipt, source }
                .into_active_model()
        });
        receipt_word::Entity::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// One page of the receipts in sight on which all of these words are, newest first.
pub async fn search(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    tokens: Vec<Vec<u8>>,
    page: Page,
    now: DateTime<Utc>,
) -> Result<Slice<receipt::Model>, DbErr> {
    let mut query =
        receipt::Entity::find().filter(super::receipt::in_sight(viewer, now)).filter(super::receipt::is_receipt());
    for token in tokens {
        let with_word = Query::select()
            .column(receipt_word::Column::ReceiptId)
            .from(receipt_word::Entity)
            .and_where(receipt_word::Column::OrganisationId.eq(viewer.organisation))
            .and_where(receipt_word::Column::Token.eq(token))
            .to_owned();
        query = query.filter(receipt::Column::Id.in_subquery(with_word));
    }
    page::read(conn, query, (receipt::Column::CapturedAt, receipt::Column::Id), page).await
}
