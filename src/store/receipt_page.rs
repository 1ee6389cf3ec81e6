//! Pages of receipts: the first is in the receipt's own row, further ones in rows of their own. One picture a page, for
//! good: the same one again is the same, and another one is a conflict.

use busfare_entity::{
    receipt, receipt_page,
    words::{CaptureUse, JobKind, OrganisationId, PreviewState, ReceiptId, ReceiptProblem, ReceiptState},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use super::{
    db::inserted,
    receipt_sheet::{self, Sheet},
};

/// The page that is in the receipt's own row.
pub const FIRST: i32 = 1;

/// What is known of a picture once it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Hash of the bytes the phone sent.
    pub original_sha256: Vec<u8>,
    /// Length of what the phone sent.
    pub original_bytes: i64,
    /// Hash of what is stored.
    pub stored_sha256: Vec<u8>,
    /// Of what is stored.
    pub media_type: String,
    /// Length of what is stored.
    pub bytes: i64,
    /// Pixels, upright.
    pub width: i32,
    /// Pixels, upright.
    pub height: i32,
    /// Where the picture is.
    pub content_key: String,
    /// Where the thumbnail of its first sheet is, once it can be shown.
    pub thumbnail_key: Option<String>,
    /// How far what is shown of it has come.
    pub preview: PreviewState,
    /// How many sheets there are to look at.
    pub sheet_count: i32,
    /// The sheets that came with it; those of a page that is there already are rows of their own.
    pub sheets: Vec<Sheet>,
}

/// What came of making a picture visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is the page's picture now.
    Kept,
    /// The same picture was there already.
    Same,
    /// Another picture was there already.
    Another,
}

/// The picture of a page, once it is stored.
pub async fn stored(
    conn: &impl ConnectionTrait,
    receipt: &receipt::Model,
    page: i32,
) -> Result<Option<Content>, DbErr> {
    if page == FIRST {
        return Ok(of_first(receipt.clone()));
    }
    Ok(receipt_page::Entity::find_by_id((receipt.id, page)).one(conn).await?.map(of_further))
}

/// Everything that is stored of a receipt, page by page.
pub async fn all_stored(conn: &impl ConnectionTrait, receipt: &receipt::Model) -> Result<Vec<(i32, Content)>, DbErr> {
    Ok(pages(receipt, &of_receipts(conn, &[receipt.id]).await?))
}

/// The same, out of the further pages of several receipts.
pub(super) fn pages(receipt: &receipt::Model, further: &[receipt_page::Model]) -> Vec<(i32, Content)> {
    let first = of_first(receipt.clone()).map(|content| (FIRST, content));
    let others = further.iter().filter(|row| row.receipt_id == receipt.id);
    first.into_iter().chain(others.map(|row| (row.number, of_further(row.clone())))).collect()
}

fn of_first(row: receipt::Model) -> Option<Content> {
    Some(Content {
        original_bytes: row.original_bytes.unwrap_or_default(),
        stored_sha256: row.stored_sha256.or_else(|| row.original_sha256.clone())?,
        original_sha256: row.original_sha256?,
        media_type: row.media_type?,
        bytes: row.stored_bytes?,
        width: row.width?,
        height: row.height?,
        content_key: row.content_key?,
        thumbnail_key: row.thumbnail_key,
        preview: row.preview.unwrap_or(PreviewState::Waiting),
        sheet_count: row.sheet_count.unwrap_or(1),
        sheets: Vec::new(),
    })
}

fn of_further(row: receipt_page::Model) -> Content {
    Content {
        original_sha256: row.original_sha256,
        original_bytes: row.original_bytes,
        stored_sha256: row.stored_sha256,
        media_type: row.media_type,
        bytes: row.stored_bytes,
        width: row.width,
        height: row.height,
        content_key: row.content_key,
        thumbnail_key: row.thumbnail_key,
        preview: row.preview,
        sheet_count: row.sheet_count,
        sheets: Vec::new(),
    }
}

