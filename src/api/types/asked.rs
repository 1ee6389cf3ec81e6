//! What a question says and how it is looked after: the same fields wherever one stands, in a form or in the bank.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};
use busfare_entity::{
    question,
    words::{ArticleNine, Language, LawfulBasis, QuestionKind, Readers},
};

use super::{people::Practitioner, wording};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::{Date, Decimal},
    },
    rules::form,
};

/// One choice of a closed list. An app needs the scope `FORMS_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct QuestionChoice {
    /// What to answer with.
    pub code: String,
    /// What to show.
    pub label: String,
}

/// What a question says.
pub struct QuestionWords<'a>(pub Cow<'a, form::Asked>);

#[Object]
impl QuestionWords<'_> {
    /// What is asked.
    async fn prompt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<String> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(self.0.prompt.said_in(&language).to_owned())
    }

    /// What helps to answer it, if anything is said.
    async fn hint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<Option<String>> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(Some(self.0.hint.said_in(&language).to_owned()).filter(|hint| !hint.is_empty()))
    }

    /// Why it is asked, in at most 25 words.
    async fn why_we_ask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<String> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(self.0.why_we_ask.said_in(&language).to_owned())
    }

    /// What kind of answer it takes.
    async fn kind(&self) -> QuestionKind {
        self.0.kind
    }

    /// For text: most characters. A longer answer is kept, with its problem.
    async fn max_chars(&self) -> Option<i32> {
        self.0.bounds.max_chars.and_then(|most| i32::try_from(most).ok())
    }

    /// For a number: the least. A smaller answer is kept, with its problem.
    async fn least(&self) -> Option<Decimal> {
        self.0.bounds.least.map(Decimal)
    }

    /// For a number: the most. A larger answer is kept, with its problem.
    async fn most(&self) -> Option<Decimal> {
        self.0.bounds.most.map(Decimal)
    }

    /// For a choice: the list.
    async fn choices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<Vec<QuestionChoice>> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        let choice = |choice: &form::Choice| QuestionChoice {
            code: choice.code.clone(),
            label: choice.label.said_in(&language).to_owned(),
        };
        Ok(self.0.choices.iter().map(choice).collect())
    }
}

/// How a question is looked after, and what becomes of its answers.
pub struct QuestionCare<'a>(pub &'a question::Model);

#[Object]
impl QuestionCare<'_> {
    /// Who answers for the question; none where the practice group does.
    async fn steward(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        if self.0.held_by_group {
            return Ok(None);
        }
        loaders::must(ctx.loaders()?, self.0.steward_id).await.map(|row| Some(Practitioner(row)))
    }

    /// What the answers are used for.
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// The lawful basis under UK GDPR Article 6(1).
    async fn lawful_basis(&self) -> LawfulBasis {
        self.0.lawful_basis
    }

    /// For health, beliefs and the like: the condition of UK GDPR Article 9(2).
    async fn article_nine(&self) -> Option<ArticleNine> {
        self.0.article_nine
    }

    /// Who may read the answers.
    async fn readers(&self) -> Readers {
        self.0.readers
    }

    /// For how many days answers are kept.
    async fn retention_days(&self) -> i32 {
        self.0.retention_days
    }

    /// The day by which the steward looks at it again; afterwards it is not asked.
    async fn review_on(&self) -> Date {
        Date(self.0.review_on)
    }
}
