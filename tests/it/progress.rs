//! Stories of what is told while it happens: how far a receipt's pictures have come, to those who may see it, and no
//! longer than they may.

use std::time::Duration;

use busfare::store;
use futures_util::{Stream, StreamExt};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person, on_both},
    receipts::pieces,
    verbs::{ATTACH, CAPTURE, does},
};
use busfare::work::pictures::sample;

const PROGRESS: &str =
    "subscription($id: ID!) { receiptProgress(id: $id) { id state bytesReceived storedPages problem } }";
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

async fn listens(council: &Council, person: &Person<'_>, id: &str) -> Response {
    asks(council, person, PROGRESS, json!({ "id": id })).await
}

/// Asks for something to be told as events.
pub async fn asks(council: &Council, person: &Person<'_>, query: &str, variables: Value) -> Response {
    let request = council.http().post(council.url("/graphql")).header("accept", "text/event-stream");
    let request = request.json(&json!({ "query": query, "variables": variables }));
    match &person.token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
    .send()
    .await
    .unwrap()
}

/// The events of a response as they come: a name and what came with it. Comments are left out.
pub fn events(response: Response) -> impl Stream<Item = (String, Value)> + Unpin {
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::OK, &"text/event-stream; charset=utf-8".parse().unwrap())
    );
    let begin = (response.bytes_stream().boxed(), String::new());
    Box::pin(futures_util::stream::unfold(begin, |(mut bytes, mut text)| async move {
        loop {
            if let Some((event, rest)) = text.split_once("\n\n") {
                let line = |name: &str| {
                    event.lines().find_map(|line| line.strip_prefix(name)).map(|line| line.trim().to_owned())
                };
                let (event, data, rest) = (line("event:"), line("data:"), rest.to_owned());
                text = rest;
                if let Some(event) = event {
                    let data = serde_json::from_str(&data.unwrap_or_default()).unwrap_or(Value::Null);
                    return Some(((event, data), (bytes, text)));
                }
                continue;
            }
            match tokio::time::timeout(PATIENCE, bytes.next()).await.expect("an event comes") {
                Some(piece) => text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap()),
                None => return None,
            }
        }
    }))
}

