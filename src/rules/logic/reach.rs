//! Reach: how many questions anybody can be shown, whatever they answer.
//!
//! Each question that a condition looks at can be answered in as many ways as conditions can tell apart. The ways are tried
//! one question at a time; what no longer hangs together is then counted apart, so that a form of a hundred conditions
//! takes thousands of steps and not a number with a hundred digits. Where it would take too many all the same, everything
//! that is left counts as shown, which is never too few.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::{Domain, Given, Logic, Operand, Rule, needs};

/// Steps after which the rest is counted as shown.
const MOST_STEPS: usize = 200_000;
/// Choices of one question, or parts of one text, of which every combination is tried.
const MOST_TOGETHER: usize = 6;

/// What can come of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Most questions that anybody can be shown.
    pub max_shown: usize,
    /// Most of those that matter which anybody can be shown.
    pub max_required: usize,
    /// Whether both are exact; otherwise they are bounds, and never too small.
    pub exact: bool,
    /// Places that nobody can be shown, whatever they answer; none is named where that is not certain.
    pub never_shown: Vec<usize>,
}

/// How an item counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It asks nothing.
    Not,
    /// It is a question.
    Question,
    /// It is a question that matters.
    Required,
}

/// How many questions anybody can be shown. `domains` and `counted` go by the places of the form.
pub fn reach(logic: &Logic, domains: &[Domain<'_>], counted: &[Counted]) -> Reach {
    let needs: Vec<_> = logic.rules.iter().map(needs).collect();
    let values = (0..logic.len()).map(|place| values(logic, place, domains.get(place))).collect::<Vec<_>>();
    let exact = values.iter().all(Option::is_some);
    let mut search = Search {
        logic,
        needs,
        values: values.into_iter().map(Option::unwrap_or_default).collect(),
        counted,
        ever: vec![false; logic.len()],
        steps: if exact { MOST_STEPS } else { 0 },
    };
    let state = State { answers: vec![None; logic.len()], shown: vec![None; logic.len()] };
    let most = search.most(&(0..logic.len()).collect::<Vec<_>>(), &state);
    let exact = search.steps > 0;
    let never = |place: &usize| exact && !search.ever[*place];
    Reach {
        max_shown: most.shown,
        max_required: most.required,
        exact,
        never_shown: (0..logic.len()).filter(never).collect(),
    }
}

/// An answer that stands for all that conditions cannot tell from it.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    None,
    Text(String),
    YesNo(bool),
    Choice(String),
    Choices(Vec<String>),
    Number(Decimal),
    Date(NaiveDate),
}

impl Value {
    fn given(&self) -> Option<Given<'_>> {
        Some(match self {
            Self::None => return None,
            Self::Text(text) => Given::Text(text),
            Self::YesNo(yes) => Given::YesNo(*yes),
            Self::Choice(code) => Given::Choice(code),
            Self::Choices(codes) => Given::Choices(codes),
            Self::Number(number) => Given::Number(*number),
            Self::Date(day) => Given::Date(*day),
        })
    }
}

/// What is decided so far: by place, which of its values is its answer, and whether it is shown.
#[derive(Clone)]
struct State {
    answers: Vec<Option<usize>>,
    shown: Vec<Option<bool>>,
}

#[derive(Clone, Copy, Default)]
struct Most {
    shown: usize,
    required: usize,
}

struct Search<'a> {
    logic: &'a Logic,
    needs: Vec<Vec<usize>>,
    /// By place; the first is always no answer.
    values: Vec<Vec<Value>>,
    counted: &'a [Counted],
    ever: Vec<bool>,
    /// Steps that are left.
    steps: usize,
}

