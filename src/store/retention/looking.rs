//! What is kept in records: which answers, for how long, and since when. No answer's words are read for that.

use std::collections::{HashMap, HashSet};

use busfare_entity::{
    answer, answer_aside, form_item, question, question_version, record, record_statement,
    words::{FormVersionId, QuestionId, RecordId},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};

use crate::rules::{
    calendar,
    retention::{DEFAULT_DRAFT_DAYS, Draft, Kept, KeptAnswer, Since},
};

/// Where words stand that are kept for a while.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// An answer, in every revision.
    Answer {
        /// By its link id.
        link_id: String,
        /// Which of several.
        instance: String,
        /// The question of the bank; none for a heading of one's own.
        question: Option<QuestionId>,
    },
    /// What no question asked for: what the person says of herself, and what waits beside a place that nobody answered. It goes
    /// with its record, and keeps it for as long as the form keeps anything.
    Rest,
}

/// Records as they were looked at.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// The records.
    pub rows: Vec<record::Model>,
    /// What is kept in each; an answer is named by its place in `places`.
    pub kept: Vec<Kept<RecordId, usize>>,
    /// Where what is kept stands.
    pub places: Vec<Place>,
}

type Written = (RecordId, String, String, Option<QuestionId>, DateTime<Utc>);
type Beside = (RecordId, String, String, DateTime<Utc>);

