//! Usefulness: whether what a question brings is ever of use to anybody, so that one whose answers nobody needs is no longer
//! asked. It speaks of questions, never of those who answer them.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::words::{AnswerUse, PractitionerId};
use chrono::{Datelike, Days, NaiveDate};

use super::insight::{in_company, per_mille};

/// How many days one stretch has. Stretches lie end to end for ever, so they are the same for whoever asks whenever.
pub const STRETCH_DAYS: i32 = 30;
/// How many stretches are looked at: ninety days.
pub const STRETCHES: i32 = 3;
/// Fewest answers from which anything is concluded.
pub const FEWEST_ANSWERS: i64 = 50;
/// Of a thousand answers, so many at least are of use where a question is worth asking.
pub const WORTH_PER_MILLE: i64 = 50;

/// One answer that was given; a reason for no answer is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given<Q> {
    /// To which question.
    pub question: Q,
    /// By whom.
    pub by: PractitionerId,
    /// The local day.
    pub on: NaiveDate,
    /// How it was of use, in any order and as often as it was.
    pub uses: Vec<Use>,
}

/// One use of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// How.
    pub how: AnswerUse,
    /// By whom; nobody where a machine did it.
    pub by: Option<PractitionerId>,
    /// The local day.
    pub on: NaiveDate,
}

/// Of what use a question was; over the stretches that may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usefulness {
    /// How many people answered it.
    pub people: usize,
    /// How many answers they gave.
    pub given: i64,
    /// How many of those were of any use.
    pub used: i64,
    /// How many were of each use. One answer may be of several.
    pub by_use: BTreeMap<AnswerUse, i64>,
}

impl Usefulness {
    /// The share that was of any use, in tenths of a percent.
    pub fn per_mille(&self) -> i64 {
        per_mille(self.used, self.given)
    }

    /// Whether its steward is asked to look at retiring it: under a twentieth of at least [`FEWEST_ANSWERS`] were of use.
    pub fn proposes_retirement(&self) -> bool {
        self.given >= FEWEST_ANSWERS && self.used * 1_000 < self.given * WORTH_PER_MILLE
    }
}

/// The days that are looked at today, both included: the last ninety that make up whole stretches. None at the end of time.
pub fn window(today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let first_of = |stretch: i32| NaiveDate::from_num_days_from_ce_opt(stretch.checked_mul(STRETCH_DAYS)?);
    let current = stretch(today);
    Some((first_of(current - STRETCHES)?, first_of(current)?.checked_sub_days(Days::new(1))?))
}

fn stretch(day: NaiveDate) -> i32 {
    day.num_days_from_ce().div_euclid(STRETCH_DAYS)
}

/// What may be told of each question that was answered in the window: its stretches in which five people answered. None for
/// one that too few answered. What was used after the window counts when the window has moved on.
pub fn usefulness<Q: Ord + Copy>(answers: &[Given<Q>], today: NaiveDate) -> BTreeMap<Q, Option<Usefulness>> {
    let Some((first, last)) = window(today) else { return BTreeMap::new() };
    let within: Vec<&Given<Q>> = answers.iter().filter(|answer| (first..=last).contains(&answer.on)).collect();
    let mut told: BTreeMap<Q, Vec<&Given<Q>>> = within.iter().map(|answer| (answer.question, vec![])).collect();
    for answer in in_company(&within, |answer| ((answer.question, stretch(answer.on)), answer.by)) {
        told.entry(answer.question).or_default().push(*answer);
    }
    told.into_iter().map(|(question, answers)| (question, sum(&answers, last))).collect()
}

fn sum<Q>(answers: &[&Given<Q>], last: NaiveDate) -> Option<Usefulness> {
    let people: BTreeSet<_> = answers.iter().map(|answer| answer.by).collect();
    if people.is_empty() {
        return None;
    }
    let (mut used, mut by_use) = (0, BTreeMap::new());
    for answer in answers {
        let uses: BTreeSet<AnswerUse> =
            answer.uses.iter().filter(|it| counts(it, answer, last)).map(|it| it.how).collect();
        used += i64::from(!uses.is_empty());
        for how in uses {
            *by_use.entry(how).or_default() += 1;
        }
    }
    Some(Usefulness { people: people.len(), given: i64::try_from(answers.len()).unwrap_or(i64::MAX), used, by_use })
}

