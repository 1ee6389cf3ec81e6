//! Known: what need not be asked again, because somebody has said it before. It is shown with who said it and when, and one
//! tap says that it is still true.

use std::collections::HashMap;

use busfare_entity::words::QuestionKind;

use super::{Asked, Definition, Posed};

/// Something that was answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<S> {
    /// The question's code in the bank.
    pub code: String,
    /// Whether it was answered once for each of something.
    pub repeated: bool,
    /// What kind of answer it is.
    pub kind: QuestionKind,
    /// The codes of the choices that were made.
    pub chosen: Vec<String>,
    /// Where it comes from.
    pub source: S,
}

/// The questions of a form that need not be asked, by their places among its items, each with the newest fact that answers
/// it. `facts` go from the oldest to the newest. A fact that would not fit is asked again, and what was said for each of
/// something answers only what is asked for each of something.
pub fn spare<'f, S>(form: &Definition, facts: &'f [Fact<S>]) -> Vec<(usize, &'f Fact<S>)> {
    let newest: HashMap<(&str, bool), &Fact<S>> =
        facts.iter().map(|fact| ((fact.code.as_str(), fact.repeated), fact)).collect();
    let known = |Posed { place, asked, repeat, .. }: Posed<'_>| {
        let fact = newest.get(&(asked.code.as_str(), repeat.is_some()))?;
        fits(fact, asked).then_some((place, *fact))
    };
    form.questions().filter_map(known).collect()
}

fn fits<S>(fact: &Fact<S>, asked: &Asked) -> bool {
    let offered = |code: &String| asked.choices.iter().any(|choice| choice.code == *code);
    fact.kind == asked.kind && fact.chosen.iter().all(offered)
}
