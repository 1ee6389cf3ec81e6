//! Stories of what is told over a WebSocket, in the words of graphql-transport-ws: to whom, for how long, and how it ends.

pub mod wire;

use serde_json::{Value, json};

use self::wire::{Heard, Wire, opens};
use crate::{
    council::{Council, Person, on_both},
    verbs::{CAPTURE, does},
};
use busfare::work::pictures::sample;

/// What asks for the protocol that is spoken.
pub const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");
const PROGRESS: &str = "subscription($id: ID!) { receiptProgress(id: $id) { state } }";

async fn opened(council: &Council) -> Wire {
    let (status, wire) = opens(council, &[PROTOCOL]).await;
    assert_eq!(status, 101);
    wire
}

/// A socket of somebody who has said who she is.
async fn hers(council: &Council, person: &Person<'_>) -> Wire {
    let mut wire = opened(council).await;
    wire.says(&init(person)).await;
    assert_eq!(wire.hears().await.message(), json!({ "type": "connection_ack" }));
    wire
}

fn init(person: &Person<'_>) -> Value {
    let bearer = format!("Bearer {}", person.token.as_ref().unwrap());
    json!({ "type": "connection_init", "payload": { "Authorization": bearer } })
}

fn subscribe(id: &str, query: &str, receipt: &str) -> Value {
    json!({ "id": id, "type": "subscribe", "payload": { "query": query, "variables": { "id": receipt } } })
}

