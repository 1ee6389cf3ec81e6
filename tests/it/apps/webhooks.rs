//! Apps are told of what happens: ids, signed, in order, again until they take it, and nowhere inside.

use std::{net::SocketAddr, sync::Arc};

use actix_web::dev::ServerHandle;
use busfare::{
    api::state::State,
    config::Outgoing,
    http::{clock, server},
    store,
    work::{Works, post::Post, webhooks},
};
use busfare_entity::words::AppScope;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::an_app;
use crate::{
    conformance::{is_ready, run},
    council::{Council, Person, on_both, works},
    reminders::push_service::{Came, PushService},
    verbs::{refused, with_key},
};

const REGISTER: &str = "mutation($input: RegisterWebhookInput!) { it: registerWebhook(input: $input) { webhook { id url kinds state position toldAt
    failingSince problem app { name } } secret replayed userErrors { code field } } }";
const END: &str = "mutation($input: EndWebhookInput!) { it: endWebhook(input: $input) { webhook { state } replayed userErrors { code } } }";
const REPLAY: &str = "mutation($input: ReplayWebhookInput!) { it: replayWebhook(input: $input) { webhook { state position } replayed userErrors { code } } }";
const HOOKS: &str = "{ webhooks { id state position problem failingSince toldAt } }";

/// A server on the same council that tells apps on this machine too.
struct There<'a> {
    council: &'a Council,
    address: SocketAddr,
    handle: ServerHandle,
    works: Works,
}

impl<'a> There<'a> {
    fn open(council: &'a Council) -> Self {
        let post = Post::open(council.data.path(), &Outgoing::default(), true).unwrap();
        let state = State { reach: Arc::new(post.reach()), ..council.state.clone() };
        let works = Works { post, ..works(&state, council.data.path()) };
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let (address, server) = server::listen(state, works.clone(), anywhere).unwrap();
        let handle = server.handle();
        drop(tokio::spawn(server));
        Self { council, address, handle, works }
    }

