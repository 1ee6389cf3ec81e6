//! How an app comes to act for a practitioner: the authorization code grant of OAuth 2.0 with proof of possession (RFC 6749,
//! section 4.1; RFC 7636), as the best current practice has it (RFC 9700): the proof is always asked for, an address must be the
//! registered one, and a code works once.

use busfare_entity::words::AppScope;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use crate::rules::proof::is_challenge;

/// How long a code may wait to be exchanged.
pub const CODE_LIFE: TimeDelta = TimeDelta::seconds(60);
/// How long a code is remembered after that, so that one that comes back is known.
pub const CODE_REMEMBERED: TimeDelta = TimeDelta::days(1);
/// Most bytes of what an app sends along to know its own request again.
const STATE_BYTES: usize = 512;

/// What an app sends somebody with, as it stands in the address. What is not known is ignored (RFC 6749, section 3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// The app.
    pub client_id: String,
    /// Where to send her back to.
    pub redirect_uri: String,
    /// Always `code`.
    pub response_type: String,
    /// What it would do for her, with spaces between.
    pub scope: String,
    /// What it knows its own request by.
    pub state: String,
    /// What only whoever began can prove later.
    pub code_challenge: String,
    /// Always `S256`.
    pub code_challenge_method: String,
}

impl Sent {
    /// Its parts by name, as they go over the wire.
    pub fn parts(&self) -> [(&'static str, &str); 7] {
        [
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("response_type", &self.response_type),
            ("scope", &self.scope),
            ("state", &self.state),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
        ]
    }
}

/// A request that can be answered by the one who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What the app would do for her.
    pub scopes: Vec<AppScope>,
    /// What only whoever began can prove later.
    pub challenge: String,
}

/// Why nobody is asked, in the words of RFC 6749, section 4.1.2.1. The app is told where she is sent back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unasked {
    /// A part is missing, or is none of what it can be.
    InvalidRequest,
    /// It asks for something else than a code.
    UnsupportedResponseType,
    /// It asks for what there is not, or what it was not registered for.
    InvalidScope,
}

impl Unasked {
    /// The word that goes over the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
        }
    }
}

impl Asked {
    /// What an app that was registered for some scopes asks for.
    pub fn try_new(sent: &Sent, registered: &[AppScope]) -> Result<Self, Unasked> {
        if sent.response_type != "code" {
            return Err(Unasked::UnsupportedResponseType);
        }
        let challenge = &sent.code_challenge;
        if sent.code_challenge_method != "S256" || !is_challenge(challenge) || sent.state.len() > STATE_BYTES {
            return Err(Unasked::InvalidRequest);
        }
        let scopes = scopes(&sent.scope).ok_or(Unasked::InvalidScope)?;
        if scopes.is_empty() || !scopes.iter().all(|scope| registered.contains(scope)) {
            return Err(Unasked::InvalidScope);
        }
        Ok(Self { scopes, challenge: challenge.clone() })
    }
}

/// The scopes of a list with spaces between, each once and in order; none where one of them is not known.
pub fn scopes(listed: &str) -> Option<Vec<AppScope>> {
    let words = listed.split(' ').filter(|word| !word.is_empty());
    let known = words.map(|word| serde_json::from_value(serde_json::Value::String(word.to_owned())));
    let mut scopes: Vec<AppScope> = known.collect::<Result<_, _>>().ok()?;
    scopes.sort_unstable();
    scopes.dedup();
    Some(scopes)
}

/// The same as a list.
pub fn listed(scopes: &[AppScope]) -> String {
    let word = |scope: &AppScope| serde_json::to_value(scope).ok().and_then(|word| word.as_str().map(str::to_owned));
    scopes.iter().filter_map(word).collect::<Vec<_>>().join(" ")
}

/// Whether somebody may be sent to an address: to a registered one as it stands, and on this device at any port
/// (RFC 8252, section 7.3).
pub fn is_registered(address: &str, registered: &[String]) -> bool {
    registered.iter().any(|known| known == address || differs_in_port(known, address))
}

