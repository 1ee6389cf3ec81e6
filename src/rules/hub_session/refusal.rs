//! Why a session is not set up or changed.

use busfare_entity::words::{HubSessionErrorCode, Language};
use chrono::NaiveDate;

use crate::rules::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Why a session is not set up or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubSessionRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// It has no name.
    NameNeeded,
    /// The name cannot be kept.
    Name(TextProblem),
    /// It closes at or before the time at which it opens.
    ClosesBeforeOpens,
    /// No day of the week is given.
    DaysNeeded,
    /// It is every 1 to 52 weeks or 1 to 12 months.
    IntervalOutOfRange,
    /// It starts and ends in years that hubs have.
    DayOutOfRange,
    /// It ends before it has happened once.
    NeverHappens,
    /// It happens 1 to 1,000 times.
    CountOutOfRange,
    /// The text is no rule.
    RuleNotUnderstood,
    /// This part of the rule is of a kind that no hub keeps.
    RuleNotKept(&'static str),
    /// A slot is 5 minutes to 8 hours long, and fits in the session.
    SlotOutOfRange,
    /// A slot has 1 to 50 places.
    PlacesOutOfRange,
    /// The session is not on that day.
    NotOnThatDay(NaiveDate),
    /// The session is on that day already.
    OnThatDayAlready(NaiveDate),
    /// As many changed days as are kept.
    TooManyChanges,
    /// More than [`super::MOST_DAYS`] at once.
    TooManyDays,
}

impl Refusal for HubSessionRefusal {
    type Code = HubSessionErrorCode;