async fn captured(person: &Person<'_>) -> String {
    does(person, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned()
}

fn progress(id: &str, state: &str) -> Value {
    json!({ "id": id, "type": "next", "payload": { "data": { "receiptProgress": { "state": state } } } })
}

on_both! {
    async fn a_socket_tells_several_things_until_each_is_at_its_end(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (one, two) = (captured(&mari).await, captured(&mari).await);
        let mut wire = hers(council, &mari).await;
        wire.says(&json!({ "type": "ping" })).await;
        assert_eq!(wire.hears().await.message(), json!({ "type": "pong" }));

        wire.says(&subscribe("a", PROGRESS, &one)).await;
        assert_eq!(wire.hears().await.message(), progress("a", "AWAITING_PICTURE"));
        wire.says(&subscribe("b", PROGRESS, &two)).await;
        assert_eq!(wire.hears().await.message(), progress("b", "AWAITING_PICTURE"));
        wire.says(&json!({ "id": "b", "type": "complete" })).await;

        assert!(mari.puts(&two, sample::bus_ticket("1.15")).await.status().is_success());
        assert!(mari.puts(&one, sample::bus_ticket("2.30")).await.status().is_success());
        let mut last = wire.hears().await.message();
        while last["type"] == "next" {
            assert_eq!(last["id"], "a", "what was given up is told no more: {last}");
            last = wire.hears().await.message();
        }
        assert_eq!(last, json!({ "id": "a", "type": "complete" }));
        // An id that is free again may be used again.
        wire.says(&subscribe("a", PROGRESS, &one)).await;
        assert_eq!(wire.hears().await.message(), progress("a", "STORED"));
    }

    async fn only_a_valid_subscription_to_what_she_may_see_is_told(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let receipt = captured(&mari).await;
        let mut wire = hers(council, &elin).await;
        for (document, code) in [
            ("mutation { signOut(input: { everywhere: true }) { signedOut } }", "BAD_USER_INPUT"),
            ("{ viewer { practitioner { id } } }", "BAD_USER_INPUT"),
            ("subscription { nothing }", "BAD_USER_INPUT"),
            ("subscription {", "BAD_USER_INPUT"),
        ] {
            wire.says(&json!({ "id": "a", "type": "subscribe", "payload": { "query": document } })).await;
            let refused = wire.hears().await.message();
            assert_eq!((&refused["type"], &refused["payload"][0]["extensions"]["code"]), (&json!("error"), &json!(code)), "{refused}");
        }
        wire.says(&json!({ "id": "a", "type": "subscribe", "payload": {} })).await;
        assert_eq!(wire.hears().await.message()["type"], "error");
        wire.says(&subscribe("a", PROGRESS, &receipt)).await;
        assert_eq!(wire.hears().await.message()["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND");
        assert_eq!(wire.hears().await.message(), json!({ "id": "a", "type": "complete" }));
        elin.good("{ viewer { practitioner { id } } }", json!({})).await;
    }

    async fn whoever_breaks_the_protocol_is_told_with_which_code(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = captured(&mari).await;

        let mut silent = opened(council).await;
        let mut hasty = opened(council).await;
        hasty.says(&subscribe("a", PROGRESS, &receipt)).await;
        assert_eq!(hasty.hears().await, Heard::End(4401));
        for nonsense in ["", "{}", "[]", r#"{"type":"next"}"#, "{"] {
            let mut wire = hers(council, &mari).await;
            wire.sends_text(nonsense).await;
            assert_eq!(wire.hears().await, Heard::End(4400), "{nonsense}");
        }
        let mut twice = hers(council, &mari).await;
        twice.says(&init(&mari)).await;
        assert_eq!(twice.hears().await, Heard::End(4429));
        let mut same = hers(council, &mari).await;
        same.says(&subscribe("a", PROGRESS, &receipt)).await;
        same.hears().await.message();
        same.says(&subscribe("a", PROGRESS, &receipt)).await;
        assert_eq!(same.hears().await, Heard::End(4409));
        let mut long = hers(council, &mari).await;
        long.says(&json!({ "type": "ping", "payload": { "a": "x".repeat(65_536) } })).await;
        assert_eq!(long.hears().await, Heard::End(1009));

        for payload in [json!(null), json!({}), json!({ "Authorization": "Bearer nobody" }), json!({ "Authorization": "" })] {
            let mut nobody = opened(council).await;
            nobody.says(&json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(nobody.hears().await, Heard::End(4403), "{payload}");
        }
        assert_eq!(silent.hears().await, Heard::End(4408));
    }

    async fn a_page_of_another_site_opens_no_socket(council: &Council) {
        let own = format!("http://{}", council.address);
        assert_eq!(opens(council, &[PROTOCOL, ("origin", &own)]).await.0, 101);
        for other in ["https://evil.example", "null", "http://127.0.0.1:1"] {
            assert_eq!(opens(council, &[PROTOCOL, ("origin", other)]).await.0, 403, "{other}");
        }
        assert_eq!(opens(council, &[]).await.0, 400);
        assert_eq!(opens(council, &[("sec-websocket-protocol", "graphql-ws")]).await.0, 400);
    }

    async fn whoever_signs_out_hears_no_more_over_her_socket(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = captured(&mari).await;
        let mut wire = hers(council, &mari).await;
        wire.says(&subscribe("a", PROGRESS, &receipt)).await;
        wire.hears().await.message();
        mari.good("mutation { signOut(input: { everywhere: false }) { signedOut } }", json!({})).await;
        assert_eq!(wire.hears().await, Heard::End(4403));
    }

    async fn ten_things_are_told_however_many_sockets_and_hanging_up_makes_room(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = captured(&mari).await;
        let (mut one, mut two) = (hers(council, &mari).await, hers(council, &mari).await);
        for id in 0..5 {
            for wire in [&mut one, &mut two] {
                wire.says(&subscribe(&id.to_string(), PROGRESS, &receipt)).await;
                assert_eq!(wire.hears().await.message()["type"], "next");
            }
        }
        one.says(&subscribe("eleven", PROGRESS, &receipt)).await;
        assert_eq!(one.hears().await.message()["payload"][0]["extensions"]["code"], "THROTTLED");
        let events = council.http().post(council.url("/graphql")).header("accept", "text/event-stream").bearer_auth(mari.token.as_ref().unwrap());
        let events = events.json(&json!({ "query": PROGRESS, "variables": { "id": receipt } })).send().await.unwrap();
        assert_eq!(events.status().as_u16(), 429, "events and sockets share the places");

        two.hangs_up();
        // Until the server has noticed, there is no room yet.
        let mut told = 0;
        while told < 5 {
            one.says(&subscribe(&format!("again {told}"), PROGRESS, &receipt)).await;
            let answer = one.hears().await.message();
            told += u32::from(answer["type"] == "next");
        }
        one.says(&json!({ "id": "0", "type": "complete" })).await;
        one.says(&subscribe("more", PROGRESS, &receipt)).await;
        assert_eq!(one.hears().await.message(), progress("more", "AWAITING_PICTURE"));
    }

    async fn all_sockets_end_when_the_server_stops(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let receipt = captured(&mari).await;
        let (mut busy, mut idle, mut unsaid) = (hers(council, &mari).await, hers(council, &mari).await, opened(council).await);
        busy.says(&subscribe("a", PROGRESS, &receipt)).await;
        busy.hears().await.message();
        council.state.closing.send_replace(true);
        for wire in [&mut busy, &mut idle, &mut unsaid] {
            assert_eq!(wire.hears().await, Heard::End(1001));
        }
    }
}