async fn captured(person: &Person<'_>) -> String {
    does(person, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn how_far_a_picture_has_come_is_told_until_it_is_stored(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let (id, ticket) = (captured(&mari).await, sample::bus_ticket("1.15"));
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        does(&mari, ATTACH, json!({ "receiptId": id, "spendId": spend })).await;
        let told = |event: (String, Value)| { assert_eq!(event.0, "next"); event.1["data"]["receiptProgress"].clone() };
        let (mut hers, mut seniors) = (events(listens(council, &mari, &id).await), events(listens(council, &nia, &id).await));
        let waiting = json!({ "id": id, "state": "AWAITING_PICTURE", "bytesReceived": 0, "storedPages": 0, "problem": null });
        assert_eq!(told(hers.next().await.unwrap()), waiting);
        assert_eq!(told(seniors.next().await.unwrap()), waiting);

        let half = ticket.len() / 2;
        let upload = pieces::begins(council, &mari, &id, &ticket).await;
        pieces::sends(council, &mari, &upload, 0, &ticket[..half]).await;
        assert_eq!(told(hers.next().await.unwrap())["bytesReceived"], half);
        pieces::sends(council, &mari, &upload, half, &ticket[half..]).await;
        for listener in [&mut hers, &mut seniors] {
            let mut last = Value::Null;
            let mut ended = false;
            while let Some((event, data)) = listener.next().await {
                if event == "next" { last = data["data"]["receiptProgress"].clone(); } else { ended = event == "complete"; }
            }
            assert_eq!((last, ended), (json!({ "id": id, "state": "STORED", "bytesReceived": ticket.len(), "storedPages": 1, "problem": null }), true));
        }
    }

    async fn what_is_on_its_way_to_another_server_is_told_too(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        let mut told = events(listens(council, &mari, &id).await);
        told.next().await.unwrap();
        let other = council.second_db().await;
        let txn = other.begin().await.unwrap();
        store::receipt::say_problem(&txn, id.parse().unwrap(), busfare_entity::words::ReceiptProblem::StorageFull).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(told.next().await.unwrap().1["data"]["receiptProgress"]["problem"], "STORAGE_FULL");
        other.close().await.unwrap();
    }

    async fn whoever_signs_out_or_may_not_see_it_any_more_is_told_no_more(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let id = captured(&mari).await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        does(&mari, ATTACH, json!({ "receiptId": id, "spendId": spend })).await;
        let (mut hers, mut seniors) = (events(listens(council, &mari, &id).await), events(listens(council, &nia, &id).await));
        hers.next().await.unwrap();
        seniors.next().await.unwrap();

        does(&mari, "mutation($input: DetachReceiptInput!) { it: detachReceipt(input: $input) { receipt { id } userErrors { code message field retry } replayed } }", json!({ "receiptId": id, "spendId": spend })).await;
        assert_eq!(seniors.next().await.unwrap().0, "complete");
        assert!(seniors.next().await.is_none());
        mari.good("mutation { signOut(input: { everywhere: false }) { signedOut } }", json!({})).await;
        let (event, last) = hers.next().await.unwrap();
        assert_eq!((event.as_str(), &last["errors"][0]["extensions"]["code"]), ("next", &json!("UNAUTHENTICATED")), "{last:#}");
        assert_eq!(hers.next().await.unwrap().0, "complete");
        assert!(hers.next().await.is_none());
    }

    async fn only_a_subscription_is_told_as_events_and_only_to_those_who_may_see(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let id = captured(&mari).await;
        for (person, wanted) in [(&elin, "NOT_FOUND"), (&council.stranger(), "UNAUTHENTICATED")] {
            let answer = listens(council, person, &id).await;
            let code = if answer.status() == StatusCode::OK {
                let mut told = events(answer);
                let first = told.next().await.unwrap().1["errors"][0]["extensions"]["code"].clone();
                while let Some((event, _)) = told.next().await { assert_ne!(event, "data"); }
                first
            } else {
                answer.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"].clone()
            };
            assert_eq!(code, wanted);
        }
        for wrong in ["", "spnd_00000000000000000000000000", "rcpt_\0"] {
            let mut told = events(listens(council, &mari, wrong).await);
            assert_eq!(told.next().await.unwrap().1["errors"][0]["extensions"]["code"], "NOT_FOUND", "{wrong}");
        }
        for other in ["{ viewer { practitioner { id } } }", "mutation { signOut(input: { everywhere: true }) { signedOut } }"] {
            assert_eq!(asks(council, &mari, other, json!({})).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{other}");
        }
        assert_eq!(mari.problem(PROGRESS, json!({ "id": id })).await, "BAD_USER_INPUT", "a subscription is told as events alone");
        assert_eq!(asks(council, &mari, "subscription { nothing }", json!({})).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(asks(council, &mari, "subscription {", json!({})).await.status(), StatusCode::BAD_REQUEST);
    }

    async fn whoever_hangs_up_makes_room_at_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = captured(&mari).await;
        for _ in 0..3 {
            let mut all = Vec::new();
            while all.len() < 10 {
                // Until the server has noticed, there is no room yet.
                let answer = listens(council, &mari, &id).await;
                if answer.status() == StatusCode::OK {
                    all.push(events(answer));
                }
            }
        }
    }

    async fn ten_at_once_are_as_many_as_one_may_have_and_all_end_when_the_server_stops(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let id = captured(&mari).await;
        let mut all = Vec::new();
        for _ in 0..10 {
            let mut told = events(listens(council, &mari, &id).await);
            told.next().await.unwrap();
            all.push(told);
        }
        let eleventh = listens(council, &mari, &id).await;
        assert_eq!((eleventh.status(), eleventh.headers().contains_key("retry-after")), (StatusCode::TOO_MANY_REQUESTS, true));
        let his = captured(&tomos).await;
        all.push(events(listens(council, &tomos, &his).await));
        all[10].next().await.unwrap();

        council.state.closing.send_replace(true);
        for mut told in all {
            assert_eq!(told.next().await.unwrap().0, "complete");
            assert!(told.next().await.is_none());
        }
    }
}
