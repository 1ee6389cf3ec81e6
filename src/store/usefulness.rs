//! Uses of answers, and the time that records take: rows for rules that tell of questions and forms, never of people.

use std::collections::{BTreeSet, HashMap};

use busfare_entity::{
    answer, answer_use, record, record_access, record_activity,
    words::{AnswerCause, AnswerId, AnswerUse, FormVersionId, PractitionerId, QuestionId, RecordId},
};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use super::rows::among;
use crate::rules::{
    activity::Took,
    usefulness::{Given, Use},
};

/// Most answers to one question that are looked at; those of the most recent days.
const MOST_ANSWERS: u64 = 100_000;
/// Most records of one version that are looked at; the most recent ones.
const MOST_RECORDS: u64 = 20_000;

/// An answer as far as its uses go.
type Row = (AnswerId, RecordId, QuestionId, PractitionerId, DateTime<Utc>);

/// The answers that were given to questions in some local days, both included, with their uses.
pub async fn given(
    conn: &impl ConnectionTrait,
    zone: Tz,
    questions: &[QuestionId],
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Given<QuestionId>>, DbErr> {
    let day = |moment: DateTime<Utc>| moment.with_timezone(&zone).date_naive();
    // A local day begins and ends within a day of the same one in UTC.
    let [since, until] =
        [from - Days::new(1), to + Days::new(2)].map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    let rows: Vec<Row> = answer::Entity::find()
        .select_only()
        .columns([
            answer::Column::Id,
            answer::Column::RecordId,
            answer::Column::QuestionId,
            answer::Column::AnsweredBy,
            answer::Column::AnsweredAt,
        ])
        .filter(answer::Column::QuestionId.is_in(questions.iter().copied()))
        .filter(answer::Column::Cause.is_in([AnswerCause::Given, AnswerCause::Corrected, AnswerCause::Confirmed]))
        .filter(answer::Column::AnsweredAt.gte(since))
        .filter(answer::Column::AnsweredAt.lt(until))
        .filter(Expr::cust(HAS_WORDS))
        .order_by_desc(answer::Column::AnsweredAt)
        .limit(MOST_ANSWERS)
        .into_tuple()
        .all(conn)
        .await?;
    let mut uses = uses(conn, &rows, day).await?;
    Ok(rows
        .into_iter()
        .map(|(id, _, question, by, at)| Given {
            question,
            by,
            on: day(at),
            uses: uses.remove(&id).unwrap_or_default(),
        })
        .collect())
}

/// A reason for no answer is none.
const HAS_WORDS: &str = "answer.value ->> 'kind' <> 'absent'";

async fn uses(
    conn: &impl ConnectionTrait,
    rows: &[Row],
    day: impl Fn(DateTime<Utc>) -> NaiveDate,
) -> Result<HashMap<AnswerId, Vec<Use>>, DbErr> {
    let mut uses: HashMap<AnswerId, Vec<Use>> = HashMap::new();
    for rows in rows.chunks(MOST_AT_ONCE) {
        let ids: Vec<AnswerId> = rows.iter().map(|(id, ..)| *id).collect();
        let backend = conn.get_database_backend();
        let used = answer_use::Entity::find()
            .filter(among(backend, answer_use::Column::AnswerId, ids.iter().copied()))
            .all(conn)
            .await?;
        for row in used {
            uses.entry(row.answer_id).or_default().push(Use { how: row.how, by: Some(row.used_by), on: row.used_on });
        }
        // Whoever said that it is still true was spared a question by it.
        let taken: Vec<(Option<AnswerId>, PractitionerId, DateTime<Utc>)> = answer::Entity::find()
            .select_only()
            .columns([answer::Column::FromAnswerId, answer::Column::AnsweredBy, answer::Column::AnsweredAt])
            .filter(among(backend, answer::Column::FromAnswerId, ids))
            .filter(answer::Column::Cause.eq(AnswerCause::Confirmed))
            .into_tuple()
            .all(conn)
            .await?;
        for (from, by, at) in taken.into_iter().filter_map(|(from, by, at)| Some((from?, by, at))) {
            uses.entry(from).or_default().push(Use { how: AnswerUse::UsedByRule, by: Some(by), on: day(at) });
        }
        // Whoever reads a record opens the answers in it.
        let records: BTreeSet<RecordId> = rows.iter().map(|(_, record, ..)| *record).collect();
        let opened = record_access::Entity::find()
            .filter(among(backend, record_access::Column::RecordId, records))
            .all(conn)
            .await?;
        let mut by_record: HashMap<RecordId, Vec<Use>> = HashMap::new();
        for row in opened {
            let opened = Use { how: AnswerUse::Opened, by: Some(row.practitioner_id), on: row.read_on };
            by_record.entry(row.record_id).or_default().push(opened);
        }
        for (id, record, ..) in rows {
            if let Some(opened) = by_record.get(record) {
                uses.entry(*id).or_default().extend(opened);
            }
        }
    }
    Ok(uses)
}

/// Answers in one statement.
const MOST_AT_ONCE: usize = 5_000;

/// Notes uses of answers. The same use on the same day is one.
pub async fn note(conn: &impl ConnectionTrait, rows: Vec<answer_use::Model>) -> Result<(), DbErr> {
    for rows in rows.chunks(MOST_AT_ONCE / 10) {
        answer_use::Entity::insert_many(rows.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// How long one person was busy with one record of a version, and when it was complete.
type Taken = (RecordId, FormVersionId, PractitionerId, Option<DateTime<Utc>>, i64);

/// How long completed records of form versions took, each with its author.
pub async fn took(
    conn: &impl ConnectionTrait,
    zone: Tz,
    versions: &[FormVersionId],
) -> Result<Vec<Took<FormVersionId>>, DbErr> {
    let of = record_activity::Entity::belongs_to(record::Entity)
        .from(record_activity::Column::RecordId)
        .to(record::Column::Id)
        .into();
    let rows: Vec<Taken> = record_activity::Entity::find()
        .select_only()
        .column(record_activity::Column::RecordId)
        .column(record::Column::FormVersionId)
        .column(record_activity::Column::PractitionerId)
        .column(record::Column::CompletedAt)
        .column_as(record_activity::Column::Seconds.sum(), "seconds")
        .join(JoinType::InnerJoin, of)
        .filter(record::Column::FormVersionId.is_in(versions.iter().copied()))
        .filter(record::Column::CompletedAt.is_not_null())
        .group_by(record_activity::Column::RecordId)
        .group_by(record::Column::FormVersionId)
        .group_by(record_activity::Column::PractitionerId)
        .group_by(record::Column::CompletedAt)
        .order_by_desc(record::Column::CompletedAt)
        .limit(MOST_RECORDS)
        .into_tuple()
        .all(conn)
        .await?;
    let month = |at: DateTime<Utc>| {
        let day = at.with_timezone(&zone).date_naive();
        usize::try_from(day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0)).unwrap_or(0)
    };
    Ok(rows
        .into_iter()
        .filter_map(|(_, group, person, at, seconds)| Some(Took { group, month: month(at?), person, seconds }))
        .collect())
}
