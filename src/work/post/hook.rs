//! Webhooks: one request, signed, and what its answer means.

use std::time::Duration;

use busfare_entity::words::WebhookProblem;
use reqwest::{Client, StatusCode, header::CONTENT_TYPE};

use super::outside;
use crate::rules::{app::webhook::Message, push::endpoint};

/// How long an app may take to take what it is told.
const PATIENCE: Duration = Duration::from_secs(10);

/// How telling an app ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It has taken it.
    All,
    /// It wants to hear no more.
    NoMore,
    /// It has not.
    Not(WebhookProblem),
}

/// Tells apps.
pub(super) struct Hooks {
    http: Client,
    loopback: bool,
}

impl Hooks {
    pub(super) fn open(loopback: bool) -> Result<Self, reqwest::Error> {
        Ok(Self { http: outside::client(loopback, PATIENCE)?, loopback })
    }

    pub(super) fn loopback(&self) -> bool {
        self.loopback
    }

    pub(super) async fn tell(&self, url: &str, message: Message) -> Heard {
        let Some(url) = endpoint(url, self.loopback) else { return Heard::Not(WebhookProblem::NotPublic) };
        let sent = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signature)
            .body(message.body)
            .send()
            .await;
        match sent {
            Ok(answer) => answered(answer.status()),
            Err(error) if error.is_connect() || error.is_builder() => Heard::Not(WebhookProblem::NotPublic),
            Err(_) => Heard::Not(WebhookProblem::NoAnswer),
        }
    }
}

fn answered(status: StatusCode) -> Heard {
    match status {
        _ if status.is_success() => Heard::All,
        StatusCode::GONE => Heard::NoMore,
        _ => Heard::Not(WebhookProblem::Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_answers_says_what_to_do_next() {
        assert_eq!(answered(StatusCode::NO_CONTENT), Heard::All);
        assert_eq!(answered(StatusCode::GONE), Heard::NoMore);
        for refused in [301, 307, 400, 404, 429, 500] {
            let status = StatusCode::from_u16(refused).unwrap();
            assert_eq!(answered(status), Heard::Not(WebhookProblem::Refused), "{refused}");
        }
    }
}
