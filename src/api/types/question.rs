//! Questions of the bank: what they ask, why, who answers for them, and where they are asked.

use async_graphql::{Context, ID, Object};
use busfare_entity::{
    question,
    words::{ArticleNine, Language, LawfulBasis, QuestionKind, Readers, WordingStanding},
};

use super::{
    form::Form,
    form_item::{QuestionChoice, choices, steward},
    people::Practitioner,
    permission::{Permission, QuestionPermissions},
    usefulness::QuestionUsefulness,
    wording,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, FormsAsking, InGroup, UsefulnessOf, WordingOf},
        scalars::{Date, DateTime, Decimal},
    },
    rules::{form, question::QuestionRefusal, refusal::Refusal},
    store::bank,
};

/// A question of the bank.
pub struct Question(pub question::Model);

impl Question {
    async fn asked(&self, ctx: &Context<'_>) -> Answer<form::Asked> {
        let wording = loaders::must(ctx.loaders()?, WordingOf(self.0.id)).await?;
        Ok(bank::asked(&wording)?)
    }
}

/// A question of the bank, in its newest wording. Forms that are published keep the wording they were published with.
#[Object]
impl Question {
    /// Its id, `qstn_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Short and stable, and the same in every form that asks it.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Counts from 1, with every wording.
    async fn version(&self, ctx: &Context<'_>) -> Answer<i32> {
        Ok(loaders::must(ctx.loaders()?, WordingOf(self.0.id)).await?.version)
    }

    /// What kind of answer it takes.
    async fn kind(&self, ctx: &Context<'_>) -> Answer<QuestionKind> {
        Ok(self.asked(ctx).await?.kind)
    }

    /// What is asked.
    async fn prompt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<String> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(self.asked(ctx).await?.prompt.said_in(&language).to_owned())
    }

    /// What helps to answer it, if anything is said.
    async fn hint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<Option<String>> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(Some(self.asked(ctx).await?.hint.said_in(&language).to_owned()).filter(|hint| !hint.is_empty()))
    }

    /// Why it is asked, in at most 25 words.
    async fn why_we_ask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<String> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(self.asked(ctx).await?.why_we_ask.said_in(&language).to_owned())
    }

    /// For a choice: the list.
    async fn choices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<Vec<QuestionChoice>> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        Ok(choices(&self.asked(ctx).await?, &language))
    }

    /// For text: most characters.
    async fn max_chars(&self, ctx: &Context<'_>) -> Answer<Option<i32>> {
        Ok(self.asked(ctx).await?.bounds.max_chars.and_then(|most| i32::try_from(most).ok()))
    }

    /// For a number: the least.
    async fn least(&self, ctx: &Context<'_>) -> Answer<Option<Decimal>> {
        Ok(self.asked(ctx).await?.bounds.least.map(Decimal))
    }

    /// For a number: the most.
    async fn most(&self, ctx: &Context<'_>) -> Answer<Option<Decimal>> {
        Ok(self.asked(ctx).await?.bounds.most.map(Decimal))
    }

    /// How its words stand in a language: the worst of them.
    async fn standing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language, as a BCP 47 tag such as `cy`.")] tag: String,
    ) -> Answer<WordingStanding> {
        let asked = self.asked(ctx).await?;
        let labels = asked.choices.iter().map(|choice| &choice.label);
        let words = labels.chain([&asked.prompt, &asked.hint, &asked.why_we_ask]);
        Ok(wording::standing(words, &wording::tag(&tag)?))
    }

    /// Who answers for it; none where the practice group does.
    async fn steward(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        steward(ctx, &self.0).await
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

    /// The day by which its steward looks at it again; afterwards it is not asked.
    async fn review_on(&self) -> Date {
        Date(self.0.review_on)
    }

    /// The last day on which it is asked at all, where there is one.
    async fn sunset_on(&self) -> Option<Date> {
        self.0.sunset_on.map(Date)
    }

    /// Whether it is asked in what begins today.
    async fn is_asked(&self, ctx: &Context<'_>) -> Answer<bool> {
        Ok(bank::term(&self.0).is_asked(ctx.now()?.date_naive()))
    }

    /// When the practice group retired it. What was answered stays.
    async fn retired_at(&self) -> Option<DateTime> {
        self.0.retired_at.map(DateTime)
    }

    /// Why it was retired.
    async fn retired_because(&self) -> Option<&str> {
        self.0.retired_because.as_deref()
    }

    /// Of what use its answers were; nothing where fewer than five people gave any.
    async fn usefulness(&self, ctx: &Context<'_>) -> Answer<Option<QuestionUsefulness>> {
        ctx.viewer()?;
        let key = UsefulnessOf((self.0.id, ctx.now()?.date_naive()));
        Ok(loaders::maybe(ctx.loaders()?, key).await?.map(QuestionUsefulness::from))
    }

    /// The newest versions of the forms that ask it.
    async fn forms(&self, ctx: &Context<'_>) -> Answer<Vec<Form>> {
        let forms = loaders::maybe(ctx.loaders()?, FormsAsking(self.0.id)).await?.unwrap_or_default();
        Ok(forms.into_iter().map(Form).collect())
    }

    /// What the viewer may do with it now.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Answer<QuestionPermissions> {
        let (viewer, language) = (ctx.viewer()?, ctx.language()?);
        let in_group = loaders::maybe(ctx.loaders()?, InGroup(viewer.id)).await?.is_some();
        let stewardship = bank::stewardship(&self.0, in_group);
        let permission = |may: Result<(), QuestionRefusal>| Permission {
            allowed: may.is_ok(),
            reason: may.err().map(|refusal| refusal.words(language)),
        };
        Ok(QuestionPermissions {
            change: permission(stewardship.may_change(viewer.id)),
            retire: permission(stewardship.may_retire()),
        })
    }
}
