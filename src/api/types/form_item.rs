//! What stands in a form: questions, each with the reason why it is asked, and what is between them.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{Context, Object};
use busfare_entity::{
    question,
    words::{FormPartKind, Language, WordingStanding},
};

use super::{
    asked::{QuestionCare, QuestionWords},
    wording,
};
use crate::{
    api::{context::Answer, error::Problem, scalars::Json},
    rules::{
        self,
        form::{Item, Part},
        logic,
        wording::Wording,
    },
    store::form::Content,
};

/// One question where it stands in a form.
pub struct FormItem {
    /// What stands in the form.
    pub content: Arc<Content>,
    /// The question's place in it.
    pub place: usize,
}

impl FormItem {
    fn item(&self) -> Answer<&Item> {
        self.content.definition.items.get(self.place).ok_or_else(|| Problem::internal("no such place in a form"))
    }

    fn asked(&self) -> Answer<&rules::form::Asked> {
        self.item()?.asked().ok_or_else(|| Problem::internal("no question in this place"))
    }

    fn question(&self) -> Answer<&question::Model> {
        let code = &self.asked()?.code;
        self.content.question(code).ok_or_else(|| Problem::internal("a form asks what is not in the bank"))
    }
}

/// One question where it stands in a form, with the reason why it is asked. An app needs the scope `FORMS_READ`.
#[Object]
impl FormItem {
    /// Stable across versions; answers hang on it.
    async fn link_id(&self) -> Answer<&str> {
        Ok(&self.item()?.link_id)
    }

    /// Where it stands among everything in the form, counted from 0.
    async fn position(&self) -> i32 {
        i32::try_from(self.place).unwrap_or(i32::MAX)
    }

    /// The section or repeated part it stands in, by its link id.
    async fn inside(&self) -> Answer<Option<&str>> {
        Ok(self.item()?.inside.as_deref())
    }

    /// When it is shown, as JSONLogic over the answers that are shown, by link id; always where there is none.
    async fn shown_when(&self) -> Answer<Option<Json>> {
        Ok(self.item()?.shown_when.as_ref().map(|condition| Json(logic::json_logic(condition))))
    }

    /// Whether advice mentions it when it is open. It never stops a save.
    async fn required(&self) -> Answer<bool> {
        Ok(self.asked()?.required)
    }

    /// The question's code in the bank.
    async fn code(&self) -> Answer<&str> {
        Ok(&self.asked()?.code)
    }

    /// What it says.
    #[graphql(flatten)]
    async fn words(&self, _ctx: &Context<'_>) -> Answer<QuestionWords<'_>> {
        self.asked().map(|asked| QuestionWords(Cow::Borrowed(asked)))
    }

    /// How its words stand in a language: the worst of them.
    async fn standing(
        &self,
        #[graphql(desc = "The language, as a BCP 47 tag such as `cy`.")] tag: String,
    ) -> Answer<WordingStanding> {
        Ok(wording::standing(self.item()?.wordings(), &wording::tag(&tag)?))
    }

    /// How it is looked after.
    #[graphql(flatten)]
    async fn care(&self, _ctx: &Context<'_>) -> Answer<QuestionCare<'_>> {
        self.question().map(QuestionCare)
    }
}

/// What stands between the questions of a form.
pub struct FormPart {
    /// What stands in the form.
    pub content: Arc<Content>,
    /// Its place.
    pub place: usize,
}

impl FormPart {
    fn item(&self) -> Answer<&Item> {
        self.content.definition.items.get(self.place).ok_or_else(|| Problem::internal("no such place in a form"))
    }
}

/// What stands between the questions of a form: a heading, a part that repeats, a note or an echo. An app needs the scope
/// `FORMS_READ`.
#[Object]
impl FormPart {
    /// Stable across versions. Questions say which part they are inside of by it.
    async fn link_id(&self) -> Answer<&str> {
        Ok(&self.item()?.link_id)
    }

    /// Where it stands among everything in the form, counted from 0.
    async fn position(&self) -> i32 {
        i32::try_from(self.place).unwrap_or(i32::MAX)
    }

    /// The section it stands in, by its link id.
    async fn inside(&self) -> Answer<Option<&str>> {
        Ok(self.item()?.inside.as_deref())
    }

    /// When it is shown, and what is inside of it, as JSONLogic; always where there is none.
    async fn shown_when(&self) -> Answer<Option<Json>> {
        Ok(self.item()?.shown_when.as_ref().map(|condition| Json(logic::json_logic(condition))))
    }

    /// What it is.
    async fn kind(&self) -> Answer<FormPartKind> {
        match self.item()?.part {
            Part::Section { .. } => Ok(FormPartKind::Section),
            Part::Repeat { .. } => Ok(FormPartKind::Repeat),
            Part::Note { .. } => Ok(FormPartKind::Note),
            Part::Echo { .. } => Ok(FormPartKind::Echo),
            Part::Question(_) => Err(Problem::internal("a question is no part")),
        }
    }

    /// What there is to read.
    async fn text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; that of `Accept-Language` where none is given.")] language: Option<Language>,
        #[graphql(desc = "Another language by its BCP 47 tag, such as `pl`.")] tag: Option<String>,
    ) -> Answer<String> {
        let language = wording::wanted(ctx, language, tag.as_deref())?;
        let words: Option<&Wording> = self.item()?.wordings().into_iter().next();
        Ok(words.map(|words| words.said_in(&language).to_owned()).unwrap_or_default())
    }

    /// For a part that repeats: most times.
    async fn most(&self) -> Answer<Option<i32>> {
        match self.item()?.part {
            Part::Repeat { most, .. } => Ok(most.and_then(|most| i32::try_from(most).ok())),
            _ => Ok(None),
        }
    }

    /// For an echo: the code of the question whose answer is shown again.
    async fn echo_of(&self) -> Answer<Option<&str>> {
        match &self.item()?.part {
            Part::Echo { of, .. } => Ok(Some(of)),
            _ => Ok(None),
        }
    }
}
