//! Archives: spends whose money left in some days, a few at a time, with everything there is of evidence.

use std::collections::HashMap;

use busfare_entity::{
    no_receipt_note, receipt, receipt_link, spend, spend_purpose, upload,
    words::{ReceiptId, SpendId, SpendMoney, SpendPurposeId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{note, receipt_page as page, upload as uploads};
use crate::rules::sight::Viewer;

/// Spends read at once.
const BATCH: u64 = 50;

/// A spend with everything there is of evidence.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The spend.
    pub spend: spend::Model,
    /// What it was for.
    pub purpose: spend_purpose::Model,
    /// Its receipts, the oldest first.
    pub receipts: Vec<Paper>,
    /// Why there is none.
    pub note: Option<no_receipt_note::Model>,
}

/// A receipt of a spend.
#[derive(Clone, Debug)]
pub struct Paper {
    /// How it belongs to the spend.
    pub link: receipt_link::Model,
    /// Its row.
    pub receipt: receipt::Model,
    /// Its pages that are stored.
    pub pages: Vec<(i32, page::Content)>,
    /// Its pages that are on their way.
    pub under_way: Vec<upload::Model>,
    /// Whether it is for other spends too.
    pub shared: bool,
}

fn left(viewer: &Viewer, (begins, ends): (DateTime<Utc>, DateTime<Utc>)) -> Condition {
    Condition::all()
        .add(super::spend::in_sight(viewer))
        .add(spend::Column::Money.is_in([SpendMoney::Spent, SpendMoney::PartRefunded, SpendMoney::Refunded]))
        .add(spend::Column::SpentAt.gte(begins))
        .add(spend::Column::SpentAt.lt(ends))
}

/// How many spends in a viewer's sight had their money leave between two moments.
pub async fn count(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    between: (DateTime<Utc>, DateTime<Utc>),
) -> Result<u64, DbErr> {
    spend::Entity::find().filter(left(viewer, between)).count(conn).await
}

/// The next few of them after one, the earliest first. None left is an empty list.
pub async fn next(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    between: (DateTime<Utc>, DateTime<Utc>),
    after: Option<(DateTime<Utc>, SpendId)>,
) -> Result<Vec<Filed>, DbErr> {
    let further = after.map(|(at, id)| {
        let same = Condition::all().add(spend::Column::SpentAt.eq(at)).add(spend::Column::Id.gt(id));
        Condition::any().add(spend::Column::SpentAt.gt(at)).add(same)
    });
    let spends = spend::Entity::find()
        .filter(left(viewer, between))
        .filter(further.unwrap_or_else(Condition::all))
        .order_by_asc(spend::Column::SpentAt)
        .order_by_asc(spend::Column::Id)
        .limit(BATCH)
        .all(conn)
        .await?;
    let ids: Vec<_> = spends.iter().map(|spend| spend.id).collect();
    if ids.is_empty() {
        return Ok(vec![]);
    }

    let mut papers = papers(conn, &ids).await?;
    let mut notes: HashMap<_, _> =
        note::of_spends(conn, &ids).await?.into_iter().map(|note| (note.spend_id, note)).collect();
    let purposes = purposes(conn, &spends).await?;
    Ok(spends
        .into_iter()
        .filter_map(|spend| {
            let purpose = purposes.get(&spend.purpose_id)?.clone();
            let (receipts, note) = (papers.remove(&spend.id).unwrap_or_default(), notes.remove(&spend.id));
            Some(Filed { spend, purpose, receipts, note })
        })
        .collect())
}

async fn purposes(
    conn: &impl ConnectionTrait,
    spends: &[spend::Model],
) -> Result<HashMap<SpendPurposeId, spend_purpose::Model>, DbErr> {
    let rows = spend_purpose::Entity::find()
        .filter(spend_purpose::Column::Id.is_in(spends.iter().map(|spend| spend.purpose_id)))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn papers(conn: &impl ConnectionTrait, spends: &[SpendId]) -> Result<HashMap<SpendId, Vec<Paper>>, DbErr> {
    let linked = receipt_link::Entity::belongs_to(receipt::Entity)
        .from(receipt_link::Column::ReceiptId)
        .to(receipt::Column::Id)
        .into();
    let rows = receipt_link::Entity::find()
        .filter(receipt_link::Column::SpendId.is_in(spends.iter().copied()))
        .join(JoinType::InnerJoin, linked)
        .select_also(receipt::Entity)
        .order_by_asc(receipt::Column::CapturedAt)
        .order_by_asc(receipt::Column::Id)
        .all(conn)
        .await?;
    let ids: Vec<ReceiptId> = rows.iter().map(|(link, _)| link.receipt_id).collect();
    let (further, under_way) = (page::of_receipts(conn, &ids).await?, uploads::under_way(conn, &ids).await?);
    let shared = shared(conn, &ids).await?;

    let mut papers: HashMap<SpendId, Vec<Paper>> = HashMap::new();
    for (link, receipt) in rows {
        let Some(receipt) = receipt else { continue };
        let paper = Paper {
            pages: page::pages(&receipt, &further),
            under_way: under_way.iter().filter(|upload| upload.receipt_id == receipt.id).cloned().collect(),
            shared: shared.get(&receipt.id).is_some_and(|links| *links > 1),
            receipt,
            link,
        };
        papers.entry(paper.link.spend_id).or_default().push(paper);
    }
    Ok(papers)
}

/// How many spends each receipt is for.
async fn shared(conn: &impl ConnectionTrait, receipts: &[ReceiptId]) -> Result<HashMap<ReceiptId, i64>, DbErr> {
    let rows: Vec<(ReceiptId, i64)> = receipt_link::Entity::find()
        .select_only()
        .column(receipt_link::Column::ReceiptId)
        .column_as(receipt_link::Column::SpendId.count(), "spends")
        .filter(receipt_link::Column::ReceiptId.is_in(receipts.iter().copied()))
        .group_by(receipt_link::Column::ReceiptId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
