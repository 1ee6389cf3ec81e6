//! Settings of the second step: where people use the app, and of whom a passkey is asked.

use clap::{Args, ValueEnum};
use url::{Host, Url};

use crate::rules::second_step::AskedOf;

/// How the second step is asked for.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct SecondStepSettings {
    /// The site on which people use the app, such as https://spend.council.example. With it there are passkeys, and whoever has
    /// one shows it before she decides on others' money. A passkey belongs to its site for good.
    #[arg(long = "passkey-site", value_name = "URL", env = "BUSFARE_PASSKEY_SITE", hide_env_values = true)]
    #[arg(value_parser = site)]
    pub site: Option<Url>,
    /// An app that speaks for the site, as its phone says it: android:apk-key-hash:... for Android; it may be repeated. Apps for
    /// iPhones and pages say the site itself.
    #[arg(long = "passkey-app", value_name = "ORIGIN", env = "BUSFARE_PASSKEY_APPS", hide_env_values = true)]
    #[arg(value_delimiter = ',', value_parser = app, requires = "site")]
    pub apps: Vec<Url>,
    /// Of whom a passkey is asked before she decides on others' money.
    #[arg(long = "second-step", value_name = "WHO", env = "BUSFARE_SECOND_STEP", hide_env_values = true)]
    #[arg(default_value = "willing", value_enum)]
    pub asked_of: Whom,
}

/// Of whom a passkey is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Whom {
    /// Of those who have added one.
    #[default]
    Willing,
    /// Of everybody who decides on others' money.
    Everybody,
}

impl From<Whom> for AskedOf {
    fn from(whom: Whom) -> Self {
        match whom {
            Whom::Willing => Self::Willing,
            Whom::Everybody => Self::Everybody,
        }
    }
}

/// A site with passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasskeySite<'a> {
    /// Where.
    pub site: &'a Url,
    /// The apps that speak for it.
    pub apps: &'a [Url],
    /// Of whom one is asked.
    pub asked_of: AskedOf,
}

impl SecondStepSettings {
    /// Where there are passkeys, if anywhere. What cannot be is said in one sentence.
    pub fn second_step(&self) -> Result<Option<PasskeySite<'_>>, String> {
        match (&self.site, self.asked_of) {
            (Some(site), whom) => Ok(Some(PasskeySite { site, apps: &self.apps, asked_of: whom.into() })),
            (None, Whom::Willing) => Ok(None),
            (None, Whom::Everybody) => Err("Nobody could decide: --second-step everybody needs --passkey-site.".into()),
        }
    }
}

/// Browsers keep passkeys for https, and for this machine by its name.
fn site(text: &str) -> Result<Url, String> {
    let site = Url::parse(text).ok().filter(|site| {
        let bare =
            site.path() == "/" && site.query().is_none() && site.fragment().is_none() && site.username().is_empty();
        let named = matches!(site.host(), Some(Host::Domain(_)));
        let safe = site.scheme() == "https" || (site.scheme() == "http" && site.host_str() == Some("localhost"));
        bare && named && safe
    });
    site.ok_or_else(|| {
        "--passkey-site is an https:// address with a name and nothing after it, such as https://spend.council.example; \
         or http://localhost with a port, for trying out"
            .to_owned()
    })
}

fn app(text: &str) -> Result<Url, String> {
    let app = Url::parse(text).ok().filter(|app| matches!(app.scheme(), "android" | "ios" | "https"));
    app.ok_or_else(|| "--passkey-app is an origin as a phone says it, such as android:apk-key-hash:...".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_name_that_browsers_trust() {
        for fine in ["https://spend.council.example", "https://spend.council.example:8443/", "http://localhost:8080"] {
            assert!(site(fine).is_ok(), "{fine}");
        }
        for odd in [
            "spend.council.example",
            "http://spend.council.example",
            "https://192.0.2.1",
            "https://[::1]",
            "http://127.0.0.1:8080",
            "https://spend.council.example/app",
            "https://spend.council.example?a=b",
            "https://her@spend.council.example",
            "javascript:alert(1)",
            "",
        ] {
            assert!(site(odd).is_err(), "{odd}");
        }
        assert!(app("android:apk-key-hash:2jmj7l5rSw0yVb_vlWAYkK_YBwk").is_ok());
        assert!(app("file:///etc/passwd").is_err() && app("rubbish").is_err());
    }

    #[test]
    fn nobody_is_asked_for_what_nobody_can_have() {
        let everybody = SecondStepSettings { asked_of: Whom::Everybody, ..SecondStepSettings::default() };
        assert!(everybody.second_step().is_err());
        assert_eq!(SecondStepSettings::default().second_step(), Ok(None));
    }
}
