//! Third-party apps: what may be registered, by whom and for how long; and how one comes to act for a practitioner.

use busfare_entity::words::{AppErrorCode, AppScope, Language, Role, TeamKind};
use chrono::{DateTime, Months, NaiveDate, Utc};
use url::{Host, Url};

use super::{
    refusal::{Refusal, say, say_id_used, say_key_reused, say_text},
    team::sets_direction,
    text::{self, TextProblem},
};

pub mod authorization;
pub mod consent;
pub mod webhook;

/// Most characters of an app's name.
pub const NAME_CHARS: usize = 80;
/// Most addresses of an app.
pub const MOST_ADDRESSES: usize = 10;
/// Most bytes of an address.
const ADDRESS_BYTES: usize = 400;
/// For how long an app is registered where nothing else is said, and at most.
const USUAL_LIFE: Months = Months::new(12);
const LONGEST_LIFE: Months = Months::new(24);

/// What is registered of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// What it is called.
    pub name: String,
    /// What it may do at most, each scope once and in order.
    pub scopes: Vec<AppScope>,
    /// Where somebody who lets it act for her is sent back to.
    pub redirect_uris: Vec<String>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl Registration {
    /// What was asked for, if it can be registered.
    pub fn try_new(
        name: &str,
        scopes: &[AppScope],
        redirect_uris: &[String],
        expires_on: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<Self, AppRefusal> {
        let name = text::plain(name, NAME_CHARS).map_err(AppRefusal::Name)?.ok_or(AppRefusal::NameNeeded)?;
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(AppRefusal::NoScope);
        }
        if redirect_uris.len() > MOST_ADDRESSES {
            return Err(AppRefusal::TooManyAddresses);
        }
        if !redirect_uris.iter().all(|address| is_safe(address)) {
            return Err(AppRefusal::AddressNotSafe);
        }
        let expires_at = ends(expires_on, now)?;
        Ok(Self { name, scopes, redirect_uris: redirect_uris.to_vec(), expires_at })
    }
}

/// When a token that is made now ends: with that day, or after the usual time.
pub fn ends(expires_on: Option<NaiveDate>, now: DateTime<Utc>) -> Result<DateTime<Utc>, AppRefusal> {
    let Some(day) = expires_on else { return Ok(now + USUAL_LIFE) };
    let after = day.succ_opt().and_then(|day| day.and_hms_opt(0, 0, 0)).ok_or(AppRefusal::DateOutOfRange)?.and_utc();
    if after > now && after <= now + LONGEST_LIFE { Ok(after) } else { Err(AppRefusal::DateOutOfRange) }
}

/// Whether an address is one to which a code may be sent: `https`, this device (RFC 8252, section 7.3), or a scheme that an
/// app has to itself, which has a full stop in it (section 7.1). A fragment is never part of it (RFC 6749, section 3.1.2).
fn is_safe(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let plain = address.len() <= ADDRESS_BYTES && address.bytes().all(|byte| byte.is_ascii_graphic());
    let bare = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let fits = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_this_device(&url),
        own => own.contains('.'),
    };
    plain && bare && fits
}

fn is_this_device(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    }
}

/// Whether somebody sees to apps: a senior of a team that sets direction.
pub fn may_register(role: Role, of_kind: TeamKind) -> Result<(), AppRefusal> {
    if sets_direction(role, of_kind) { Ok(()) } else { Err(AppRefusal::NotYoursToSay) }
}

/// Why an app is not registered or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppRefusal {
    /// The id belongs to something else.
    IdAlreadyUsed,
    /// The key was used with another input.
    IdempotencyKeyReused,
    /// The name cannot be kept.
    Name(TextProblem),
    /// It has no name.
    NameNeeded,
    /// It may do nothing at all.
    NoScope,
    /// It has more addresses than anybody needs.
    TooManyAddresses,
    /// One of its addresses could be somebody else's.
    AddressNotSafe,
    /// It would end before it began, or far away.
    DateOutOfRange,
    /// It is for a senior of a team that sets direction to say.
    NotYoursToSay,
    /// It was revoked, and stays so.
    Revoked,
    /// It may not know when something changes.
    ScopeMissing,
    /// An address to which it is told is none of the public network.
    AddressNotPublic,
    /// It is told in more places than anybody needs.
    TooManyWebhooks,
    /// Nothing stands at that place.
    PlaceNotKnown,
}

