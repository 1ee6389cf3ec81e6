//! What is shown of receipts' pages: made with the page where we decode it ourselves, and later where another program has
//! to. A page whose program is missing waits without a job until there is one.

use busfare_entity::{
    job, receipt, receipt_page, receipt_sheet,
    words::{JobKind, OrganisationId, PictureHint, PreviewState, ReceiptId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};

use super::receipt_page::FIRST;

/// A sheet that is stored and that no row refers to yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Where the thumbnail is.
    pub thumbnail_key: String,
    /// Where the preview is.
    pub preview_key: String,
    /// Pixels of the preview.
    pub width: i32,
    /// Pixels of the preview.
    pub height: i32,
    /// What may make it hard to read.
    pub hints: Vec<PictureHint>,
}

/// Makes the sheets of a page visible.
pub(super) async fn add(
    conn: &impl ConnectionTrait,
    (id, page): (ReceiptId, i32),
    sheets: &[Sheet],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for (number, sheet) in (1..).zip(sheets) {
        let row = receipt_sheet::Model {
            receipt_id: id,
            page,
            number,
            thumbnail_key: sheet.thumbnail_key.clone(),
            preview_key: sheet.preview_key.clone(),
            width: sheet.width,
            height: sheet.height,
            hints: serde_json::to_value(&sheet.hints).map_err(|error| DbErr::Json(error.to_string()))?,
            made_at: now,
        };
        receipt_sheet::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// What may make a sheet hard to read.
pub fn hints(row: &receipt_sheet::Model) -> Vec<PictureHint> {
    serde_json::from_value(row.hints.clone()).unwrap_or_default()
}

/// One sheet of a page.
pub async fn find(
    conn: &impl ConnectionTrait,
    (id, page): (ReceiptId, i32),
    number: i32,
) -> Result<Option<receipt_sheet::Model>, DbErr> {
    receipt_sheet::Entity::find_by_id((id, page, number)).one(conn).await
}

/// The sheets of receipts, in order.
pub async fn of_receipts(
    conn: &impl ConnectionTrait,
    receipts: &[ReceiptId],
) -> Result<Vec<receipt_sheet::Model>, DbErr> {
    receipt_sheet::Entity::find()
        .filter(receipt_sheet::Column::ReceiptId.is_in(receipts.iter().copied()))
        .order_by_asc(receipt_sheet::Column::Page)
        .order_by_asc(receipt_sheet::Column::Number)
        .all(conn)
        .await
}

/// Says how far what is shown of a page has come, with its sheets where they are made. False where it does not wait any
/// more: then the sheets are nobody's.
pub async fn settle(
    conn: &impl ConnectionTrait,
    (id, page): (ReceiptId, i32),
    state: PreviewState,
    sheets: &[Sheet],
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let thumbnail = sheets.first().map(|first| first.thumbnail_key.clone());
    let settled = if page == FIRST {
        let update = receipt::Entity::update_many()
            .col_expr(receipt::Column::Preview, Expr::value(Some(state)))
            .filter(receipt::Column::Id.eq(id))
            .filter(receipt::Column::Preview.eq(PreviewState::Waiting));
        let update = match thumbnail {
            Some(key) => update.col_expr(receipt::Column::ThumbnailKey, Expr::value(Some(key))),
            None => update,
        };
        update.exec(conn).await?
    } else {
        let update = receipt_page::Entity::update_many()
            .col_expr(receipt_page::Column::Preview, Expr::value(state))
            .filter(receipt_page::Column::ReceiptId.eq(id))
            .filter(receipt_page::Column::Number.eq(page))
            .filter(receipt_page::Column::Preview.eq(PreviewState::Waiting));
        let update = match thumbnail {
            Some(key) => update.col_expr(receipt_page::Column::ThumbnailKey, Expr::value(Some(key))),
            None => update,
        };
        update.exec(conn).await?
    };
    if settled.rows_affected != 1 {
        return Ok(false);
    }
    add(conn, (id, page), sheets, now).await?;
    Ok(true)
}

/// Asks again for what is shown of pages that wait: those of these kinds whose program was missing, and those that nobody
/// has asked for. How many receipts; at most so many at once.
pub async fn wake(conn: &impl ConnectionTrait, kinds: &[&str], most: u64, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let mut receipts = asleep_first(conn, kinds, most).await?;
    receipts.extend(asleep_further(conn, kinds, most).await?);
    receipts.sort_by_key(|(_, id)| *id);
    receipts.dedup();
    for (organisation, id) in &receipts {
        receipt::Entity::update_many()
            .col_expr(receipt::Column::Preview, Expr::value(PreviewState::Waiting))
            .filter(receipt::Column::Id.eq(*id))
            .filter(receipt::Column::Preview.eq(PreviewState::NoConverter))
            .exec(conn)
            .await?;
        receipt_page::Entity::update_many()
            .col_expr(receipt_page::Column::Preview, Expr::value(PreviewState::Waiting))
            .filter(receipt_page::Column::ReceiptId.eq(*id))
            .filter(receipt_page::Column::Preview.eq(PreviewState::NoConverter))
            .exec(conn)
            .await?;
        // Without the program nothing in it could be read either.
        for kind in [JobKind::MakePreviews, JobKind::ReadReceipt] {
            super::job::enqueue(conn, *organisation, kind, id.0, now).await?;
        }
    }
    Ok(receipts.len() as u64)
}

/// Receipts for which nobody is asked to do it.
fn without_job(id: receipt::Column) -> Condition {
    let asked = Query::select()
        .column(job::Column::SubjectId)
        .from(job::Entity)
        .and_where(job::Column::Kind.eq(JobKind::MakePreviews))
        .to_owned();
    Condition::all().add(id.not_in_subquery(asked))
}

async fn asleep_first(
    conn: &impl ConnectionTrait,
    kinds: &[&str],
    most: u64,
) -> Result<Vec<(OrganisationId, ReceiptId)>, DbErr> {
    let missing = Condition::all()
        .add(receipt::Column::Preview.eq(PreviewState::NoConverter))
        .add(receipt::Column::MediaType.is_in(kinds.iter().copied()));
    receipt::Entity::find()
        .select_only()
        .column(receipt::Column::OrganisationId)
        .column(receipt::Column::Id)
        .filter(Condition::any().add(receipt::Column::Preview.eq(PreviewState::Waiting)).add(missing))
        .filter(without_job(receipt::Column::Id))
        .limit(most)
        .into_tuple()
        .all(conn)
        .await
}

async fn asleep_further(
    conn: &impl ConnectionTrait,
    kinds: &[&str],
    most: u64,
) -> Result<Vec<(OrganisationId, ReceiptId)>, DbErr> {
    let missing = Condition::all()
        .add(receipt_page::Column::Preview.eq(PreviewState::NoConverter))
        .add(receipt_page::Column::MediaType.is_in(kinds.iter().copied()));
    let pages = Query::select()
        .column(receipt_page::Column::ReceiptId)
        .from(receipt_page::Entity)
        .cond_where(Condition::any().add(receipt_page::Column::Preview.eq(PreviewState::Waiting)).add(missing))
        .to_owned();
    receipt::Entity::find()
        .select_only()
        .column(receipt::Column::OrganisationId)
        .column(receipt::Column::Id)
        .filter(receipt::Column::Id.in_subquery(pages))
        .filter(without_job(receipt::Column::Id))
        .limit(most)
        .into_tuple()
        .all(conn)
        .await
}

/// Which of these blob names some sheet refers to.
pub(super) async fn referred(conn: &impl ConnectionTrait, keys: &[String]) -> Result<Vec<String>, DbErr> {
    let either = Condition::any()
        .add(receipt_sheet::Column::ThumbnailKey.is_in(keys))
        .add(receipt_sheet::Column::PreviewKey.is_in(keys));
    let rows = receipt_sheet::Entity::find().filter(either).all(conn).await?;
    Ok(rows.into_iter().flat_map(|row| [row.thumbnail_key, row.preview_key]).collect())
}
