//! Questions of the bank: what makes one fit to be asked, who may change it, and how long it may be.

use std::collections::HashSet;

use busfare_entity::words::{PractitionerId, QuestionKind};
use chrono::{Days, Months, NaiveDate};

use super::{
    form::{Asked, Bounds, Choice, WHY_WORDS},
    text::{self, TextProblem},
    wording::Wording,
};

mod refusal;

pub use refusal::QuestionRefusal;

/// Most characters of a prompt, a hint, a reason for asking or a choice.
pub const WORDS_CHARS: usize = 500;
/// Most characters of what the answers are used for.
pub const PURPOSE_CHARS: usize = 200;
/// Most characters of a code.
pub const CODE_CHARS: usize = 80;
/// Most choices of one question.
pub const MOST_CHOICES: usize = 200;
/// Most questions that one request hands over or looks at.
pub const MOST_AT_ONCE: usize = 100;
/// Answers are kept for a hundred years at most.
const MOST_RETENTION_DAYS: i32 = 36_525;
/// A question is looked at again within two years.
const REVIEW_WITHIN: Months = Months::new(24);
/// How many days before a question's review its steward hears of it.
pub const NOTICE_DAYS: [u64; 2] = [30, 7];

/// Whose a question is, as far as the right to change it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stewardship {
    /// Its steward; none where the practice group answers for it.
    pub steward: Option<PractitionerId>,
    /// Whether whoever asks is of the practice group.
    pub in_group: bool,
    /// Whether it is retired.
    pub retired: bool,
}

impl Stewardship {
    /// A question is reworded, looked at again and handed over by its steward or by the practice group.
    pub fn may_change(&self, who: PractitionerId) -> Result<(), QuestionRefusal> {
        match self {
            Self { retired: true, .. } => Err(QuestionRefusal::Retired),
            _ if self.in_group || self.steward == Some(who) => Ok(()),
            _ => Err(QuestionRefusal::NotYourQuestion),
        }
    }

    /// A question is retired by the practice group.
    pub fn may_retire(&self) -> Result<(), QuestionRefusal> {
        match self {
            Self { in_group: false, .. } => Err(QuestionRefusal::ForThePracticeGroup),
            Self { retired: true, .. } => Err(QuestionRefusal::Retired),
            _ => Ok(()),
        }
    }
}

/// When a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The last day before somebody has to look at it again.
    pub review_on: NaiveDate,
    /// The last day altogether, where there is one.
    pub sunset_on: Option<NaiveDate>,
    /// Whether it is retired.
    pub retired: bool,
}

impl Term {
    /// Whether it is asked in what begins on a day.
    pub fn is_asked(&self, on: NaiveDate) -> bool {
        !self.retired && on <= self.review_on && self.sunset_on.is_none_or(|last| on <= last)
    }

    /// The last day on which it is asked, unless somebody looks at it again.
    pub fn last_day(&self) -> NaiveDate {
        self.sunset_on.map_or(self.review_on, |sunset| sunset.min(self.review_on))
    }

    /// How many days are left when its steward is told today; none on other days.
    pub fn notice(&self, today: NaiveDate) -> Option<u64> {
        let last = self.last_day();
        NOTICE_DAYS.into_iter().rev().find(|days| !self.retired && today <= last && last <= today + Days::new(*days))
    }
}

/// A code: lower-case letters, figures, hyphens and dots.
pub fn code(text: &str) -> Result<String, QuestionRefusal> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let good =
        text.len() <= CODE_CHARS && text.chars().all(fits) && edge(text.chars().next()) && edge(text.chars().last());
    if good { Ok(text.to_owned()) } else { Err(QuestionRefusal::CodeNotValid) }
}

/// Words in every language, each plain and of at most `most` characters.
pub fn worded(wording: Wording, most: usize) -> Result<Wording, TextProblem> {
    let en = text::plain(&wording.en, most)?.unwrap_or_default();
    let mut plain = Wording { en, others: wording.others };
    for translation in plain.others.values_mut() {
        translation.text = text::plain(&translation.text, most)?.unwrap_or_default();
    }
    plain.others.retain(|_, translation| !translation.text.is_empty());
    Ok(plain)
}

