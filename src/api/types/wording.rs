//! Words in several languages: how a request asks for one, and how somebody writes them.

use async_graphql::{Context, InputObject};
use busfare_entity::words::{Language, WordingStanding};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        messages::message,
    },
    rules::wording::{self, Standing, Wording},
};

/// Longest tag of a language.
const TAG_CHARS: usize = 35;

/// Words in another language than English.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct TranslationInput {
    /// The language, as a BCP 47 tag such as `pl` or `so`.
    language: String,
    /// The words.
    text: String,
}

/// Words that people read, in every language that somebody has put them into.
#[derive(Clone, Debug, Default, InputObject, Serialize)]
pub struct WordingInput {
    /// In English. Where something is changed and nothing is said here, the English stays.
    en: Option<String>,
    /// In Welsh.
    cy: Option<String>,
    /// In other languages, at most 20.
    #[graphql(default)]
    others: Vec<TranslationInput>,
}

impl WordingInput {
    /// The words from the beginning.
    pub fn wording(&self) -> Answer<Wording> {
        self.change(Wording::default())
    }

    /// What becomes of words that are there. A translation that is not said again stays, and is stale where the English
    /// has changed.
    pub fn change(&self, was: Wording) -> Answer<Wording> {
        if self.others.len() > 20 {
            return Err(Problem::bad_user_input(message!("too-many-languages")));
        }
        let english = match &self.en {
            Some(en) => was.reworded(en.trim()),
            None => was,
        };
        let mut worded = self.cy.iter().fold(english, |wording, cy| wording.with("cy", cy.trim()));
        for other in &self.others {
            worded = worded.with(tag(&other.language)?, other.text.trim());
        }
        Ok(worded)
    }
}

/// A language's tag in lower case.
pub fn tag(text: &str) -> Answer<String> {
    let fits = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let good = text.len() <= TAG_CHARS
        && text.split('-').all(fits)
        && text.split('-').next().is_some_and(|part| part.len() >= 2);
    if good { Ok(text.to_ascii_lowercase()) } else { Err(Problem::bad_user_input(message!("language-not-tagged"))) }
}

/// The language that words are wanted in: by its tag, or as the request says.
pub fn wanted(ctx: &Context<'_>, language: Option<Language>, by_tag: Option<&str>) -> Answer<String> {
    match by_tag {
        Some(text) => tag(text),
        None => Ok(wording::tag(language.unwrap_or(ctx.language()?)).to_owned()),
    }
}

/// How the worst of several wordings stands in a language.
pub fn standing<'a>(wordings: impl IntoIterator<Item = &'a Wording>, language: &str) -> WordingStanding {
    let mut worst = WordingStanding::Ready;
    for wording in wordings {
        match wording.standing(language) {
            Standing::Missing => return WordingStanding::Missing,
            Standing::Stale => worst = WordingStanding::Stale,
            Standing::Ready => {}
        }
    }
    worst
}
