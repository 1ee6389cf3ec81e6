//! What a running server survives and keeps to itself: `kill -9`, SIGTERM, floods, and words that are nobody's business.

use std::{collections::HashMap, sync::Arc, time::Duration};

use busfare::store::{Db, mint};
use busfare_entity::{
    spend, verdict,
    words::{RecordId, SpendId},
};
use bytes::Bytes;
use futures_util::{future::join_all, stream};
use reqwest::Body;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};

use crate::{
    council::{key, on_both},
    ledger::counters_add_up,
    postgres::setting,
    server_process::{Premises, ServerProcess},
};

const ASK: &str = "mutation($input: RequestSpendInput!) { requestSpend(input: $input) {
    spend { id decision money requestedAt } userErrors { code } replayed } }";

const SAVE: &str = "mutation($input: PutAnswersInput!) { putAnswers(input: $input) {
    record { id answers { linkId revision text } } userErrors { code } replayed } }";

fn rounds(name: &str, usually: usize) -> usize {
    setting(name).and_then(|rounds| rounds.parse().ok()).unwrap_or(usually)
}

/// A bus fare of a penny, so that no limit is ever in the way.
fn penny(fare: &Value) -> Value {
    json!({ "input": { "idempotencyKey": key(), "purposeId": fare, "unitPrice": "0.01" } })
}

/// Every spend has its verdict, and every budget is the sum of its entries and of its spends.
async fn nothing_is_half_done(db: &Db) -> usize {
    counters_add_up(db).await;
    let spends = spend::Entity::find().all(db.reader()).await.unwrap();
    let verdicts = verdict::Entity::find().all(db.reader()).await.unwrap();
    for spend in &spends {
        assert_eq!(verdicts.iter().filter(|verdict| verdict.spend_id == spend.id).count(), 1, "{spend:?}");
    }
    for budget in busfare_entity::budget::Entity::find().all(db.reader()).await.unwrap() {
        let hers = spends.iter().filter(|spend| spend.budget_id == budget.id);
        assert_eq!(hers.map(|spend| spend.total_pence).sum::<i64>(), budget.committed_pence + budget.reserved_pence);
    }
    spends.len()
}

