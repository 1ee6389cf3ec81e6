//! The post: hands messages over to a mail server or a push service, and says how that ended in one of three ways. It
//! keeps nothing and decides nothing.

mod hook;
mod mail;
mod outside;
mod push;

use std::{path::Path, sync::Arc};

use busfare_entity::words::{Language, MessageId, WebhookProblem};
use chrono::{DateTime, Utc};

pub use self::hook::Heard;
pub use self::push::Device;
use self::{hook::Hooks, mail::Mail, push::Push};
use crate::{
    config::Outgoing,
    rules::{
        app::webhook::Message,
        reminder::{Due, Reach, letter, title},
    },
    store::keys::{self, KeyError},
};

/// How handing a message over ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It was taken.
    Over,
    /// It was not, and may be later. What the log is told; never words about people.
    NotYet(String),
    /// It was not, and will not be.
    Never(String),
    /// The device takes no messages any more.
    Gone,
    /// Nobody can say whether it was.
    NotSure(String),
}

/// Why there is no post.
#[derive(Debug, thiserror::Error)]
pub enum NoPost {
    /// There is no key for push messages.
    #[error("there is no key for push messages: {0}")]
    Key(#[from] KeyError),
    /// The settings of e-mail cannot be used.
    #[error("e-mail cannot be sent: {0}")]
    Mail(String),
    /// Push messages cannot be sent.
    #[error("push messages cannot be sent: {0}")]
    Push(String),
}

/// What a reminder says.
#[derive(Clone, Debug)]
pub struct Reminder {
    /// Which message it is.
    pub id: MessageId,
    /// What of.
    pub due: Due,
    /// In which language.
    pub language: Language,
}

/// Hands messages over. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct Post {
    mail: Option<Arc<Mail>>,
    push: Option<Arc<Push>>,
    hooks: Option<Arc<Hooks>>,
    app_url: Option<String>,
}

impl Post {
    /// The post of a server with its data folder. On this machine a push service is one only where that is allowed.
    pub fn open(data: &Path, outgoing: &Outgoing, loopback: bool) -> Result<Self, NoPost> {
        let mail = outgoing.mail.as_ref().map(Mail::open).transpose().map_err(NoPost::Mail)?;
        let push = match &outgoing.push_contact {
            Some(contact) => Some(Push::open(&keys::open_push_key(data)?, contact, loopback).map_err(NoPost::Push)?),
            None => None,
        };
        let hooks = Hooks::open(loopback).map_err(|error| NoPost::Push(error.to_string()))?;
        let (mail, push) = (mail.map(Arc::new), push.map(Arc::new));
        Ok(Self { mail, push, hooks: Some(Arc::new(hooks)), app_url: outgoing.app_url.clone() })
    }

    /// Which ways there are.
    pub fn reach(&self) -> Reach {
        Reach {
            push_key: self.push.as_ref().map(|push| push.public_key().to_owned()),
            email: self.mail.is_some(),
            loopback: self.hooks.as_ref().is_some_and(|hooks| hooks.loopback()),
        }
    }

    /// Hands a reminder over to an e-mail address.
    pub async fn email(&self, to: &str, reminder: &Reminder, now: DateTime<Utc>) -> Handed {
        let Some(mail) = &self.mail else { return Handed::NotYet("no mail server is set".to_owned()) };
        let words = letter(reminder.due, self.app_url.as_deref(), reminder.language);
        mail.hand_over(to, &title(reminder.due, reminder.language), words, reminder.id, now).await
    }

    /// Hands a reminder over to a device's push service.
    pub async fn push(&self, device: &Device<'_>, reminder: &Reminder, now: DateTime<Utc>) -> Handed {
        let Some(push) = &self.push else { return Handed::NotYet("no push messages are set".to_owned()) };
        let link = self.app_url.as_deref().unwrap_or("/");
        push.hand_over(device, &title(reminder.due, reminder.language), link, now).await
    }

    /// Tells an app, where it said. What the log is told has neither the address nor what was told in it.
    pub async fn tell(&self, url: &str, message: Message) -> Heard {
        match &self.hooks {
            Some(hooks) => hooks.tell(url, message).await,
            None => Heard::Not(WebhookProblem::NoAnswer),
        }
    }
}
