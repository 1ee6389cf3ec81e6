//! Answers: what was said, where it came from, and what waits beside it.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    answer, answer_aside,
    words::{AbsenceReason, AnswerCause, AnswerProblem, ReceiptId, RecordId},
};

use super::{people::Practitioner, receipt::Receipt, record::Record};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        loaders, reading,
        scalars::DateTime,
    },
    rules::{answer::AnswerValue, record::IS_ORPHAN},
};

/// What was said, in the field that goes with its kind; every other field is empty. An app needs the scope `RECORDS_READ`.
#[derive(Clone, Debug, Default, SimpleObject)]
#[graphql(complex)]
pub struct Said {
    /// In words; also a date, a time, or a choice's code.
    pub text: Option<String>,
    /// With yes or no.
    pub yes_no: Option<bool>,
    /// With a number, as text.
    pub number: Option<String>,
    /// The codes of several choices.
    pub choices: Vec<String>,
    /// What there is to say about the pictures or the voice note.
    pub caption: Option<String>,
    /// The heading of one's own that the words stand under.
    pub heading: Option<String>,
    /// Why there is no answer.
    pub absent: Option<AbsenceReason>,
    #[graphql(skip)]
    ids: Vec<ReceiptId>,
}

#[async_graphql::ComplexObject]
impl Said {
    /// Photographs of notes, or a voice note, in the order in which they were given. Whoever may read the answer may see them.
    async fn captured(&self, ctx: &Context<'_>) -> Answer<Vec<Receipt>> {
        let mut found = loaders::many(ctx.loaders()?, self.ids.iter().copied()).await?;
        Ok(self.ids.iter().filter_map(|id| found.remove(id)).map(Receipt).collect())
    }
}

impl Said {
    /// As it is stored.
    pub fn try_new(value: &serde_json::Value) -> Answer<Self> {
        let none = Self::default();
        let value: AnswerValue = serde_json::from_value(value.clone()).map_err(Problem::internal)?;
        Ok(match value {
            AnswerValue::Text(words)
            | AnswerValue::Choice(words)
            | AnswerValue::Date(words)
            | AnswerValue::Time(words) => Self { text: Some(words), ..none },
            AnswerValue::YesNo(yes) => Self { yes_no: Some(yes), ..none },
            AnswerValue::Number(whole) => Self { number: Some(whole.to_string()), ..none },
            AnswerValue::Decimal(number) => Self { number: Some(number), ..none },
            AnswerValue::Choices(choices) => Self { choices, ..none },
            AnswerValue::Captured { ids, caption } => Self { ids, caption, ..none },
            AnswerValue::Own { heading, words, captured: ids } => {
                Self { heading: Some(heading), text: Some(words), ids, ..none }
            }
            AnswerValue::Absent(reason) => Self { absent: Some(reason), ..none },
            AnswerValue::Moved(to) => Self { text: Some(to), ..none },
        })
    }
}

/// One answer as it stands, or as it stood. An app needs the scope `RECORDS_READ`.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RecordAnswer {
    /// Its id, `answ_` and 26 characters. Say that it is still true by it.
    id: ID,
    /// Which question of the form.
    link_id: String,
    /// Which of several, in a part that repeats.
    instance: Option<String>,
    /// Counts from 1; send it as `baseRevision` to change the answer.
    revision: i32,
    /// What was said.
    #[graphql(flatten)]
    said: Said,
    /// What is amiss with it. It is kept all the same.
    problem: Option<AnswerProblem>,
    /// How it came to be there.
    cause: AnswerCause,
    /// Why it was changed, where somebody said so.
    reason: Option<String>,
    /// Nothing in the form asks for it any more. It is kept, read and exported all the same.
    orphaned: bool,
    /// When it was answered.
    answered_at: DateTime,
    #[graphql(skip)]
    row: answer::Model,
}

impl RecordAnswer {
    /// As it is stored.
    pub fn try_new(row: answer::Model, orphaned: bool) -> Answer<Self> {
        Ok(Self {
            id: row.id.to_string().into(),
            link_id: row.link_id.trim_start_matches(IS_ORPHAN).to_owned(),
            instance: Some(row.instance.clone()).filter(|instance| !instance.is_empty()),
            revision: row.revision,
            said: Said::try_new(&row.value)?,
            problem: row.problem,
            cause: row.cause,
            reason: row.reason.clone(),
            orphaned,
            answered_at: DateTime(row.answered_at),
            row,
        })
    }
}

#[async_graphql::ComplexObject]
impl RecordAnswer {
    /// Who answered.
    async fn answered_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.row.answered_by).await.map(Practitioner)
    }

    /// The record it stands in.
    async fn record(&self, ctx: &Context<'_>) -> Answer<Option<Record>> {
        Ok(loaders::maybe(ctx.loaders()?, self.row.record_id).await?.map(Record))
    }

    /// The answer it was taken from, where it was known before, with its record: for as long as the viewer may read that one.
    async fn from(&self, ctx: &Context<'_>) -> Answer<Option<Box<RecordAnswer>>> {
        let Some(from) = self.row.from_answer_id else { return Ok(None) };
        let Some(row) = loaders::maybe(ctx.loaders()?, from).await? else { return Ok(None) };
        let Some(record) = loaders::maybe(ctx.loaders()?, row.record_id).await? else { return Ok(None) };
        let readable = reading::readable(ctx, &record, vec![row]).await?.pop();
        readable.map(|row| RecordAnswer::try_new(row, false).map(Box::new)).transpose()
    }
}

/// Something that somebody has answered before. An app needs the scope `RECORDS_READ`.
#[derive(SimpleObject)]
pub struct KnownAnswer {
    /// The question of the offered form that needs no asking, by its link id.
    pub link_id: String,
    /// What was answered: who said it, when, and in which record. Send its id as `stillTrue` to keep it.
    pub answer: RecordAnswer,
}

/// Two answers to one question, from two devices. Both are kept. Whoever answers again, having seen both, settles it.
pub struct AnswerConflict(pub answer_aside::Model);

/// Two answers to one question, from two devices. Both are kept. Whoever answers again, having seen both, settles it. An app
/// needs the scope `RECORDS_READ`.
#[Object]
impl AnswerConflict {
    /// Which question of the form.
    async fn link_id(&self) -> &str {
        &self.0.link_id
    }

    /// Which of several, in a part that repeats.
    async fn instance(&self) -> Option<&str> {
        Some(self.0.instance.as_str()).filter(|instance| !instance.is_empty())
    }

    /// The answer that came later and was set aside.
    async fn aside(&self) -> Answer<Said> {
        Said::try_new(&self.0.value)
    }

    /// When it came.
    async fn aside_at(&self) -> DateTime {
        DateTime(self.0.answered_at)
    }

    /// What the device that sent it had seen.
    async fn base_revision(&self) -> i32 {
        self.0.base_revision
    }

    /// The answer that stands.
    async fn standing(&self, ctx: &Context<'_>) -> Answer<Option<RecordAnswer>> {
        let record: RecordId = self.0.record_id;
        let answers = loaders::maybe(ctx.loaders()?, loaders::AnswersIn(record)).await?.unwrap_or_default();
        let here = |row: &&answer::Model| row.link_id == self.0.link_id && row.instance == self.0.instance;
        answers.iter().find(here).map(|row| RecordAnswer::try_new(row.clone(), false)).transpose()
    }
}
