//! Settings of the council's own sign-in: whose tokens are believed, and what its roles and groups mean.

use std::{fs, path::PathBuf};

use clap::{Args, ValueEnum};
use url::Url;

use super::s3::Secret;
use crate::rules::{
    address::is_private_or_here,
    council_sign_in::{Provider, mapping::Mapping},
};

/// How people sign in.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct CouncilSettings {
    /// The council's provider of OpenID Connect, to the letter as its tokens name it, such as
    /// https://login.microsoftonline.com/TENANT/v2.0. Without it people sign in with a password.
    #[arg(long = "oidc-issuer", value_name = "URL", env = "BUSFARE_OIDC_ISSUER", hide_env_values = true)]
    #[arg(value_parser = issuer, requires = "oidc_client_id")]
    pub oidc_issuer: Option<String>,
    /// What the provider calls your app: the audience of its tokens.
    #[arg(long = "oidc-client-id", value_name = "ID", env = "BUSFARE_OIDC_CLIENT_ID", hide_env_values = true)]
    #[arg(requires = "oidc_issuer")]
    pub oidc_client_id: Option<String>,
    /// What the provider knows this server by, where it wants a secret of whoever exchanges a code, as Entra ID does of a web
    /// address. Only letting an app in with the council's account needs it. The environment keeps it out of sight; a file does too.
    #[arg(long = "oidc-client-secret", value_name = "SECRET", env = "BUSFARE_OIDC_CLIENT_SECRET")]
    #[arg(hide_env_values = true, value_parser = secret, requires = "oidc_issuer")]
    pub oidc_client_secret: Option<Secret>,
    /// A file that holds it.
    #[arg(long = "oidc-client-secret-file", value_name = "FILE", env = "BUSFARE_OIDC_CLIENT_SECRET_FILE")]
    #[arg(hide_env_values = true, requires = "oidc_issuer", conflicts_with = "oidc_client_secret")]
    pub oidc_client_secret_file: Option<PathBuf>,
    /// A JSON file that says what the provider's roles and groups mean here:
    /// {"roles": {"Busfare.Senior": "SENIOR"}, "teams": {"a group's id": "team_..."}}. Without it only people who are here sign in.
    #[arg(long = "oidc-mapping", value_name = "FILE", env = "BUSFARE_OIDC_MAPPING", hide_env_values = true)]
    #[arg(requires = "oidc_issuer")]
    pub oidc_mapping: Option<PathBuf>,
    /// Whether people sign in with a password of ours too.
    #[arg(long = "passwords", value_name = "WHEN", env = "BUSFARE_PASSWORDS", hide_env_values = true)]
    #[arg(default_value = "on", value_enum)]
    pub passwords: Passwords,
}

/// Whether people sign in with a password of ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Passwords {
    /// They may.
    #[default]
    On,
    /// Only with the council's own account.
    Off,
}

/// A provider that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Believed {
    /// Which.
    pub provider: Provider,
    /// What its roles and groups mean.
    pub mapping: Mapping,
    /// What it knows this server by.
    pub secret: Option<Secret>,
}

impl CouncilSettings {
    /// Who is believed, and what its roles and groups mean. What cannot be used is said in one sentence.
    pub fn council(&self) -> Result<Option<Believed>, String> {
        let (Some(issuer), Some(client_id)) = (&self.oidc_issuer, &self.oidc_client_id) else {
            return match self.passwords {
                Passwords::On => Ok(None),
                Passwords::Off => Err("Nobody could sign in: --passwords off needs --oidc-issuer.".into()),
            };
        };
        let mapping = match &self.oidc_mapping {
            None => Mapping::default(),
            Some(file) => {
                let named = file.display();
                let text = fs::read_to_string(file).map_err(|error| format!("{named} cannot be read: {error}."))?;
                Mapping::read(&text).map_err(|why| format!("{named} cannot be used: {why}."))?
            }
        };
        let provider = Provider { issuer: issuer.clone(), client_id: client_id.clone() };
        Ok(Some(Believed { provider, mapping, secret: self.secret()? }))
    }

    fn secret(&self) -> Result<Option<Secret>, String> {
        let Some(file) = &self.oidc_client_secret_file else { return Ok(self.oidc_client_secret.clone()) };
        let named = file.display();
        let text = fs::read_to_string(file).map_err(|error| format!("{named} cannot be read: {error}."))?;
        let text = text.trim();
        if text.is_empty() { Err(format!("{named} is empty.")) } else { Ok(Some(Secret(text.to_owned()))) }
    }
}

fn secret(text: &str) -> Result<Secret, String> {
    if text.is_empty() {
        Err("--oidc-client-secret (BUSFARE_OIDC_CLIENT_SECRET) is empty.".to_owned())
    } else {
        Ok(Secret(text.to_owned()))
    }
}

/// Keys come in private, and on this machine in the open.
fn issuer(text: &str) -> Result<String, String> {
    let url = Url::parse(text).ok().filter(|url| url.query().is_none() && url.fragment().is_none());
    let fits = url.is_some_and(|url| is_private_or_here(&url));
    if fits {
        Ok(text.to_owned())
    } else {
        Err("--oidc-issuer is an https:// address without a query, to the letter as the provider's tokens name it"
            .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_private_or_from_this_machine() {
        for fine in ["https://login.microsoftonline.com/t/v2.0", "http://127.0.0.1:3000", "http://localhost:3000"] {
            assert_eq!(issuer(fine).as_deref(), Ok(fine));
        }
        for odd in [
            "",
            "council",
            "http://council.example",
            "https://a:b@council.example",
            "https://council.example/?a=1",
            "file:///etc",
        ] {
            assert!(issuer(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn there_is_always_a_way_to_sign_in() {
        let off = CouncilSettings { passwords: Passwords::Off, ..CouncilSettings::default() };
        assert!(off.council().unwrap_err().contains("Nobody could sign in"));
        assert_eq!(CouncilSettings::default().council(), Ok(None));
        let with = CouncilSettings {
            oidc_issuer: Some("https://council.example".into()),
            oidc_client_id: Some("busfare".into()),
            oidc_mapping: Some("/nowhere/mapping.json".into()),
            ..off
        };
        assert!(with.council().unwrap_err().contains("mapping.json cannot be read"));
        let mapped = CouncilSettings { oidc_mapping: None, ..with };
        let known = CouncilSettings { oidc_client_secret: Some(Secret("open sesame".into())), ..mapped.clone() };
        let believed = known.council().unwrap().unwrap();
        assert!(believed.secret == Some(Secret("open sesame".into())) && !format!("{believed:?}").contains("sesame"));
        let gone = CouncilSettings { oidc_client_secret_file: Some("/nowhere/secret".into()), ..mapped };
        assert!(gone.council().unwrap_err().contains("secret cannot be read") && secret("").is_err());
    }
}