/// Whoever looks at her own answer again has not made it any more useful.
fn counts<Q>(it: &Use, answer: &Given<Q>, last: NaiveDate) -> bool {
    let by_somebody_else = it.by.is_some_and(|by| by != answer.by);
    (it.how != AnswerUse::Opened || by_somebody_else) && (answer.on..=last).contains(&it.on)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn who(number: u128) -> PractitionerId {
        PractitionerId(Uuid::from_u128(number))
    }

    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    /// So many answers in the middle of the window, by so many people in turn.
    fn given(answers: usize, people: u128) -> Vec<Given<u8>> {
        let on = window(today()).unwrap().0 + Days::new(40);
        (0..people).cycle().take(answers).map(|by| Given { question: 1, by: who(by), on, uses: vec![] }).collect()
    }

    fn used(how: AnswerUse, by: Option<u128>, answer: &Given<u8>) -> Use {
        Use { how, by: by.map(who), on: answer.on }
    }

    #[test]
    fn the_window_is_ninety_days_that_have_passed() {
        for day in 0..60 {
            let today = today() + Days::new(day);
            let (first, last) = window(today).unwrap();
            assert_eq!((last - first).num_days(), 89);
            assert!(last < today && (today - last).num_days() <= i64::from(STRETCH_DAYS));
        }
        assert_eq!(window(NaiveDate::MAX).map(|(first, last)| (last - first).num_days()), Some(89));
    }

    #[test]
    fn opening_ones_own_answer_is_no_use_and_one_answer_is_used_once() {
        let mut answers = given(50, 5);
        for answer in &mut answers {
            let by = if answer.by == who(0) { 1 } else { 0 };
            let own = Use { by: Some(answer.by), ..used(AnswerUse::Opened, None, answer) };
            answer.uses = vec![own, used(AnswerUse::Opened, None, answer)];
            if answer.by == who(3) {
                answer
                    .uses
                    .extend([used(AnswerUse::Opened, Some(by), answer), used(AnswerUse::Exported, None, answer)]);
            }
        }

        let told = usefulness(&answers, today())[&1].clone().unwrap();

        assert_eq!((told.people, told.given, told.used, told.per_mille()), (5, 50, 10, 200));
        assert_eq!(told.by_use, BTreeMap::from([(AnswerUse::Opened, 10), (AnswerUse::Exported, 10)]));
        assert!(!told.proposes_retirement());
    }

    #[test]
    fn a_question_hardly_anybody_needs_is_proposed_for_retirement() {
        let told = |answers: usize, of_use: usize, people| {
            let mut answers = given(answers, people);
            for answer in answers.iter_mut().take(of_use) {
                answer.uses = vec![used(AnswerUse::CitedInDecision, Some(99), answer)];
            }
            usefulness(&answers, today())[&1].clone()
        };
        let proposed = |answers, of_use| told(answers, of_use, 5).unwrap().proposes_retirement();

        assert!(proposed(50, 2) && proposed(50, 0) && proposed(1_000, 49));
        assert!(!proposed(50, 3) && !proposed(49, 0) && !proposed(1_000, 50) && !proposed(40, 2));
        assert_eq!(told(1_000, 0, 4), None, "of four people nothing is told");
    }

    #[test]
    fn what_lies_outside_the_window_is_not_looked_at() {
        let (first, last) = window(today()).unwrap();
        for day in [first - Days::new(1), last + Days::new(1)] {
            let answers: Vec<_> = given(60, 6).into_iter().map(|answer| Given { on: day, ..answer }).collect();
            assert_eq!(usefulness(&answers, today()), BTreeMap::new());
        }
        let mut answers = given(60, 6);
        for answer in &mut answers {
            answer.uses = vec![Use { on: last + Days::new(1), ..used(AnswerUse::Exported, None, answer) }];
        }
        assert_eq!(usefulness(&answers, today())[&1].as_ref().unwrap().used, 0);
    }

    proptest! {
        /// Windows overlap in whole stretches, so what one has and another has not is of five people or of none.
        #[test]
        fn what_is_told_is_a_sum_of_whole_stretches_of_five_people_each(
            rows in prop::collection::vec((0u128..9, 0u64..200), 0..120),
            ahead in 0u64..100,
        ) {
            let start = today() - Days::new(150);
            let answers: Vec<_> = rows.iter()
                .map(|(by, day)| Given { question: 1u8, by: who(*by), on: start + Days::new(*day), uses: vec![] })
                .collect();
            let in_it = |(first, last): (NaiveDate, NaiveDate)| -> usize {
                let stretch = |number: i64| answers.iter().filter(move |answer| {
                    answer.on <= last && (answer.on - first).num_days().div_euclid(30) == number
                });
                let people = |number| stretch(number).map(|answer| answer.by).collect::<BTreeSet<_>>().len();
                (0..3).filter(|number| people(*number) >= 5).map(|number| stretch(number).count()).sum()
            };
            for day in [today(), today() + Days::new(ahead)] {
                let told = usefulness(&answers, day).remove(&1).flatten();
                prop_assert_eq!(told.as_ref().map_or(0, |told| told.given), i64::try_from(in_it(window(day).unwrap())).unwrap());
                prop_assert!(told.is_none_or(|told| told.people >= 5 && told.used <= told.given));
            }
        }
    }
}