impl Search<'_> {
    /// The most that items which are not decided yet can come to.
    fn most(&mut self, items: &[usize], state: &State) -> Most {
        let mut state = state.clone();
        let (mut open, mut sum) = (items.to_vec(), Most::default());
        loop {
            self.steps = self.steps.saturating_sub(open.len());
            if self.steps == 0 {
                return self.all_of(&open, sum);
            }
            let before = open.len();
            open.retain(|item| !self.decides(*item, &mut state, &mut sum));
            if open.len() == before {
                break;
            }
        }
        for part in self.parts(&open, &state) {
            let most = self.most_of_part(&part, &state);
            sum.shown += most.shown;
            sum.required += most.required;
        }
        sum
    }

    /// Whether an item can be decided now; if so, it is.
    fn decides(&mut self, item: usize, state: &mut State, sum: &mut Most) -> bool {
        if self.needs[item].iter().any(|place| state.answers[*place].is_none()) {
            return false;
        }
        let values = &self.values;
        let given = |place: usize| state.answers[place].and_then(|answer| values[place][answer].given());
        let shown = self.logic.rules[item].as_ref().is_none_or(|rule| rule.holds(&given));
        state.shown[item] = Some(shown);
        if shown {
            self.ever[item] = true;
            self.count(item, sum);
        }
        // What cannot be seen is not answered, and what nobody looks at may as well not be.
        if !shown || self.values[item].len() < 2 {
            state.answers[item] = Some(0);
        }
        true
    }

    /// Items that hang together by a question whose answer is not decided.
    fn parts(&self, open: &[usize], state: &State) -> Vec<Vec<usize>> {
        let mut parts: Vec<(Vec<usize>, HashSet<usize>)> = Vec::new();
        for item in open {
            let undecided = self.needs[*item].iter().copied().filter(|place| state.answers[*place].is_none());
            let mut joined = (vec![*item], undecided.chain([*item]).collect::<HashSet<_>>());
            let (same, apart) = parts.into_iter().partition(|(_, places)| !places.is_disjoint(&joined.1));
            parts = apart;
            for (items, places) in Vec::from_iter::<Vec<(Vec<usize>, HashSet<usize>)>>(same) {
                joined.0.extend(items);
                joined.1.extend(places);
            }
            parts.push(joined);
        }
        parts.into_iter().map(|(items, _)| items).collect()
    }

    /// Tries every answer of the question that most of a part's items look at.
    fn most_of_part(&mut self, part: &[usize], state: &State) -> Most {
        let looked_at = part.iter().flat_map(|item| &self.needs[*item]).copied();
        let mut askable: Vec<_> =
            looked_at.filter(|place| state.answers[*place].is_none() && state.shown[*place] == Some(true)).collect();
        askable.sort_unstable();
        let most_looked_at = askable.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).map(|same| same[0]);
        // There is always one, as nothing depends on itself.
        let Some(asked) = most_looked_at else { return self.all_of(part, Most::default()) };

        let mut most = Most::default();
        for answer in 0..self.values[asked].len() {
            let mut tried = state.clone();
            tried.answers[asked] = Some(answer);
            let found = self.most(part, &tried);
            most = Most { shown: most.shown.max(found.shown), required: most.required.max(found.required) };
        }
        most
    }

    fn all_of(&self, items: &[usize], mut sum: Most) -> Most {
        items.iter().for_each(|item| self.count(*item, &mut sum));
        sum
    }

    fn count(&self, item: usize, sum: &mut Most) {
        let counted = self.counted.get(item).copied().unwrap_or(Counted::Question);
        sum.shown += usize::from(counted != Counted::Not);
        sum.required += usize::from(counted == Counted::Required);
    }
}

/// The answers to a question that conditions can tell apart, no answer first; only that where no condition looks at it.
/// Nothing where there are too many.
fn values(logic: &Logic, place: usize, domain: Option<&Domain<'_>>) -> Option<Vec<Value>> {
    let mut asked = Asked::default();
    logic.rules.iter().flatten().for_each(|rule| asked.look(rule, place));
    if !asked.at_all {
        return Some(vec![Value::None]);
    }
    let mut values = vec![Value::None];
    match domain? {
        Domain::YesNo => values.extend([true, false].map(Value::YesNo)),
        Domain::Choices { codes, several: false } => values.extend(asked.one_of(codes)),
        Domain::Choices { codes, several: true } => values.extend(asked.some_of(codes)?),
        Domain::Number => values.extend(asked.numbers()),
        Domain::Date => values.extend(asked.days()),
        Domain::Text => values.extend(asked.texts()?),
    }
    Some(values)
}

/// What conditions ask of one question.
#[derive(Default)]
struct Asked {
    at_all: bool,
    codes: Vec<String>,
    texts: Vec<String>,
    inside: Vec<String>,
    numbers: Vec<Decimal>,
    days: Vec<NaiveDate>,
}