/// A question that is fit to be asked.
pub fn fit(asked: Asked) -> Result<Asked, QuestionRefusal> {
    let worded = |wording| worded(wording, WORDS_CHARS).map_err(QuestionRefusal::Text);
    let choice = |choice: Choice| Ok(Choice { code: self::choice_code(&choice.code)?, label: worded(choice.label)? });
    let choices = asked.choices.into_iter().map(choice).collect::<Result<Vec<_>, QuestionRefusal>>()?;
    let asked = Asked {
        code: code(&asked.code)?,
        prompt: worded(asked.prompt)?,
        hint: worded(asked.hint)?,
        why_we_ask: worded(asked.why_we_ask)?,
        choices,
        ..asked
    };
    if asked.prompt.is_empty() || asked.why_we_ask.is_empty() {
        return Err(QuestionRefusal::WordsNeeded);
    }
    let others = asked.why_we_ask.others.values().map(|translation| &translation.text);
    if others.chain([&asked.why_we_ask.en]).any(|why| why.split_whitespace().count() > WHY_WORDS) {
        return Err(QuestionRefusal::ReasonTooLong);
    }
    fit_choices(&asked)?;
    fit_bounds(asked.kind, &asked.bounds)?;
    Ok(asked)
}

fn choice_code(text: &str) -> Result<String, QuestionRefusal> {
    let plain = text::plain(text, CODE_CHARS).map_err(QuestionRefusal::Text)?;
    plain.ok_or(QuestionRefusal::ChoicesNotValid)
}

fn fit_choices(asked: &Asked) -> Result<(), QuestionRefusal> {
    let chooses = matches!(asked.kind, QuestionKind::Choice | QuestionKind::Choices);
    let mut seen = HashSet::new();
    let once = asked.choices.iter().all(|choice| seen.insert(&choice.code));
    let named = asked.choices.iter().all(|choice| !choice.label.is_empty());
    let right = if chooses { (1..=MOST_CHOICES).contains(&asked.choices.len()) } else { asked.choices.is_empty() };
    if right && once && named { Ok(()) } else { Err(QuestionRefusal::ChoicesNotValid) }
}

fn fit_bounds(kind: QuestionKind, bounds: &Bounds) -> Result<(), QuestionRefusal> {
    let numeric = matches!(kind, QuestionKind::Number | QuestionKind::Decimal);
    let in_order = bounds.least.zip(bounds.most).is_none_or(|(least, most)| least <= most);
    let numbers = (bounds.least.is_none() && bounds.most.is_none()) || numeric;
    let chars = bounds.max_chars.is_none_or(|most| kind == QuestionKind::Text && (1..=4_000).contains(&most));
    if in_order && numbers && chars { Ok(()) } else { Err(QuestionRefusal::BoundsNotValid) }
}

/// For how many days answers are kept.
pub fn retention(days: i32) -> Result<i32, QuestionRefusal> {
    if (1..=MOST_RETENTION_DAYS).contains(&days) { Ok(days) } else { Err(QuestionRefusal::RetentionNotValid) }
}

