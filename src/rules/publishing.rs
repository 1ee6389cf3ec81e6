//! Publishing: what keeps a draft from becoming a form, leave to ask more for a while, and what a change touches.

use std::collections::{BTreeSet, HashMap};

use chrono::{Days, NaiveDate};

use super::{
    form::{Definition, Held, Measures, Unpublishable, Verdict, upgrade},
    text,
};

mod refusal;

pub use refusal::FormRefusal;

/// Longest that a form may ask more than its tier allows.
pub const WAIVER_DAYS: u64 = 90;
/// Most characters of the reason for a waiver.
const REASON_CHARS: usize = 500;

/// Leave to show more questions than the tier allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Up to this many.
    pub most_shown: usize,
    /// Up to this day.
    pub expires_on: NaiveDate,
}

impl Waiver {
    /// Leave from today on, for at most [`WAIVER_DAYS`].
    pub fn until(most_shown: usize, expires_on: NaiveDate, today: NaiveDate) -> Result<Self, FormRefusal> {
        let latest = today + Days::new(WAIVER_DAYS);
        if most_shown > 0 && today < expires_on && expires_on <= latest {
            Ok(Self { most_shown, expires_on })
        } else {
            Err(FormRefusal::WaiverNotValid)
        }
    }

    fn covers(&self, shown: usize, today: NaiveDate) -> bool {
        shown <= self.most_shown && today <= self.expires_on
    }
}

/// Why leave is granted: from 3 to 500 characters.
pub fn reason(text: &str) -> Result<String, FormRefusal> {
    let reason = text::plain(text, REASON_CHARS).map_err(FormRefusal::Text)?.unwrap_or_default();
    if reason.chars().count() < 3 { Err(FormRefusal::WhyNeeded) } else { Ok(reason) }
}

/// What a form asks of people, and the day up to which it may where that takes leave; else everything that keeps it from
/// being published.
pub fn publishable(
    verdict: Verdict,
    waiver: Option<Waiver>,
    today: NaiveDate,
) -> Result<(Measures, Option<NaiveDate>), Vec<Unpublishable>> {
    let mut waived = None;
    let mut against = verdict.against;
    against.retain(|reason| match reason {
        Unpublishable::OverBudget { shown, .. } => {
            waived = waiver.filter(|waiver| waiver.covers(*shown, today)).map(|waiver| waiver.expires_on);
            waived.is_none()
        }
        _ => true,
    });
    match verdict.measures.filter(|_| against.is_empty()) {
        Some(measures) => Ok((measures, waived)),
        None => Err(against),
    }
}

/// What a change of a form touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    /// Questions that are new, by link id.
    pub added: Vec<String>,
    /// Questions that nobody is asked any more, by link id.
    pub removed: Vec<String>,
    /// Questions in the same place with other words, another kind or other choices, by link id.
    pub changed: Vec<String>,
    /// Codes of questions whose column in an export gets no new answers.
    pub columns_ending: Vec<String>,
    /// Codes of questions that an export has a new column for.
    pub columns_new: Vec<String>,
    /// Drafts that are open on the version before.
    pub open_drafts: usize,
    /// How many of their answers would be kept, moved, retyped and orphaned if they all moved to the new version.
    pub answers: [usize; 4],
}

