//! Answers: append-only, one revision after another; and those that came too late, beside them.

use std::collections::{HashMap, HashSet};

use busfare_entity::{
    answer, answer_aside, record, record_person,
    words::{AnswerAsideId, AnswerId, PersonId, RecordId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{record as records, rows};
use crate::rules::{
    answer::AnswerValue,
    form::{Definition, Held},
    sight::Viewer,
};

/// Most answers of earlier records that are looked through for what is known of somebody.
const MOST_KNOWN: u64 = 2_000;

/// No later revision of the same answer; its unique index answers this.
const NOT_REVISED: &str = "NOT EXISTS (SELECT 1 FROM answer AS later WHERE later.record_id = answer.record_id \
     AND later.link_id = answer.link_id AND later.instance = answer.instance AND later.revision > answer.revision)";

/// What an answer says.
pub fn value(row: &answer::Model) -> Result<AnswerValue, DbErr> {
    serde_json::from_value(row.value.clone()).map_err(|error| DbErr::Json(error.to_string()))
}

/// What rows say, in their order.
pub fn values(rows: &[answer::Model]) -> Result<Vec<AnswerValue>, DbErr> {
    rows.iter().map(value).collect()
}

/// What is answered where: by link id and instance. What has moved away answers nothing where it was.
pub fn by_place<'a>(
    rows: &'a [answer::Model],
    values: &'a [AnswerValue],
) -> HashMap<(&'a str, &'a str), &'a AnswerValue> {
    let there = rows.iter().zip(values).filter(|(_, value)| !value.has_moved());
    there.map(|(row, value)| ((row.link_id.as_str(), row.instance.as_str()), value)).collect()
}

/// Those of the rows that stand in a place of a form, with what each says: not what has moved away, and not what stands
/// beside the form.
pub fn placed(form: &Definition, rows: &[answer::Model]) -> Result<Vec<(answer::Model, AnswerValue)>, DbErr> {
    let places: HashSet<&str> = form.questions().map(|posed| posed.link_id).collect();
    let there = rows.iter().filter(|row| places.contains(row.link_id.as_str()));
    let there = there.map(|row| Ok((row.clone(), value(row)?))).collect::<Result<Vec<_>, DbErr>>()?;
    Ok(there.into_iter().filter(|(_, value)| !value.has_moved()).collect())
}

/// A row as an upgrade sees it.
pub fn held(row: &answer::Model) -> Held {
    let instance = Some(row.instance.clone()).filter(|instance| !instance.is_empty());
    Held { link_id: row.link_id.clone(), instance }
}

/// The answers in records as they stand: the highest revision of each. One that moved stands where it moved to.
pub async fn standing(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<answer::Model>, DbErr> {
    answer::Entity::find()
        .filter(answer::Column::RecordId.is_in(records.iter().copied()))
        .filter(Expr::cust(NOT_REVISED))
        .order_by_asc(answer::Column::RecordId)
        .order_by_asc(answer::Column::LinkId)
        .order_by_asc(answer::Column::Instance)
        .all(conn)
        .await
}

/// Every revision of the answers in records, oldest first.
pub async fn history(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<answer::Model>, DbErr> {
    answer::Entity::find()
        .filter(answer::Column::RecordId.is_in(records.iter().copied()))
        .order_by_asc(answer::Column::AnsweredAt)
        .order_by_asc(answer::Column::LinkId)
        .order_by_asc(answer::Column::Instance)
        .order_by_asc(answer::Column::Revision)
        .all(conn)
        .await
}

/// Appends revisions. Whoever does holds the record, so nobody else writes the same one.
pub async fn append(conn: &impl ConnectionTrait, rows: Vec<answer::Model>) -> Result<(), DbErr> {
    rows::add_all::<answer::Entity>(conn, rows).await
}

/// Answers by id in records that a viewer may see.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[AnswerId],
    now: DateTime<Utc>,
) -> Result<Vec<(answer::Model, record::Model)>, DbErr> {
    let of = answer::Entity::belongs_to(record::Entity).from(answer::Column::RecordId).to(record::Column::Id).into();
    let rows = answer::Entity::find()
        .join(JoinType::InnerJoin, of)
        .filter(answer::Column::Id.is_in(ids.iter().copied()))
        .filter(records::in_sight(viewer, now))
        .select_also(record::Entity)
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(answer, record)| Some((answer, record?))).collect())
}

/// What has been answered about somebody, as it stands, in records that a viewer may see, oldest first.
pub async fn about(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    people: &[PersonId],
    now: DateTime<Utc>,
) -> Result<Vec<(answer::Model, record::Model)>, DbErr> {
    let of = answer::Entity::belongs_to(record::Entity).from(answer::Column::RecordId).to(record::Column::Id).into();
    let linked = record::Entity::belongs_to(record_person::Entity)
        .from(record::Column::Id)
        .to(record_person::Column::RecordId)
        .into();
    let rows = answer::Entity::find()
        .join(JoinType::InnerJoin, of)
        .join(JoinType::InnerJoin, linked)
        .filter(record_person::Column::PersonId.is_in(people.iter().copied()))
        .filter(answer::Column::QuestionId.is_not_null())
        .filter(records::in_sight(viewer, now))
        .filter(Expr::cust(NOT_REVISED))
        .order_by_desc(answer::Column::AnsweredAt)
        .order_by_desc(answer::Column::Id)
        .limit(MOST_KNOWN)
        .select_also(record::Entity)
        .all(conn)
        .await?;
    Ok(rows.into_iter().rev().filter_map(|(answer, record)| Some((answer, record?))).collect())
}

/// Keeps answers that came too late beside what stands.
pub async fn set_aside(conn: &impl ConnectionTrait, rows: Vec<answer_aside::Model>) -> Result<(), DbErr> {
    rows::add_all::<answer_aside::Entity>(conn, rows).await
}

/// What waits beside answers in records for somebody to look at both, oldest first.
pub async fn aside(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<answer_aside::Model>, DbErr> {
    answer_aside::Entity::find()
        .filter(answer_aside::Column::RecordId.is_in(records.iter().copied()))
        .filter(answer_aside::Column::SettledAt.is_null())
        .order_by_asc(answer_aside::Column::AnsweredAt)
        .order_by_asc(answer_aside::Column::Id)
        .all(conn)
        .await
}

/// Somebody has seen both and answered again. What was aside stays in the history.
pub async fn settle(conn: &impl ConnectionTrait, asides: &[AnswerAsideId], now: DateTime<Utc>) -> Result<(), DbErr> {
    if asides.is_empty() {
        return Ok(());
    }
    answer_aside::Entity::update_many()
        .col_expr(answer_aside::Column::SettledAt, Expr::value(Some(now)))
        .filter(answer_aside::Column::Id.is_in(asides.iter().copied()))
        .exec(conn)
        .await
        .map(|_| ())
}
