//! Records: what somebody wrote down, answer by answer.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    answer, record, record_statement, record_upgrade,
    words::{AnswerCause, AnswerProblem, Language},
};

use super::{
    answer::{AnswerConflict, RecordAnswer},
    disclosure::Disclosure,
    form::Form,
    opening::{RecordOpening, RecordReader},
    people::{Hub, Practitioner},
    person::Person,
    promise::Promise,
    resource::Introduction,
    spend::Spend,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{
            self, AnswersIn, AsideIn, ContentOf, DisclosuresOf, HistoryOf, IntroductionsIn, OpeningsOf, PersonIn,
            PromisesOf, ReadersOf, SecondsOn, StatementsIn, UpgradesOf,
        },
        reading,
        scalars::{Date, DateTime, Json},
    },
    rules::{
        form::{Definition, fhir::Progress, shown},
        record::{Advised, IS_OWN, response},
    },
    store::{self, form},
};

pub use super::answer::KnownAnswer;

/// What would make a record better. It is complete all the same. An app needs the scope `RECORDS_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct RecordAdvice {
    /// Which question it is about.
    link_id: String,
    /// Which of several, in a part that repeats.
    instance: Option<String>,
    /// What is amiss with the answer; none where there is no answer.
    problem: Option<AnswerProblem>,
    /// The advice in plain words.
    words: String,
}

impl RecordAdvice {
    /// The advice in a language.
    pub fn new(advised: Advised, language: Language) -> Self {
        Self {
            instance: Some(advised.instance).filter(|instance| !instance.is_empty()),
            problem: advised.advice.problem(),
            words: advised.advice.words(language),
            link_id: advised.link_id,
        }
    }
}

/// One filled form.
pub struct Record(pub record::Model);

/// One filled form. It is saved answer by answer, pins its version, and waits for nobody's approval. An app needs the scope
/// `RECORDS_READ`.
#[Object]
impl Record {
    /// Its id, `recd_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The version of the form it was begun with, or has moved to.
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

    /// The person it is about. A drop-in needs none.
    async fn person(&self, ctx: &Context<'_>) -> Answer<Option<Person>> {
        let Some(person) = loaders::maybe(ctx.loaders()?, PersonIn(self.0.id)).await? else { return Ok(None) };
        Ok(loaders::maybe(ctx.loaders()?, person).await?.map(Person))
    }

    /// Whether only its author and the seniors of her team read it.
    async fn restricted(&self) -> bool {
        self.0.restricted_at.is_some()
    }