on_both! {
    async fn a_kill_right_after_the_answer_loses_nothing(here: &Premises) {
        let token = here.demo_once();
        let mut server = here.serve();
        let fare = server.fare(&token).await;
        let rounds = rounds("BUSFARE_KILL_ROUNDS", 30);
        for round in 0..rounds {
            let ask = penny(&fare);
            let answer = server.good(&token, ASK, &ask).await["requestSpend"].clone();
            server.kill();
            assert_eq!((&answer["spend"]["decision"], &answer["replayed"]), (&json!("AUTHORISED_SELF"), &json!(false)), "{round}");

            server = here.serve();
            let again = server.good(&token, ASK, &ask).await["requestSpend"].clone();
            assert_eq!((&again["spend"], &again["replayed"]), (&answer["spend"], &json!(true)), "{round}");
        }
        server.kill();
        let db = here.database().await;
        assert_eq!(nothing_is_half_done(&db).await, rounds);
        db.close().await.unwrap();
    }

    async fn a_kill_right_after_an_answer_is_saved_loses_not_a_word_of_it(here: &Premises) {
        let token = here.demo_once();
        let mut server = here.serve();
        let hub = server.good(&token, "{ hubs { id } }", &json!({})).await["hubs"][0]["id"].clone();
        let offer = "query($id: ID!) { formFor(context: { hubId: $id }) { form { id } } }";
        let form = server.good(&token, offer, &json!({ "id": hub })).await["formFor"]["form"]["id"].clone();
        let (record, rounds) = (mint::id::<RecordId>().to_string(), rounds("BUSFARE_KILL_ROUNDS", 12));
        for round in 0..rounds {
            let said = format!("What she said the {round}th time");
            let answers = json!([{ "linkId": "what-matters", "value": { "text": said } }]);
            let input = json!({ "idempotencyKey": key(), "recordId": record, "begin": { "formId": form }, "answers": answers });
            let save = json!({ "input": input });
            let saved = server.good(&token, SAVE, &save).await["putAnswers"].clone();
            server.kill();
            assert_eq!((&saved["record"]["answers"][0]["text"], &saved["replayed"]), (&json!(said), &json!(false)), "{round}");

            server = here.serve();
            let again = server.good(&token, SAVE, &save).await["putAnswers"].clone();
            assert_eq!((&again["record"], &again["replayed"]), (&saved["record"], &json!(true)), "{round}");
        }
        server.kill();
        let db = here.database().await;
        assert_eq!(busfare_entity::answer::Entity::find().all(db.reader()).await.unwrap().len(), rounds);
        db.close().await.unwrap();
    }

    async fn a_kill_in_the_middle_of_a_burst_loses_nothing_that_was_answered(here: &Premises) {
        let token = here.demo_once();
        let (mut sent, mut acknowledged) = (0, 0);
        for answers in (0..rounds("BUSFARE_BURST_ROUNDS", 6)).map(|round| [1, 3, 7, 12, 0, 18][round % 6]) {
            let server = here.serve();
            let fare = server.fare(&token).await;
            let asks: Vec<_> = (0..20).map(|_| penny(&fare)).collect();
            let answered = burst(server, &token, &asks, answers).await;
            sent += asks.len();
            acknowledged += answered.len();

            let server = here.serve();
            for (place, before) in &answered {
                let again = server.good(&token, ASK, &asks[*place]).await["requestSpend"].clone();
                assert_eq!((&again["spend"], &again["replayed"]), (before, &json!(true)));
            }
            let db = here.database().await;
            nothing_is_half_done(&db).await;
            // The phones that heard nothing ask again, and each has one spend and no twin.
            for ask in &asks {
                assert_eq!(server.good(&token, ASK, ask).await["requestSpend"]["spend"]["decision"], "AUTHORISED_SELF");
            }
            assert_eq!(nothing_is_half_done(&db).await, sent);
            db.close().await.unwrap();
            server.kill();
        }
        println!("{acknowledged} of {sent} were answered before the kill, and none was lost");
    }

    async fn told_to_stop_it_stops_with_uploads_half_sent_and_connections_open(here: &Premises) {
        let token = here.demo_once();
        let server = here.serve();
        let mut held = Vec::new();
        for _ in 0..20 {
            let receipt = captured(&server, &token).await;
            let upload = format!(
                "PUT /receipts/{receipt}/content HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
                 content-type: image/jpeg\r\ncontent-length: 100000\r\n\r\nhalf"
            );
            held.push(said(&server, &upload).await);
            let question = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
            held.push(said(&server, question).await);
            held.push(said(&server, "GET /healthz HTTP/1.1\r\nho").await);
            let mut idle = said(&server, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
            assert!(idle.read(&mut [0; 1_024]).await.unwrap() > 0);
            held.push(idle);
        }
        while here.staged() < 20 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }

        let stopped = server.told_to_stop(Duration::from_secs(5)).await;

        let (status, took, log) = stopped.expect("it stops within 5 seconds");
        println!("it stopped after {} ms", took.as_millis());
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(!log.contains("panicked"), "{log}");
        drop(held);
    }

    async fn a_flood_of_sixty_megabytes_costs_no_memory(here: &Premises) {
        let token = here.demo_once();
        let server = here.serve();
        let receipt = captured(&server, &token).await;
        let http = reqwest::Client::new();
        let graphql = || http.post(server.url("/graphql")).header("content-type", "application/json");
        let picture = || {
            let put = http.put(server.url(&format!("/receipts/{receipt}/content"))).bearer_auth(&token);
            put.header("content-type", "image/jpeg")
        };
        let declared = 60_000 * 1_024;
        for (name, flooded) in [
            ("graphql, its length declared", graphql().header("content-length", declared).body(flood())),
            ("graphql, in chunks", graphql().body(flood())),
            ("a picture, its length declared", picture().header("content-length", declared).body(flood())),
            ("a picture, in chunks", picture().body(flood())),
        ] {
            server.forget_peak();
            let before = server.memory("VmRSS");
            assert_eq!(flooded.send().await.unwrap().status().as_u16(), 413, "{name}");
            let (now, peak) = (server.memory("VmRSS").saturating_sub(before), server.memory("VmHWM").saturating_sub(before));
            println!("{name}: {now} KiB more, {peak} KiB at its peak");
            assert!(now < 8_192 && peak < 8_192, "{name}: {now} KiB more, {peak} KiB at its peak");
        }
        assert_eq!(here.staged(), 0);
    }

    async fn what_people_write_is_nowhere_in_the_log(here: &Premises) {
        let token = here.demo_once();
        let mut command = here.command("serve");
        command.env("BUSFARE_LOG", "trace");
        let server = ServerProcess::start(command, "Busfare listens on ");
        let seen = write_the_canary_everywhere(&server, &token).await;
        assert!(seen > 3, "the canary was kept {seen} times, so looking for it means something");

        let (_, _, log) = server.told_to_stop(Duration::from_secs(5)).await.expect("it stops");

        assert!(log.lines().filter(|line| line.contains("\"answered\"")).count() > 20, "{log}");
        for secret in [CANARY, &CANARY.to_lowercase(), &token, token.rsplit('.').next().unwrap()] {
            let leaks: Vec<_> = log.lines().filter(|line| line.contains(secret)).collect();
            assert!(leaks.is_empty(), "{secret} in {} lines:\n{}", leaks.len(), leaks.join("\n"));
        }
    }
}

