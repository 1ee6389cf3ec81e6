//! A late tap: somebody decided first, and it is said who, when and how.

use busfare_entity::words::{Language, SpendDecision};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::refusal::say;

/// Most characters of a name in these words, so that they fit on a phone.
const NAME_CHARS: usize = 40;

/// Who was first, when and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// The name colleagues know her by.
    pub name: String,
    /// When, on the wall.
    pub at: NaiveDateTime,
    /// What the clock on the wall says now.
    pub now: NaiveDateTime,
    /// Where it led.
    pub decision: SpendDecision,
}

impl Late {
    /// Who decided this, when and how.
    pub fn words(&self, language: Language) -> String {
        let (name, at) = (self.name(), self.when(language));
        let how = match self.decision {
            SpendDecision::AuthorisedSelf | SpendDecision::Authorised => say(language, "yes", "ie"),
            SpendDecision::AuthorisedLess => say(language, "yes, to less", "ie, i lai"),
            SpendDecision::Declined => say(language, "no", "na"),
            SpendDecision::Withdrawn => {
                return say(
                    language,
                    format!("{name} took this back {at}."),
                    format!("Tynnodd {name} hyn yn ôl {at}."),
                );
            }
            SpendDecision::Emergency => {
                return say(
                    language,
                    format!("{name} went ahead with this {at}, because it could not wait."),
                    format!("Aeth {name} ymlaen â hyn {at}, am na allai aros."),
                );
            }
            SpendDecision::Asked | SpendDecision::Question => return self.taken(language),
        };
        say(language, format!("{name} decided this {at}: {how}."), format!("Penderfynodd {name} ar hyn {at}: {how}."))
    }

    /// Who has it now.
    pub fn taken(&self, language: Language) -> String {
        let (name, at) = (self.name(), self.when(language));
        say(language, format!("This went to {name} {at}."), format!("Aeth hyn at {name} {at}."))
    }

    fn name(&self) -> String {
        self.name.chars().take(NAME_CHARS).collect()
    }

    fn when(&self, language: Language) -> String {
        let time = self.at.format("%H:%M");
        if self.at.date() == self.now.date() {
            return say(language, format!("at {time}"), format!("am {time}"));
        }
        let day = self.at.format("%d/%m/%Y");
        say(language, format!("on {day} at {time}"), format!("ar {day} am {time}"))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};

    use super::*;
    use crate::rules::refusal::MOST_WORDS;

    #[test]
    fn it_is_said_who_decided_when_and_how() {
        let at = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap().and_hms_opt(14, 5, 0).unwrap();
        let late = |decision, now| Late { name: "Nia Talfan".into(), at, now, decision };

        let today = late(SpendDecision::Authorised, at + TimeDelta::hours(1));
        assert_eq!(today.words(Language::En), "Nia Talfan decided this at 14:05: yes.");
        assert_eq!(today.words(Language::Cy), "Penderfynodd Nia Talfan ar hyn am 14:05: ie.");
        let later = late(SpendDecision::Withdrawn, at + TimeDelta::days(1));
        assert_eq!(later.words(Language::En), "Nia Talfan took this back on 22/11/2026 at 14:05.");
        assert_eq!(late(SpendDecision::Asked, at).words(Language::En), "This went to Nia Talfan at 14:05.");
        let longest = Late { name: "ŵ".repeat(500), ..later };
        for decision in
            [SpendDecision::AuthorisedLess, SpendDecision::Declined, SpendDecision::Emergency, SpendDecision::Question]
        {
            for language in [Language::En, Language::Cy] {
                let words = Late { decision, ..longest.clone() }.words(language);
                assert!(words.chars().count() <= MOST_WORDS, "{words}");
            }
        }
    }
}