/// Makes a stored picture visible, if its page has none yet. A receipt's first page is then compared with all others, and
/// a machine reads what there is.
pub async fn settle(
    conn: &impl ConnectionTrait,
    (organisation, id): (OrganisationId, ReceiptId),
    page: i32,
    content: &Content,
    now: DateTime<Utc>,
) -> Result<Settled, DbErr> {
    let kept = if page == FIRST {
        set_first(conn, id, content.clone(), now).await?
    } else {
        add_further(conn, id, page, content.clone(), now).await?
    };
    let row = receipt::Entity::find_by_id(id).one(conn).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("a receipt whose picture came".to_owned()))?;
    if kept {
        receipt_sheet::add(conn, (id, page), &content.sheets, now).await?;
        let is_receipt = row.captured_for == CaptureUse::Receipt;
        if is_receipt && page == FIRST {
            super::job::enqueue(conn, organisation, JobKind::ComparePicture, id.0, now).await?;
        }
        if is_receipt {
            super::job::enqueue(conn, organisation, JobKind::ReadReceipt, id.0, now).await?;
        }
        if content.preview == PreviewState::Waiting {
            super::job::enqueue(conn, organisation, JobKind::MakePreviews, id.0, now).await?;
        }
        return Ok(Settled::Kept);
    }
    let there = stored(conn, &row, page).await?;
    let same = there.is_some_and(|there| there.original_sha256 == content.original_sha256);
    Ok(if same { Settled::Same } else { Settled::Another })
}

async fn set_first(
    conn: &impl ConnectionTrait,
    id: ReceiptId,
    content: Content,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let set = receipt::Entity::update_many()
        .col_expr(receipt::Column::State, Expr::value(ReceiptState::Stored))
        .col_expr(receipt::Column::OriginalSha256, Expr::value(Some(content.original_sha256)))
        .col_expr(receipt::Column::OriginalBytes, Expr::value(Some(content.original_bytes)))
        .col_expr(receipt::Column::StoredSha256, Expr::value(Some(content.stored_sha256)))
        .col_expr(receipt::Column::MediaType, Expr::value(Some(content.media_type)))
        .col_expr(receipt::Column::StoredBytes, Expr::value(Some(content.bytes)))
        .col_expr(receipt::Column::Width, Expr::value(Some(content.width)))
        .col_expr(receipt::Column::Height, Expr::value(Some(content.height)))
        .col_expr(receipt::Column::ContentKey, Expr::value(Some(content.content_key)))
        .col_expr(receipt::Column::ThumbnailKey, Expr::value(content.thumbnail_key))
        .col_expr(receipt::Column::Preview, Expr::value(Some(content.preview)))
        .col_expr(receipt::Column::SheetCount, Expr::value(Some(content.sheet_count)))
        .col_expr(receipt::Column::StoredAt, Expr::value(Some(now)))
        .col_expr(receipt::Column::Problem, Expr::value(None::<ReceiptProblem>))
        .filter(receipt::Column::Id.eq(id))
        .filter(receipt::Column::ContentKey.is_null())
        .exec(conn)
        .await?;
    Ok(set.rows_affected == 1)
}

async fn add_further(
    conn: &impl ConnectionTrait,
    id: ReceiptId,
    number: i32,
    content: Content,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = receipt_page::Model {
        receipt_id: id,
        number,
        original_sha256: content.original_sha256,
        original_bytes: content.original_bytes,
        stored_sha256: content.stored_sha256,
        media_type: content.media_type,
        stored_bytes: content.bytes,
        width: content.width,
        height: content.height,
        content_key: content.content_key,
        thumbnail_key: content.thumbnail_key,
        stored_at: now,
        preview: content.preview,
        sheet_count: content.sheet_count,
    };
    let added = receipt_page::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([receipt_page::Column::ReceiptId, receipt_page::Column::Number])
                .do_nothing()
                .to_owned(),
        )
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    if !inserted(&added) {
        return Ok(false);
    }
    receipt::Entity::update_many()
        .col_expr(receipt::Column::Problem, Expr::value(None::<ReceiptProblem>))
        .filter(receipt::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(true)
}

/// The further pages of receipts, in order.
pub async fn of_receipts(
    conn: &impl ConnectionTrait,
    receipts: &[ReceiptId],
) -> Result<Vec<receipt_page::Model>, DbErr> {
    receipt_page::Entity::find()
        .filter(receipt_page::Column::ReceiptId.is_in(receipts.iter().copied()))
        .order_by_asc(receipt_page::Column::Number)
        .all(conn)
        .await
}

/// Whether any page of a receipt is stored.
pub async fn has_any(conn: &impl ConnectionTrait, receipt: &receipt::Model) -> Result<bool, DbErr> {
    Ok(receipt.content_key.is_some() || !of_receipts(conn, &[receipt.id]).await?.is_empty())
}

/// Which of these blob names some further page refers to.
pub(super) async fn referred(conn: &impl ConnectionTrait, keys: &[String]) -> Result<Vec<String>, DbErr> {
    let either = Condition::any()
        .add(receipt_page::Column::ContentKey.is_in(keys))
        .add(receipt_page::Column::ThumbnailKey.is_in(keys));
    let rows = receipt_page::Entity::find().filter(either).all(conn).await?;
    Ok(rows.into_iter().flat_map(|row| [Some(row.content_key), row.thumbnail_key]).flatten().collect())
}
