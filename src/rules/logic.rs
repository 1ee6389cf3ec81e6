//! Logic: which questions of a form are shown, given the answers so far.
//!
//! The meaning is that of `enableWhen` and `enableBehavior` in HL7 FHIR R4 (Questionnaire), with `contains` and nesting
//! besides: a comparison with a question that has no answer is not true, whichever way round it is written, and an answer
//! in a question that is not shown counts as none. So whoever changes an early answer never leaves a later part of the
//! form open because of something that can no longer be seen.

mod lint;
mod portable;
mod reach;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::{
    lint::{Domain, Flaw, lint},
    portable::{json_logic, json_number},
    reach::{Counted, Reach, reach},
};

/// Deepest nesting of one condition.
pub const DEEPEST: usize = 8;
/// Most comparisons in one condition.
pub const MOST_PARTS: usize = 100;

/// When a question is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase")]
pub enum Predicate {
    /// A question has an answer, or has none. A reason for no answer is none.
    Answered {
        /// The other question's link id.
        question: String,
        /// Which of the two.
        answered: bool,
    },
    /// A question's answer compares to a value. Of several choices, one at least does.
    Compare {
        /// The other question's link id.
        question: String,
        /// How.
        operator: Operator,
        /// To what.
        value: Operand,
    },
    /// The text has this in it, or the choices have this one among them.
    Contains {
        /// The other question's link id.
        question: String,
        /// What.
        value: Operand,
    },
    /// Every part is true; true where there is none.
    All {
        /// The parts.
        of: Vec<Predicate>,
    },
    /// One part at least is true; not true where there is none.
    Any {
        /// The parts.
        of: Vec<Predicate>,
    },
}

/// How an answer compares to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operator {
    /// It is the value.
    Equal,
    /// It is an answer, and not the value.
    NotEqual,
    /// It is more, or later.
    Greater,
    /// It is less, or earlier.
    Less,
    /// It is as much or more.
    AtLeast,
    /// It is as much or less.
    AtMost,
}

/// What an answer is compared to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "is", rename_all = "camelCase")]
pub enum Operand {
    /// Words, exactly as they are written.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// The code of a choice.
    Choice(String),
    /// A number.
    Number(Decimal),
    /// A day.
    Date(NaiveDate),
}

/// An answer as logic sees it. What is not there, or was declined, is not seen at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Given<'a> {
    /// Words; also an answer of another kind that was kept although it does not fit.
    Text(&'a str),
    /// Yes or no.
    YesNo(bool),
    /// The code of the one choice.
    Choice(&'a str),
    /// The codes of the choices.
    Choices(&'a [String]),
    /// A number.
    Number(Decimal),
    /// A day.
    Date(NaiveDate),
}

/// One item of a form, as far as logic goes.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its link id, unique in the form.
    pub link_id: &'a str,
    /// When it is shown; always where nothing is said.
    pub shown_when: Option<&'a Predicate>,
}

/// Why a form's logic cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Questions depend on each other in a circle, the first named again at the end.
    #[error("these depend on each other in a circle: {}", .0.join(" -> "))]
    Circle(Vec<String>),
    /// A condition is deeper or larger than anybody can read.
    #[error("the condition of `{0}` is larger than anybody can read; say it in fewer parts")]
    TooLarge(String),
    /// Two items have one link id.
    #[error("`{0}` is in this form twice")]
    Twice(String),
}

/// A form's logic, ready to be asked many times.
#[derive(Clone, Debug)]
pub struct Logic {
    rules: Vec<Option<Rule>>,
    /// Every item after those it depends on; the others in the form's own order.
    order: Vec<usize>,
}

/// A predicate whose questions are places. One that the form does not have has no place, and never an answer.
#[derive(Clone, Debug)]
enum Rule {
    Answered(Option<usize>, bool),
    Compare(Option<usize>, Operator, Operand),
    Contains(Option<usize>, Operand),
    All(Vec<Rule>),
    Any(Vec<Rule>),
}

impl Logic {
    /// Reads the conditions of a form.
    ///
    /// # Errors
    ///
    /// What makes the form unusable: an item that is there twice, a circle, or a condition beyond [`DEEPEST`] and
    /// [`MOST_PARTS`]. A question that the form does not have is never answered, and [`lint`] speaks of it.
    pub fn read(places: &[Place<'_>]) -> Result<Self, Unusable> {
        let mut known = HashMap::with_capacity(places.len());
        for (place, item) in places.iter().enumerate() {
            if known.insert(item.link_id, place).is_some() {
                return Err(Unusable::Twice(item.link_id.to_owned()));
            }
        }
        let read = |item: &Place<'_>| match item.shown_when {
            None => Ok(None),
            Some(condition) if condition.depth() > DEEPEST || condition.parts() > MOST_PARTS => {
                Err(Unusable::TooLarge(item.link_id.to_owned()))
            }
            Some(condition) => Ok(Some(Rule::read(condition, &known))),
        };
        let rules: Vec<_> = places.iter().map(read).collect::<Result<_, _>>()?;
        let order = in_order(&rules).map_err(|circle| {
            Unusable::Circle(circle.into_iter().map(|place| places[place].link_id.to_owned()).collect())
        })?;
        Ok(Self { rules, order })
    }

