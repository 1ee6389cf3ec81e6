//! Purging: what is due is taken away with everything that hangs on it, in the transaction of whoever decided so. The database
//! lets go of what is append-only because it stands on a list that does not outlive the transaction.

use std::collections::HashSet;

use busfare_entity::{
    answer, answer_aside, answer_use, disclosure, introduction, job, notice, promise, purge_list, receipt,
    receipt_link, receipt_page, receipt_print, receipt_sheet, record, record_access, record_activity, record_capture,
    record_hold, record_opening, record_person, record_statement, record_upgrade, upload, upload_part,
    words::{AnswerId, CaptureUse, QuestionId, ReceiptId, RecordId},
};
use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Query, SelectStatement},
};
use uuid::Uuid;

use super::looking::{Looked, Place};
use crate::{
    rules::retention::{Leaving, Since, What},
    store::rows,
};

/// Rows of the list that are written with one statement.
const LISTED_AT_ONCE: usize = 1_000;

/// What a purge took away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// How many answers whose time was over, each with all its revisions.
    pub answers: usize,
    /// How many records with everything in them.
    pub records: usize,
    /// How many pictures and voice notes.
    pub captures: usize,
    /// Where their bytes are in blob storage. They are taken back once the transaction is done.
    pub blobs: Vec<String>,
}

/// What goes of one record that stays.
struct Part<'a> {
    record: RecordId,
    going: HashSet<&'a Place>,
    staying: Vec<&'a Place>,
}

/// Takes away what is due of records that were looked at, and are held, in this transaction.
pub async fn purge(
    conn: &impl ConnectionTrait,
    looked: &Looked,
    goes: &[Leaving<RecordId, usize>],
    today: NaiveDate,
) -> Result<Gone, DbErr> {
    let whole: HashSet<RecordId> = goes.iter().filter(|it| it.what == What::Record).map(|it| it.record).collect();
    let parts = parts(looked, goes, &whole);
    if whole.is_empty() && parts.is_empty() {
        return Ok(Gone::default());
    }
    let revisions = revisions(conn, &parts).await?;
    list(conn, whole.iter().map(|id| id.0).chain(revisions.iter().map(|id| id.0)).collect()).await?;
    let mut captured = captures_of_parts(conn, &parts).await?;
    captured.extend(captures_of_records(conn).await?);
    asides_of_parts(conn, &parts).await?;
    saved_before(conn, looked, &parts).await?;
    take_answers(conn).await?;
    take_records(conn, &whole, today).await?;
    let (captures, blobs) = take_captures(conn, captured).await?;
    purge_list::Entity::delete_many().exec(conn).await?;
    let is_answer = |it: &&Leaving<_, usize>| match it.what {
        What::Answer(place) => looked.places[place] != Place::Rest,
        What::Record => false,
    };
    let answers = goes.iter().filter(is_answer).count();
    Ok(Gone { answers, records: whole.len(), captures, blobs })
}

fn parts<'a>(looked: &'a Looked, goes: &[Leaving<RecordId, usize>], whole: &HashSet<RecordId>) -> Vec<Part<'a>> {
    let gone: HashSet<usize> = goes
        .iter()
        .filter_map(|it| match it.what {
            What::Answer(place) => Some(place),
            What::Record => None,
        })
        .collect();
    let stay = looked.kept.iter().filter(|kept| !whole.contains(&kept.record));
    stay.map(|kept| {
        let (going, staying): (Vec<usize>, Vec<usize>) =
            kept.answers.iter().map(|answer| answer.answer).partition(|place| gone.contains(place));
        let at = |place: usize| &looked.places[place];
        // What no question asked for goes with its record and not before.
        let going = going.into_iter().map(at).filter(|place| **place != Place::Rest).collect();
        Part { record: kept.record, going, staying: staying.into_iter().map(at).collect() }
    })
    .filter(|part| !part.going.is_empty())
    .collect()
}

impl Part<'_> {
    /// Whether an answer with this question goes from here.
    fn takes(&self, link_id: &str, instance: &str, question: Option<QuestionId>) -> bool {
        let place = Place::Answer { link_id: link_id.to_owned(), instance: instance.to_owned(), question };
        self.going.contains(&place)
    }

    /// Whether everything that was answered here goes; with no instance, in every one of several.
    fn empties(&self, at: &str, of: Option<&str>) -> bool {
        let here = |place: &Place| match place {
            Place::Answer { link_id, instance, .. } => link_id == at && of.is_none_or(|of| instance == of),
            Place::Rest => false,
        };
        self.going.iter().any(|place| here(place)) && !self.staying.iter().any(|place| here(place))
    }
}

