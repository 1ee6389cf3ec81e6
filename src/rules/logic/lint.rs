//! Lint: what is wrong with a form's conditions before anybody is asked to fill it in.

use std::collections::HashMap;

use super::{Logic, Operand, Operator, Place, Predicate, Unusable, reach};

/// What a question can be answered with, as far as conditions can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain<'a> {
    /// Any words.
    Text,
    /// Yes or no.
    YesNo,
    /// Codes of a closed list.
    Choices {
        /// The list.
        codes: &'a [String],
        /// Whether several may be chosen.
        several: bool,
    },
    /// A number.
    Number,
    /// A day.
    Date,
}

/// What is wrong with a condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The logic cannot be used at all.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// It looks at a question that the form does not have, which is never answered.
    #[error("`{link_id}` depends on `{question}`, which is not in this form")]
    NoSuchQuestion {
        /// Whose condition it is.
        link_id: String,
        /// What it looks at.
        question: String,
    },
    /// It asks for a choice that the question does not offer.
    #[error("`{link_id}` asks whether `{question}` is \"{code}\", which it does not offer{}", hint(.nearly.as_deref()))]
    NoSuchChoice {
        /// Whose condition it is.
        link_id: String,
        /// What it looks at.
        question: String,
        /// What it asks for.
        code: String,
        /// A choice that differs in quotation marks, dashes, spaces or capitals alone.
        nearly: Option<String>,
    },
    /// It compares an answer with something of another kind, so that it is never true.
    #[error("`{link_id}` compares `{question}` with something of another kind")]
    OtherKind {
        /// Whose condition it is.
        link_id: String,
        /// What it looks at.
        question: String,
    },
    /// Nobody can ever be shown it.
    #[error("nobody is ever shown `{0}`, whatever they answer")]
    NeverShown(String),
}

fn hint(nearly: Option<&str>) -> String {
    nearly.map(|nearly| format!("; \"{nearly}\" is nearly the same")).unwrap_or_default()
}

/// Everything that is wrong with a form's conditions. `domains` go by the places of the form.
pub fn lint(places: &[Place<'_>], domains: &[Domain<'_>]) -> Vec<Flaw> {
    let known: HashMap<_, _> = places.iter().zip(domains).map(|(place, domain)| (place.link_id, domain)).collect();
    let mut flaws = Vec::new();
    for place in places {
        if let Some(condition) = place.shown_when {
            look(condition, place.link_id, &known, &mut flaws);
        }
    }
    match Logic::read(places) {
        Err(unusable) => flaws.push(unusable.into()),
        Ok(logic) => {
            let never = reach(&logic, domains, &[]).never_shown;
            flaws.extend(never.into_iter().map(|place| Flaw::NeverShown(places[place].link_id.to_owned())));
        }
    }
    flaws
}

fn look(condition: &Predicate, link_id: &str, known: &HashMap<&str, &Domain<'_>>, flaws: &mut Vec<Flaw>) {
    let (question, operator, value) = match condition {
        Predicate::All { of } | Predicate::Any { of } => {
            return of.iter().for_each(|part| look(part, link_id, known, flaws));
        }
        Predicate::Answered { question, .. } => (question, None, None),
        Predicate::Compare { question, operator, value } => (question, Some(*operator), Some(value)),
        Predicate::Contains { question, value } => (question, None, Some(value)),
    };
    let (link_id, named) = (link_id.to_owned(), question.clone());
    let Some(domain) = known.get(question.as_str()) else {
        return flaws.push(Flaw::NoSuchQuestion { link_id, question: named });
    };
    let Some(value) = value else { return };
    let orders = !matches!(operator, None | Some(Operator::Equal | Operator::NotEqual));
    match (domain, value) {
        (Domain::Choices { codes, .. }, Operand::Choice(code)) if !orders => {
            if !codes.contains(code) {
                let nearly = codes.iter().find(|offered| plain(offered) == plain(code)).cloned();
                flaws.push(Flaw::NoSuchChoice { link_id, question: named, code: code.clone(), nearly });
            }
        }
        (Domain::Text, Operand::Text(_)) | (Domain::YesNo, Operand::YesNo(_)) if !orders => {}
        (Domain::Number, Operand::Number(_)) | (Domain::Date, Operand::Date(_)) => {}
        _ => flaws.push(Flaw::OtherKind { link_id, question: named }),
    }
}

/// Without what a word processor puts in place of what was typed.
fn plain(text: &str) -> String {
    let straight = text.chars().filter(|letter| !letter.is_whitespace()).map(|letter| match letter {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '`' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201f}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    });
    straight.flat_map(char::to_lowercase).collect()
}