/// Holds records: nobody else writes in them until the transaction ends.
pub async fn hold(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<(), DbErr> {
    let held = record::Entity::find()
        .select_only()
        .column(record::Column::Id)
        .filter(record::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(record::Column::Id)
        .lock(LockType::NoKeyUpdate);
    held.into_tuple::<RecordId>().all(conn).await.map(|_| ())
}

/// Looks at records. Whoever acts on what she sees holds them first.
pub async fn look(conn: &impl ConnectionTrait, zone: Tz, ids: &[RecordId]) -> Result<Looked, DbErr> {
    if ids.is_empty() {
        return Ok(Looked::default());
    }
    let rows = record::Entity::find()
        .filter(record::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(record::Column::Id)
        .all(conn)
        .await?;
    let answers = answers(conn, ids).await?;
    let beside = beside(conn, ids).await?;
    let said = said(conn, ids).await?;
    let days = retention(conn, answers.iter().filter_map(|row| row.3)).await?;
    let longest = longest(conn, rows.iter().map(|row| row.form_version_id)).await?;

    let (mut records, mut places) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in &rows {
        let hers: Vec<_> = answers.iter().filter(|written| written.0 == row.id).collect();
        // A form that asks nothing of the bank says nothing about how long; and what is not known destroys nothing.
        let most = longest.get(&row.form_version_id).copied().unwrap_or(-1);
        let mut kept: Vec<(Place, i32)> = Vec::with_capacity(hers.len());
        for (_, link_id, instance, question, _) in &hers {
            let place = Place::Answer { link_id: link_id.clone(), instance: instance.clone(), question: *question };
            let days = question.map_or(most, |question| days.get(&question).copied().unwrap_or(-1));
            kept.push((place, days));
        }
        let asides: Vec<_> = beside.iter().filter(|aside| aside.0 == row.id).collect();
        let stands: HashSet<_> = hers.iter().map(|(_, link_id, instance, ..)| (link_id, instance)).collect();
        let loose = asides.iter().any(|(_, link_id, instance, _)| !stands.contains(&(link_id, instance)));
        let statement = said.get(&row.id);
        if loose || statement.is_some() {
            kept.push((Place::Rest, most));
        }
        let written = hers.iter().map(|written| written.4).chain(asides.iter().map(|aside| aside.3));
        let last = written.chain(statement.copied()).max();
        let first = places.len();
        let answers = kept.iter().enumerate();
        let answers = answers.map(|(at, (_, days))| KeptAnswer { answer: first + at, retention_days: *days }).collect();
        places.extend(kept.into_iter().map(|(place, _)| place));
        let since = since(row, last, zone);
        records.push(Kept { record: row.id, since, legal_hold: row.held_at.is_some(), answers });
    }
    Ok(Looked { rows, kept: records, places })
}

/// From when what is in a record is kept, given when somebody last wrote in it.
pub fn since(row: &record::Model, last: Option<DateTime<Utc>>, zone: Tz) -> Since {
    let day = |moment| calendar::day(moment, zone);
    if let Some(completed) = row.completed_at {
        return Since::Completed(day(completed));
    }
    let last: NaiveDate = day(last.map_or(row.started_at, |last| last.max(row.started_at)));
    Since::Open(Draft {
        last_saved: row.saved_on.map_or(last, |saved| last.max(saved)),
        keep_days: DEFAULT_DRAFT_DAYS,
        extended_to: row.open_until,
        warned_on: row.warned_on,
    })
}

/// What stands in records, by the question that it answers, and when somebody last wrote it.
async fn answers(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Written>, DbErr> {
    answer::Entity::find()
        .select_only()
        .columns([
            answer::Column::RecordId,
            answer::Column::LinkId,
            answer::Column::Instance,
            answer::Column::QuestionId,
        ])
        .column_as(answer::Column::AnsweredAt.max(), "last_at")
        .filter(answer::Column::RecordId.is_in(ids.iter().copied()))
        .group_by(answer::Column::RecordId)
        .group_by(answer::Column::LinkId)
        .group_by(answer::Column::Instance)
        .group_by(answer::Column::QuestionId)
        .order_by_asc(answer::Column::RecordId)
        .order_by_asc(answer::Column::LinkId)
        .order_by_asc(answer::Column::Instance)
        .into_tuple()
        .all(conn)
        .await
}

async fn beside(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<Vec<Beside>, DbErr> {
    answer_aside::Entity::find()
        .select_only()
        .columns([answer_aside::Column::RecordId, answer_aside::Column::LinkId, answer_aside::Column::Instance])
        .column_as(answer_aside::Column::AnsweredAt.max(), "last_at")
        .filter(answer_aside::Column::RecordId.is_in(ids.iter().copied()))
        .group_by(answer_aside::Column::RecordId)
        .group_by(answer_aside::Column::LinkId)
        .group_by(answer_aside::Column::Instance)
        .into_tuple()
        .all(conn)
        .await
}

/// When people last said something of themselves in records.
async fn said(conn: &impl ConnectionTrait, ids: &[RecordId]) -> Result<HashMap<RecordId, DateTime<Utc>>, DbErr> {
    let rows: Vec<(RecordId, DateTime<Utc>)> = record_statement::Entity::find()
        .select_only()
        .column(record_statement::Column::RecordId)
        .column_as(record_statement::Column::NotedAt.max(), "last_at")
        .filter(record_statement::Column::RecordId.is_in(ids.iter().copied()))
        .group_by(record_statement::Column::RecordId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn retention(
    conn: &impl ConnectionTrait,
    questions: impl Iterator<Item = QuestionId>,
) -> Result<HashMap<QuestionId, i32>, DbErr> {
    let questions: HashSet<_> = questions.collect();
    let rows: Vec<(QuestionId, i32)> = question::Entity::find()
        .select_only()
        .columns([question::Column::Id, question::Column::RetentionDays])
        .filter(question::Column::Id.is_in(questions))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// For how long each version of a form keeps what it keeps longest.
async fn longest(
    conn: &impl ConnectionTrait,
    versions: impl Iterator<Item = FormVersionId>,
) -> Result<HashMap<FormVersionId, i32>, DbErr> {
    let versions: HashSet<_> = versions.collect();
    let worded = form_item::Entity::belongs_to(question_version::Entity)
        .from(form_item::Column::QuestionVersionId)
        .to(question_version::Column::Id)
        .into();
    let asked = question_version::Entity::belongs_to(question::Entity)
        .from(question_version::Column::QuestionId)
        .to(question::Column::Id)
        .into();
    let rows: Vec<(FormVersionId, i32)> = form_item::Entity::find()
        .select_only()
        .column(form_item::Column::FormVersionId)
        .column_as(question::Column::RetentionDays.max(), "days")
        .join(JoinType::InnerJoin, worded)
        .join(JoinType::InnerJoin, asked)
        .filter(form_item::Column::FormVersionId.is_in(versions))
        .group_by(form_item::Column::FormVersionId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