    /// What we said we would do after it, and by when; what is due first first, at most 20.
    async fn promises(&self, ctx: &Context<'_>) -> Answer<Vec<Promise>> {
        let rows = loaders::maybe(ctx.loaders()?, PromisesOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Promise).collect())
    }

    /// Who opened it because it could not wait, newest first, at most 100.
    async fn openings(&self, ctx: &Context<'_>) -> Answer<Vec<RecordOpening>> {
        let rows = loaders::maybe(ctx.loaders()?, OpeningsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(RecordOpening).collect())
    }

    /// What of it was told to somebody outside, newest first, at most 100.
    async fn disclosures(&self, ctx: &Context<'_>) -> Answer<Vec<Disclosure>> {
        let rows = loaders::maybe(ctx.loaders()?, DisclosuresOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Disclosure).collect())
    }

    /// Who read it in the last 90 days, besides its author: who and on which day, newest first, at most 100.
    async fn readers(&self, ctx: &Context<'_>) -> Answer<Vec<RecordReader>> {
        let rows = loaders::maybe(ctx.loaders()?, ReadersOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(RecordReader).collect())
    }

    /// The language it was begun in. Its questions can be read in any; the answers stay.
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

    /// The day up to which it stays open, where its author asked for longer than is usual.
    async fn open_until(&self) -> Option<Date> {
        self.0.open_until.map(Date)
    }

    /// Whether it is kept for a court, whatever its questions say.
    async fn held(&self) -> bool {
        self.0.held_at.is_some()
    }

    /// The answers as they stand that the viewer may read, each by its question's declared readers: in the form's order, then
    /// under headings of one's own, then those that nothing asks for any more.
    async fn answers(&self, ctx: &Context<'_>) -> Answer<Vec<RecordAnswer>> {
        let content = loaders::must(ctx.loaders()?, ContentOf(self.0.form_version_id)).await?;
        let answers = self.readable(ctx).await?;
        let places = places(&content.definition);
        let mut placed: Vec<(usize, answer::Model)> = Vec::with_capacity(answers.len());
        for row in answers {
            if !store::answer::value(&row)?.has_moved() {
                let own = if row.link_id.starts_with(IS_OWN) { places.len() } else { usize::MAX };
                placed.push((places.get(row.link_id.as_str()).copied().unwrap_or(own), row));
            }
        }
        placed.sort_by(|(one, a), (other, b)| (one, &a.instance, &a.link_id).cmp(&(other, &b.instance, &b.link_id)));
        placed.into_iter().map(|(place, row)| RecordAnswer::try_new(row, place == usize::MAX)).collect()
    }

    /// Which questions are shown, given the answers the viewer may read: link ids in the form's order.
    async fn shown(&self, ctx: &Context<'_>) -> Answer<Vec<String>> {
        let content = loaders::must(ctx.loaders()?, ContentOf(self.0.form_version_id)).await?;
        let answers = self.readable(ctx).await?;
        let values = store::answer::values(&answers)?;
        let given = store::answer::by_place(&answers, &values);
        let (form, logic) = (&content.definition, content.logic()?);
        let mut shown: Vec<String> =
            shown(form, &logic, &given).into_iter().map(|shown| form.items[shown.place].link_id.clone()).collect();
        shown.dedup();
        Ok(shown)
    }

    /// The answers the viewer may read, as a QuestionnaireResponse of FHIR R4. What stands under headings of one's own, and what
    /// nothing asks for any more, has no place in it. Addresses of pictures and voice notes are those of this server.
    async fn questionnaire_response(&self, ctx: &Context<'_>) -> Answer<Json> {
        reading::noted(ctx, &self.0).await?;
        let content = loaders::must(ctx.loaders()?, ContentOf(self.0.form_version_id)).await?;
        let form: form::Form = loaders::must(ctx.loaders()?, self.0.form_version_id).await?;
        let rows = self.readable(ctx).await?;
        let values = rows.iter().map(store::answer::value).collect::<Result<Vec<_>, _>>()?;
        let standing: Vec<_> =
            rows.iter().zip(values).map(|(row, value)| (row.link_id.as_str(), row.instance.as_str(), value)).collect();
        let progress = match self.0.completed_at {
            None => Progress::InProgress,
            Some(_) if rows.iter().any(|row| row.cause == AnswerCause::Corrected) => Progress::Amended,
            Some(_) => Progress::Completed,
        };
        Ok(Json(response(&content.definition, &form.version.version.to_string(), progress, &standing)))
    }

    /// Every change of the answers the viewer may read, oldest first: who, when, why, and what was there.
    async fn history(&self, ctx: &Context<'_>) -> Answer<Vec<RecordAnswer>> {
        reading::noted(ctx, &self.0).await?;
        let rows = loaders::maybe(ctx.loaders()?, HistoryOf(self.0.id)).await?.unwrap_or_default();
        let rows = reading::readable(ctx, &self.0, rows).await?;
        rows.into_iter().map(|row| RecordAnswer::try_new(row, false)).collect()
    }

    /// Whether an answer was put right after the record was complete.
    async fn corrected(&self, ctx: &Context<'_>) -> Answer<bool> {
        let rows = loaders::maybe(ctx.loaders()?, HistoryOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.iter().any(|row| row.cause == AnswerCause::Corrected))
    }

    /// Answers of two devices to one question that wait for somebody to look at both.
    async fn conflicts(&self, ctx: &Context<'_>) -> Answer<Vec<AnswerConflict>> {
        let aside = loaders::maybe(ctx.loaders()?, AsideIn(self.0.id)).await?.unwrap_or_default();
        let hers = ctx.viewer()?.id == self.0.practitioner_id;
        Ok(aside.into_iter().filter(|_| hers).map(AnswerConflict).collect())
    }

    /// What the person says of herself here, oldest first. Nobody edits it.
    async fn statements(&self, ctx: &Context<'_>) -> Answer<Vec<RecordStatement>> {
        reading::noted(ctx, &self.0).await?;
        let rows = loaders::maybe(ctx.loaders()?, StatementsIn(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(RecordStatement).collect())
    }

    /// Services of the community that were pointed out in the conversation, newest first, at most 100.
    async fn introductions(&self, ctx: &Context<'_>) -> Answer<Vec<Introduction>> {
        reading::noted(ctx, &self.0).await?;
        let mut rows = loaders::maybe(ctx.loaders()?, IntroductionsIn(self.0.id)).await?.unwrap_or_default();
        rows.truncate(store::directory::MOST_INTRODUCTIONS);
        Ok(rows.into_iter().map(Introduction).collect())
    }

    /// Its moves to newer versions of the form, oldest first. None of them lost an answer.
    async fn upgrades(&self, ctx: &Context<'_>) -> Answer<Vec<RecordUpgrade>> {
        let rows = loaders::maybe(ctx.loaders()?, UpgradesOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(RecordUpgrade).collect())
    }

    /// Seconds that the viewer herself spent on it, without the time in which nothing happened. Nobody else sees it.
    async fn own_active_seconds(&self, ctx: &Context<'_>) -> Answer<i32> {
        let seconds = loaders::maybe(ctx.loaders()?, SecondsOn(self.0.id)).await?.unwrap_or_default();
        Ok(i32::try_from(seconds).unwrap_or(i32::MAX))
    }
}

