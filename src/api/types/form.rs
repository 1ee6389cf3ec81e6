//! Forms: what they ask, why, and what they ask of people in time.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::words::{FormTier, Language, LawfulBasis, QuestionKind, Readers};
use data_encoding::HEXLOWER;

use super::people::Practitioner;
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, ItemsOf},
        scalars::{Date, DateTime},
    },
    rules::refusal::say,
    store::{self, form},
};

/// One immutable version of a form.
pub struct Form(pub form::Form);

/// One immutable version of a form, with what it asks of people.
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
    ) -> Answer<String> {
        Ok(say(language.unwrap_or(ctx.language()?), &self.0.template.title_en, &self.0.template.title_cy))
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

    /// What it asks, in order. Questions past their review date are not asked.
    async fn items(&self, ctx: &Context<'_>) -> Answer<Vec<FormItem>> {
        let today = ctx.now()?.date_naive();
        let items = loaders::maybe(ctx.loaders()?, ItemsOf(self.0.version.id)).await?.unwrap_or_default();
        Ok(items.into_iter().filter(|item| store::form::is_current(item, today)).map(FormItem).collect())
    }
}

/// One choice of a closed list.
#[derive(Clone, Debug, SimpleObject)]
pub struct QuestionChoice {
    /// What to answer with.
    pub code: String,
    /// What to show.
    pub label: String,
}

/// One question's place in a form.
pub struct FormItem(pub form::Item);

/// One question's place in a form, with the reason why it is asked.
#[Object]
impl FormItem {
    /// Stable across versions; answers hang on it.
    async fn link_id(&self) -> &str {
        &self.0.place.link_id
    }

    /// Whether advice mentions it when it is open. It never stops a save.
    async fn required(&self) -> bool {
        self.0.place.required
    }

    /// What is asked.
    async fn prompt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        let wording = &self.0.wording;
        Ok(say(language.unwrap_or(ctx.language()?), &wording.prompt_en, &wording.prompt_cy))
    }

    /// Why it is asked, in at most 25 words.
    async fn why_we_ask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<String> {
        let wording = &self.0.wording;
        Ok(say(language.unwrap_or(ctx.language()?), &wording.why_we_ask_en, &wording.why_we_ask_cy))
    }

    /// What kind of answer it takes.
    async fn kind(&self) -> QuestionKind {
        self.0.wording.kind
    }

    /// For text: most characters. A longer answer is kept, with its problem.
    async fn max_chars(&self) -> Option<i32> {
        self.0.wording.max_chars
    }

    /// For a choice: the list.
    async fn choices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
    ) -> Answer<Vec<QuestionChoice>> {
        let language = language.unwrap_or(ctx.language()?);
        Ok(self
            .0
            .takes()
            .choices
            .into_iter()
            .map(|choice| QuestionChoice { code: choice.code, label: say(language, choice.en, choice.cy) })
            .collect())
    }

    /// Who answers for the question.
    async fn steward(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.question.steward_id).await.map(Practitioner)
    }

    /// What the answers are used for.
    async fn purpose(&self) -> &str {
        &self.0.question.purpose
    }

    /// The lawful basis under UK GDPR Article 6(1).
    async fn lawful_basis(&self) -> LawfulBasis {
        self.0.question.lawful_basis
    }

    /// Who may read the answers.
    async fn readers(&self) -> Readers {
        self.0.question.readers
    }

    /// The day by which the steward looks at it again; afterwards it is not asked.
    async fn review_on(&self) -> Date {
        Date(self.0.question.review_on)
    }
}

/// The smallest form that fits, and why this one.
#[derive(SimpleObject)]
pub struct FormOffer {
    /// The form.
    pub form: Form,
    /// Why this form and no longer one.
    pub because: String,
}
