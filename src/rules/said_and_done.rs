//! You said, we did: whatever staff say is answered, with what was done or why it will not be, within a fortnight. Everybody
//! sees both.

use std::cmp::Reverse;

use busfare_entity::words::{DoneAboutIt, Language, SaidErrorCode, SaidId};
use chrono::{Days, NaiveDate};

use super::{
    insight::{AtLeast, per_mille, so_far},
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::{self, TextProblem},
};

/// Most characters of what is said.
pub const SAID_CHARS: usize = 500;
/// How long an answer is, at least and at most, in characters.
pub const ANSWER_CHARS: (usize, usize) = (10, 500);
/// Within how many days it is answered.
pub const ANSWER_DAYS: u64 = 14;

/// What somebody says, if it can be kept.
pub fn said(words: &str) -> Result<String, SaidRefusal> {
    text::plain(words, SAID_CHARS).map_err(SaidRefusal::Words)?.ok_or(SaidRefusal::NothingSaid)
}

/// What came of it, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it was done.
    pub done: DoneAboutIt,
    /// What was done, or why it will not be.
    pub words: String,
}

impl Answer {
    /// Parses what the phone sent. A no has a reason, and a yes says what was done.
    pub fn try_new(done: DoneAboutIt, words: &str, answered_already: bool) -> Result<Self, SaidRefusal> {
        if answered_already {
            return Err(SaidRefusal::AnsweredAlready);
        }
        let (least, most) = ANSWER_CHARS;
        let words = text::reason(words, least, most).map_err(SaidRefusal::Answer)?;
        Ok(Self { done, words: words.ok_or(SaidRefusal::AnswerNeeded(done))? })
    }
}

/// By which day what was said on a day is answered.
pub fn due(said_on: NaiveDate) -> NaiveDate {
    said_on.checked_add_days(Days::new(ANSWER_DAYS)).unwrap_or(said_on)
}

/// Whether an answer is late: it is due and not there.
pub fn is_late(said_on: NaiveDate, answered_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    answered_on.is_none() && today > due(said_on)
}

/// What comes first on everybody's list: what waits for an answer, the oldest first; then what was answered last.
pub fn list_order(said_on: NaiveDate, answered_on: Option<NaiveDate>, id: SaidId) -> impl Ord {
    match answered_on {
        None => (false, Some(said_on), None, id),
        Some(answered_on) => (true, None, Some(Reverse(answered_on)), id),
    }
}

/// How soon what is said is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// How much was said.
    pub said: i64,
    /// How much of it was answered.
    pub answered: i64,
    /// How much of it was done.
    pub did: i64,
    /// How many days it took in the middle; what still waits counts with its days so far.
    pub median_days: AtLeast,
    /// How much was answered in time.
    pub in_time: i64,
    /// How much in a thousand that is, of that whose day has come or that was answered before.
    pub in_time_per_mille: i64,
    /// Of how much that is known.
    pub in_time_known: i64,
    /// How many days the oldest that waits has waited.
    pub oldest_waiting_days: i64,
}

/// Sums what was said, each with the day and, where it is answered, the day and what came of it. Everybody sees each of
/// them, so nothing is kept back.
pub fn answered(said: &[(NaiveDate, Option<(NaiveDate, DoneAboutIt)>)], today: NaiveDate) -> Answered {
    let count = |which: &dyn Fn(NaiveDate, Option<(NaiveDate, DoneAboutIt)>) -> bool| {
        i64::try_from(said.iter().filter(|(on, answer)| which(*on, *answer)).count()).unwrap_or(i64::MAX)
    };
    let days: Vec<_> = said
        .iter()
        .map(|(on, answer)| {
            let until = answer.map_or(today, |(day, _)| day);
            (until.signed_duration_since(*on).num_days().max(0), answer.is_none())
        })
        .collect();
    let known = count(&|on, answer| answer.is_some() || is_late(on, None, today));
    let in_time = count(&|on, answer| answer.is_some_and(|(day, _)| day <= due(on)));
    Answered {
        said: count(&|_, _| true),
        answered: count(&|_, answer| answer.is_some()),
        did: count(&|_, answer| answer.is_some_and(|(_, done)| done == DoneAboutIt::Did)),
        median_days: so_far(&days, 50),
        in_time,
        in_time_per_mille: per_mille(in_time, known),
        in_time_known: known,
        oldest_waiting_days: days.iter().filter(|(_, waits)| *waits).map(|(days, _)| *days).max().unwrap_or_default(),
    }
}

/// Why something said, or an answer to it, is not noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The words cannot be kept.
    Words(TextProblem),
    /// Nothing is said.
    NothingSaid,
    /// The answer cannot be kept.
    Answer(TextProblem),
    /// The answer says too little.
    AnswerNeeded(DoneAboutIt),
    /// It was answered already.
    AnsweredAlready,
}

impl Refusal for SaidRefusal {
    type Code = SaidErrorCode;

