//! Receipts: the row first, the picture when it comes, the links in any order.

use busfare_entity::{
    receipt, receipt_link, spend,
    words::{CaptureUse, ReceiptId, ReceiptProblem, ReceiptState, SpendId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict, Query},
};

use super::{
    db::inserted,
    page::{self, Page, Slice},
};
use crate::rules::{money::Money, sight::Viewer};

/// Which receipts a viewer may see: those she captured, those of spends in her sight, and what stands in answers that she may
/// read.
pub fn in_sight(viewer: &Viewer, now: DateTime<Utc>) -> Condition {
    // Asked of each receipt: gathering all that stand behind her spends to find one among them costs more with every spend.
    let behind_a_spend = Query::select()
        .expr(Expr::val(1))
        .from(receipt_link::Entity)
        .inner_join(
            spend::Entity,
            Expr::col((spend::Entity, spend::Column::Id)).equals((receipt_link::Entity, receipt_link::Column::SpendId)),
        )
        .and_where(
            Expr::col((receipt_link::Entity, receipt_link::Column::ReceiptId))
                .equals((receipt::Entity, receipt::Column::Id)),
        )
        .cond_where(super::spend::in_sight(viewer))
        .to_owned();
    Condition::all().add(receipt::Column::OrganisationId.eq(viewer.organisation)).add(
        Condition::any()
            .add(receipt::Column::CapturedBy.eq(viewer.id))
            .add(Expr::exists(behind_a_spend))
            .add(receipt::Column::Id.in_subquery(super::capture::readable(viewer, now))),
    )
}

/// Only what was captured as a receipt: no notes, and no voice notes.
pub(super) fn is_receipt() -> Condition {
    Condition::all().add(receipt::Column::CapturedFor.eq(CaptureUse::Receipt))
}

/// A receipt in sight; what may not be seen is not found.
pub async fn find(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: ReceiptId,
    now: DateTime<Utc>,
) -> Result<Option<receipt::Model>, DbErr> {
    receipt::Entity::find_by_id(id).filter(in_sight(viewer, now)).one(conn).await
}

/// Receipts in sight by id, in any order.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[ReceiptId],
    now: DateTime<Utc>,
) -> Result<Vec<receipt::Model>, DbErr> {
    receipt::Entity::find()
        .filter(receipt::Column::Id.is_in(ids.iter().copied()))
        .filter(in_sight(viewer, now))
        .all(conn)
        .await
}

/// One page of the receipts a viewer captured herself, newest first: her receipt bin. Notes are not in it.
pub async fn page_of_own(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    page: Page,
) -> Result<Slice<receipt::Model>, DbErr> {
    let query = receipt::Entity::find().filter(receipt::Column::CapturedBy.eq(viewer.id)).filter(is_receipt());
    page::read(conn, query, (receipt::Column::CapturedAt, receipt::Column::Id), page).await
}

/// The receipt an id is taken by, whoever's it is: for what follows up, and to tell its owner's repeat from somebody
/// else's id.
pub async fn taken(conn: &impl ConnectionTrait, id: ReceiptId) -> Result<Option<receipt::Model>, DbErr> {
    receipt::Entity::find_by_id(id).one(conn).await
}

