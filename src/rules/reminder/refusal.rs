//! Why reminders were not set, or a device not registered.

use busfare_entity::words::{Language, ReminderErrorCode};

use crate::rules::refusal::{Refusal, say, say_key_reused};

/// Why reminders were not set, or a device not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReminderRefusal {
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// What this field says is no hour.
    HourNotValid(&'static str),
    /// The hour is quiet.
    HourIsQuiet,
    /// This server sends no push messages.
    PushNotOffered,
    /// This server sends no e-mail.
    EmailNotOffered,
    /// It is no address of a push service.
    EndpointNotValid,
    /// They are no keys of a subscription.
    KeysNotValid(&'static str),
}

impl Refusal for ReminderRefusal {
    type Code = ReminderErrorCode;

    fn code(&self) -> ReminderErrorCode {
        match self {
            Self::IdempotencyKeyReused => ReminderErrorCode::IdempotencyKeyReused,
            Self::HourNotValid(_) => ReminderErrorCode::HourNotValid,
            Self::HourIsQuiet => ReminderErrorCode::HourIsQuiet,
            Self::PushNotOffered => ReminderErrorCode::PushNotOffered,
            Self::EmailNotOffered => ReminderErrorCode::EmailNotOffered,
            Self::EndpointNotValid => ReminderErrorCode::EndpointNotValid,
            Self::KeysNotValid(_) => ReminderErrorCode::KeysNotValid,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::HourNotValid("quietFrom") => &["quietFrom"],
            Self::HourNotValid("quietTo") => &["quietTo"],
            Self::HourNotValid(_) | Self::HourIsQuiet => &["hour"],
            Self::EndpointNotValid => &["endpoint"],
            Self::PushNotOffered => &[],
            Self::EmailNotOffered => &["channel"],
            Self::KeysNotValid("auth") => &["auth"],
            Self::KeysNotValid(_) => &["p256dh"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::HourNotValid(_) => {
                ("An hour is a whole number from 0 to 23. Change it.", "Rhif cyfan o 0 i 23 yw awr. Newidiwch ef.")
            }
            Self::HourIsQuiet => (
                "That hour is one of your quiet hours. Choose another hour, or other quiet hours.",
                "Mae'r awr honno'n un o'ch oriau tawel. Dewiswch awr arall, neu oriau tawel eraill.",
            ),
            Self::PushNotOffered => (
                "This server sends no push messages. Choose e-mail, or ask whoever runs it.",
                "Nid yw'r gweinydd hwn yn anfon negeseuon gwthio. Dewiswch e-bost, neu holwch pwy sy'n ei redeg.",
            ),
            Self::EmailNotOffered => (
                "This server sends no e-mail. Choose another way, or ask whoever runs it.",
                "Nid yw'r gweinydd hwn yn anfon e-bost. Dewiswch ffordd arall, neu holwch pwy sy'n ei redeg.",
            ),
            Self::EndpointNotValid => (
                "That is not an https address of a push service. Send the one that the browser gave.",
                "Nid cyfeiriad https gwasanaeth gwthio yw hwnnw. Anfonwch yr un a roddodd y porwr.",
            ),
            Self::KeysNotValid(_) => (
                "Those are not the keys of a push subscription. Send the ones that the browser gave.",
                "Nid allweddi tanysgrifiad gwthio yw'r rheini. Anfonwch y rhai a roddodd y porwr.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_about_reminders_fits_on_a_phone_in_both_languages() {
        use ReminderRefusal as No;
        for refusal in [
            No::IdempotencyKeyReused,
            No::HourNotValid("hour"),
            No::HourNotValid("quietFrom"),
            No::HourNotValid("quietTo"),
            No::HourIsQuiet,
            No::PushNotOffered,
            No::EmailNotOffered,
            No::EndpointNotValid,
            No::KeysNotValid("auth"),
            No::KeysNotValid("p256dh"),
        ] {
            let words = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert_ne!(words[0], words[1]);
            reading::plain(&words[0]);
            assert!(words.iter().all(|words| (10..=MOST_WORDS).contains(&words.chars().count())), "{refusal:?}");
            assert!(refusal.field().len() == 1 || refusal == No::PushNotOffered);
        }
    }
}
