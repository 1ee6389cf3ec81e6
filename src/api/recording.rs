//! Writing in a record: what a request says, where it stands, and what is kept of it. Everything is kept.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::{ID, InputObject, OneofObject};
use busfare_entity::{
    answer, answer_aside, record,
    words::{AbsenceReason, AnswerAsideId, AnswerCause, AnswerId},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{
    capturing::{self, CapturedInput, OwnHeadingInput},
    context::{Answer, id},
    error::Problem,
    verb::Stop,
};
use crate::{
    rules::{
        answer::AnswerValue,
        record::{
            ANSWER_CHARS, Advised, IS_ORPHAN, MOST_ANSWERS, REASON_CHARS, RecordRefusal, Standing, advise, stands,
        },
        sight::{Viewer, reads_answer},
        text,
    },
    store::{self, db::DatabaseTransaction, form::Content},
};

/// What was answered; give exactly one.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum AnswerValueInput {
    /// A few words.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// The code of a choice.
    Choice(String),
    /// The codes of several choices.
    Choices(Vec<String>),
    /// A date as it was typed, `YYYY-MM-DD` when it is one.
    Date(String),
    /// A time of day as it was typed, `HH:MM` when it is one.
    Time(String),
    /// A whole number.
    Number(i32),
    /// A number that may have a fraction, as it was typed.
    Decimal(String),
    /// Photographs of notes, or a voice note.
    Captured(CapturedInput),
    /// Under a heading of one's own; its link id is `own:` and a name that the phone chooses.
    Own(OwnHeadingInput),
    /// An answer from before that is still true, by its id.
    StillTrue(ID),
    /// Why there is no answer. Accepted for every question.
    Absent(AbsenceReason),
}

/// One answer.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AnswerInput {
    /// Which question, by its `linkId` in the form; `own:` and a name for a heading of one's own.
    link_id: String,
    /// Which of several, in a part that repeats: a name that the phone chooses, of at most 36 letters, figures and hyphens.
    instance: Option<String>,
    /// What was answered.
    value: AnswerValueInput,
    /// The revision this changes. Where none is given the answer is new, or is saved over whatever is there.
    base_revision: Option<i32>,
    /// Why it is changed, if there is more to say than the answer does.
    reason: Option<String>,
}

/// One answer, parsed.
pub struct Given {
    link_id: String,
    instance: String,
    value: Saying,
    base_revision: Option<i32>,
    reason: Option<String>,
}

enum Saying {
    Value(AnswerValue),
    StillTrue(AnswerId),
}

/// What the answers of a request say.
pub fn parse(answers: &[AnswerInput]) -> Result<Vec<Given>, Stop<RecordRefusal>> {
    if answers.len() > MOST_ANSWERS {
        return Err(RecordRefusal::TooManyAnswers.into());
    }
    let mut places = HashSet::new();
    if !answers.iter().all(|answer| places.insert((&answer.link_id, answer.instance.as_deref().unwrap_or_default()))) {
        return Err(RecordRefusal::AnsweredTwice.into());
    }
    answers
        .iter()
        .map(|answer| {
            Ok(Given {
                link_id: answer.link_id.clone(),
                instance: answer.instance.clone().unwrap_or_default(),
                value: saying(&answer.value)?,
                base_revision: answer.base_revision,
                reason: answer.reason.as_ref().map(|reason| plain(reason, REASON_CHARS)).transpose()?,
            })
        })
        .collect()
}

fn plain(words: &str, most: usize) -> Result<String, RecordRefusal> {
    text::plain(words, most).map(Option::unwrap_or_default).map_err(RecordRefusal::Text)
}

fn saying(value: &AnswerValueInput) -> Result<Saying, Stop<RecordRefusal>> {
    let words = |words: &str| plain(words, ANSWER_CHARS);
    Ok(Saying::Value(match value {
        AnswerValueInput::Text(text) => AnswerValue::Text(words(text)?),
        AnswerValueInput::YesNo(yes) => AnswerValue::YesNo(*yes),
        AnswerValueInput::Choice(code) => AnswerValue::Choice(words(code)?),
        AnswerValueInput::Choices(codes) => {
            let codes = codes.iter().take(MOST_CHOSEN).map(|code| words(code));
            AnswerValue::Choices(codes.collect::<Result<_, _>>()?)
        }
        AnswerValueInput::Date(date) => AnswerValue::Date(words(date)?),
        AnswerValueInput::Time(time) => AnswerValue::Time(words(time)?),
        AnswerValueInput::Number(number) => AnswerValue::Number(i64::from(*number)),
        AnswerValueInput::Decimal(number) => AnswerValue::Decimal(words(number)?),
        AnswerValueInput::Captured(captured) => captured.value()?,
        AnswerValueInput::Own(own) => own.value(ANSWER_CHARS)?,
        AnswerValueInput::StillTrue(answer) => return Ok(Saying::StillTrue(id(answer)?)),
        AnswerValueInput::Absent(reason) => AnswerValue::Absent(*reason),
    }))
}