    async fn asks(&self, person: &Person<'_>, document: &str, variables: Value) -> Value {
        let post = self.council.http().post(format!("http://{}/graphql", self.address));
        let post = post.json(&json!({ "query": document, "variables": variables }));
        let answer: Value =
            post.bearer_auth(person.token.as_ref().unwrap()).send().await.unwrap().json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    async fn does(&self, person: &Person<'_>, verb: &str, input: Value) -> Value {
        self.asks(person, verb, json!({ "input": with_key(input) })).await["it"].clone()
    }

    /// Everything that happened so far has its place, and apps are told of it as if it were then.
    async fn tells(&self, now: DateTime<Utc>) -> usize {
        store::event::seal(&self.works.db, 10, now).await.unwrap();
        webhooks::tell(&self.works, now).await.unwrap()
    }
}

fn events(came: &Came) -> Vec<(String, String, i64)> {
    let body: Value = serde_json::from_slice(&came.body).unwrap();
    let events = body["data"]["events"].as_array().unwrap().iter().map(|event| {
        assert_eq!(event.as_object().unwrap().len(), 4, "nothing else is told: {event}");
        let word = |name: &str| event[name].as_str().unwrap().to_owned();
        (word("kind"), word("id"), word("position").parse().unwrap())
    });
    events.collect()
}

on_both! {
    async fn an_app_is_told_in_order_what_happened_and_can_verify_it(council: &Council) {
        let (there, service) = (There::open(council), PushService::open());
        let (angharad, mari) = (council.person("angharad.celyn").await, council.person("mari.prydderch").await);
        let app = an_app(council, &[AppScope::SyncRead]).await;
        mari.requests_spend(json!({})).await;
        there.tells(clock::now()).await;

        let url = format!("{}/hook", service.origin);
        let input = with_key(json!({ "appId": app.id, "url": url, "kinds": ["SPEND_ASKED", "SPEND_DECIDED"] }));
        let hook = there.asks(&angharad, REGISTER, json!({ "input": input })).await["it"].clone();
        assert_eq!((&hook["userErrors"], &hook["webhook"]["state"]), (&json!([]), &json!("ACTIVE")), "{hook:#}");
        let again = there.asks(&angharad, REGISTER, json!({ "input": input })).await["it"].clone();
        assert_eq!((&again["secret"], &again["replayed"]), (&hook["secret"], &json!(true)));

        // From now on, and only of what it asked for.
        let spends = [mari.requests_spend(json!({})).await, mari.requests_spend(json!({})).await];
        let now = clock::now() + TimeDelta::minutes(1);
        assert_eq!(there.tells(now).await, 1);
        assert_eq!(there.tells(now).await, 0, "it has heard of everything");
        let came = service.came();
        assert_eq!(came.len(), 1);
        let told = events(&came[0]);
        assert!(told.iter().all(|(kind, ..)| kind == "SPEND_ASKED" || kind == "SPEND_DECIDED") && told.is_sorted_by_key(|it| it.2), "{told:?}");
        for spend in &spends {
            assert!(told.iter().any(|(_, id, _)| spend["spend"]["id"] == json!(id)), "{told:?}");
        }
        assert!(!String::from_utf8_lossy(&came[0].body).contains("Mari"));

        let [secret, id, at, signature] = [
            hook["secret"].as_str().unwrap().to_owned(),
            came[0].header("webhook-id").to_owned(),
            came[0].header("webhook-timestamp").to_owned(),
            came[0].header("webhook-signature").to_owned(),
        ];
        let body = came[0].body.clone();
        let verified = tokio::task::spawn_blocking(move || {
            is_ready("webhooks").then(|| run("webhooks", "node", &["verify.mjs", &secret, &id, &at, &signature], &body))
        });
        if let Some((well, said)) = verified.await.unwrap() {
            assert!(well && said.contains("signed as they should be"), "{said}");
        }

        // All of it once more, with the same places; and then no more.
        let hook_id = hook["webhook"]["id"].clone();
        let begun = there.does(&angharad, REPLAY, json!({ "webhookId": hook_id, "after": "0" })).await;
        assert_eq!(begun["webhook"]["position"], "0", "{begun:#}");
        assert_eq!(there.tells(now).await, 1);
        let replayed = events(&service.came()[1]);
        assert!(replayed.len() > told.len() && told.iter().all(|event| replayed.contains(event)), "{replayed:?}");
        assert_eq!(there.does(&angharad, END, json!({ "webhookId": hook_id })).await["webhook"]["state"], "ENDED");
        mari.requests_spend(json!({})).await;
        assert_eq!(there.tells(now).await, 0);
        assert_eq!(there.does(&angharad, REPLAY, json!({ "webhookId": hook_id })).await["userErrors"][0]["code"], "REVOKED");
        service.close().await;
        there.handle.stop(false).await;
    }

    async fn an_app_that_is_away_is_told_again_later_and_misses_nothing(council: &Council) {
        let (there, service) = (There::open(council), PushService::open());
        let (angharad, mari) = (council.person("angharad.celyn").await, council.person("mari.prydderch").await);
        let app = an_app(council, &[AppScope::SyncRead]).await;
        let input = json!({ "appId": app.id, "url": format!("{}/hook", service.origin) });
        let hook = there.does(&angharad, REGISTER, input).await["webhook"]["id"].clone();
        let now = clock::now();
        service.answers(500);
        mari.requests_spend(json!({})).await;
        assert_eq!(there.tells(now).await, 0);
        assert_eq!(there.tells(now).await, 0, "not at once again");
        assert_eq!(service.came().len(), 1);
        let seen = there.asks(&angharad, HOOKS, json!({})).await["webhooks"][0].clone();
        assert_eq!((&seen["problem"], &seen["state"], &seen["toldAt"]), (&json!("REFUSED"), &json!("ACTIVE"), &json!(null)), "{seen}");

        // Two servers at once tell it once.
        service.answers(204);
        mari.requests_spend(json!({})).await;
        let later = now + TimeDelta::seconds(6);
        store::event::seal(&there.works.db, 10, later).await.unwrap();
        let told = futures_util::join!(webhooks::tell(&there.works, later), webhooks::tell(&there.works, later));
        assert_eq!(told.0.unwrap() + told.1.unwrap(), 1);
        let came = service.came();
        let (first, second) = (events(&came[0]), events(&came[1]));
        assert!(came.len() == 2 && second.starts_with(&first) && second.len() > first.len(), "{first:?} {second:?}");

        // After three days of nothing it is told no more, until somebody says so; then it goes on where it was.
        service.answers(503);
        mari.requests_spend(json!({})).await;
        let mut at = later;
        for _ in 0..200 {
            at += TimeDelta::hours(1);
            there.tells(at).await;
        }
        let seen = there.asks(&angharad, HOOKS, json!({})).await["webhooks"][0].clone();
        assert_eq!((&seen["state"], &seen["problem"]), (&json!("STOPPED"), &json!("REFUSED")), "{seen}");
        service.answers(200);
        assert_eq!(there.tells(at).await, 0);
        there.does(&angharad, REPLAY, json!({ "webhookId": hook })).await;
        assert_eq!(there.tells(at + TimeDelta::hours(1)).await, 1);
        let last = events(service.came().last().unwrap());
        assert!(last[0].2 > second.last().unwrap().2, "{last:?}");

        service.answers(410);
        mari.requests_spend(json!({})).await;
        there.tells(at + TimeDelta::hours(2)).await;
        assert_eq!(there.asks(&angharad, HOOKS, json!({})).await["webhooks"][0]["state"], "ENDED");
        service.close().await;
        there.handle.stop(false).await;
    }

    async fn nobody_is_told_inside_and_only_where_an_app_may_know(council: &Council) {
        let angharad = council.person("angharad.celyn").await;
        let (app, other) = (an_app(council, &[AppScope::SyncRead]).await, an_app(council, &[AppScope::SpendsRead]).await);
        let input = |url: &str| json!({ "appId": app.id, "url": url });
        for inside in [
            "http://app.example/hook", "https://127.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/",
            "https://localhost/", "https://db.internal/", "https://me:secret@app.example/", "https://app.example:8443/", "x", "",
        ] {
            assert_eq!(refused(&angharad, REGISTER, input(inside)).await, "ADDRESS_NOT_SAFE", "{inside}");
        }
        let fine = "https://app.example/hook";
        assert_eq!(refused(&angharad, REGISTER, json!({ "appId": other.id, "url": fine })).await, "SCOPE_MISSING");
        let mari = council.person("mari.prydderch").await;
        assert_eq!(refused(&mari, REGISTER, input(fine)).await, "NOT_YOURS_TO_SAY");
        assert_eq!(mari.problem(HOOKS, json!({})).await, "FORBIDDEN");
        for _ in 0..10 {
            crate::verbs::does(&angharad, REGISTER, input(fine)).await;
        }
        assert_eq!(refused(&angharad, REGISTER, input(fine)).await, "TOO_MANY_WEBHOOKS");
        let hook = angharad.good(HOOKS, json!({})).await["webhooks"][0]["id"].clone();
        for odd in ["-1", "x", "99999999", ""] {
            let refusal = refused(&angharad, REPLAY, json!({ "webhookId": hook, "after": odd })).await;
            assert_eq!(refusal, "PLACE_NOT_KNOWN", "{odd}");
        }
    }
}
