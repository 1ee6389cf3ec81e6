//! Records: what somebody wrote down, answer by answer.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    answer, record,
    words::{AbsenceReason, AnswerProblem, Language},
};

use super::{
    form::Form,
    people::{Hub, Practitioner},
    spend::Spend,
};
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        loaders::{self, AnswersIn, ItemsOf},
        scalars::DateTime,
    },
    rules::{self, answer::AnswerValue},
};

/// One answer as it stands.
#[derive(Clone, Debug, SimpleObject)]
pub struct RecordAnswer {
    /// Which question of the form.
    pub link_id: String,
    /// Counts from 1; send it as `baseRevision` to change the answer.
    pub revision: i32,
    /// What was answered in words, also a date or a choice's code.
    pub text: Option<String>,
    /// What was answered with yes or no.
    pub yes_no: Option<bool>,
    /// What was answered with a whole number, as text.
    pub number: Option<String>,
    /// Why there is no answer.
    pub absent: Option<AbsenceReason>,
    /// What is amiss with it. It is kept all the same.
    pub problem: Option<AnswerProblem>,
    /// When it was answered.
    pub answered_at: DateTime,
}

impl RecordAnswer {
    fn try_new(row: answer::Model) -> Answer<Self> {
        let value: AnswerValue = serde_json::from_value(row.value).map_err(Problem::internal)?;
        let (mut text, mut yes_no, mut number, mut absent) = (None, None, None, None);
        match value {
            AnswerValue::Text(words) | AnswerValue::Choice(words) | AnswerValue::Date(words) => text = Some(words),
            AnswerValue::YesNo(yes) => yes_no = Some(yes),
            AnswerValue::Number(whole) => number = Some(whole.to_string()),
            AnswerValue::Absent(reason) => absent = Some(reason),
        }
        Ok(Self {
            link_id: row.link_id,
            revision: row.revision,
            text,
            yes_no,
            number,
            absent,
            problem: row.problem,
            answered_at: DateTime(row.answered_at),
        })
    }
}

/// One filled form.
pub struct Record(pub record::Model);

/// One filled form. It is saved answer by answer, pins its version, and waits for nobody's approval.
#[Object]
impl Record {
    /// Its id, `recd_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The version of the form it was begun with.
    async fn form(&self, ctx: &Context<'_>) -> Answer<Form> {
        loaders::must(ctx.loaders()?, self.0.form_version_id).await.map(Form)
    }

    /// Who writes it.
    async fn author(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.practitioner_id).await.map(Practitioner)
    }

    /// The spend it is about, if it is about one that the viewer may see.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        match self.0.spend_id {
            Some(spend) => Ok(loaders::maybe(ctx.loaders()?, spend).await?.map(Spend)),
            None => Ok(None),
        }
    }

    /// The hub it was written in, if one was named.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Option<Hub>> {
        match self.0.hub_id {
            Some(hub) => loaders::must(ctx.loaders()?, hub).await.map(|row| Some(Hub(row))),
            None => Ok(None),
        }
    }

    /// The language it was begun in.
    async fn language(&self) -> Language {
        self.0.language
    }

    /// When it was begun.
    async fn started_at(&self) -> DateTime {
        DateTime(self.0.started_at)
    }

    /// When it was completed; none while it is open.
    async fn completed_at(&self) -> Option<DateTime> {
        self.0.completed_at.map(DateTime)
    }

    /// The answers as they stand that the viewer may read, each by its question's declared readers.
    async fn answers(&self, ctx: &Context<'_>) -> Answer<Vec<RecordAnswer>> {
        let viewer = ctx.viewer()?;
        let loaders = ctx.loaders()?;
        let items = loaders::maybe(loaders, ItemsOf(self.0.form_version_id)).await?.unwrap_or_default();
        let answers = loaders::maybe(loaders, AnswersIn(self.0.id)).await?.unwrap_or_default();
        items
            .iter()
            .filter(|item| {
                let (author, team) = (self.0.practitioner_id, self.0.team_id);
                rules::sight::reads_answer(&viewer, author, team, item.question.readers)
            })
            .filter_map(|item| answers.iter().find(|answer| answer.link_id == item.place.link_id))
            .map(|answer| RecordAnswer::try_new(answer.clone()))
            .collect()
    }
}
