//! What was captured for records, beside receipts: who may see it is for the readers of the answer to say.

use busfare_entity::{
    question, receipt, record, record_capture,
    words::{CaptureUse, Readers, ReceiptId, ReceiptState, RecordId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, OnConflict, Query, SelectStatement},
};

use super::{receipt as receipts, record as records};
use crate::rules::sight::Viewer;

/// What stands in answers that a viewer may read: of the records she may see those answers that are her own, and those that
/// a question's readers, or a heading of somebody's own, leave to the team and to whoever a record is open to.
pub(super) fn readable(viewer: &Viewer, now: DateTime<Utc>) -> SelectStatement {
    let seen = |further: Condition| {
        let records = Query::select()
            .column(record::Column::Id)
            .from(record::Entity)
            .cond_where(records::in_sight(viewer, now).add(further))
            .to_owned();
        record_capture::Column::RecordId.in_subquery(records)
    };
    let left_to_the_team = Query::select()
        .column(question::Column::Id)
        .from(question::Entity)
        .and_where(question::Column::Readers.is_in([Readers::Team, Readers::Organisation]))
        .to_owned();
    let declared = Condition::any()
        .add(record_capture::Column::QuestionId.is_null())
        .add(record_capture::Column::QuestionId.in_subquery(left_to_the_team));
    let hers = seen(Condition::all().add(record::Column::PractitionerId.eq(viewer.id)));
    let teams = Condition::all().add(seen(Condition::all())).add(declared);
    Query::select()
        .column(record_capture::Column::ReceiptId)
        .from(record_capture::Entity)
        .cond_where(Condition::any().add(hers).add(teams))
        .to_owned()
}

/// Says for which answers something was captured; saying it twice is saying it once.
pub async fn link(conn: &impl ConnectionTrait, rows: Vec<record_capture::Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    record_capture::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// What was captured for a record so far.
pub async fn of_record(conn: &impl ConnectionTrait, record: RecordId) -> Result<Vec<ReceiptId>, DbErr> {
    let rows = record_capture::Entity::find().filter(record_capture::Column::RecordId.eq(record)).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.receipt_id).collect())
}

/// Captures a thing that nothing has come of yet for something else. False where something has.
pub async fn use_for(conn: &impl ConnectionTrait, receipt: &receipt::Model, wanted: CaptureUse) -> Result<bool, DbErr> {
    let linked = record_capture::Entity::find().filter(record_capture::Column::ReceiptId.eq(receipt.id));
    if linked.one(conn).await?.is_some() || !receipts::links_of(conn, receipt.id).await?.is_empty() {
        return Ok(false);
    }
    let set = receipt::Entity::update_many()
        .col_expr(receipt::Column::CapturedFor, Expr::value(wanted))
        .filter(receipt::Column::Id.eq(receipt.id))
        .filter(receipt::Column::State.eq(ReceiptState::AwaitingPicture))
        .exec(conn)
        .await?;
    Ok(set.rows_affected == 1)
}