    /// Which items are shown, in the form's order, when `given` tells the answer in a place.
    pub fn shown<'a>(&self, given: impl Fn(usize) -> Option<Given<'a>>) -> Vec<bool> {
        let mut shown = vec![true; self.rules.len()];
        for place in &self.order {
            if let Some(rule) = &self.rules[*place] {
                shown[*place] = rule.holds(&|other| given(other).filter(|_| shown[other]));
            }
        }
        shown
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl Predicate {
    /// The link ids of the questions it looks at, each as often as it does.
    pub fn questions(&self) -> Vec<&str> {
        match self {
            Self::Answered { question, .. } | Self::Compare { question, .. } | Self::Contains { question, .. } => {
                vec![question]
            }
            Self::All { of } | Self::Any { of } => of.iter().flat_map(Self::questions).collect(),
        }
    }

    /// This and another together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut of = Vec::new();
        for part in [self, other] {
            match part {
                Self::All { of: parts } => of.extend(parts),
                part => of.push(part),
            }
        }
        Self::All { of }
    }

    fn depth(&self) -> usize {
        match self {
            Self::All { of } | Self::Any { of } => 1 + of.iter().map(Self::depth).max().unwrap_or(0),
            _ => 1,
        }
    }

    fn parts(&self) -> usize {
        match self {
            Self::All { of } | Self::Any { of } => 1 + of.iter().map(Self::parts).sum::<usize>(),
            _ => 1,
        }
    }
}

impl Rule {
    fn read(predicate: &Predicate, known: &HashMap<&str, usize>) -> Self {
        let place = |question: &String| known.get(question.as_str()).copied();
        let all = |parts: &Vec<Predicate>| parts.iter().map(|part| Self::read(part, known)).collect();
        match predicate {
            Predicate::Answered { question, answered } => Self::Answered(place(question), *answered),
            Predicate::Compare { question, operator, value } => {
                Self::Compare(place(question), *operator, value.clone())
            }
            Predicate::Contains { question, value } => Self::Contains(place(question), value.clone()),
            Predicate::All { of } => Self::All(all(of)),
            Predicate::Any { of } => Self::Any(all(of)),
        }
    }

    fn holds<'a>(&self, given: &impl Fn(usize) -> Option<Given<'a>>) -> bool {
        let answer = |place: &Option<usize>| place.and_then(given);
        match self {
            Self::Answered(place, answered) => answer(place).is_some() == *answered,
            Self::Compare(place, operator, value) => {
                answer(place).is_some_and(|given| compares(given, *operator, value))
            }
            Self::Contains(place, value) => answer(place).is_some_and(|given| contains(given, value)),
            Self::All(parts) => parts.iter().all(|part| part.holds(given)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(given)),
        }
    }

    fn places(&self, into: &mut Vec<usize>) {
        match self {
            Self::Answered(place, _) | Self::Compare(place, ..) | Self::Contains(place, _) => into.extend(place),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.places(into)),
        }
    }
}

/// An answer of another kind than the value is neither the value nor more or less than it.
fn compares(given: Given<'_>, operator: Operator, value: &Operand) -> bool {
    let order = match (given, value) {
        (Given::Number(given), Operand::Number(value)) => Some(given.cmp(value)),
        (Given::Date(given), Operand::Date(value)) => Some(given.cmp(value)),
        _ => None,
    };
    match operator {
        Operator::Equal => is(given, value),
        Operator::NotEqual => !is(given, value),
        Operator::Greater => order.is_some_and(|order| order.is_gt()),
        Operator::Less => order.is_some_and(|order| order.is_lt()),
        Operator::AtLeast => order.is_some_and(|order| order.is_ge()),
        Operator::AtMost => order.is_some_and(|order| order.is_le()),
    }
}

fn is(given: Given<'_>, value: &Operand) -> bool {
    match (given, value) {
        (Given::Text(given), Operand::Text(value)) | (Given::Choice(given), Operand::Choice(value)) => given == value,
        (Given::Choices(given), Operand::Choice(value)) => given.contains(value),
        (Given::YesNo(given), Operand::YesNo(value)) => given == *value,
        (Given::Number(given), Operand::Number(value)) => given == *value,
        (Given::Date(given), Operand::Date(value)) => given == *value,
        _ => false,
    }
}

fn contains(given: Given<'_>, value: &Operand) -> bool {
    match (given, value) {
        (Given::Text(given), Operand::Text(value)) => given.contains(value.as_str()),
        (given, value @ Operand::Choice(_)) => is(given, value),
        _ => false,
    }
}

/// The places that a rule looks at, each once.
fn needs(rule: &Option<Rule>) -> Vec<usize> {
    let mut places = Vec::new();
    rule.iter().for_each(|rule| rule.places(&mut places));
    places.sort_unstable();
    places.dedup();
    places
}

/// Every place after those it depends on; or a circle, its first place again at the end.
fn in_order(rules: &[Option<Rule>]) -> Result<Vec<usize>, Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let needs: Vec<Vec<usize>> = rules.iter().map(needs).collect();
    let (mut marks, mut order) = (vec![Mark::New; rules.len()], Vec::with_capacity(rules.len()));
    for start in 0..rules.len() {
        // A path of places, each with how many of its needs have been seen to. Not recursive: a form may be a long chain.
        let mut path = match marks[start] {
            Mark::New => vec![(start, 0)],
            _ => continue,
        };
        marks[start] = Mark::Open;
        while let Some((place, seen)) = path.last_mut() {
            let Some(need) = needs[*place].get(*seen).copied() else {
                marks[*place] = Mark::Done;
                order.push(*place);
                path.pop();
                continue;
            };
            *seen += 1;
            match marks[need] {
                Mark::Done => {}
                Mark::New => {
                    marks[need] = Mark::Open;
                    path.push((need, 0));
                }
                Mark::Open => {
                    let places = path.iter().map(|(place, _)| *place);
                    return Err(places.skip_while(|place| *place != need).chain([need]).collect());
                }
            }
        }
    }
    Ok(order)
}
