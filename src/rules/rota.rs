//! The rota: who may say that somebody is on duty or away, and for how long.

use busfare_entity::words::{DutyKind, HubId, Language, PractitionerId, RotaErrorCode, TeamId};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    nearest::OnDuty,
    refusal::{Refusal, say, say_key_reused},
    sight::{Viewer, answers_for_team},
};

/// The longest duty that is put down at once.
pub const LONGEST_DUTY: TimeDelta = TimeDelta::days(31);
/// The longest absence with a known end.
pub const LONGEST_ABSENCE: TimeDelta = TimeDelta::days(400);
/// How far ahead either is noted.
pub const FURTHEST_AHEAD: TimeDelta = TimeDelta::days(400);
/// Most duties, and most absences, that one person has from now on.
pub const MOST_OF_ONE: u64 = 50;

/// Why somebody's duty or absence is not noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotaRefusal {
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// It would end before it begins.
    EndsBeforeStarts,
    /// It would last longer than anybody plans, or begin too far ahead.
    TooLong,
    /// It is somebody else's, of another team or not the viewer's to answer for.
    NotYoursToSay,
    /// Only an enabler or a senior puts somebody on duty.
    NotYoursToPut,
    /// Duty at a hub needs the hub, and other duty has none.
    HubMismatch,
    /// Nobody stands in for herself.
    OwnDeputy,
    /// It has ended already.
    AlreadyEnded,
    /// As many as one person can have.
    TooMany,
}

impl Refusal for RotaRefusal {
    type Code = RotaErrorCode;

    fn code(&self) -> RotaErrorCode {
        match self {
            Self::IdempotencyKeyReused => RotaErrorCode::IdempotencyKeyReused,
            Self::EndsBeforeStarts => RotaErrorCode::EndsBeforeStarts,
            Self::TooLong => RotaErrorCode::TooLong,
            Self::NotYoursToSay => RotaErrorCode::NotYoursToSay,
            Self::NotYoursToPut => RotaErrorCode::NotYoursToPut,
            Self::HubMismatch => RotaErrorCode::HubMismatch,
            Self::OwnDeputy => RotaErrorCode::OwnDeputy,
            Self::AlreadyEnded => RotaErrorCode::AlreadyEnded,
            Self::TooMany => RotaErrorCode::TooMany,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::EndsBeforeStarts | Self::TooLong => &["ends"],
            Self::NotYoursToSay => &["practitionerId"],
            Self::HubMismatch => &["hubId"],
            Self::OwnDeputy => &["deputyId"],
            Self::NotYoursToPut | Self::AlreadyEnded | Self::TooMany => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::EndsBeforeStarts => (
                "That ends before it begins. Give an end after the start.",
                "Mae hynny'n gorffen cyn dechrau. Rhowch ddiwedd ar ôl y dechrau.",
            ),
            Self::TooLong => (
                "That is too long or too far ahead. Note a shorter time and add to it later.",
                "Mae hynny'n rhy hir neu'n rhy bell ymlaen. Nodwch gyfnod byrrach ac ychwanegwch ato wedyn.",
            ),
            Self::NotYoursToSay => (
                "Only she, or an enabler or senior of her team, can say so. Ask one of them.",
                "Dim ond hi, neu alluogwr neu uwch-swyddog ei thîm, all ddweud hynny. Gofynnwch i un ohonynt.",
            ),
            Self::NotYoursToPut => (
                "Only an enabler or a senior changes who is on duty. Ask one of them.",
                "Dim ond galluogwr neu uwch-swyddog all newid pwy sydd ar ddyletswydd. Gofynnwch i un ohonynt.",
            ),
            Self::HubMismatch => (
                "Duty at a hub needs the hub, and other duty has none. Change one of them.",
                "Mae angen hwb ar ddyletswydd mewn hwb, ac nid ar ddyletswydd arall. Newidiwch un ohonynt.",
            ),
            Self::OwnDeputy => (
                "Nobody stands in for herself. Name a colleague, or nobody.",
                "Nid oes neb yn dirprwyo drosti ei hun. Enwch gydweithiwr, neu neb.",
            ),
            Self::AlreadyEnded => ("That is past. Note a new one if you need it.", "Mae hynny eisoes wedi gorffen."),
            Self::TooMany => (
                "That is as many as one person can have. End one first.",
                "Dyna gynifer ag y gall un person eu cael. Gorffennwch un yn gyntaf.",
            ),
        };
        say(language, en, cy)
    }
}