/// Every revision of the answers that go.
async fn revisions(conn: &impl ConnectionTrait, parts: &[Part<'_>]) -> Result<Vec<AnswerId>, DbErr> {
    let rows: Vec<(AnswerId, RecordId, String, String, Option<QuestionId>)> = answer::Entity::find()
        .select_only()
        .columns([
            answer::Column::Id,
            answer::Column::RecordId,
            answer::Column::LinkId,
            answer::Column::Instance,
            answer::Column::QuestionId,
        ])
        .filter(answer::Column::RecordId.is_in(parts.iter().map(|part| part.record)))
        .into_tuple()
        .all(conn)
        .await?;
    let goes = |(_, record, link_id, instance, question): &(_, RecordId, String, String, _)| {
        parts.iter().any(|part| part.record == *record && part.takes(link_id, instance, *question))
    };
    Ok(rows.into_iter().filter(goes).map(|(id, ..)| id).collect())
}

async fn list(conn: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<(), DbErr> {
    for some in ids.chunks(LISTED_AT_ONCE) {
        let listed = some.iter().map(|id| purge_list::Model { id: *id, ends: 0 }).collect();
        rows::add_all::<purge_list::Entity>(conn, listed).await?;
    }
    Ok(())
}

/// What stands on the list of this transaction, as a subquery.
fn listed() -> SelectStatement {
    Query::select().column(purge_list::Column::Id).from(purge_list::Entity).to_owned()
}

/// Takes from their places what was captured for answers that go.
async fn captures_of_parts(conn: &impl ConnectionTrait, parts: &[Part<'_>]) -> Result<Vec<ReceiptId>, DbErr> {
    let rows = record_capture::Entity::find()
        .filter(record_capture::Column::RecordId.is_in(parts.iter().map(|part| part.record)))
        .all(conn)
        .await?;
    let goes = |row: &record_capture::Model| {
        parts.iter().any(|part| part.record == row.record_id && part.empties(&row.link_id, None))
    };
    let going: Vec<_> = rows.into_iter().filter(goes).collect();
    let mut places = Condition::any();
    for row in &going {
        let place = Condition::all()
            .add(record_capture::Column::RecordId.eq(row.record_id))
            .add(record_capture::Column::LinkId.eq(row.link_id.clone()))
            .add(record_capture::Column::ReceiptId.eq(row.receipt_id));
        places = places.add(place);
    }
    if !going.is_empty() {
        record_capture::Entity::delete_many().filter(places).exec(conn).await?;
    }
    Ok(going.into_iter().map(|row| row.receipt_id).collect())
}

async fn captures_of_records(conn: &impl ConnectionTrait) -> Result<Vec<ReceiptId>, DbErr> {
    let there = || record_capture::Column::RecordId.in_subquery(listed());
    let captured = record_capture::Entity::find().select_only().column(record_capture::Column::ReceiptId);
    let captured = captured.filter(there()).into_tuple().all(conn).await?;
    record_capture::Entity::delete_many().filter(there()).exec(conn).await?;
    Ok(captured)
}

/// Takes away what waits beside answers that go.
async fn asides_of_parts(conn: &impl ConnectionTrait, parts: &[Part<'_>]) -> Result<(), DbErr> {
    let rows: Vec<(busfare_entity::words::AnswerAsideId, RecordId, String, String)> = answer_aside::Entity::find()
        .select_only()
        .columns([
            answer_aside::Column::Id,
            answer_aside::Column::RecordId,
            answer_aside::Column::LinkId,
            answer_aside::Column::Instance,
        ])
        .filter(answer_aside::Column::RecordId.is_in(parts.iter().map(|part| part.record)))
        .into_tuple()
        .all(conn)
        .await?;
    let goes = |(_, record, link_id, instance): &(_, RecordId, String, String)| {
        parts.iter().any(|part| part.record == *record && part.empties(link_id, Some(instance)))
    };
    let ids: Vec<_> = rows.into_iter().filter(goes).map(|(id, ..)| id).collect();
    answer_aside::Entity::delete_many().filter(answer_aside::Column::Id.is_in(ids)).exec(conn).await.map(|_| ())
}

/// Remembers the day on which somebody last wrote in a draft, which could not be told any more from what is left.
async fn saved_before(conn: &impl ConnectionTrait, looked: &Looked, parts: &[Part<'_>]) -> Result<(), DbErr> {
    for part in parts {
        let kept = looked.kept.iter().find(|kept| kept.record == part.record);
        let Some(Since::Open(draft)) = kept.map(|kept| kept.since) else { continue };
        record::Entity::update_many()
            .col_expr(record::Column::SavedOn, Expr::value(Some(draft.last_saved)))
            .filter(record::Column::Id.eq(part.record))
            .exec(conn)
            .await?;
    }
    Ok(())
}

async fn take_answers(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    let goes = || {
        Condition::any()
            .add(answer::Column::Id.in_subquery(listed()))
            .add(answer::Column::RecordId.in_subquery(listed()))
    };
    let answers = Query::select().column(answer::Column::Id).from(answer::Entity).cond_where(goes()).to_owned();
    answer_use::Entity::delete_many().filter(answer_use::Column::AnswerId.in_subquery(answers)).exec(conn).await?;
    answer::Entity::delete_many().filter(goes()).exec(conn).await.map(|_| ())
}

/// Deletes the rows of tables whose column is a record on the list.
macro_rules! take_of_records {
    ($conn:expr, $($table:ident)+) => {$(
        let of = $table::Column::RecordId.in_subquery(listed());
        $table::Entity::delete_many().filter(of).exec($conn).await?;
    )+};
}

/// Takes away records with everything in them. Where some of one was told to somebody outside, its cover stays, with whom it
/// is about: it says to whom what was told.
async fn take_records(conn: &impl ConnectionTrait, whole: &HashSet<RecordId>, today: NaiveDate) -> Result<(), DbErr> {
    if whole.is_empty() {
        return Ok(());
    }
    take_of_records!(conn, notice introduction promise answer_aside record_statement record_activity record_access record_opening
        record_upgrade record_hold);
    let told = told_outside(conn, whole).await?;
    if !told.is_empty() {
        record::Entity::update_many()
            .col_expr(record::Column::EmptiedOn, Expr::value(Some(today)))
            .filter(record::Column::Id.is_in(told.iter().copied()))
            .exec(conn)
            .await?;
    }
    let ids: Vec<RecordId> = whole.iter().filter(|id| !told.contains(id)).copied().collect();
    let about = record_person::Column::RecordId.is_in(ids.iter().copied());
    record_person::Entity::delete_many().filter(about).exec(conn).await?;
    record::Entity::delete_many().filter(record::Column::Id.is_in(ids)).exec(conn).await.map(|_| ())
}

/// Which of these records something was told of to somebody outside.
async fn told_outside(conn: &impl ConnectionTrait, whole: &HashSet<RecordId>) -> Result<HashSet<RecordId>, DbErr> {
    let told = disclosure::Entity::find().select_only().column(disclosure::Column::RecordId).distinct();
    let told = told.filter(disclosure::Column::RecordId.is_in(whole.iter().copied())).into_tuple().all(conn).await?;
    Ok(told.into_iter().collect())
}

/// Deletes pictures and voice notes that nothing refers to any more, and says where their bytes are.
async fn take_captures(conn: &impl ConnectionTrait, captured: Vec<ReceiptId>) -> Result<(usize, Vec<String>), DbErr> {
    if captured.is_empty() {
        return Ok((0, vec![]));
    }
    let in_records = record_capture::Column::ReceiptId.is_in(captured.iter().copied());
    let in_records = record_capture::Entity::find().filter(in_records).all(conn).await?;
    let of_spends = receipt_link::Column::ReceiptId.is_in(captured.iter().copied());
    let of_spends = receipt_link::Entity::find().filter(of_spends).all(conn).await?;
    let still = in_records.into_iter().map(|row| row.receipt_id).chain(of_spends.into_iter().map(|row| row.receipt_id));
    let still: HashSet<ReceiptId> = still.collect();
    let loose = receipt::Entity::find()
        .filter(receipt::Column::Id.is_in(captured.into_iter().filter(|id| !still.contains(id))))
        .filter(receipt::Column::CapturedFor.ne(CaptureUse::Receipt))
        .all(conn)
        .await?;
    let ids: Vec<ReceiptId> = loose.iter().map(|row| row.id).collect();
    let mut blobs: Vec<String> =
        loose.into_iter().flat_map(|row| [row.content_key, row.thumbnail_key]).flatten().collect();
    let pages =
        receipt_page::Entity::find().filter(receipt_page::Column::ReceiptId.is_in(ids.clone())).all(conn).await?;
    blobs.extend(pages.into_iter().flat_map(|row| [Some(row.content_key), row.thumbnail_key]).flatten());
    let sheets =
        receipt_sheet::Entity::find().filter(receipt_sheet::Column::ReceiptId.is_in(ids.clone())).all(conn).await?;
    blobs.extend(sheets.into_iter().flat_map(|row| [row.thumbnail_key, row.preview_key]));
    let uploads = Query::select()
        .column(upload::Column::Id)
        .from(upload::Entity)
        .and_where(upload::Column::ReceiptId.is_in(ids.clone()))
        .to_owned();
    let arriving = || upload_part::Column::UploadId.in_subquery(uploads.clone());
    let arrived = upload_part::Entity::find().filter(arriving()).all(conn).await?;
    blobs.extend(arrived.into_iter().map(|part| part.blob_key));

    upload_part::Entity::delete_many().filter(arriving()).exec(conn).await?;
    upload::Entity::delete_many().filter(upload::Column::ReceiptId.is_in(ids.clone())).exec(conn).await?;
    receipt_sheet::Entity::delete_many().filter(receipt_sheet::Column::ReceiptId.is_in(ids.clone())).exec(conn).await?;
    receipt_page::Entity::delete_many().filter(receipt_page::Column::ReceiptId.is_in(ids.clone())).exec(conn).await?;
    receipt_print::Entity::delete_many().filter(receipt_print::Column::ReceiptId.is_in(ids.clone())).exec(conn).await?;
    job::Entity::delete_many().filter(job::Column::SubjectId.is_in(ids.iter().map(|id| id.0))).exec(conn).await?;
    receipt::Entity::delete_many().filter(receipt::Column::Id.is_in(ids.clone())).exec(conn).await?;
    blobs.sort_unstable();
    blobs.dedup();
    Ok((ids.len(), blobs))
}