    fn code(&self) -> SaidErrorCode {
        match self {
            Self::IdAlreadyUsed => SaidErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => SaidErrorCode::IdempotencyKeyReused,
            Self::Words(problem) | Self::Answer(problem) => match problem {
                TextProblem::TooLong(_) => SaidErrorCode::TextTooLong,
                TextProblem::NotPlain => SaidErrorCode::TextNotPlain,
            },
            Self::NothingSaid => SaidErrorCode::NothingSaid,
            Self::AnswerNeeded(_) => SaidErrorCode::AnswerNeeded,
            Self::AnsweredAlready => SaidErrorCode::AnsweredAlready,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Words(_) | Self::NothingSaid => &["words"],
            Self::Answer(_) | Self::AnswerNeeded(_) => &["answer"],
            Self::AnsweredAlready => &["saidId"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Words(problem) | Self::Answer(problem) => return say_text(*problem, language),
            Self::NothingSaid => ("Say what you want us to know.", "Dywedwch beth yr ydych am i ni ei wybod."),
            Self::AnswerNeeded(DoneAboutIt::Did) => (
                "Say what we did, in a few words of your own. Use at least 10 characters.",
                "Dywedwch beth a wnaethom, mewn ychydig eiriau. Defnyddiwch o leiaf 10 nod.",
            ),
            Self::AnswerNeeded(DoneAboutIt::WillNot) => (
                "Say why we won't, in a few words of your own. Use at least 10 characters.",
                "Dywedwch pam na wnawn, mewn ychydig eiriau. Defnyddiwch o leiaf 10 nod.",
            ),
            Self::AnsweredAlready => (
                "That has its answer. Read it, and say more if it will not do.",
                "Mae ateb i hwnnw. Darllenwch ef, a dywedwch fwy os na wna'r tro.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    fn day(number: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + TimeDelta::days(number)
    }

    #[test]
    fn every_answer_says_what_was_done_or_why_not() {
        let answer = |done, words| Answer::try_new(done, words, false);
        assert!(answer(DoneAboutIt::Did, "New laptops from May.").is_ok());
        for done in [DoneAboutIt::Did, DoneAboutIt::WillNot] {
            for words in ["", "No.", "aaaaaaaaaaaa"] {
                assert_eq!(answer(done, words), Err(SaidRefusal::AnswerNeeded(done)));
            }
        }
        let again = Answer::try_new(DoneAboutIt::Did, "New laptops from May.", true);
        assert_eq!(again, Err(SaidRefusal::AnsweredAlready));
        assert_eq!((said(" "), said(" Forms! ")), (Err(SaidRefusal::NothingSaid), Ok("Forms!".into())));
    }

    #[test]
    fn what_is_not_answered_in_a_fortnight_is_late_and_comes_first() {
        assert_eq!((is_late(day(0), None, day(14)), is_late(day(0), None, day(15))), (false, true));
        assert!(!is_late(day(0), Some(day(20)), day(99)));
        let id = |number| SaidId(Uuid::from_u128(number));
        let mut list = [
            (day(1), Some(day(9)), id(1)),
            (day(5), None, id(2)),
            (day(0), Some(day(20)), id(3)),
            (day(3), None, id(4)),
        ];
        list.sort_by_key(|(said, answered, id)| list_order(*said, *answered, *id));
        assert_eq!(list.map(|(.., one)| one), [id(4), id(2), id(3), id(1)]);
    }

    #[test]
    fn how_soon_we_answer_counts_what_still_waits() {
        let did = |number| Some((day(number), DoneAboutIt::Did));
        let said = [(day(0), did(3)), (day(0), Some((day(20), DoneAboutIt::WillNot))), (day(0), None), (day(25), None)];
        let expected = Answered {
            said: 4,
            answered: 2,
            did: 1,
            median_days: AtLeast { days: 5, at_least: true },
            in_time: 1,
            in_time_per_mille: 333,
            in_time_known: 3,
            oldest_waiting_days: 30,
        };
        assert_eq!(answered(&said, day(30)), expected);
        assert_eq!(answered(&[], day(0)), Answered::default());
    }

    #[test]
    fn every_refusal_about_what_is_said_fits_on_a_phone_in_both_languages() {
        use SaidRefusal as No;
        for refusal in [
            No::IdAlreadyUsed,
            No::IdempotencyKeyReused,
            No::Words(TextProblem::TooLong(500)),
            No::NothingSaid,
            No::Answer(TextProblem::NotPlain),
            No::AnswerNeeded(DoneAboutIt::Did),
            No::AnswerNeeded(DoneAboutIt::WillNot),
            No::AnsweredAlready,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty() && en != cy);
            reading::plain(&en);
        }
    }

    proptest! {
        #[test]
        fn waiting_longer_never_looks_better(
            rows in proptest::collection::vec((0i64..40, proptest::option::of(0i64..30)), 0..30), later in 0i64..20,
        ) {
            let said: Vec<_> = rows.iter().map(|(on, took)| (day(*on), took.map(|took| (day(on + took), DoneAboutIt::Did)))).collect();
            let (now, then) = (answered(&said, day(70)), answered(&said, day(70 + later)));
            prop_assert!(then.median_days.days >= now.median_days.days && then.in_time_per_mille <= now.in_time_per_mille);
            prop_assert_eq!(then.oldest_waiting_days > 0, then.answered < then.said);
        }
    }
}
