//! Stories of reminders: one gentle digest a day, by e-mail or to a device, and what leaves the house is as it should be.

use std::sync::Arc;

use busfare::{
    api::state::State,
    config::{MailServer, MailTls, Outgoing},
    http::{clock, server},
    rules::calendar,
    work::{
        Works,
        digests::{self, Reminded},
        jobs::{self, Ran},
        post::Post,
    },
};
use busfare_entity::{digest, job, outbox, practitioner, spend};
use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person},
    verbs::{RECORD_SPENT, does},
};

mod by_mail;
mod by_push;
mod once;
pub mod push_service;
mod said;
mod sink;

use self::{push_service::PushService, sink::Sink};

const SET: &str = "mutation($input: SetRemindersInput!) { it: setReminders(input: $input) { reminders { enabled hour quietFrom quietTo language channel } userErrors { code message field retry } replayed } }";
const REGISTER: &str = "mutation($input: RegisterPushInput!) { it: registerPush(input: $input) { pushDevice { id service registeredAt } userErrors { code message field retry } replayed } }";
const REMOVE: &str = "mutation($input: RemovePushInput!) { it: removePush(input: $input) { pushDevice { id } userErrors { code message field retry } replayed } }";
const REMINDERS: &str = "{ viewer { reminders { enabled hour quietFrom quietTo language channel lastDay devices { id service } pushKey emailOffered } } }";

/// What messages leave by, in a story: a mail server and push services on this machine.
struct Ways<'a> {
    council: &'a Council,
    /// A server on the same database that may send.
    state: State,
    post: Post,
}

impl<'a> Ways<'a> {
    fn open(council: &'a Council, mail: Option<&Sink>, push: bool) -> Self {
        let mail = mail.map(|sink| MailServer {
            host: "127.0.0.1".into(),
            port: sink.port,
            tls: MailTls::None,
            login: None,
            from: "Busfare <busfare@council.example>".into(),
        });
        let push_contact = push.then(|| "mailto:help@council.example".to_owned());
        let outgoing = Outgoing { mail, push_contact, app_url: Some("https://app.council.example/".into()) };
        let post = Post::open(council.data.path(), &outgoing, true).unwrap();
        let state = State { reach: Arc::new(post.reach()), ..council.state.clone() };
        Self { council, state, post }
    }

    /// What follows up, at a moment of the story's own.
    fn works(&self, now: DateTime<Utc>) -> Works {
        let works = crate::council::works(&self.state, self.council.data.path());
        Works { post: self.post.clone(), clock: Arc::new(move || now), ..works }
    }

    /// Goes round once, and then does every job that is due.
    async fn goes_round(&self, now: DateTime<Utc>) -> (Reminded, Ran) {
        let works = self.works(now);
        let reminded = digests::remind(&works.db, &self.post.reach(), now).await.unwrap();
        (reminded, self.delivers(now).await)
    }

    async fn delivers(&self, now: DateTime<Utc>) -> Ran {
        jobs::run_due(&self.works(now), &jobs::hands()).await.unwrap()
    }

    /// A server that tells people of these ways, beside the council's own.
    fn listens(&self) -> std::net::SocketAddr {
        let anywhere = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let (address, server) = server::listen(self.state.clone(), self.works(clock::now()), anywhere).unwrap();
        drop(tokio::spawn(server));
        address
    }

    /// Sends a verb to that server.
    async fn does(&self, address: std::net::SocketAddr, person: &Person<'_>, verb: &str, input: Value) -> Value {
        let body = json!({ "query": verb, "variables": { "input": crate::verbs::with_key(input) } });
        let request = self.council.http().post(format!("http://{address}/graphql")).json(&body);
        let answer: Value =
            request.bearer_auth(person.token.as_ref().unwrap()).send().await.unwrap().json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"]["it"].clone()
    }
}

/// Half past nine in London, on a working day that is to come, and so many working days later.
fn half_past_nine(later: usize) -> DateTime<Utc> {
    let mut now = clock::now() + TimeDelta::days(1);
    let mut left = later;
    loop {
        let day = calendar::day(now, calendar::HOME);
        let works =
            !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && busfare::rules::working_days::is_working_day(day);
        if works && left == 0 {
            return calendar::begins(day, calendar::HOME) + TimeDelta::minutes(9 * 60 + 30);
        }
        left -= usize::from(works);
        now += TimeDelta::days(1);
    }
}

/// Something she bought that needs a receipt, as the id of its spend.
async fn buys(person: &Person<'_>, price: &str) -> String {
    let id = person.requests_spend(json!({ "unitPrice": price })).await["spend"]["id"].as_str().unwrap().to_owned();
    let spent = does(person, RECORD_SPENT, json!({ "spendId": id, "amount": price })).await;
    assert_eq!(spent["spend"]["money"], "SPENT", "{spent:#}");
    id
}

/// Every message there is.
async fn outbox(council: &Council) -> Vec<outbox::Model> {
    outbox::Entity::find().all(council.state.db.reader()).await.unwrap()
}