impl Asked {
    fn look(&mut self, rule: &Rule, place: usize) {
        match rule {
            Rule::All(parts) | Rule::Any(parts) => parts.iter().for_each(|part| self.look(part, place)),
            Rule::Answered(other, _) => self.at_all |= *other == Some(place),
            Rule::Compare(other, _, value) if *other == Some(place) => self.note(value, false),
            Rule::Contains(other, value) if *other == Some(place) => self.note(value, true),
            Rule::Compare(..) | Rule::Contains(..) => {}
        }
    }

    fn note(&mut self, value: &Operand, inside: bool) {
        self.at_all = true;
        match value {
            Operand::Choice(code) => self.codes.push(code.clone()),
            Operand::Text(text) if inside => self.inside.push(text.clone()),
            Operand::Text(text) => self.texts.push(text.clone()),
            Operand::Number(number) => self.numbers.push(*number),
            Operand::Date(day) => self.days.push(*day),
            Operand::YesNo(_) => {}
        }
    }

    /// Each choice that is asked for, and one that is not.
    fn one_of(&self, codes: &[String]) -> Vec<Value> {
        let (asked, other): (Vec<&String>, Vec<&String>) = codes.iter().partition(|code| self.codes.contains(code));
        asked.into_iter().chain(other.into_iter().take(1)).map(|code| Value::Choice(code.clone())).collect()
    }

    /// Each combination of choices that are asked for, with and without one that is not.
    fn some_of(&self, codes: &[String]) -> Option<Vec<Value>> {
        let (asked, other): (Vec<&String>, Vec<&String>) = codes.iter().partition(|code| self.codes.contains(code));
        let other = other.into_iter().take(1).cloned().collect::<Vec<_>>();
        let combined = combinations(&asked)?.into_iter().flat_map(|some| {
            let some: Vec<String> = some.into_iter().cloned().collect();
            let more: Vec<String> = some.iter().chain(&other).cloned().collect();
            [some, more]
        });
        Some(combined.filter(|some| !some.is_empty()).map(Value::Choices).collect())
    }

    /// Each number that is asked for, and one on either side of it.
    fn numbers(&self) -> Vec<Value> {
        let mut sorted = self.numbers.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let half = Decimal::new(5, 1);
        let between =
            sorted.windows(2).filter_map(|pair| pair[0].checked_add(pair[1].checked_sub(pair[0])?.checked_mul(half)?));
        let first = sorted.first().and_then(|first| first.checked_sub(Decimal::ONE));
        let last = sorted.last().and_then(|last| last.checked_add(Decimal::ONE));
        let ends = if sorted.is_empty() { vec![Decimal::ZERO] } else { first.into_iter().chain(last).collect() };
        sorted.iter().copied().chain(between).chain(ends).map(Value::Number).collect()
    }

    /// Each day that is asked for, and one on either side of it.
    fn days(&self) -> Vec<Value> {
        let one = Days::new(1);
        let around =
            self.days.iter().flat_map(|day| [Some(*day), day.checked_sub_days(one), day.checked_add_days(one)]);
        let mut days: Vec<_> = around.flatten().collect();
        if days.is_empty() {
            days.extend(NaiveDate::from_ymd_opt(2000, 1, 1));
        }
        days.sort_unstable();
        days.dedup();
        days.into_iter().map(Value::Date).collect()
    }

    /// Each text that is asked for, and every combination of texts that are asked to be inside.
    fn texts(&self) -> Option<Vec<Value>> {
        // Between them, and at the end, stands something that none of them has.
        let all = self.texts.iter().chain(&self.inside);
        let taken: HashSet<char> = all.flat_map(|text| text.chars()).collect();
        let between = ('\u{e000}'..).find(|mark| !taken.contains(mark))?;
        let inside: Vec<&String> = self.inside.iter().collect();
        let combined = combinations(&inside)?.into_iter().map(|some| {
            let mut text: String = some.into_iter().flat_map(|part| part.chars().chain([between])).collect();
            text.push(between);
            Value::Text(text)
        });
        Some(self.texts.iter().cloned().map(Value::Text).chain(combined).collect())
    }
}

/// Every combination of a few things, none of them too; nothing where they are many.
fn combinations<'a, T>(of: &[&'a T]) -> Option<Vec<Vec<&'a T>>> {
    if of.len() > MOST_TOGETHER {
        return None;
    }
    let some =
        |chosen: usize| of.iter().enumerate().filter(move |(bit, _)| chosen >> bit & 1 == 1).map(|(_, one)| *one);
    Some((0..1usize << of.len()).map(|chosen| some(chosen).collect()).collect())
}