/// What changing `old` into `new` touches, with the answers of each draft that is open. Nothing is lost in any case.
pub fn impact(old: &Definition, new: &Definition, open: &[Vec<Held>]) -> Impact {
    let by_link = |form: &Definition| -> HashMap<String, super::form::Asked> {
        form.questions().map(|posed| (posed.link_id.to_owned(), posed.asked.clone())).collect()
    };
    let codes =
        |form: &Definition| -> BTreeSet<String> { form.questions().map(|posed| posed.asked.code.clone()).collect() };
    let (before, after) = (by_link(old), by_link(new));
    let (codes_before, codes_after) = (codes(old), codes(new));
    let links = |form: &Definition, keep: &dyn Fn(&str) -> bool| -> Vec<String> {
        form.questions().map(|posed| posed.link_id.to_owned()).filter(|link_id| keep(link_id)).collect()
    };
    let mut answers = [0; 4];
    for draft in open {
        for (sum, count) in answers.iter_mut().zip(upgrade(old, new, draft).counts()) {
            *sum += count;
        }
    }
    Impact {
        added: links(new, &|link_id| !before.contains_key(link_id)),
        removed: links(old, &|link_id| !after.contains_key(link_id)),
        changed: links(new, &|link_id| before.get(link_id).is_some_and(|was| Some(was) != after.get(link_id))),
        columns_ending: codes_before.difference(&codes_after).cloned().collect(),
        columns_new: codes_after.difference(&codes_before).cloned().collect(),
        open_drafts: open.len(),
        answers,
    }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::QuestionKind;

    use super::*;
    use crate::rules::{
        form::{Asked, Bounds, Item, Part},
        wording::Wording,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn form(questions: &[(&str, &str)]) -> Definition {
        let item = |(link_id, code): &(&str, &str)| {
            let asked = Asked {
                code: (*code).into(),
                prompt: Wording::english(*code),
                hint: Wording::default(),
                why_we_ask: Wording::english("Because."),
                kind: QuestionKind::Text,
                choices: vec![],
                bounds: Bounds::default(),
                required: false,
            };
            Item { link_id: (*link_id).into(), inside: None, shown_when: None, part: Part::Question(Box::new(asked)) }
        };
        Definition {
            code: "note".into(),
            title: Wording::english("A note"),
            items: questions.iter().map(item).collect(),
        }
    }

    fn over(shown: usize) -> Verdict {
        let measures = Measures {
            max_shown: shown,
            exact: true,
            open_shown: shown,
            required_count: 0,
            reading_words: 10,
            estimated_seconds: 10,
        };
        Verdict { measures: Some(measures), against: vec![Unpublishable::OverBudget { shown, budget: 3 }] }
    }

    #[test]
    fn leave_to_ask_more_ends_within_ninety_days_and_covers_what_it_says() {
        let today = day("2026-11-23");
        for (shown, until) in [(0, "2026-12-01"), (5, "2026-11-23"), (5, "2026-11-22"), (5, "2027-02-22")] {
            assert_eq!(Waiver::until(shown, day(until), today), Err(FormRefusal::WaiverNotValid), "{shown} {until}");
        }
        let waiver = Waiver::until(5, day("2027-02-21"), today).unwrap();

        assert_eq!(publishable(over(5), Some(waiver), today).unwrap().1, Some(day("2027-02-21")));
        assert!(publishable(over(6), Some(waiver), today).is_err());
        assert!(publishable(over(5), Some(waiver), day("2027-02-22")).is_err());
        assert!(publishable(over(5), None, today).is_err());
    }

    #[test]
    fn leave_excuses_nothing_but_the_number_of_questions() {
        let today = day("2026-11-23");
        let waiver = Waiver::until(9, day("2026-12-23"), today).ok();
        let unreasoned = Unpublishable::ReasonNotProportionate { link_id: "q1".into() };
        let mut verdict = over(5);
        verdict.against.push(unreasoned.clone());
        assert_eq!(publishable(verdict, waiver, today), Err(vec![unreasoned]));
    }

    #[test]
    fn a_change_says_what_it_touches() {
        let (old, new) = (form(&[("a", "a"), ("b", "b"), ("c", "c")]), form(&[("a", "a"), ("bee", "b"), ("d", "d")]));
        let held = |link_id: &str| Held { link_id: link_id.into(), instance: None };
        let open = [vec![held("a"), held("b")], vec![held("c")], vec![]];

        let impact = impact(&old, &new, &open);

        assert_eq!((impact.added, impact.removed), (vec!["bee".into(), "d".into()], vec!["b".into(), "c".into()]));
        assert_eq!((impact.columns_ending, impact.columns_new), (vec!["c".into()], vec!["d".into()]));
        assert_eq!((impact.open_drafts, impact.answers, impact.changed), (3, [1, 1, 0, 1], Vec::<String>::new()));
    }
}
