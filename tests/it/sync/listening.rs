//! What is told while somebody listens, whichever server she listens to, and how she goes on after a break.

use std::time::{Duration, Instant};

use busfare::{
    http::clock,
    rules::token::Bearer,
    store::{self, Db},
};
use busfare_entity::{practitioner, session};
use futures_util::StreamExt;
use reqwest::Response;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    council::{Council, Person, key, on_both},
    progress,
    server_process::{Premises, ServerProcess},
    verbs::{DECIDE, REQUEST, does},
};

const EVENTS: &str = "subscription($since: String, $kinds: [EventKind!]) { events(since: $since, kinds: $kinds) {
    kind id cursor node { ... on Spend { decision } } } }";

async fn listens(council: &Council, person: &Person<'_>, input: Value) -> Response {
    progress::asks(council, person, EVENTS, input).await
}

fn heard((name, data): (String, Value)) -> Value {
    assert_eq!(name, "next", "{data}");
    assert_eq!(data.get("errors"), None, "{data:#}");
    data["data"]["events"].clone()
}

async fn seal(db: &Db) {
    store::event::seal(db, 10, clock::now()).await.unwrap();
}

/// Somebody's token on a device of her own.
async fn token(here: &Premises, db: &Db, row: &practitioner::Model) -> String {
    let now = clock::now();
    let session = session::Model {
        id: store::mint::id(),
        practitioner_id: row.id,
        device_name: "a test".into(),
        created_at: now,
        revoked_at: None,
        app_id: None,
        scopes: None,
    };
    let bearer = Bearer { practitioner: row.id, session: session.id };
    let txn = db.begin().await.unwrap();
    store::session::begin(&txn, session).await.unwrap();
    txn.commit().await.unwrap();
    store::keys::open(here.data.path()).unwrap().issue(bearer, now).unwrap().0
}

async fn stream(server: &ServerProcess, token: &str, variables: Value) -> Response {
    let request = server.asking(Some(token), EVENTS, &variables).header("accept", "text/event-stream");
    request.send().await.unwrap()
}

/// Asks for what is above Mari's own say, and gives the spend's id.
async fn asks_for_much(server: &ServerProcess, token: &str) -> String {
    let purposes = server.good(token, "{ spendPurposes { id code } }", &Value::Null).await["spendPurposes"].clone();
    let fare = purposes.as_array().unwrap().iter().find(|purpose| purpose["code"] == "bus-fare").unwrap()["id"].clone();
    let input = json!({ "idempotencyKey": key(), "purposeId": fare, "unitPrice": "45.00" });
    let asked = server.good(token, REQUEST, &json!({ "input": input })).await["it"].clone();
    asked["spend"]["id"].as_str().unwrap_or_else(|| panic!("{asked:#}")).to_owned()
}

