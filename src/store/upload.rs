//! Uploads that come in pieces. Each piece is stored first and then counted by one conditional update, so that whatever
//! overlaps, repeats or breaks off, what is counted is there and is there once.

use busfare_entity::{
    upload, upload_part,
    words::{JobKind, PractitionerId, ReceiptId, ReceiptProblem, ReceiptState, UploadId, UploadState},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{job, receipt, receipt_page};
use crate::rules::receipt::UPLOAD_LIFE;

/// A piece that is stored and not yet counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it is.
    pub blob_key: String,
    /// How long it is.
    pub bytes: i64,
}

/// Where some pieces are.
pub fn names(pieces: &[Piece]) -> Vec<String> {
    pieces.iter().map(|piece| piece.blob_key.clone()).collect()
}

/// Begins an upload.
pub async fn begin(conn: &impl ConnectionTrait, row: upload::Model) -> Result<(), DbErr> {
    upload::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// An upload of hers, if it is not forgotten. Nobody else finds it.
pub async fn find(
    conn: &impl ConnectionTrait,
    hers: PractitionerId,
    id: UploadId,
) -> Result<Option<upload::Model>, DbErr> {
    upload::Entity::find_by_id(id).filter(upload::Column::PractitionerId.eq(hers)).one(conn).await
}

/// An upload, whoever's it is: for what follows up.
pub async fn any(conn: &impl ConnectionTrait, id: UploadId) -> Result<Option<upload::Model>, DbErr> {
    upload::Entity::find_by_id(id).one(conn).await
}

/// An upload of the very same picture to the same page that has begun already and goes on.
pub async fn the_same(
    conn: &impl ConnectionTrait,
    wanted: &upload::Model,
    now: DateTime<Utc>,
) -> Result<Option<upload::Model>, DbErr> {
    let Some(sha256) = &wanted.sha256 else { return Ok(None) };
    upload::Entity::find()
        .filter(upload::Column::PractitionerId.eq(wanted.practitioner_id))
        .filter(upload::Column::ReceiptId.eq(wanted.receipt_id))
        .filter(upload::Column::Page.eq(wanted.page))
        .filter(upload::Column::Length.eq(wanted.length))
        .filter(upload::Column::Sha256.eq(sha256.clone()))
        .filter(upload::Column::State.ne(UploadState::Refused))
        .filter(upload::Column::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// How many uploads of hers have begun and are not whole.
pub async fn open_of(conn: &impl ConnectionTrait, hers: PractitionerId) -> Result<u64, DbErr> {
    upload::Entity::find()
        .filter(upload::Column::PractitionerId.eq(hers))
        .filter(upload::Column::State.eq(UploadState::Arriving))
        .count(conn)
        .await
}

/// How many uploads have begun, are not whole and may go on, of all organisations.
pub async fn count_open(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    upload::Entity::find()
        .filter(upload::Column::State.eq(UploadState::Arriving))
        .filter(upload::Column::ExpiresAt.gt(now))
        .count(conn)
        .await
}

/// Counts pieces that begin where the upload ends now. With the last one it has arrived, and is to be kept. False where
/// it does not end there any more, has expired, or has arrived: then the pieces are nobody's.
pub async fn grow(
    conn: &impl ConnectionTrait,
    seen: &upload::Model,
    pieces: &[Piece],
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let received = seen.received + pieces.iter().map(|piece| piece.bytes).sum::<i64>();
    let state = if received == seen.length { UploadState::Arrived } else { UploadState::Arriving };
    let grown = upload::Entity::update_many()
        .col_expr(upload::Column::Received, Expr::value(received))
        .col_expr(upload::Column::State, Expr::value(state))
        .col_expr(upload::Column::ExpiresAt, Expr::value(now + UPLOAD_LIFE))
        .filter(upload::Column::Id.eq(seen.id))
        .filter(upload::Column::Received.eq(seen.received))
        .filter(upload::Column::State.eq(UploadState::Arriving))
        .filter(upload::Column::ExpiresAt.gt(now))
        .exec(conn)
        .await?;
    if grown.rows_affected != 1 {
        return Ok(false);
    }
    let mut starts_at = seen.received;
    for piece in pieces {
        let row =
            upload_part::Model { upload_id: seen.id, starts_at, bytes: piece.bytes, blob_key: piece.blob_key.clone() };
        upload_part::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
        starts_at += piece.bytes;
    }
    if state == UploadState::Arrived {
        arrived(conn, seen, now).await?;
    }
    Ok(true)
}

/// The last byte is here: the receipt says so, and the picture is to be kept.
async fn arrived(conn: &impl ConnectionTrait, upload: &upload::Model, now: DateTime<Utc>) -> Result<(), DbErr> {
    if upload.page == receipt_page::FIRST {
        receipt::move_on(conn, upload.receipt_id, ReceiptState::Arrived).await?;
    }
    job::enqueue(conn, upload.organisation_id, JobKind::KeepPicture, upload.id.0, now).await
}

/// The pieces of an upload, in order.
pub async fn parts(conn: &impl ConnectionTrait, id: UploadId) -> Result<Vec<upload_part::Model>, DbErr> {
    upload_part::Entity::find()
        .filter(upload_part::Column::UploadId.eq(id))
        .order_by_asc(upload_part::Column::StartsAt)
        .all(conn)
        .await
}

/// An upload has come to its end: its picture is stored, or cannot be kept, and its pieces go.
pub async fn end(
    conn: &impl ConnectionTrait,
    upload: &upload::Model,
    refused: Option<ReceiptProblem>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let state = if refused.is_some() { UploadState::Refused } else { UploadState::Stored };
    upload::Entity::update_many()
        .col_expr(upload::Column::State, Expr::value(state))
        .col_expr(upload::Column::Problem, Expr::value(refused))
        .filter(upload::Column::Id.eq(upload.id))
        .exec(conn)
        .await?;
    if let Some(problem) = refused {
        receipt::say_problem(conn, upload.receipt_id, problem).await?;
        if upload.page == receipt_page::FIRST {
            receipt::move_on(conn, upload.receipt_id, ReceiptState::AwaitingPicture).await?;
        }
    }
    clear(conn, upload, now).await
}

/// Forgets an upload and its pieces. False where it has arrived meanwhile: then it is to be kept.
pub async fn forget(conn: &impl ConnectionTrait, upload: &upload::Model, now: DateTime<Utc>) -> Result<bool, DbErr> {
    // Holds the row, so that no piece is counted from here on.
    let held = upload::Entity::update_many()
        .col_expr(upload::Column::ExpiresAt, Expr::value(now))
        .filter(upload::Column::Id.eq(upload.id))
        .filter(upload::Column::State.ne(UploadState::Arrived))
        .exec(conn)
        .await?;
    if held.rows_affected != 1 {
        return Ok(false);
    }
    clear(conn, upload, now).await?;
    upload::Entity::delete_by_id(upload.id).exec(conn).await?;
    Ok(true)
}

async fn clear(conn: &impl ConnectionTrait, upload: &upload::Model, now: DateTime<Utc>) -> Result<(), DbErr> {
    for part in parts(conn, upload.id).await? {
        if let Ok(name) = Uuid::try_parse(&part.blob_key) {
            job::enqueue(conn, upload.organisation_id, JobKind::DeleteBlob, name, now).await?;
        }
    }
    upload_part::Entity::delete_many().filter(upload_part::Column::UploadId.eq(upload.id)).exec(conn).await?;
    Ok(())
}

/// Uploads that nobody waits for any more, some at a time. What has arrived is not among them.
pub async fn expired(conn: &impl ConnectionTrait, now: DateTime<Utc>, most: u64) -> Result<Vec<upload::Model>, DbErr> {
    upload::Entity::find()
        .filter(upload::Column::ExpiresAt.lte(now))
        .filter(upload::Column::State.ne(UploadState::Arrived))
        .order_by_asc(upload::Column::ExpiresAt)
        .limit(most)
        .all(conn)
        .await
}

/// Uploads to receipts that have begun and whose picture is not stored yet.
pub async fn under_way(conn: &impl ConnectionTrait, receipts: &[ReceiptId]) -> Result<Vec<upload::Model>, DbErr> {
    upload::Entity::find()
        .filter(upload::Column::ReceiptId.is_in(receipts.iter().copied()))
        .filter(upload::Column::State.is_in([UploadState::Arriving, UploadState::Arrived]))
        .all(conn)
        .await
}

/// Which of these blob names some upload refers to.
pub(super) async fn referred(conn: &impl ConnectionTrait, keys: &[String]) -> Result<Vec<String>, DbErr> {
    let rows = upload_part::Entity::find().filter(upload_part::Column::BlobKey.is_in(keys)).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.blob_key).collect())
}