/// The day up to which a question is asked without anybody looking at it again: from today on, within two years.
pub fn review_day(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, QuestionRefusal> {
    let latest = today.checked_add_months(REVIEW_WITHIN).unwrap_or(today);
    if (today..=latest).contains(&day) { Ok(day) } else { Err(QuestionRefusal::ReviewNotValid) }
}

/// Why something is done to a question: from 3 to 500 characters.
pub fn reason(text: &str) -> Result<String, QuestionRefusal> {
    let reason = text::plain(text, WORDS_CHARS).map_err(QuestionRefusal::Text)?.unwrap_or_default();
    if reason.chars().count() < 3 { Err(QuestionRefusal::WhyNeeded) } else { Ok(reason) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(kind: QuestionKind) -> Asked {
        let chooses = matches!(kind, QuestionKind::Choice | QuestionKind::Choices);
        let choices =
            if chooses { vec![Choice { code: "bus".into(), label: Wording::english("By bus") }] } else { vec![] };
        Asked {
            code: "spend-note.what-for".into(),
            prompt: Wording::english(" What for? ").with("cy", "Ar gyfer beth?"),
            hint: Wording::default(),
            why_we_ask: Wording::english("So that nobody asks twice.").with("cy", "Fel na fydd neb yn gofyn eto."),
            kind,
            choices,
            bounds: Bounds::default(),
            required: false,
        }
    }

    #[test]
    fn a_question_is_kept_as_it_was_meant() {
        let fit = fit(asked(QuestionKind::Choice)).unwrap();
        assert_eq!(fit.prompt.en, "What for?");
        assert_eq!(fit.choices[0].code, "bus");
    }

    #[test]
    fn what_is_not_fit_to_be_asked_is_told_so() {
        let with = |change: fn(&mut Asked)| {
            let mut asked = asked(QuestionKind::Choice);
            change(&mut asked);
            fit(asked).unwrap_err()
        };
        assert_eq!(with(|asked| asked.code = "What For".into()), QuestionRefusal::CodeNotValid);
        assert_eq!(with(|asked| asked.code = String::new()), QuestionRefusal::CodeNotValid);
        assert_eq!(with(|asked| asked.prompt = Wording::english("  ")), QuestionRefusal::WordsNeeded);
        assert_eq!(with(|asked| asked.why_we_ask = Wording::default()), QuestionRefusal::WordsNeeded);
        assert_eq!(with(|asked| asked.why_we_ask.en = "word ".repeat(26)), QuestionRefusal::ReasonTooLong);
        let long_welsh = |asked: &mut Asked| {
            asked.why_we_ask = Wording::english("Because.").with("cy", "gair ".repeat(26));
        };
        assert_eq!(with(long_welsh), QuestionRefusal::ReasonTooLong);
        assert_eq!(with(|asked| asked.choices.clear()), QuestionRefusal::ChoicesNotValid);
        assert_eq!(with(|asked| asked.choices.push(asked.choices[0].clone())), QuestionRefusal::ChoicesNotValid);
        assert_eq!(with(|asked| asked.kind = QuestionKind::Text), QuestionRefusal::ChoicesNotValid);
        assert_eq!(with(|asked| asked.bounds.max_chars = Some(10)), QuestionRefusal::BoundsNotValid);
        assert_eq!(with(|asked| asked.bounds.least = Some(1.into())), QuestionRefusal::BoundsNotValid);
        assert!(matches!(with(|asked| asked.prompt.en = "a\u{202e}b".into()), QuestionRefusal::Text(_)));
        assert!(matches!(with(|asked| asked.prompt.en = "x".repeat(501)), QuestionRefusal::Text(_)));
    }

    #[test]
    fn the_steward_and_the_group_change_a_question_and_the_group_retires_it() {
        let [steward, other] = [1, 2].map(|id| PractitionerId(Uuid::from_u128(id)));
        let of = |steward, in_group| Stewardship { steward, in_group, retired: false };

        assert_eq!(of(Some(steward), false).may_change(steward), Ok(()));
        assert_eq!(of(Some(steward), false).may_change(other), Err(QuestionRefusal::NotYourQuestion));
        assert_eq!(of(None, false).may_change(steward), Err(QuestionRefusal::NotYourQuestion));
        assert_eq!(of(None, true).may_change(other), Ok(()));
        assert_eq!(of(Some(steward), false).may_retire(), Err(QuestionRefusal::ForThePracticeGroup));
        assert_eq!(of(Some(steward), true).may_retire(), Ok(()));
        let gone = Stewardship { steward: Some(steward), in_group: true, retired: true };
        assert_eq!(
            (gone.may_change(steward), gone.may_retire()),
            (Err(QuestionRefusal::Retired), Err(QuestionRefusal::Retired))
        );
    }

    #[test]
    fn after_its_day_a_question_is_not_asked_and_its_steward_hears_before() {
        let term = Term { review_on: day("2027-03-31"), sunset_on: None, retired: false };
        assert!(term.is_asked(day("2027-03-31")) && !term.is_asked(day("2027-04-01")));
        assert!(!Term { retired: true, ..term }.is_asked(day("2027-01-01")));
        let sunset = Term { sunset_on: Some(day("2027-01-31")), ..term };
        assert!(sunset.is_asked(day("2027-01-31")) && !sunset.is_asked(day("2027-02-01")));

        let notices = ["2027-02-28", "2027-03-01", "2027-03-23", "2027-03-24", "2027-03-31", "2027-04-01"];
        assert_eq!(notices.map(|on| term.notice(day(on))), [None, Some(30), Some(30), Some(7), Some(7), None]);
        assert_eq!(sunset.notice(day("2027-01-25")), Some(7));
    }

    #[test]
    fn a_review_is_within_two_years_and_answers_are_kept_for_a_while() {
        let today = day("2026-11-23");
        assert_eq!(review_day(day("2028-11-23"), today), Ok(day("2028-11-23")));
        for wrong in ["2026-11-22", "2028-11-24"] {
            assert_eq!(review_day(day(wrong), today), Err(QuestionRefusal::ReviewNotValid));
        }
        for days in [0, -1, i32::MIN, 36_526] {
            assert_eq!(retention(days), Err(QuestionRefusal::RetentionNotValid));
        }
        assert_eq!(retention(365), Ok(365));
    }
}
