//! Two grants to the same people for the same things: where one has no effect, where they contradict each other,
//! and where what they allow adds up.

use busfare_entity::words::Language;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::{
    Line, Problem, Scheme,
    vocabulary::{self, LIMITS},
};
use crate::rules::calendar::Hours;

const WEEK_MINUTES: usize = 7 * 24 * 60;
const WORDS: usize = WEEK_MINUTES.div_ceil(64);

/// Every minute of a week, as bits.
type Week = [u64; WORDS];

/// Every pair of grants that get in each other's way.
pub fn overlaps(scheme: &Scheme) -> Vec<Problem> {
    let weeks: Vec<Option<Week>> = scheme.lines.iter().map(|line| line.hours.map(week)).collect();
    let mut problems = Vec::new();
    for (place, line) in scheme.lines.iter().enumerate() {
        for (other_place, other) in scheme.lines.iter().enumerate().skip(place + 1) {
            if line.grantee == other.grantee {
                let pair = Pair { one: line, two: other, weeks: [weeks[place].as_ref(), weeks[other_place].as_ref()] };
                problems.extend(pair.problem(scheme));
            }
        }
    }
    problems
}

struct Pair<'a> {
    one: &'a Line,
    two: &'a Line,
    weeks: [Option<&'a Week>; 2],
}

impl Pair<'_> {
    fn problem(&self, scheme: &Scheme) -> Option<Problem> {
        let (one, two) = (self.one, self.two);
        if !self.meet(scheme) {
            return None;
        }
        let (one_within, two_within) = (self.is_within(scheme), self.turned().is_within(scheme));
        if one_within && is_as_generous(two, one) {
            return Some(without_effect(one, two));
        }
        if two_within && is_as_generous(one, two) {
            return Some(without_effect(two, one));
        }
        if one_within && two_within {
            let words = format!(
                "`{}` and `{}` (line {}) are to the same people for the same things, and their limits are not the \
                 same. Make them one, or say what each is for.",
                two.key, one.key, one.place.row
            );
            return Some(Problem::error(two.place.row, words));
        }
        let both = one.limits.keys().filter(|limit| **limit != super::Limit::Item && two.limits.contains_key(limit));
        let sums: Vec<_> = both
            .filter_map(|limit| {
                let sum = one.limits.get(limit)?.plus(*two.limits.get(limit)?)?;
                Some(format!("{sum} {}", vocabulary::of(&LIMITS, *limit).said(Language::En)))
            })
            .collect();
        let words = format!(
            "`{}` and `{}` (line {}) are to the same people, and what both cover adds up: {} together.",
            two.key,
            one.key,
            one.place.row,
            vocabulary::listed(&sums, Language::En)
        );
        (!sums.is_empty()).then(|| Problem::warning(two.place.row, words))
    }

    fn turned(&self) -> Self {
        Self { one: self.two, two: self.one, weeks: [self.weeks[1], self.weeks[0]] }
    }

    /// Whether anything is covered by both.
    fn meet(&self, scheme: &Scheme) -> bool {
        let (one, two) = (self.one, self.two);
        let ((from, to), (other_from, other_to)) = (days(one, scheme), days(two, scheme));
        let weeks_meet = match self.weeks {
            [Some(one), Some(two)] => one.iter().zip(two).any(|(one, two)| one & two != 0),
            _ => true,
        };
        lists_meet(&one.purposes, &two.purposes)
            && lists_meet(&one.hubs, &two.hubs)
            && lists_meet(&one.methods, &two.methods)
            && weeks_meet
            && from <= other_to
            && other_from <= to
    }

    /// Whether everything that the one covers, the other covers too.
    fn is_within(&self, scheme: &Scheme) -> bool {
        let (one, two) = (self.one, self.two);
        let ((from, to), (other_from, other_to)) = (days(one, scheme), days(two, scheme));
        let week_within = match self.weeks {
            [_, None] => true,
            [None, Some(two)] => is_full(two),
            [Some(one), Some(two)] => one.iter().zip(two).all(|(one, two)| one & !two == 0),
        };
        list_within(&one.purposes, &two.purposes)
            && list_within(&one.hubs, &two.hubs)
            && list_within(&one.methods, &two.methods)
            && week_within
            && other_from <= from
            && to <= other_to
    }
}

fn without_effect(less: &Line, more: &Line) -> Problem {
    let words = format!(
        "`{}` changes nothing: `{}` (line {}) gives the same people at least as much for the same things. Take one \
         out, or say what each is for.",
        less.key, more.key, more.place.row
    );
    Problem::error(less.place.row, words)
}

/// Whether the one allows everything that the other allows, on what both cover.
fn is_as_generous(one: &Line, other: &Line) -> bool {
    let limits = one.limits.iter().all(|(limit, most)| other.limits.get(limit).is_some_and(|less| less <= most));
    limits && one.break_glass >= other.break_glass && one.decides_for >= other.decides_for
}

fn lists_meet<T: PartialEq>(one: &[T], two: &[T]) -> bool {
    one.is_empty() || two.is_empty() || one.iter().any(|item| two.contains(item))
}

fn list_within<T: PartialEq>(one: &[T], two: &[T]) -> bool {
    two.is_empty() || (!one.is_empty() && one.iter().all(|item| two.contains(item)))
}

/// The days a line counts, as far as the file says; before and after any day where it does not.
fn days(line: &Line, scheme: &Scheme) -> (NaiveDate, NaiveDate) {
    let from = line.valid_from.max(scheme.valid_from).unwrap_or(NaiveDate::MIN);
    let to = [line.valid_to, scheme.valid_to].into_iter().flatten().min().unwrap_or(NaiveDate::MAX);
    (from, to)
}

fn is_full(week: &Week) -> bool {
    week.iter().map(|word| word.count_ones() as usize).sum::<usize>() == WEEK_MINUTES
}

fn week(hours: Hours) -> Week {
    let mut week = [0; WORDS];
    for minute in 0..WEEK_MINUTES {
        if hours.hold(on_a_weekday(minute)) {
            week[minute / 64] |= 1 << (minute % 64);
        }
    }
    week
}

/// A local time so many minutes after midnight of some Monday.
pub fn on_a_weekday(minute: usize) -> NaiveDateTime {
    let monday = NaiveDate::from_isoywd_opt(2026, 2, chrono::Weekday::Mon).unwrap_or_default();
    let minutes = TimeDelta::minutes(i64::try_from(minute).unwrap_or_default());
    NaiveDateTime::new(monday, NaiveTime::MIN) + minutes
}