impl Record {
    async fn readable(&self, ctx: &Context<'_>) -> Answer<Vec<answer::Model>> {
        reading::noted(ctx, &self.0).await?;
        let answers = loaders::maybe(ctx.loaders()?, AnswersIn(self.0.id)).await?.unwrap_or_default();
        reading::readable(ctx, &self.0, answers).await
    }
}

fn places(form: &Definition) -> HashMap<&str, usize> {
    form.items.iter().enumerate().map(|(place, item)| (item.link_id.as_str(), place)).collect()
}

/// What somebody says of herself in a record about her.
pub struct RecordStatement(pub record_statement::Model);

/// What somebody says of herself in a record about her. Nobody edits it. An app needs the scope `RECORDS_READ`.
#[Object]
impl RecordStatement {
    /// In her words.
    async fn words(&self) -> &str {
        &self.0.words
    }

    /// Who wrote it down for her.
    async fn noted_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.noted_by).await.map(Practitioner)
    }

    /// When.
    async fn noted_at(&self) -> DateTime {
        DateTime(self.0.noted_at)
    }
}

/// A record that moved to another version of its form.
pub struct RecordUpgrade(pub record_upgrade::Model);

/// A record that moved to another version of its form. What was kept, moved, retyped and orphaned together is what there was.
/// An app needs the scope `RECORDS_READ`.
#[Object]
impl RecordUpgrade {
    /// Answers that stayed where they were.
    async fn kept(&self) -> i32 {
        self.0.kept
    }

    /// Answers that went along to where their question stands now.
    async fn moved(&self) -> i32 {
        self.0.moved
    }

    /// Answers whose question takes another kind now. They are kept as they were given.
    async fn retyped(&self) -> i32 {
        self.0.retyped
    }

    /// Answers that nothing asks for any more. They are kept, read and exported.
    async fn orphaned(&self) -> i32 {
        self.0.orphaned
    }

    /// When.
    async fn upgraded_at(&self) -> DateTime {
        DateTime(self.0.upgraded_at)
    }

    /// By whom.
    async fn upgraded_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.upgraded_by).await.map(Practitioner)
    }
}