/// Adds a receipt; false where the id is taken.
pub async fn add(conn: &impl ConnectionTrait, row: receipt::Model) -> Result<bool, DbErr> {
    let added = receipt::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(receipt::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(inserted(&added))
}

/// A receipt she captured, held so that nobody else attaches, confirms or takes off at the same time.
pub async fn hold(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: ReceiptId,
) -> Result<Option<receipt::Model>, DbErr> {
    let hers = || receipt::Entity::find_by_id(id).filter(receipt::Column::CapturedBy.eq(viewer.id));
    receipt::Entity::update_many()
        .col_expr(receipt::Column::CapturedBy, Expr::col(receipt::Column::CapturedBy))
        .filter(receipt::Column::Id.eq(id))
        .filter(receipt::Column::CapturedBy.eq(viewer.id))
        .exec(conn)
        .await?;
    hers().one(conn).await
}

/// The links of a receipt.
pub async fn links_of(conn: &impl ConnectionTrait, id: ReceiptId) -> Result<Vec<receipt_link::Model>, DbErr> {
    receipt_link::Entity::find().filter(receipt_link::Column::ReceiptId.eq(id)).all(conn).await
}

/// Says which part of a receipt a spend is.
pub async fn set_portion(
    conn: &impl ConnectionTrait,
    (receipt, spend): (ReceiptId, SpendId),
    portion: Money,
) -> Result<(), DbErr> {
    receipt_link::Entity::update_many()
        .col_expr(receipt_link::Column::PortionPence, Expr::value(Some(portion.pence())))
        .filter(receipt_link::Column::ReceiptId.eq(receipt))
        .filter(receipt_link::Column::SpendId.eq(spend))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Takes a receipt off a spend. False where it was not attached.
pub async fn unlink(conn: &impl ConnectionTrait, receipt: ReceiptId, spend: SpendId) -> Result<bool, DbErr> {
    let gone = receipt_link::Entity::delete_by_id((receipt, spend)).exec(conn).await?;
    Ok(gone.rows_affected == 1)
}

/// Whether a spend has any receipt.
pub async fn is_attached(conn: &impl ConnectionTrait, spend: SpendId) -> Result<bool, DbErr> {
    let links = receipt_link::Entity::find().filter(receipt_link::Column::SpendId.eq(spend));
    Ok(links.limit(1).one(conn).await?.is_some())
}

/// Links a receipt to a spend; linking twice is linking once.
pub async fn link(conn: &impl ConnectionTrait, row: receipt_link::Model) -> Result<(), DbErr> {
    receipt_link::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([receipt_link::Column::ReceiptId, receipt_link::Column::SpendId])
                .do_nothing()
                .to_owned(),
        )
        .try_insert()
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// How many other links the receipt or the spend has, whichever is more.
pub async fn most_links(conn: &impl ConnectionTrait, receipt: ReceiptId, spend: SpendId) -> Result<u64, DbErr> {
    let others = receipt_link::Entity::find();
    let of_spend = others.clone().filter(receipt_link::Column::SpendId.eq(spend));
    let of_spend = of_spend.filter(receipt_link::Column::ReceiptId.ne(receipt)).count(conn).await?;
    let of_receipt = others.filter(receipt_link::Column::ReceiptId.eq(receipt));
    let of_receipt = of_receipt.filter(receipt_link::Column::SpendId.ne(spend)).count(conn).await?;
    Ok(std::cmp::max(of_spend, of_receipt))
}

/// Receipts of spends with the spend each belongs to, oldest first.
pub async fn of_spends(
    conn: &impl ConnectionTrait,
    spends: &[SpendId],
) -> Result<Vec<(SpendId, receipt::Model)>, DbErr> {
    let linked = receipt_link::Entity::belongs_to(receipt::Entity)
        .from(receipt_link::Column::ReceiptId)
        .to(receipt::Column::Id)
        .into();
    let mut rows: Vec<_> = receipt_link::Entity::find()
        .filter(receipt_link::Column::SpendId.is_in(spends.iter().copied()))
        .join(sea_orm::JoinType::InnerJoin, linked)
        .select_also(receipt::Entity)
        .all(conn)
        .await?
        .into_iter()
        .filter_map(|(link, receipt)| receipt.map(|receipt| (link.spend_id, receipt)))
        .collect();
    rows.sort_by_key(|(_, receipt)| (receipt.captured_at, receipt.id));
    Ok(rows)
}

/// Links of receipts to spends in sight, oldest first.
pub async fn links(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    receipts: &[ReceiptId],
) -> Result<Vec<(receipt_link::Model, spend::Model)>, DbErr> {
    let linked = receipt_link::Entity::belongs_to(spend::Entity)
        .from(receipt_link::Column::SpendId)
        .to(spend::Column::Id)
        .into();
    let rows = receipt_link::Entity::find()
        .filter(receipt_link::Column::ReceiptId.is_in(receipts.iter().copied()))
        .join(sea_orm::JoinType::InnerJoin, linked)
        .filter(super::spend::in_sight(viewer))
        .select_also(spend::Entity)
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(link, spend)| spend.map(|spend| (link, spend))).collect())
}

/// A receipt of hers, whatever came first: the row, its bytes or its link. None where the id is somebody else's.
pub async fn hers_or_new(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    id: ReceiptId,
    now: DateTime<Utc>,
) -> Result<Option<receipt::Model>, DbErr> {
    let row = waiting(viewer, id, now);
    if add(conn, row.clone()).await? {
        return Ok(Some(row));
    }
    Ok(taken(conn, id).await?.filter(|taken| taken.captured_by == viewer.id))
}

/// A new receipt that waits for its picture.
pub fn waiting(viewer: &Viewer, id: ReceiptId, now: DateTime<Utc>) -> receipt::Model {
    receipt::Model {
        id,
        organisation_id: viewer.organisation,
        captured_by: viewer.id,
        captured_at: now,
        state: ReceiptState::AwaitingPicture,
        original_sha256: None,
        original_bytes: None,
        stored_sha256: None,
        media_type: None,
        stored_bytes: None,
        width: None,
        height: None,
        content_key: None,
        thumbnail_key: None,
        stored_at: None,
        problem: None,
        preview: None,
        sheet_count: None,
        captured_for: CaptureUse::Receipt,
    }
}

/// Says why a picture was not kept, or not yet.
pub async fn say_problem(conn: &impl ConnectionTrait, id: ReceiptId, problem: ReceiptProblem) -> Result<(), DbErr> {
    receipt::Entity::update_many()
        .col_expr(receipt::Column::Problem, Expr::value(Some(problem)))
        .filter(receipt::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Moves a receipt between waiting for its first page and having all its bytes; one that is stored stays so.
pub async fn move_on(conn: &impl ConnectionTrait, id: ReceiptId, state: ReceiptState) -> Result<(), DbErr> {
    receipt::Entity::update_many()
        .col_expr(receipt::Column::State, Expr::value(state))
        .filter(receipt::Column::Id.eq(id))
        .filter(receipt::Column::State.ne(ReceiptState::Stored))
        .exec(conn)
        .await
        .map(|_| ())
}

/// Which of these blob names some receipt, page or upload refers to.
pub async fn referred(conn: &impl ConnectionTrait, keys: &[String]) -> Result<Vec<String>, DbErr> {
    let rows = receipt::Entity::find()
        .filter(
            Condition::any()
                .add(receipt::Column::ContentKey.is_in(keys))
                .add(receipt::Column::ThumbnailKey.is_in(keys)),
        )
        .all(conn)
        .await?;
    let mut names: Vec<_> = rows.into_iter().flat_map(|row| [row.content_key, row.thumbnail_key]).flatten().collect();
    names.extend(super::receipt_page::referred(conn, keys).await?);
    names.extend(super::receipt_sheet::referred(conn, keys).await?);
    names.extend(super::upload::referred(conn, keys).await?);
    Ok(names)
}
