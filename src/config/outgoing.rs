//! Settings of what leaves the house: e-mail by SMTP, and push messages. Without them a server sends neither.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use clap::{Args, ValueEnum};

use super::s3::Secret;

/// How messages leave, if they do.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct OutgoingSettings {
    /// Send e-mail by this server. Without it, none is sent.
    #[arg(long = "smtp-host", value_name = "HOST", env = "BUSFARE_SMTP_HOST", hide_env_values = true)]
    pub smtp_host: Option<String>,
    /// Its port; 465, 587 or 25 by the kind of TLS where none is given.
    #[arg(long = "smtp-port", value_name = "PORT", env = "BUSFARE_SMTP_PORT", hide_env_values = true)]
    #[arg(value_parser = port)]
    pub smtp_port: Option<u16>,
    /// How it is kept private: implicit TLS, starttls, or none, which is for this machine alone.
    #[arg(long = "smtp-tls", value_name = "KIND", env = "BUSFARE_SMTP_TLS", hide_env_values = true)]
    #[arg(default_value = "implicit", value_enum)]
    pub smtp_tls: MailTls,
    /// With whose name to sign in; without one nobody signs in.
    #[arg(long = "smtp-user", value_name = "NAME", env = "BUSFARE_SMTP_USER", hide_env_values = true)]
    pub smtp_user: Option<String>,
    /// The password. The environment keeps it out of sight; a file does too.
    #[arg(long = "smtp-password", value_name = "SECRET", env = "BUSFARE_SMTP_PASSWORD", hide_env_values = true)]
    #[arg(value_parser = password)]
    pub smtp_password: Option<Secret>,
    /// A file that holds the password.
    #[arg(long = "smtp-password-file", value_name = "FILE", env = "BUSFARE_SMTP_PASSWORD_FILE")]
    #[arg(hide_env_values = true)]
    pub smtp_password_file: Option<PathBuf>,
    /// From whom e-mail is, such as "Busfare <busfare@council.example>".
    #[arg(long = "mail-from", value_name = "ADDRESS", env = "BUSFARE_MAIL_FROM", hide_env_values = true)]
    pub mail_from: Option<String>,
    /// Whom a push service writes to about this server, as mailto: or https:. Without it, no push messages are sent.
    #[arg(long = "push-contact", value_name = "URL", env = "BUSFARE_PUSH_CONTACT", hide_env_values = true)]
    #[arg(value_parser = contact)]
    pub push_contact: Option<String>,
    /// Where people open the app, so that messages can lead there.
    #[arg(long = "app-url", value_name = "URL", env = "BUSFARE_APP_URL", hide_env_values = true)]
    #[arg(value_parser = app_url)]
    pub app_url: Option<String>,
}

/// How e-mail is kept private on its way to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MailTls {
    /// TLS from the first byte.
    #[default]
    Implicit,
    /// TLS as soon as the server has said hello; without it nothing is sent.
    Starttls,
    /// None, to a server on this machine.
    None,
}

/// A mail server with everything that it takes to use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is kept private.
    pub tls: MailTls,
    /// With whose name and password to sign in.
    pub login: Option<(String, Secret)>,
    /// From whom e-mail is.
    pub from: String,
}

/// How messages leave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// By which server e-mail is sent.
    pub mail: Option<MailServer>,
    /// Whom a push service may write to.
    pub push_contact: Option<String>,
    /// Where people open the app.
    pub app_url: Option<String>,
}

impl OutgoingSettings {
    /// How messages leave. What is missing or does not go together is said in one sentence.
    pub fn outgoing(&self) -> Result<Outgoing, String> {
        let mail = self.smtp_host.as_deref().map(|host| self.server(host)).transpose()?;
        Ok(Outgoing { mail, push_contact: self.push_contact.clone(), app_url: self.app_url.clone() })
    }

