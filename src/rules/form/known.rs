//! Known: what need not be asked again, because somebody has said it before. It is shown with who said it and when, and one
//! tap says that it is still true.

use std::collections::{HashMap, HashSet};

use busfare_entity::words::QuestionKind;

use super::{Asked, Definition, Part, Posed};

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

/// A form that somebody went through, after others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk<S> {
    /// What there is to fill in.
    pub all: usize,
    /// What of it was asked.
    pub asked: usize,
    /// What was not: the question's link id, and where the answer comes from.
    pub spared: Vec<(String, S)>,
    /// What is known now, oldest first.
    pub facts: Vec<Fact<S>>,
}

/// Goes through a form. Everything is answered, where there are choices with the first. A part that is repeated is one thing
/// more to fill in, unless something in it is known. `source` says where an answer in a place comes from.
pub fn walk<S: Clone>(form: &Definition, mut facts: Vec<Fact<S>>, source: impl Fn(&Posed<'_>) -> S) -> Walk<S> {
    let known: HashMap<usize, S> =
        spare(form, &facts).into_iter().map(|(place, fact)| (place, fact.source.clone())).collect();
    let (mut spared, mut parts, mut all, mut asked) = (Vec::new(), HashSet::new(), 0, 0);
    for posed in form.questions() {
        all += 1;
        match known.get(&posed.place) {
            Some(from) => {
                parts.extend(posed.repeat);
                spared.push((posed.link_id.to_owned(), from.clone()));
            }
            None => asked += 1,
        }
        facts.push(Fact {
            code: posed.asked.code.clone(),
            repeated: posed.repeat.is_some(),
            kind: posed.asked.kind,
            chosen: posed.asked.choices.iter().take(1).map(|choice| choice.code.clone()).collect(),
            source: source(&posed),
        });
    }
    for item in form.items.iter().filter(|item| matches!(item.part, Part::Repeat { .. })) {
        all += 1;
        asked += usize::from(!parts.contains(item.link_id.as_str()));
    }
    Walk { all, asked, spared, facts }
}

fn fits<S>(fact: &Fact<S>, asked: &Asked) -> bool {
    let offered = |code: &String| asked.choices.iter().any(|choice| choice.code == *code);
    fact.kind == asked.kind && fact.chosen.iter().all(offered)
}