/// Sends them all at once and kills the server as soon as so many answers are read; gives what was answered by place.
async fn burst(server: ServerProcess, token: &str, asks: &[Value], answers: usize) -> HashMap<usize, Value> {
    let (heard, mut hearing) = mpsc::unbounded_channel();
    let phones: Vec<_> = asks
        .iter()
        .enumerate()
        .map(|(place, ask)| {
            let (request, heard) = (server.asking(Some(token), ASK, ask), heard.clone());
            tokio::spawn(async move {
                let Ok(response) = request.send().await else { return };
                let Ok(answer) = response.json::<Value>().await else { return };
                let _ = heard.send((place, answer["data"]["requestSpend"]["spend"].clone()));
            })
        })
        .collect();
    drop(heard);

    let mut answered = HashMap::new();
    while answered.len() < answers {
        answered.extend(hearing.recv().await);
    }
    server.kill();
    join_all(phones).await;
    // An answer that was on its way when the server died is an answer all the same.
    while let Some(late) = hearing.recv().await {
        answered.extend([late]);
    }
    answered
}

async fn captured(server: &ServerProcess, token: &str) -> String {
    let capture = "mutation($key: UUID!) { captureReceipt(input: { idempotencyKey: $key }) { receipt { id } } }";
    let captured = server.good(token, capture, &json!({ "key": key() })).await;
    captured["captureReceipt"]["receipt"]["id"].as_str().unwrap().to_owned()
}

/// A connection on which something was said, and nothing more.
async fn said(server: &ServerProcess, words: &str) -> TcpStream {
    let mut connection = TcpStream::connect(server.host()).await.unwrap();
    connection.write_all(words.as_bytes()).await.unwrap();
    connection
}

/// Sixty megabytes, piece by piece.
fn flood() -> Body {
    Body::wrap_stream(stream::iter((0..60_000).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 1_024])))))
}

const CANARY: &str = "Canari4711Melyn";

