//! Forms: what they ask, why, and what they ask of people in time.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::words::{FormTier, Language, WordingStanding};
use chrono::NaiveDate;
use data_encoding::HEXLOWER;

use super::{
    form_item::{FormItem, FormPart},
    person::PersonWarning,
    record::KnownAnswer,
    usefulness::FormTimes,
    wording,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, ContentOf, TimesOf},
        scalars::{Date, DateTime, Json},
    },
    rules::{
        form::{
            Item,
            fhir::{Edition, Status, questionnaire},
            json_schema::json_schema,
        },
        wording::Wording,
    },
    store::form::{self, Content},
};

/// One immutable version of a form.
pub struct Form(pub form::Form);

impl Form {
    async fn content(&self, ctx: &Context<'_>) -> Answer<Arc<Content>> {
        loaders::must(ctx.loaders()?, ContentOf(self.0.version.id)).await
    }
}

/// One immutable version of a form, with what it asks of people. An app needs the scope `FORMS_READ`.
#[Object]
impl Form {
    /// The version's id, `form_` and 26 characters. Records pin it.
    pub async fn id(&self) -> ID {
        self.0.version.id.to_string().into()
    }

    /// A short stable code of the form, such as `spend-note`.
    async fn code(&self) -> &str {
        &self.0.template.code
    }

    /// Its title.
    async fn title(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<String> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(form::title(&self.0.template).said_in(&language).to_owned())
    }

    /// The stakes, which set its question budget.
    async fn tier(&self) -> FormTier {
        self.0.template.tier
    }

    /// Counts from 1.
    async fn version(&self) -> i32 {
        self.0.version.version
    }

    /// Hash of everything a person is shown, in hexadecimal: unchanged means no need to fetch it again.
    async fn content_sha256(&self) -> String {
        HEXLOWER.encode(&self.0.version.content_sha256)
    }

    /// Most questions anybody can be shown.
    async fn max_shown(&self) -> i32 {
        self.0.version.max_shown
    }

    /// Whether somebody can really be shown that many; else it is a bound, and never too small.
    async fn max_is_exact(&self) -> bool {
        self.0.version.max_is_exact
    }

    /// Questions shown on opening.
    async fn open_shown(&self) -> i32 {
        self.0.version.open_shown
    }

    /// Questions that advice mentions when they are open. Nothing ever stops a save.
    async fn required_count(&self) -> i32 {
        self.0.version.required_count
    }

    /// Words to read.
    async fn reading_words(&self) -> i32 {
        self.0.version.reading_words
    }

    /// Seconds to read and answer, by a declared cost model: 200 words a minute, a sentence by thumb 20 seconds, a tap 4.
    async fn estimated_seconds(&self) -> i32 {
        self.0.version.estimated_seconds
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.version.published_at)
    }

    /// It asks more than its tier allows, with leave of the practice group up to this day; none where it keeps its budget.
    async fn waived_until(&self) -> Option<Date> {
        self.0.version.waived_until.map(Date)
    }

    /// The questions it asks, in order. Those past their review date are not asked. Nothing where the phone has it already.
    async fn items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `contentSha256` that the phone has: where it is the same, nothing is sent.")]
        unless_sha256: Option<String>,
    ) -> Answer<Vec<FormItem>> {
        if unless_sha256.is_some_and(|has| has == HEXLOWER.encode(&self.0.version.content_sha256)) {
            return Ok(vec![]);
        }
        let today = ctx.now()?.date_naive();
        Ok(asked(&self.content(ctx).await?, today, |_| true))
    }

    /// Headings, parts that repeat, notes and echoes, in order. Small forms have none.
    async fn parts(&self, ctx: &Context<'_>) -> Answer<Vec<FormPart>> {
        let content = self.content(ctx).await?;
        let items = content.definition.items.iter().enumerate();
        let others = items.filter(|(_, item)| item.asked().is_none()).map(|(place, _)| place);
        Ok(others.map(|place| FormPart { content: content.clone(), place }).collect())
    }

    /// How long it takes to fill in; nothing where fewer than five people have.
    async fn times(&self, ctx: &Context<'_>) -> Answer<Option<FormTimes>> {
        ctx.viewer()?;
        Ok(loaders::maybe(ctx.loaders()?, TimesOf(self.0.version.id)).await?.map(FormTimes::from))
    }

    /// How its words stand in a language: the worst of them.
    async fn standing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language, as a BCP 47 tag such as `cy`.")] tag: String,
    ) -> Answer<WordingStanding> {
        let language = wording::tag(&tag)?;
        let content = self.content(ctx).await?;
        let words: Vec<&Wording> = content.definition.items.iter().flat_map(Item::wordings).collect();
        Ok(wording::standing(words.into_iter().chain([&content.definition.title]), &language))
    }

    /// The whole form as a Questionnaire of FHIR R4, in its languages. A condition that FHIR has no words for stands beside its
    /// item as JSONLogic.
    async fn questionnaire(&self, ctx: &Context<'_>) -> Answer<Json> {
        let version = self.0.version.version.to_string();
        let edition = Edition { url: None, version: Some(&version), status: Status::Active };
        Ok(Json(questionnaire(&self.content(ctx).await?.definition, &edition)))
    }

    /// What an object of answers to it may look like, as a JSON Schema (2020-12): a property for each question by its link id,
    /// and none of them required.
    async fn json_schema(&self, ctx: &Context<'_>) -> Answer<Json> {
        Ok(Json(json_schema(&self.content(ctx).await?.definition)))
    }

    /// The languages that some of it is in, as BCP 47 tags, English first.
    async fn languages(&self, ctx: &Context<'_>) -> Answer<Vec<String>> {
        let content = self.content(ctx).await?;
        Ok(content.definition.languages().into_iter().map(str::to_owned).collect())
    }
}

/// The questions that a form asks in what begins on a day, as far as they are wanted.
pub fn asked(content: &Arc<Content>, on: NaiveDate, wanted: impl Fn(usize) -> bool) -> Vec<FormItem> {
    let questions = content.definition.questions();
    let asked = questions.filter(|posed| content.is_asked(&posed.asked.code, on) && wanted(posed.place));
    asked.map(|posed| FormItem { content: content.clone(), place: posed.place }).collect()
}

/// The smallest form that fits, and why this one. An app needs the scope `FORMS_READ`.
#[derive(SimpleObject)]
pub struct FormOffer {
    /// The form.
    pub form: Form,
    /// Why this form and no longer one.
    pub because: String,
    /// The questions that are still to be asked, in order; those that need no asking are in `known`.
    pub to_ask: Vec<FormItem>,
    /// What is known already, each with where it comes from. One tap says that it is still true.
    pub known: Vec<KnownAnswer>,
    /// How many questions need no asking, because somebody has answered them before.
    pub spared: i32,
    /// What whoever goes to see the person should know first, newest first.
    pub warnings: Vec<PersonWarning>,
}