    fn server(&self, host: &str) -> Result<MailServer, String> {
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.smtp_tls == MailTls::None && !here {
            return Err(format!(
                "--smtp-tls none is for a server on this machine, such as {}; choose implicit or starttls.",
                Ipv4Addr::LOCALHOST
            ));
        }
        let from = self.mail_from.clone().ok_or("--mail-from (BUSFARE_MAIL_FROM) is needed to send e-mail.")?;
        let password = match (&self.smtp_password, &self.smtp_password_file) {
            (Some(_), Some(_)) => {
                return Err("--smtp-password and --smtp-password-file are both given; give one.".to_owned());
            }
            (Some(password), None) => Some(password.clone()),
            (None, Some(file)) => Some(Secret(
                fs::read_to_string(file)
                    .map_err(|error| {
                        format!("--smtp-password-file (BUSFARE_SMTP_PASSWORD_FILE) cannot be read: {error}.")
                    })?
                    .trim()
                    .to_owned(),
            )),
            (None, None) => None,
        };
        let login = match (&self.smtp_user, password) {
            (Some(user), Some(password)) => Some((user.clone(), password)),
            (None, None) => None,
            (Some(_), None) => {
                return Err("--smtp-user needs --smtp-password-file or BUSFARE_SMTP_PASSWORD.".to_owned());
            }
            (None, Some(_)) => return Err("--smtp-user (BUSFARE_SMTP_USER) is needed with a password.".to_owned()),
        };
        let usual = match self.smtp_tls {
            MailTls::Implicit => 465,
            MailTls::Starttls => 587,
            MailTls::None => 25,
        };
        let port = self.smtp_port.unwrap_or(usual);
        Ok(MailServer { host: host.to_owned(), port, tls: self.smtp_tls, login, from })
    }
}

fn port(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("--smtp-port (BUSFARE_SMTP_PORT) needs a number from 1 to 65535.".to_owned()),
        Ok(port) => Ok(port),
    }
}

fn password(text: &str) -> Result<Secret, String> {
    if text.is_empty() {
        Err("--smtp-password (BUSFARE_SMTP_PASSWORD) is empty.".to_owned())
    } else {
        Ok(Secret(text.to_owned()))
    }
}

fn contact(text: &str) -> Result<String, String> {
    let place = text.strip_prefix("mailto:").or_else(|| text.strip_prefix("https://"));
    match place {
        Some(place) if !place.is_empty() && !text.contains(char::is_whitespace) => Ok(text.to_owned()),
        _ => Err("--push-contact (BUSFARE_PUSH_CONTACT) must begin with mailto: or https://, such as mailto:help@council.example.".to_owned()),
    }
}

fn app_url(text: &str) -> Result<String, String> {
    match text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) {
        Some(place) if !place.is_empty() && text.len() <= 200 && !text.contains(char::is_whitespace) => {
            Ok(text.to_owned())
        }
        _ => Err("--app-url (BUSFARE_APP_URL) must begin with https:// or http:// and name a host.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_needs_a_sender_and_goes_unprotected_to_this_machine_alone() {
        let none = OutgoingSettings::default();
        assert_eq!(none.outgoing(), Ok(Outgoing::default()));
        let hosted = OutgoingSettings { smtp_host: Some("mail.council.example".into()), ..none };
        assert!(hosted.outgoing().unwrap_err().contains("--mail-from"));
        let from = OutgoingSettings { mail_from: Some("Busfare <busfare@council.example>".into()), ..hosted };
        let server = from.outgoing().unwrap().mail.unwrap();
        assert_eq!((server.port, server.tls, server.login), (465, MailTls::Implicit, None));
        let starttls = OutgoingSettings { smtp_tls: MailTls::Starttls, ..from.clone() };
        assert_eq!(starttls.outgoing().unwrap().mail.unwrap().port, 587);
        let bare = OutgoingSettings { smtp_tls: MailTls::None, ..from.clone() };
        assert!(bare.outgoing().unwrap_err().contains("this machine"));
        for here in ["localhost", "127.0.0.1", "::1"] {
            assert!(OutgoingSettings { smtp_host: Some(here.into()), ..bare.clone() }.outgoing().is_ok(), "{here}");
        }
        let named = OutgoingSettings { smtp_user: Some("busfare".into()), ..from.clone() };
        assert!(named.outgoing().unwrap_err().contains("--smtp-password-file"));
        let secret = OutgoingSettings { smtp_password: Some(Secret("open sesame".into())), ..named };
        let read = secret.outgoing().unwrap();
        assert!(read.mail.is_some() && !format!("{read:?} {secret:?}").contains("sesame"));
        let both = OutgoingSettings { smtp_password_file: Some("x".into()), ..secret };
        assert!(both.outgoing().unwrap_err().contains("both"));
    }

    #[test]
    fn a_contact_and_an_address_are_told_when_they_are_none() {
        assert!(contact("mailto:help@council.example").is_ok() && contact("https://council.example/help").is_ok());
        assert!(app_url("https://app.council.example/").is_ok() && port("587").is_ok());
        for odd in ["", "help@council.example", "mailto:", "http://x", "mailto:a b"] {
            assert!(contact(odd).is_err(), "{odd}");
        }
        for odd in ["", "app", "https://", "https://a b", "javascript:x"] {
            assert!(app_url(odd).is_err(), "{odd}");
        }
        for odd in ["", "0", "65536", "-1", "x"] {
            assert!(port(odd).is_err(), "{odd}");
        }
    }
}