fn differs_in_port(known: &str, address: &str) -> bool {
    let without_port = |address: &str| {
        let mut url = Url::parse(address).ok().filter(|url| url.scheme() == "http")?;
        url.set_port(None).ok()?;
        Some(url)
    };
    // Only addresses on this device are registered with `http`.
    without_port(known).is_some_and(|known| without_port(address) == Some(known))
}

/// The address that she is sent back to, with these words added.
pub fn sent_back(address: &str, words: &[(&str, &str)]) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    url.query_pairs_mut().extend_pairs(words.iter().filter(|(_, word)| !word.is_empty()));
    Some(url.into())
}

/// Where the same request is asked about in another language.
pub fn address(sent: &Sent, language: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(sent.parts()).append_pair("lang", language);
    format!("/oauth/authorize?{}", query.finish())
}

/// Where a form may lead in the end, as a policy for browsers names it: the origin of an address, or a scheme that is an app's
/// own.
pub fn form_target(address: &str) -> String {
    let Ok(url) = Url::parse(address) else { return String::new() };
    match url.scheme() {
        "http" | "https" => url.origin().ascii_serialization(),
        own => format!("{own}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn sent() -> Sent {
        Sent {
            response_type: "code".into(),
            scope: "SPENDS_READ FORMS_READ SPENDS_READ".into(),
            code_challenge: CHALLENGE.into(),
            code_challenge_method: "S256".into(),
            ..Sent::default()
        }
    }

    #[test]
    fn an_app_asks_for_what_it_was_registered_for_and_can_prove_itself() {
        use AppScope::{FormsRead, SpendsRead};
        let registered = [FormsRead, SpendsRead];
        let asked = Asked::try_new(&sent(), &registered).unwrap();
        assert_eq!(asked.scopes, registered);
        assert_eq!(listed(&asked.scopes), "FORMS_READ SPENDS_READ");

        let amiss = |change: fn(&mut Sent)| {
            let mut sent = sent();
            change(&mut sent);
            Asked::try_new(&sent, &registered).unwrap_err().as_str()
        };
        assert_eq!(amiss(|sent| sent.response_type = "token".into()), "unsupported_response_type");
        assert_eq!(amiss(|sent| sent.code_challenge.clear()), "invalid_request");
        assert_eq!(amiss(|sent| sent.code_challenge_method = "plain".into()), "invalid_request");
        assert_eq!(amiss(|sent| sent.state = "a".repeat(513)), "invalid_request");
        assert_eq!(amiss(|sent| sent.scope.clear()), "invalid_scope");
        assert_eq!(amiss(|sent| sent.scope = "SPENDS_WRITE".into()), "invalid_scope");
        assert_eq!(amiss(|sent| sent.scope = "EVERYTHING".into()), "invalid_scope");
    }

    #[test]
    fn an_address_is_the_registered_one_and_a_port_matters_only_elsewhere() {
        let registered = ["https://app.example/back".to_owned(), "http://127.0.0.1/back".to_owned()];
        for known in ["https://app.example/back", "http://127.0.0.1/back", "http://127.0.0.1:51004/back"] {
            assert!(is_registered(known, &registered), "{known}");
        }
        for other in [
            "https://app.example:8443/back",
            "https://app.example/back/",
            "https://app.example/back?more",
            "https://app.example.evil.example/back",
            "http://127.0.0.1:51004/other",
            "http://evil.example/back",
            "",
        ] {
            assert!(!is_registered(other, &registered), "{other}");
        }
    }

    #[test]
    fn she_is_sent_back_with_what_was_decided_and_nothing_can_be_added_by_a_word() {
        let there = sent_back("https://app.example/back?kind=1", &[("code", "a&b=c"), ("state", ""), ("iss", "x")]);
        assert_eq!(there.as_deref(), Some("https://app.example/back?kind=1&code=a%26b%3Dc&iss=x"));
        assert_eq!(
            sent_back("org.example.app:/back", &[("code", "1")]).as_deref(),
            Some("org.example.app:/back?code=1")
        );
    }
}
