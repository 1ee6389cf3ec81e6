//! Signing in: why it did not work, and what an old refresh token means when it comes back.

use busfare_entity::words::{Language, SessionErrorCode};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    refusal::{Refusal, say, say_text},
    text::TextProblem,
};

/// How long a refresh token lives unused: a phone may lie in a drawer for a holiday.
pub const REFRESH_LIFE: TimeDelta = TimeDelta::days(30);
/// How long an exchanged token may be exchanged again, because the reply may have been lost.
pub const REFRESH_GRACE: TimeDelta = TimeDelta::seconds(60);

/// Most characters of a device's name.
pub const DEVICE_CHARS: usize = 60;

/// What presenting a refresh token means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// Exchange it for a successor.
    Rotate,
    /// The last reply was lost: exchange it again.
    RotateAgain,
    /// Too old to mean anything.
    Expired,
    /// Somebody else has a copy: end the whole family.
    Stolen,
}

/// What is known of a refresh token when it is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented {
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was first exchanged.
    pub used_at: Option<DateTime<Utc>>,
    /// Whether a token it was exchanged for has been used.
    pub successor_used: bool,
    /// Whether another token from the same exchange has been used.
    pub sibling_used: bool,
}

/// Decides what a refresh token means. After a lost reply two successors may exist;
/// the first one used is the phone's, and the other one is then a copy.
pub fn refresh(token: Presented, now: DateTime<Utc>) -> Refresh {
    match token.used_at {
        _ if token.sibling_used => Refresh::Stolen,
        None if now >= token.expires_at => Refresh::Expired,
        None => Refresh::Rotate,
        Some(used_at) if !token.successor_used && now < used_at + REFRESH_GRACE => Refresh::RotateAgain,
        Some(_) => Refresh::Stolen,
    }
}

/// Why there is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionRefusal {
    /// E-mail and password do not match anybody who may sign in.
    SignInFailed,
    /// The refresh token is not valid any more.
    RefreshFailed,
    /// A device's name cannot be kept.
    DeviceName(TextProblem),
    /// People sign in with the council's own account.
    PasswordOff,
    /// People do not.
    CouncilOff,
    /// The council's token is not valid now, or was used before.
    CouncilTokenFailed,
    /// The council's provider does not answer.
    CouncilAway,
    /// Nobody has given her a place here.
    NoPlace,
    /// Her team is full.
    TeamFull,
}

impl Refusal for SessionRefusal {
    type Code = SessionErrorCode;

    fn code(&self) -> SessionErrorCode {
        match self {
            Self::SignInFailed => SessionErrorCode::SignInFailed,
            Self::RefreshFailed => SessionErrorCode::RefreshFailed,
            Self::DeviceName(_) => SessionErrorCode::TextNotPlain,
            Self::PasswordOff => SessionErrorCode::PasswordOff,
            Self::CouncilOff => SessionErrorCode::CouncilOff,
            Self::CouncilTokenFailed => SessionErrorCode::CouncilTokenFailed,
            Self::CouncilAway => SessionErrorCode::CouncilAway,
            Self::NoPlace => SessionErrorCode::NoPlace,
            Self::TeamFull => SessionErrorCode::TeamFull,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::SignInFailed | Self::PasswordOff | Self::CouncilOff => &[],
            Self::CouncilTokenFailed | Self::CouncilAway | Self::NoPlace | Self::TeamFull => &["idToken"],
            Self::RefreshFailed => &["refreshToken"],
            Self::DeviceName(_) => &["deviceName"],
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::SignInFailed => say(
                language,
                "That e-mail and password do not match. Check both and try again.",
                "Nid yw'r e-bost a'r cyfrinair yn cyfateb. Gwiriwch y ddau a rhowch gynnig arall arni.",
            ),
            Self::RefreshFailed => say(
                language,
                "This device is signed out. Sign in again; nothing you saved is lost.",
                "Mae'r ddyfais hon wedi'i hallgofnodi. Mewngofnodwch eto; ni chollwyd dim.",
            ),
            Self::DeviceName(problem) => say_text(*problem, language),
            Self::PasswordOff => say(
                language,
                "Sign in with your council account. Passwords are not used here.",
                "Mewngofnodwch â'ch cyfrif cyngor. Ni ddefnyddir cyfrineiriau yma.",
            ),
            Self::CouncilOff => say(
                language,
                "Sign in with your e-mail and password. There is no council account here.",
                "Mewngofnodwch â'ch e-bost a'ch cyfrinair. Nid oes cyfrif cyngor yma.",
            ),
            Self::CouncilTokenFailed => say(
                language,
                "Your council sign-in has run out. Sign in with the council again.",
                "Mae eich mewngofnodi gyda'r cyngor wedi dod i ben. Mewngofnodwch gyda'r cyngor eto.",
            ),
            Self::CouncilAway => say(
                language,
                "The council's sign-in does not answer. Wait a moment and try again.",
                "Nid yw mewngofnodi'r cyngor yn ateb. Arhoswch eiliad a rhowch gynnig arall arni.",
            ),
            Self::NoPlace => say(
                language,
                "You have no place in a team here yet. Ask your senior to see to it.",
                "Nid oes gennych le mewn tîm yma eto. Gofynnwch i'ch uwch-swyddog ofalu am hynny.",
            ),
            Self::TeamFull => say(
                language,
                "Your team has eight people, which is all it may have. Ask your senior.",
                "Mae wyth o bobl yn eich tîm, sef y nifer mwyaf. Gofynnwch i'ch uwch-swyddog.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    #[test]
    fn every_refusal_to_sign_in_is_plain_and_fits_on_a_phone() {
        for refusal in [
            SessionRefusal::SignInFailed,
            SessionRefusal::RefreshFailed,
            SessionRefusal::DeviceName(TextProblem::TooLong(60)),
            SessionRefusal::DeviceName(TextProblem::NotPlain),
            SessionRefusal::PasswordOff,
            SessionRefusal::CouncilOff,
            SessionRefusal::CouncilTokenFailed,
            SessionRefusal::CouncilAway,
            SessionRefusal::NoPlace,
            SessionRefusal::TeamFull,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en != cy && en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
        }
    }

    #[test]
    fn a_lost_reply_is_forgiven_and_a_copy_is_not() {
        let noon = DateTime::<Utc>::UNIX_EPOCH;
        let ends = noon + REFRESH_LIFE;
        let later = |seconds| noon + TimeDelta::seconds(seconds);

        let fresh = Presented { expires_at: ends, used_at: None, successor_used: false, sibling_used: false };
        let used = Presented { used_at: Some(noon), ..fresh };

        assert_eq!(refresh(fresh, noon), Refresh::Rotate);
        assert_eq!(refresh(fresh, ends), Refresh::Expired);
        assert_eq!(refresh(used, later(59)), Refresh::RotateAgain);
        assert_eq!(refresh(used, later(60)), Refresh::Stolen);
        assert_eq!(refresh(Presented { successor_used: true, ..used }, later(1)), Refresh::Stolen);
        assert_eq!(refresh(Presented { sibling_used: true, ..fresh }, later(1)), Refresh::Stolen);
    }
}