/// Puts the canary wherever a client can put words, and counts how often an answer has it.
async fn write_the_canary_everywhere(server: &ServerProcess, token: &str) -> usize {
    let (fare, canary, id) = (server.fare(token).await, CANARY, mint::id::<SpendId>().to_string());
    let mut answers = Vec::new();
    for (document, variables) in [
        (
            "mutation($id: ID!, $fare: ID!, $key: UUID!, $it: String) { requestSpend(input: { idempotencyKey: $key, id: $id, purposeId: $fare, unitPrice: \"1.15\", reason: $it }) { spend { reason } } }",
            json!({ "id": id, "fare": fare, "key": key(), "it": canary }),
        ),
        (
            "mutation($id: ID!, $key: UUID!, $it: String) { noteNoReceipt(input: { idempotencyKey: $key, spendId: $id, reason: LOST, words: $it }) { spend { noReceiptNote { words } } } }",
            json!({ "id": id, "key": key(), "it": canary }),
        ),
        ("query($id: ID!) { formFor(context: { spendId: $id }) { form { id } } }", json!({ "id": id })),
        (
            "mutation($it: String!) { signIn(input: { email: $it, password: $it, deviceName: $it }) { userErrors { code } } }",
            json!({ "it": format!("{canary}@example.org") }),
        ),
        (
            "mutation($it: String!) { signIn(input: { email: \"mari.prydderch@caerfelin.example\", password: $it }) { userErrors { code } } }",
            json!({ "it": canary }),
        ),
        (
            "mutation($it: String!) { signIn(input: { email: \"mari.prydderch@caerfelin.example\", password: \"let-me-decide\", deviceName: $it }) { session { accessToken refreshToken } } }",
            json!({ "it": canary }),
        ),
        (
            "mutation($it: String!) { refreshSession(input: { refreshToken: $it }) { userErrors { code } } }",
            json!({ "it": canary }),
        ),
        ("query($it: ID!) { node(id: $it) { id } nodes(ids: [$it]) { id } }", json!({ "it": canary })),
        ("query($it: String!) { spends(after: $it) { nodes { id } } }", json!({ "it": canary })),
        ("query($it: UUID!) { node(id: $it) { id } }", json!({ "it": canary })),
        (
            "mutation($it: RequestSpendInput!) { requestSpend(input: $it) { replayed } }",
            json!({ "it": { "idempotencyKey": canary, "purposeId": [canary], "unitPrice": canary, "timing": canary } }),
        ),
        (
            "mutation($key: UUID!, $it: Decimal!, $fare: ID!) { requestSpend(input: { idempotencyKey: $key, purposeId: $fare, unitPrice: $it }) { replayed } }",
            json!({ "key": key(), "fare": fare, "it": canary }),
        ),
        (
            "mutation { requestSpend(input: { timing: Canari4711Melyn, reason: \"Canari4711Melyn\" }) { Canari4711Melyn } }",
            json!({}),
        ),
        ("{ Canari4711Melyn: __typename @Canari4711Melyn }", json!({ "Canari4711Melyn": 1 })),
        ("{ \"Canari4711Melyn", json!({})),
    ] {
        answers.push(server.asks(Some(token), document, &variables).await);
    }
    let form = answers[2]["data"]["formFor"]["form"]["id"].clone();
    let answer = "mutation($id: ID!, $form: ID!, $record: ID!, $key: UUID!, $it: String!) { putAnswers(input: { idempotencyKey: $key, recordId: $record, begin: { formId: $form, spendId: $id }, answers: [{ linkId: \"what-for\", value: { text: $it } }, { linkId: $it, value: { choice: $it } }] }) { record { answers { text } } userErrors { code message } } }";
    answers.push(server.asks(Some(token), answer, &json!({ "id": id, "form": form, "record": mint::id::<RecordId>().to_string(), "key": key(), "it": canary })).await);
    carry_the_canary_outside_graphql(server, token).await;
    answers.iter().filter(|answer| answer.to_string().contains(canary)).count()
}

/// In addresses, in headers and in bodies that are no questions.
async fn carry_the_canary_outside_graphql(server: &ServerProcess, token: &str) {
    let (http, receipt) = (Arc::new(reqwest::Client::new()), captured(server, token).await);
    let put = |path: String| http.put(server.url(&path)).bearer_auth(token).header("content-type", CANARY).body(CANARY);
    for request in [
        http.get(server.url(&format!("/{CANARY}?{CANARY}={CANARY}"))).header("user-agent", CANARY),
        http.get(server.url(&format!("/graphql?query=%7B{CANARY}%7D&variables={CANARY}"))),
        http.get(server.url(&format!("/receipts/{CANARY}/content"))).bearer_auth(token),
        http.post(server.url("/graphql")).bearer_auth(CANARY).json(&json!({ "query": "{ __typename }" })),
        http.post(server.url("/graphql")).header("content-type", "application/json").body(CANARY),
        http.post(server.url("/graphql"))
            .header("accept", CANARY)
            .header("cookie", CANARY)
            .json(&json!({ "query": CANARY })),
        put(format!("/receipts/{receipt}/content")),
        put(format!("/receipts/{receipt}/content")).header("repr-digest", format!("sha-256=:{CANARY}:")),
    ] {
        request.send().await.unwrap();
    }
}