/// More choices than this no question has.
const MOST_CHOSEN: usize = crate::rules::question::MOST_CHOICES;

/// What becomes of an answer.
enum Weighed {
    /// It stands there already.
    Same,
    /// Another device has answered meanwhile: both are kept.
    Aside(answer_aside::Model),
    /// It stands from now on.
    Stands(answer::Model),
}

/// A record that somebody writes in, held until the transaction ends.
pub struct Writing {
    /// The record.
    pub record: record::Model,
    content: Arc<Content>,
    standing: Vec<answer::Model>,
}

impl Writing {
    /// Opens a record that is held.
    pub async fn open(txn: &DatabaseTransaction, record: record::Model) -> Answer<Self> {
        let content = store::form::content(txn, record.form_version_id).await?;
        let standing = store::answer::standing(txn, &[record.id]).await?;
        Ok(Self { record, content, standing })
    }

    /// Saves answers. One that another device has answered meanwhile is kept beside what stands, and its id is answered.
    pub async fn save(
        &mut self,
        txn: &DatabaseTransaction,
        viewer: &Viewer,
        given: Vec<Given>,
        now: DateTime<Utc>,
    ) -> Result<Vec<AnswerAsideId>, Stop<RecordRefusal>> {
        let known = known(txn, viewer, &given, now).await?;
        let values = given.iter().filter_map(|given| match &given.value {
            Saying::Value(value) => Some(value),
            Saying::StillTrue(_) => None,
        });
        capturing::check(txn, viewer, self.record.id, values, now).await?;
        let waiting = store::answer::aside(txn, &[self.record.id]).await?;
        let (mut rows, mut aside, mut settled) = (Vec::new(), Vec::new(), Vec::new());
        for given in given {
            let saw = given.base_revision;
            match self.weigh(given, &known, viewer, now)? {
                Weighed::Same => {}
                Weighed::Aside(row) => aside.push(row),
                Weighed::Stands(row) => {
                    // Whoever answers, having seen what stands, has seen what waits beside it.
                    let beside = |other: &&answer_aside::Model| {
                        saw.is_some() && other.link_id == row.link_id && other.instance == row.instance
                    };
                    settled.extend(waiting.iter().filter(beside).map(|other| other.id));
                    self.standing.retain(|other| other.link_id != row.link_id || other.instance != row.instance);
                    self.standing.push(row.clone());
                    rows.push(row);
                }
            }
        }
        let asides: Vec<_> = aside.iter().map(|row| row.id).collect();
        store::answer::settle(txn, &settled, now).await?;
        store::answer::set_aside(txn, aside).await?;
        capturing::show(txn, &rows).await?;
        let ended = self.record.completed_at.is_some() || self.record.emptied_on.is_some();
        if ended && !(rows.is_empty() && asides.is_empty()) {
            store::record::look_again(txn, self.record.id, now.date_naive()).await?;
        }
        store::answer::append(txn, rows).await?;
        Ok(asides)
    }

