//! E-mail by SMTP. Whether it was taken is known from the server's answer; where the line breaks after it was handed
//! over, nobody knows.

use std::time::Duration;

use busfare_entity::words::MessageId;
use chrono::{DateTime, Utc};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use super::Handed;
use crate::config::{MailServer, MailTls};

/// How long the mail server may take for one step.
const PATIENCE: Duration = Duration::from_secs(8);

/// A mail server.
pub(super) struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
}

impl Mail {
    pub(super) fn open(settings: &MailServer) -> Result<Self, String> {
        let from: Mailbox = settings.from.parse().map_err(|_| "--mail-from is not an e-mail address".to_owned())?;
        let parameters = || TlsParameters::new(settings.host.clone()).map_err(|error| error.to_string());
        let tls = match settings.tls {
            MailTls::Implicit => Tls::Wrapper(parameters()?),
            MailTls::Starttls => Tls::Required(parameters()?),
            MailTls::None => Tls::None,
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = &settings.login {
            server = server.credentials(Credentials::new(user.clone(), password.0.clone()));
        }
        let domain = from.email.domain().to_owned();
        Ok(Self { server: server.build(), from, domain })
    }

    pub(super) async fn hand_over(
        &self,
        to: &str,
        subject: &str,
        words: String,
        id: MessageId,
        now: DateTime<Utc>,
    ) -> Handed {
        let message = match self.message(to, subject, words, id, now) {
            Ok(message) => message,
            // What is wrong with an address would be words about a person.
            Err(_) => return Handed::Never("the letter could not be written".to_owned()),
        };
        // Looked for first: until the server says hello, nothing can have been taken.
        match self.server.test_connection().await {
            Ok(true) => {}
            Ok(false) => return Handed::NotYet("the mail server said no to a greeting".to_owned()),
            Err(error) => return Handed::NotYet(kind_of(&error)),
        }
        match self.server.send(message).await {
            Ok(_) => Handed::Over,
            Err(error) if error.is_permanent() => Handed::Never(kind_of(&error)),
            Err(error) if error.is_transient() => Handed::NotYet(kind_of(&error)),
            Err(error) => Handed::NotSure(kind_of(&error)),
        }
    }

    /// Its id is that of the message, so that a mail server knows a second one for the same.
    fn message(
        &self,
        to: &str,
        subject: &str,
        words: String,
        id: MessageId,
        now: DateTime<Utc>,
    ) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Ok(Message::builder()
            .from(self.from.clone())
            .to(to.parse()?)
            .subject(subject)
            .date(now.into())
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN)
            .body(words)?)
    }
}

/// What the log may know: a mail server's own words may repeat an address.
fn kind_of(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_tls() => "TLS with the mail server failed".to_owned(),
        None if error.is_timeout() => "the mail server took too long".to_owned(),
        None => "the line to the mail server failed".to_owned(),
    }
}
