//! A visit to the council's sign-in page, in a browser: what it is sent there with, so that what comes back can only be the end
//! of what began here (OpenID Connect Core 1.0, section 3.1.2; RFC 7636).

use busfare_entity::words::Language;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::rules::proof::challenge;

/// How long somebody may take to sign in there.
pub const VISIT_LIFE: TimeDelta = TimeDelta::minutes(10);

/// What only the browser that was sent, and this server, know of a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// What comes back with her.
    pub state: String,
    /// What stands in the token that is about her.
    pub nonce: String,
    /// What the code that comes back is exchanged with.
    pub verifier: String,
}

impl Visit {
    /// Where the browser goes from the provider's page for signing in. She says who she is each time: whoever had this browser
    /// before may still be signed in there.
    pub fn begins_at(&self, page: &Url, client_id: &str, back: &str, language: Language) -> Url {
        let mut there = page.clone();
        there
            .query_pairs_mut()
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", back)
            .append_pair("response_type", "code")
            .append_pair("scope", "openid email profile")
            .append_pair("prompt", "login")
            .append_pair("state", &self.state)
            .append_pair("nonce", &self.nonce)
            .append_pair("code_challenge", &challenge(&self.verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", if language == Language::Cy { "cy en" } else { "en" });
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_with_the_hash_of_the_secret_and_never_the_secret() {
        let visit = Visit { state: "s&t".into(), nonce: "n".into(), verifier: "a secret of nobody".into() };
        let page = Url::parse("https://login.example/t/authorize?p=1").unwrap();
        let there = visit.begins_at(&page, "busfare", "https://spend.example/oauth/council", Language::Cy);
        let words: Vec<(String, String)> = there.query_pairs().into_owned().collect();
        assert_eq!(words[0], ("p".into(), "1".into()));
        assert!(words.contains(&("state".into(), "s&t".into())) && words.contains(&("prompt".into(), "login".into())));
        assert!(words.contains(&("code_challenge".into(), challenge("a secret of nobody"))));
        assert!(!there.as_str().contains("nobody"));
    }
}
