//! Why an appointment is not made or changed: with the next that is free, where somebody else has just taken it.

use busfare_entity::words::{AppointmentErrorCode, AppointmentStatus, HubId, HubSessionId, Language};
use chrono::{DateTime, Datelike, NaiveDateTime, Utc};

use crate::rules::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    text::TextProblem,
};

/// Most characters of a hub's name in the words of a refusal.
const HUB_CHARS: usize = 40;

/// The next time that is free, when somebody else was first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// In which session.
    pub session: HubSessionId,
    /// Where.
    pub hub: HubId,
    /// What the hub is called.
    pub hub_name: String,
    /// When.
    pub starts: DateTime<Utc>,
    /// When, on the wall.
    pub local: NaiveDateTime,
}

/// Why an appointment is not made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppointmentRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// Words cannot be kept.
    Words(TextProblem),
    /// Somebody else has it; with the next that is free, if there is one.
    SlotTaken(Option<Next>),
    /// There is no such slot.
    NoSuchSlot,
    /// It has begun already.
    SlotPast,
    /// People walk in there.
    DropInOnly,
    /// It cannot go from one status to the other.
    NotFromHere {
        /// Where it stands.
        from: AppointmentStatus,
        /// Where it was to go.
        to: AppointmentStatus,
    },
    /// It has not begun yet.
    NotYet,
    /// Why it did not happen is needed.
    ReasonNeeded,
    /// A reason is given, and it happened.
    ReasonNotNeeded,
    /// The person waits there already.
    WaitsAlready,
    /// As many wait as one hub keeps.
    ListFull,
}

impl Refusal for AppointmentRefusal {
    type Code = AppointmentErrorCode;

    fn code(&self) -> AppointmentErrorCode {
        match self {
            Self::IdAlreadyUsed => AppointmentErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => AppointmentErrorCode::IdempotencyKeyReused,
            Self::Words(TextProblem::TooLong(_)) => AppointmentErrorCode::TextTooLong,
            Self::Words(TextProblem::NotPlain) => AppointmentErrorCode::TextNotPlain,
            Self::SlotTaken(_) => AppointmentErrorCode::SlotTaken,
            Self::NoSuchSlot => AppointmentErrorCode::NoSuchSlot,
            Self::SlotPast => AppointmentErrorCode::SlotPast,
            Self::DropInOnly => AppointmentErrorCode::DropInOnly,
            Self::NotFromHere { .. } => AppointmentErrorCode::NotFromHere,
            Self::NotYet => AppointmentErrorCode::NotYet,
            Self::ReasonNeeded => AppointmentErrorCode::ReasonNeeded,
            Self::ReasonNotNeeded => AppointmentErrorCode::ReasonNotNeeded,
            Self::WaitsAlready => AppointmentErrorCode::WaitsAlready,
            Self::ListFull => AppointmentErrorCode::ListFull,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed => &["id"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Words(_) => &["note"],
            Self::SlotTaken(_) | Self::NoSuchSlot | Self::SlotPast => &["starts"],
            Self::DropInOnly => &["sessionId"],
            Self::NotFromHere { .. } => &["status"],
            Self::NotYet => &["at"],
            Self::ReasonNeeded | Self::ReasonNotNeeded => &["because"],
            Self::WaitsAlready => &["personId"],
            Self::ListFull => &["hubIds"],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Words(problem) => return say_text(*problem, language),
            Self::SlotTaken(Some(next)) => return taken(next, language),
            Self::SlotTaken(None) => (
                "That time has just gone, and there is no other. Put them on the list, or ask them to walk in.",
                "Mae'r amser newydd fynd, ac nid oes un arall. Rhowch nhw ar y rhestr, neu gofynnwch iddynt alw heibio.",
            ),
            Self::NoSuchSlot => (
                "There is no such time here. Look at the times again, and pick one.",
                "Nid oes amser o'r fath yma. Edrychwch ar yr amseroedd eto, a dewiswch un.",
            ),
            Self::SlotPast => {
                ("That time is past. Pick one to come.", "Mae'r amser hwnnw wedi mynd. Dewiswch un sydd i ddod.")
            }
            Self::DropInOnly => (
                "No times are booked here. Ask them to walk in when it is open.",
                "Nid oes archebu yma. Gofynnwch iddynt alw heibio pan fydd ar agor.",
            ),
            Self::NotFromHere { .. } => (
                "It has moved on since. Look at it again, and see what you can do now.",
                "Mae wedi symud ymlaen ers hynny. Edrychwch arno eto, a gweld beth allwch ei wneud nawr.",
            ),
            Self::NotYet => (
                "That time has not come yet. Say so once it has.",
                "Nid yw'r amser hwnnw wedi dod eto. Dywedwch pan fydd.",
            ),
            Self::ReasonNeeded => (
                "Say what kept it from taking place. Not known will do.",
                "Dywedwch beth a'i rhwystrodd. Mae 'ddim yn hysbys' yn ddigon.",
            ),
            Self::ReasonNotNeeded => (
                "It took place, so it needs no reason. Leave that out.",
                "Fe ddigwyddodd, felly nid oes angen rheswm. Gadewch hynny allan.",
            ),
            Self::WaitsAlready => (
                "They are on the list here. They come next when their turn is up.",
                "Maent ar y rhestr yma eisoes. Cânt eu tro pan ddaw.",
            ),
            Self::ListFull => (
                "The list is full here. Try one more hub, or ask them to walk in.",
                "Mae'r rhestr yn llawn yma. Rhowch gynnig ar hwb arall, neu gofynnwch iddynt alw heibio.",
            ),
        };
        say(language, en, cy)
    }
}

fn taken(next: &Next, language: Language) -> String {
    const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const CY: [&str; 7] = ["Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul"];
    let weekday = next.local.weekday().num_days_from_monday() as usize;
    let hub: String = next.hub_name.chars().take(HUB_CHARS).collect();
    let at = next.local.format("%d/%m/%Y, %H:%M");
    say(
        language,
        format!("That time has just gone. The next is on {} {at}, at {hub}. Take it?", EN[weekday]),
        format!("Mae'r amser newydd fynd. Mae'r nesaf ddydd {} {at}, yn {hub}. Cymryd hwnnw?", CY[weekday]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};
    use uuid::Uuid;

    #[test]
    fn every_refusal_about_an_appointment_fits_on_a_phone_in_both_languages() {
        use AppointmentRefusal as No;
        let local: NaiveDateTime = "2026-11-23T10:30:00".parse().unwrap();
        let next = Next {
            session: HubSessionId(Uuid::nil()),
            hub: HubId(Uuid::nil()),
            hub_name: "Town hall ".repeat(20),
            starts: local.and_utc(),
            local,
        };
        for refusal in [
            No::IdAlreadyUsed,
            No::IdempotencyKeyReused,
            No::Words(TextProblem::TooLong(140)),
            No::Words(TextProblem::NotPlain),
            No::SlotTaken(Some(next)),
            No::SlotTaken(None),
            No::NoSuchSlot,
            No::SlotPast,
            No::DropInOnly,
            No::NotFromHere { from: AppointmentStatus::Booked, to: AppointmentStatus::Waitlist },
            No::NotYet,
            No::ReasonNeeded,
            No::ReasonNotNeeded,
            No::WaitsAlready,
            No::ListFull,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            assert!(!refusal.field().is_empty());
            reading::plain(&en);
            assert_ne!(en, cy);
        }
    }
}