    fn code(&self) -> HubSessionErrorCode {
        match self {
            Self::IdAlreadyUsed => HubSessionErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => HubSessionErrorCode::IdempotencyKeyReused,
            Self::NameNeeded => HubSessionErrorCode::NameNeeded,
            Self::Name(TextProblem::TooLong(_)) => HubSessionErrorCode::TextTooLong,
            Self::Name(TextProblem::NotPlain) => HubSessionErrorCode::TextNotPlain,
            Self::ClosesBeforeOpens => HubSessionErrorCode::ClosesBeforeOpens,
            Self::DaysNeeded => HubSessionErrorCode::DaysNeeded,
            Self::IntervalOutOfRange => HubSessionErrorCode::IntervalOutOfRange,
            Self::DayOutOfRange => HubSessionErrorCode::DayOutOfRange,
            Self::NeverHappens => HubSessionErrorCode::NeverHappens,
            Self::CountOutOfRange => HubSessionErrorCode::CountOutOfRange,
            Self::RuleNotUnderstood => HubSessionErrorCode::RuleNotUnderstood,
            Self::RuleNotKept(_) => HubSessionErrorCode::RuleNotKept,
            Self::SlotOutOfRange => HubSessionErrorCode::SlotOutOfRange,
            Self::PlacesOutOfRange => HubSessionErrorCode::PlacesOutOfRange,
            Self::NotOnThatDay(_) => HubSessionErrorCode::NotOnThatDay,
            Self::OnThatDayAlready(_) => HubSessionErrorCode::OnThatDayAlready,
            Self::TooManyChanges => HubSessionErrorCode::TooManyChanges,
            Self::TooManyDays => HubSessionErrorCode::TooManyDays,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::NameNeeded | Self::Name(_) => &["name"],
            Self::ClosesBeforeOpens => &["to"],
            Self::DaysNeeded => &["weekdays"],
            Self::IntervalOutOfRange => &["every"],
            Self::DayOutOfRange => &["startsOn"],
            Self::NeverHappens => &["endsOn"],
            Self::CountOutOfRange | Self::RuleNotUnderstood | Self::RuleNotKept(_) => &["rrule"],
            Self::SlotOutOfRange => &["slotMinutes"],
            Self::PlacesOutOfRange => &["places"],
            Self::NotOnThatDay(_) | Self::OnThatDayAlready(_) | Self::TooManyChanges => &["on"],
            Self::TooManyDays => &["until"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Name(problem) => return say_text(*problem, language),
            Self::RuleNotKept(part) => return not_kept(part, language),
            Self::NotOnThatDay(day) => return not_on(*day, language),
            Self::OnThatDayAlready(day) => return on_already(*day, language),
            Self::NameNeeded => ("Give it a name that people know it by.", "Rhowch enw y mae pobl yn ei adnabod."),
            Self::ClosesBeforeOpens => (
                "It closes before it opens. Give a later time to close, on the same day.",
                "Mae'n cau cyn agor. Rhowch amser cau hwyrach, ar yr un diwrnod.",
            ),
            Self::DaysNeeded => ("Pick at least one day of the week.", "Dewiswch o leiaf un diwrnod o'r wythnos."),
            Self::IntervalOutOfRange => (
                "Give how often: every 1 to 52 weeks, or every 1 to 12 months.",
                "Rhowch pa mor aml: bob 1 i 52 wythnos, neu bob 1 i 12 mis.",
            ),
            Self::DayOutOfRange => {
                ("Pick days from the year 2000 up to 2100.", "Dewiswch ddyddiau o'r flwyddyn 2000 hyd at 2100.")
            }
            Self::NeverHappens => (
                "It ends before it has been on once. Pick a later end.",
                "Mae'n dod i ben cyn digwydd unwaith. Dewiswch ddiwedd hwyrach.",
            ),
            Self::CountOutOfRange => {
                ("Say how many times it is on: from 1 to 1,000.", "Dywedwch sawl gwaith y mae: o 1 i 1,000.")
            }
            Self::RuleNotUnderstood => (
                "We can't read that rule. Write it like FREQ=WEEKLY;BYDAY=TU, or pick the days.",
                "Ni allwn ddarllen y rheol. Ysgrifennwch FREQ=WEEKLY;BYDAY=TU, neu dewiswch y dyddiau.",
            ),
            Self::SlotOutOfRange => (
                "Make a slot 5 minutes to 8 hours long, and no longer than we are open.",
                "Gwnewch slot rhwng 5 munud ac 8 awr, a dim hirach nag yr ydym ar agor.",
            ),
            Self::PlacesOutOfRange => (
                "Say how many you can see at once: from 1 to 50.",
                "Dywedwch faint y gallwch eu gweld ar y tro: o 1 i 50.",
            ),
            Self::TooManyChanges => (
                "Too many days differ by now. End this, and set up a new one.",
                "Mae gormod o ddyddiau'n wahanol erbyn hyn. Dewch â hwn i ben a gwnewch un newydd.",
            ),
            Self::TooManyDays => (
                "That is too long to look at. Ask for at most 400 days.",
                "Mae hynny'n rhy hir i'w weld. Gofynnwch am 400 diwrnod ar y mwyaf.",
            ),
        };
        say(language, en, cy)
    }
}

fn not_kept(part: &str, language: Language) -> String {
    say(
        language,
        format!("We don't keep {part} rules. Use weeks or months: FREQ=WEEKLY or FREQ=MONTHLY."),
        format!("Nid ydym yn cadw rheolau {part}. Defnyddiwch wythnosau neu fisoedd: FREQ=WEEKLY neu FREQ=MONTHLY."),
    )
}

fn not_on(day: NaiveDate, language: Language) -> String {
    let day = day.format("%d/%m/%Y");
    say(
        language,
        format!("It is not on that day, {day}. Pick a day that it is on."),
        format!("Nid yw ar y diwrnod hwnnw, {day}. Dewiswch ddiwrnod y mae arno."),
    )
}

fn on_already(day: NaiveDate, language: Language) -> String {
    let day = day.format("%d/%m/%Y");
    say(
        language,
        format!("It is on that day as it is, {day}. Move it if the times differ."),
        format!("Mae ar y diwrnod hwnnw fel y mae, {day}. Symudwch ef os yw'r amseroedd yn wahanol."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_about_a_session_fits_on_a_phone_in_both_languages() {
        use HubSessionRefusal as No;
        for refusal in [
            No::IdAlreadyUsed,
            No::IdempotencyKeyReused,
            No::NameNeeded,
            No::Name(TextProblem::TooLong(80)),
            No::Name(TextProblem::NotPlain),
            No::ClosesBeforeOpens,
            No::DaysNeeded,
            No::IntervalOutOfRange,
            No::DayOutOfRange,
            No::NeverHappens,
            No::CountOutOfRange,
            No::RuleNotUnderstood,
            No::RuleNotKept("BYMONTHDAY"),
            No::SlotOutOfRange,
            No::PlacesOutOfRange,
            No::NotOnThatDay(NaiveDate::MAX),
            No::OnThatDayAlready(NaiveDate::MIN),
            No::TooManyChanges,
            No::TooManyDays,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty());
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