    /// What becomes of one answer.
    fn weigh(
        &self,
        given: Given,
        known: &HashMap<AnswerId, AnswerValue>,
        viewer: &Viewer,
        now: DateTime<Utc>,
    ) -> Result<Weighed, Stop<RecordRefusal>> {
        let Given { link_id, instance, value, base_revision, reason } = given;
        let (value, from) = match value {
            Saying::Value(value) => (value, None),
            Saying::StillTrue(id) => (known.get(&id).ok_or(RecordRefusal::NothingToConfirm)?.clone(), Some(id)),
        };
        let standing = stands(&self.content.definition, &link_id, &instance, &value)?;
        let problem = standing.problem(&value);
        if from.is_some() && problem.is_some() {
            return Err(RecordRefusal::NothingToConfirm.into());
        }
        let question_id = match standing {
            Standing::Question(asked) => self.content.question(&asked.code).map(|question| question.id),
            Standing::Own => None,
        };
        let before = self.standing.iter().find(|row| row.link_id == link_id && row.instance == instance);
        let revision = before.map_or(0, |row| row.revision);
        // Where an answer has moved away, a phone sees a place that nobody has answered.
        let moved = before.map(store::answer::value).transpose()?.is_some_and(|was| was.has_moved());
        let value = serde_json::to_value(value).map_err(Problem::internal)?;
        if before.is_some_and(|row| row.value == value) {
            return Ok(Weighed::Same);
        }
        let (record_id, answered_by, answered_at) = (self.record.id, viewer.id, now);
        if let Some(base_revision) = base_revision.filter(|base| *base != revision && !(moved && *base == 0)) {
            let (id, settled_at) = (store::mint::id(), None);
            return Ok(Weighed::Aside(answer_aside::Model {
                id,
                record_id,
                link_id,
                instance,
                base_revision,
                value,
                problem,
                answered_by,
                answered_at,
                settled_at,
            }));
        }
        let cause = match (from, self.record.completed_at, before) {
            (Some(_), ..) => AnswerCause::Confirmed,
            (None, Some(_), Some(_)) if !moved => AnswerCause::Corrected,
            _ => AnswerCause::Given,
        };
        Ok(Weighed::Stands(answer::Model {
            id: store::mint::id(),
            record_id,
            link_id,
            instance,
            revision: revision + 1,
            value,
            problem,
            cause,
            reason,
            question_id,
            from_answer_id: from,
            answered_by,
            answered_at,
        }))
    }

    /// Completes the record, with what would make it better.
    pub async fn complete(&mut self, txn: &DatabaseTransaction, now: DateTime<Utc>) -> Answer<Vec<Advised>> {
        let (answered, spared) = self.weight();
        if store::record::complete(txn, self.record.id, (answered, spared), now).await? {
            self.record = record::Model {
                completed_at: Some(now),
                answered: Some(answered),
                spared: Some(spared),
                ..self.record.clone()
            };
        }
        self.advise(self.record.started_at.date_naive())
    }

    /// How many questions of the form are answered, and how many of those were known and only said to be still true.
    fn weight(&self) -> (i32, i32) {
        let of_form = |row: &&answer::Model| row.question_id.is_some() && !row.link_id.starts_with(IS_ORPHAN);
        let answered: Vec<_> = self.standing.iter().filter(of_form).collect();
        let spared = answered.iter().filter(|row| row.cause == AnswerCause::Confirmed).count();
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        (count(answered.len()), count(spared))
    }

    fn advise(&self, began: NaiveDate) -> Answer<Vec<Advised>> {
        let values = store::answer::values(&self.standing)?;
        let answers = store::answer::by_place(&self.standing, &values);
        let is_asked = |asked: &crate::rules::form::Asked| self.content.is_asked(&asked.code, began);
        advise(&self.content.definition, &answers, is_asked).map_err(Problem::internal)
    }

    /// What stands in the form.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The answers that stand in a place of the form.
    pub fn answered(&self) -> Answer<Vec<(answer::Model, AnswerValue)>> {
        Ok(store::answer::placed(&self.content.definition, &self.standing)?)
    }

    /// A place beside the form for an answer that nothing asks for any more.
    pub fn beside(&self, row: &answer::Model) -> String {
        let taken = |link_id: &str| {
            self.standing.iter().any(|other| other.link_id == link_id && other.instance == row.instance)
        };
        let mut link_id = format!("{IS_ORPHAN}{}", row.link_id);
        while taken(&link_id) {
            link_id.insert_str(0, IS_ORPHAN);
        }
        link_id
    }

    /// The answers as they stand.
    pub fn standing(&self) -> &[answer::Model] {
        &self.standing
    }
}

/// The answers from before that the viewer says are still true, if she may read them.
async fn known(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    given: &[Given],
    now: DateTime<Utc>,
) -> Result<HashMap<AnswerId, AnswerValue>, Stop<RecordRefusal>> {
    let ids: Vec<AnswerId> = given
        .iter()
        .filter_map(|given| match given.value {
            Saying::StillTrue(id) => Some(id),
            Saying::Value(_) => None,
        })
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = store::answer::by_ids(txn, viewer, &ids, now).await?;
    let questions: Vec<_> = rows.iter().filter_map(|(row, _)| row.question_id).collect();
    let questions = store::bank::by_ids(txn, viewer.organisation, &questions).await?;
    let mut known = HashMap::new();
    for (row, record) in rows {
        let declared = questions.iter().find(|question| Some(question.id) == row.question_id);
        let reads = |question: &busfare_entity::question::Model| {
            reads_answer(viewer, &store::record::seen(&record, false), question.readers)
        };
        if declared.is_some_and(reads) {
            known.insert(row.id, store::answer::value(&row)?);
        }
    }
    Ok(known)
}