on_both! {
    async fn whoever_listens_hears_of_what_she_may_see_and_of_nothing_else(council: &Council) {
        let (mari, gethin, elin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("elin.caradog").await);
        seal(&council.state.db).await;
        let mut hers = progress::events(listens(council, &mari, json!({ "kinds": ["SPEND_DECIDED"] })).await);
        let mut enablers = progress::events(listens(council, &gethin, json!({ "kinds": ["ASK_OPENED"] })).await);
        let mut elsewhere = progress::events(listens(council, &elin, json!({})).await);

        let spend = mari.requests_spend(json!({ "unitPrice": "45.00" })).await["spend"]["id"].clone();
        seal(&council.state.db).await;
        let asked = heard(enablers.next().await.unwrap());
        assert_eq!((&asked["kind"], &asked["id"], &asked["node"]), (&json!("ASK_OPENED"), &spend, &json!({ "decision": "ASKED" })));
        does(&gethin, DECIDE, json!({ "spendId": spend, "answer": { "authorise": {} } })).await;
        seal(&council.state.db).await;
        let decided = heard(hers.next().await.unwrap());
        assert_eq!((&decided["id"], &decided["node"]), (&spend, &json!({ "decision": "AUTHORISED" })));

        // Elin hears of her own, and of none of theirs.
        let own = elin.requests_spend(json!({})).await["spend"]["id"].clone();
        seal(&council.state.db).await;
        assert_eq!(heard(elsewhere.next().await.unwrap())["id"], own);
    }

    async fn after_a_break_she_goes_on_where_she_was(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        seal(&council.state.db).await;
        let mut listening = progress::events(listens(council, &mari, json!({})).await);
        mari.requests_spend(json!({})).await;
        seal(&council.state.db).await;
        let cursor = heard(listening.next().await.unwrap())["cursor"].clone();
        drop(listening);
        let mut missed = vec![];
        for _ in 0..3 {
            missed.push(mari.requests_spend(json!({})).await["spend"]["id"].clone());
        }
        seal(&council.state.db).await;

        let decided = json!({ "since": cursor, "kinds": ["SPEND_DECIDED"] });
        let again = progress::events(listens(council, &mari, decided).await).take(3).map(|event| heard(event)["id"].clone());

        assert_eq!(again.collect::<Vec<_>>().await, missed);
        // The same cursor serves to read what is new.
        let read = "query($since: String) { changes(since: $since) { nodes { id } } }";
        let nodes = mari.good(read, json!({ "since": cursor })).await["changes"]["nodes"].clone();
        assert!(missed.iter().all(|id| nodes.to_string().contains(id.as_str().unwrap())), "{nodes}");
    }

    async fn whoever_sees_other_things_now_is_told_no_more(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let mut listening = progress::events(listens(council, &tomos, json!({})).await);
        let elsewhere = council.person("angharad.celyn").await.row().team_id;
        let txn = council.state.db.begin().await.unwrap();
        let moved = practitioner::ActiveModel { id: sea_orm::Set(tomos.row().id), team_id: sea_orm::Set(elsewhere), ..Default::default() };
        sea_orm::ActiveModelTrait::update(moved, &txn).await.unwrap();
        txn.commit().await.unwrap();

        loop {
            let (name, _) = listening.next().await.unwrap();
            if name == "complete" {
                break;
            }
        }
        let asked = progress::asks(council, &council.stranger(), EVENTS, json!({})).await;
        assert!(asked.text().await.unwrap().contains("UNAUTHENTICATED"));
        for (input, code) in [(json!({ "since": "rubbish" }), "BAD_USER_INPUT"), (json!({ "kinds": vec!["SPEND_ASKED"; 21] }), "BAD_USER_INPUT")] {
            let said = progress::events(listens(council, &mari, input).await).next().await.unwrap();
            assert!(said.1.to_string().contains(code), "{}", said.1);
        }
    }

    async fn what_one_server_decides_is_heard_at_another(here: &Premises) {
        let (first, second) = (here.demo(), here.serve());
        let (mari, db) = (first.printed("PRACTITIONER"), here.database().await);
        let gethin = store::people::by_email(db.reader(), "gethin.bowmer@caerfelin.example").await.unwrap().unwrap();
        let gethin = token(here, &db, &gethin).await;
        let mut hers = progress::events(stream(&second, &mari, json!({ "kinds": ["SPEND_DECIDED"] })).await);
        let mut took = vec![];
        for _ in 0..5 {
            let spend = asks_for_much(&first, &mari).await;
            let decide = json!({ "input": { "idempotencyKey": key(), "spendId": spend, "answer": { "authorise": {} } } });
            assert_eq!(first.good(&gethin, DECIDE, &decide).await["it"]["spend"]["decision"], "AUTHORISED");
            let began = Instant::now();
            assert_eq!(heard(hers.next().await.unwrap())["id"], spend);
            took.push(began.elapsed().as_millis());
        }
        println!("heard at another server after {took:?} ms");
        db.close().await.unwrap();
    }

    async fn a_server_with_a_hundred_streams_stops_in_time_and_nothing_is_missed(here: &Premises) {
        let (first, second) = (here.demo(), here.serve());
        let mari = first.printed("PRACTITIONER");
        let db = here.database().await;
        let people = practitioner::Entity::find().all(db.reader()).await.unwrap();
        let mut streams = vec![];
        for row in people.iter().take(12) {
            let token = token(here, &db, row).await;
            for _ in 0..9 {
                streams.push(progress::events(stream(&first, &token, json!({})).await));
            }
        }
        let mut hers = progress::events(stream(&first, &mari, json!({ "kinds": ["SPEND_ASKED"] })).await);
        asks_for_much(&first, &mari).await;
        let cursor = heard(hers.next().await.unwrap())["cursor"].clone();
        let missed = asks_for_much(&second, &mari).await;

        let (status, took, log) = first.told_to_stop(Duration::from_secs(5)).await.expect("it stops within 5 seconds");

        println!("{} streams: stopped after {} ms", streams.len() + 1, took.as_millis());
        assert!(status.success() && streams.len() >= 100, "{} {log}", streams.len());
        let mut again = progress::events(stream(&second, &mari, json!({ "since": cursor, "kinds": ["SPEND_ASKED"] })).await);
        assert_eq!(heard(again.next().await.unwrap())["id"], missed);
        db.close().await.unwrap();
    }
}