/// A stretch of time that begins now or later, and ends after it begins, if its end is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From here.
    pub starts: DateTime<Utc>,
    /// Until just before here.
    pub ends: Option<DateTime<Utc>>,
}

impl Stretch {
    /// Parses what the phone sent. What began before now begins now.
    pub fn try_new(
        starts: Option<DateTime<Utc>>,
        ends: Option<DateTime<Utc>>,
        longest: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Self, RotaRefusal> {
        let starts = starts.map_or(now, |starts| starts.max(now));
        if ends.is_some_and(|ends| ends <= starts) {
            return Err(RotaRefusal::EndsBeforeStarts);
        }
        let too_long = ends.is_some_and(|ends| ends.signed_duration_since(starts) > longest);
        if too_long || starts.signed_duration_since(now) > FURTHEST_AHEAD {
            return Err(RotaRefusal::TooLong);
        }
        Ok(Self { starts, ends })
    }
}

/// Whether a viewer may say that somebody is away, or back.
pub fn may_note_absence(viewer: &Viewer, of: PractitionerId, her_team: TeamId) -> Result<(), RotaRefusal> {
    let answers = answers_for_team(viewer) && viewer.team == her_team;
    if of == viewer.id || answers { Ok(()) } else { Err(RotaRefusal::NotYoursToSay) }
}

/// Whether a viewer may say who is on duty.
pub fn may_put_on_duty(viewer: &Viewer) -> Result<(), RotaRefusal> {
    if answers_for_team(viewer) { Ok(()) } else { Err(RotaRefusal::NotYoursToPut) }
}

/// What somebody is on duty for: a hub is named for duty at a hub and for no other.
pub fn duty(kind: DutyKind, hub: Option<HubId>) -> Result<OnDuty, RotaRefusal> {
    match (kind, hub) {
        (DutyKind::Hub, Some(hub)) => Ok(OnDuty::Hub(hub)),
        (DutyKind::Manager, None) => Ok(OnDuty::Manager),
        (DutyKind::OutOfHours, None) => Ok(OnDuty::OutOfHours),
        (DutyKind::Hub, None) | (DutyKind::Manager | DutyKind::OutOfHours, Some(_)) => Err(RotaRefusal::HubMismatch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_fits_on_a_phone_in_both_languages() {
        use RotaRefusal as No;
        for refusal in [
            No::IdempotencyKeyReused,
            No::EndsBeforeStarts,
            No::TooLong,
            No::NotYoursToSay,
            No::NotYoursToPut,
            No::HubMismatch,
            No::OwnDeputy,
            No::AlreadyEnded,
            No::TooMany,
        ] {
            let words = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert_ne!(words[0], words[1]);
            reading::plain(&words[0]);
            assert!(words.iter().all(|words| (10..=MOST_WORDS).contains(&words.chars().count())), "{refusal:?}");
        }
    }

    #[test]
    fn a_stretch_begins_now_or_later_and_ends_after_it_begins() {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let day = |days| Some(now + TimeDelta::days(days));
        let stretch = |starts, ends| Stretch::try_new(starts, ends, LONGEST_DUTY, now);

        assert_eq!(stretch(day(-3), None), Ok(Stretch { starts: now, ends: None }));
        assert_eq!(stretch(None, day(0)), Err(RotaRefusal::EndsBeforeStarts));
        assert_eq!(stretch(day(2), day(1)), Err(RotaRefusal::EndsBeforeStarts));
        assert_eq!(stretch(None, day(32)), Err(RotaRefusal::TooLong));
        assert_eq!(stretch(day(401), None), Err(RotaRefusal::TooLong));
        assert_eq!(
            stretch(Some(DateTime::<Utc>::MAX_UTC), Some(DateTime::<Utc>::MAX_UTC)),
            Err(RotaRefusal::EndsBeforeStarts)
        );
        assert_eq!(stretch(Some(DateTime::<Utc>::MIN_UTC), Some(DateTime::<Utc>::MAX_UTC)), Err(RotaRefusal::TooLong));
    }
}