impl Refusal for AppRefusal {
    type Code = AppErrorCode;

    fn code(&self) -> AppErrorCode {
        match self {
            Self::IdAlreadyUsed => AppErrorCode::IdAlreadyUsed,
            Self::IdempotencyKeyReused => AppErrorCode::IdempotencyKeyReused,
            Self::Name(TextProblem::TooLong(_)) => AppErrorCode::TextTooLong,
            Self::Name(TextProblem::NotPlain) => AppErrorCode::TextNotPlain,
            Self::NameNeeded => AppErrorCode::NameNeeded,
            Self::NoScope => AppErrorCode::NoScope,
            Self::TooManyAddresses => AppErrorCode::TooManyAddresses,
            Self::AddressNotSafe => AppErrorCode::AddressNotSafe,
            Self::DateOutOfRange => AppErrorCode::DateOutOfRange,
            Self::NotYoursToSay => AppErrorCode::NotYoursToSay,
            Self::Revoked => AppErrorCode::Revoked,
            Self::ScopeMissing => AppErrorCode::ScopeMissing,
            Self::AddressNotPublic => AppErrorCode::AddressNotSafe,
            Self::TooManyWebhooks => AppErrorCode::TooManyWebhooks,
            Self::PlaceNotKnown => AppErrorCode::PlaceNotKnown,
        }
    }

