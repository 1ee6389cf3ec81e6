//! Questions of the bank: what they ask, why, who answers for them, and where they are asked.

use std::borrow::Cow;

use async_graphql::{Context, ID, Object};
use busfare_entity::{question, words::WordingStanding};

use super::{
    asked::{QuestionCare, QuestionWords},
    form::Form,
    permission::{Permission, QuestionPermissions},
    usefulness::QuestionUsefulness,
    wording,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, FormsAsking, InGroup, UsefulnessOf, WordingOf},
        scalars::{Date, DateTime},
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

/// A question of the bank, in its newest wording. Forms that are published keep the wording they were published with. An app
/// needs the scope `FORMS_READ`.
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

    /// How it is looked after.
    #[graphql(flatten)]
    async fn care(&self, _ctx: &Context<'_>) -> QuestionCare<'_> {
        QuestionCare(&self.0)
    }

    /// What it says.
    #[graphql(flatten)]
    async fn words(&self, ctx: &Context<'_>) -> Answer<QuestionWords<'static>> {
        Ok(QuestionWords(Cow::Owned(self.asked(ctx).await?)))
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