    fn field(&self) -> &'static [&'static str] {
        match self {
            Self::IdAlreadyUsed | Self::Revoked | Self::ScopeMissing | Self::TooManyWebhooks => &["appId"],
            Self::AddressNotPublic => &["url"],
            Self::PlaceNotKnown => &["after"],
            Self::IdempotencyKeyReused => &["idempotencyKey"],
            Self::Name(_) | Self::NameNeeded => &["name"],
            Self::NoScope => &["scopes"],
            Self::TooManyAddresses | Self::AddressNotSafe => &["redirectUris"],
            Self::DateOutOfRange => &["expiresOn"],
            Self::NotYoursToSay => &[],
        }
    }

    fn words(&self, language: Language) -> String {
        let (en, cy) = match self {
            Self::IdAlreadyUsed => return say_id_used(language),
            Self::IdempotencyKeyReused => return say_key_reused(language),
            Self::Name(problem) => return say_text(*problem, language),
            Self::NameNeeded => ("Give the app a name.", "Rhowch enw i'r ap."),
            Self::NoScope => {
                ("Say what the app may do: name a scope.", "Dywedwch beth gaiff yr ap ei wneud: enwch gwmpas.")
            }
            Self::TooManyAddresses => ("An app has at most ten addresses.", "Mae gan ap ddeg cyfeiriad ar y mwyaf."),
            Self::AddressNotSafe => (
                "An address starts with https, is on this device, or has a scheme of the app's own, like org.example.app.",
                "Mae cyfeiriad yn dechrau â https, ar y ddyfais hon, neu â chynllun yr ap ei hun, fel org.example.app.",
            ),
            Self::DateOutOfRange => (
                "Choose a day from today to two years from now.",
                "Dewiswch ddiwrnod o heddiw hyd at ddwy flynedd o nawr.",
            ),
            Self::NotYoursToSay => (
                "Seniors of a team that sets direction see to apps. Ask one of them.",
                "Uwch-swyddogion tîm sy'n gosod cyfeiriad sy'n gofalu am apiau. Gofynnwch i un ohonynt.",
            ),
            Self::Revoked => (
                "This app was ended, and stays so. Register it anew.",
                "Daethpwyd â'r ap hwn i ben, ac felly y bydd. Cofrestrwch ef o'r newydd.",
            ),
            Self::ScopeMissing => (
                "This app may not know when things change. Register one with SYNC_READ.",
                "Ni chaiff yr ap hwn wybod pan fydd pethau'n newid. Cofrestrwch un â SYNC_READ.",
            ),
            Self::AddressNotPublic => (
                "Give an https address that anybody can reach, with no port in it.",
                "Rhowch gyfeiriad https y gall unrhyw un ei gyrraedd, heb borth ynddo.",
            ),
            Self::PlaceNotKnown => (
                "Nothing has that place. Give a place as messages have it, or none.",
                "Nid oes dim yn y lle hwnnw. Rhowch le fel y mae yn y negeseuon, neu ddim.",
            ),
            Self::TooManyWebhooks => (
                "An app is told in ten places at most. End one of them first.",
                "Dywedir wrth ap mewn deg lle ar y mwyaf. Dewch ag un ohonynt i ben yn gyntaf.",
            ),
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{reading, refusal::MOST_WORDS};

    fn noon() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    fn with(addresses: &[&str]) -> Result<Registration, AppRefusal> {
        let addresses: Vec<_> = addresses.iter().map(|it| (*it).to_owned()).collect();
        Registration::try_new("Bus times", &[AppScope::SpendsRead], &addresses, None, noon())
    }

    #[test]
    fn a_code_goes_to_addresses_that_are_the_apps_own() {
        for safe in [
            "https://app.example/back",
            "https://app.example/back?kind=1",
            "http://127.0.0.1/back",
            "http://127.0.0.1:3000/back",
            "http://[::1]/back",
            "org.example.app:/back",
        ] {
            assert!(with(&[safe]).is_ok(), "{safe}");
        }
        for unsafe_one in [
            "",
            "back",
            "http://app.example/back",
            "http://localhost/back",
            "javascript:alert(1)",
            "data:text/html,hello",
            "app:/back",
            "https://app.example/back#there",
            "https://me@app.example/back",
            "https://app.example/ back",
            "https://app.example/b\u{e2}ck",
        ] {
            assert_eq!(with(&[unsafe_one]), Err(AppRefusal::AddressNotSafe), "{unsafe_one}");
        }
        assert_eq!(with(&["https://app.example/"; 11]), Err(AppRefusal::TooManyAddresses));
    }

    #[test]
    fn scopes_are_kept_once_and_in_order_and_there_is_one_at_least() {
        let scopes = [AppScope::SpendsRead, AppScope::FormsRead, AppScope::SpendsRead];
        let kept = Registration::try_new(" Bus times ", &scopes, &[], None, noon()).unwrap();
        assert_eq!((kept.scopes, kept.name.as_str()), (vec![AppScope::FormsRead, AppScope::SpendsRead], "Bus times"));
        assert_eq!(Registration::try_new("Bus times", &[], &[], None, noon()), Err(AppRefusal::NoScope));
        assert_eq!(Registration::try_new(" ", &scopes, &[], None, noon()), Err(AppRefusal::NameNeeded));
    }

    #[test]
    fn it_ends_with_a_day_of_the_next_two_years() {
        let until = |day: &str| ends(Some(day.parse().unwrap()), noon()).map(|end| end.to_rfc3339());
        assert_eq!(until("2026-11-23").as_deref(), Ok("2026-11-24T00:00:00+00:00"));
        assert_eq!(until("2028-11-22").as_deref(), Ok("2028-11-23T00:00:00+00:00"));
        for day in ["2026-11-22", "2028-11-24", "9999-12-31"] {
            assert_eq!(until(day), Err(AppRefusal::DateOutOfRange), "{day}");
        }
        assert_eq!(ends(None, noon()).unwrap().to_rfc3339(), "2027-11-23T12:00:00+00:00");
    }

    #[test]
    fn seniors_of_a_team_that_sets_direction_see_to_apps() {
        assert_eq!(may_register(Role::Senior, TeamKind::Strategy), Ok(()));
        assert_eq!(may_register(Role::Practitioner, TeamKind::Strategy), Err(AppRefusal::NotYoursToSay));
        assert_eq!(may_register(Role::Senior, TeamKind::FamilyFacing), Err(AppRefusal::NotYoursToSay));
    }

    #[test]
    fn every_refusal_about_an_app_is_plain_and_fits_on_a_phone() {
        for refusal in [
            AppRefusal::IdAlreadyUsed,
            AppRefusal::IdempotencyKeyReused,
            AppRefusal::Name(TextProblem::TooLong(NAME_CHARS)),
            AppRefusal::NameNeeded,
            AppRefusal::NoScope,
            AppRefusal::TooManyAddresses,
            AppRefusal::AddressNotSafe,
            AppRefusal::DateOutOfRange,
            AppRefusal::NotYoursToSay,
            AppRefusal::Revoked,
            AppRefusal::ScopeMissing,
            AppRefusal::AddressNotPublic,
            AppRefusal::TooManyWebhooks,
            AppRefusal::PlaceNotKnown,
        ] {
            let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
            assert!(en != cy && en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
            reading::plain(&en);
        }
    }
}
