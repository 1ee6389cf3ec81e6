//! What is captured for a record: a photograph of handwritten notes is the record, a voice note is an answer, and whoever may
//! read the answer may see or hear it.

use busfare::work::{
    jobs,
    pictures::sample,
    sounds::{self, SoundType},
};
use busfare_entity::{
    possible_duplicate, receipt_print, receipt_reading,
    words::{JobKind, ReceiptId},
};
use reqwest::StatusCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{
    answer, begun, new_id,
    written::{adds, asks, publishes},
};
use crate::{
    bad_input::everything,
    council::{Council, Person, on_both},
    receipts::{pieces, works_at},
    verbs::{ATTACH, CAPTURE, PUT, does, refused, with_key},
};

const READ: &str = "query($id: ID!) { node(id: $id) { ... on Record { completedAt answers { linkId heading text caption problem
    captured { id capturedFor state mediaType width contentUrl thumbnailUrl previewUrl previewState spends { id } reading { state }
        possibleDuplicates { id } suggestedSpends { spend { id } } } } } } }";
const CONFIRM: &str = "mutation($input: ConfirmReceiptInput!) { it: confirmReceipt(input: $input) { receipt { id } userErrors { code message field retry } replayed } }";
const AGAIN: &str = "mutation($input: ReadReceiptAgainInput!) { it: readReceiptAgain(input: $input) { receipt { id } userErrors { code message field retry } replayed } }";
const RESTRICT: &str =
    "mutation($input: RestrictRecordInput!) { it: restrictRecord(input: $input) { userErrors { code } replayed } }";
const OPEN: &str =
    "mutation($input: OpenRestrictedInput!) { it: openRestricted(input: $input) { userErrors { code } replayed } }";
const KINDS: [SoundType; 5] = [SoundType::Mp4, SoundType::Ogg, SoundType::Webm, SoundType::Mp3, SoundType::Wav];

/// Something captured for a use, without its bytes.
async fn captures(person: &Person<'_>, captured_for: &str) -> String {
    let answer = does(person, CAPTURE, json!({ "capturedFor": captured_for })).await;
    assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
    answer["receipt"]["id"].as_str().unwrap().to_owned()
}

/// A photograph of notes.
async fn photographs(person: &Person<'_>) -> String {
    let id = captures(person, "NOTES").await;
    assert_eq!(person.puts(&id, sample::bus_ticket("1.15")).await.status(), StatusCode::OK);
    id
}

/// A form that asks for a photograph, and for a voice note that only its author hears.
async fn form(nia: &Person<'_>) -> String {
    adds(nia, "notes.photo", "PHOTO", json!({})).await;
    adds(nia, "notes.voice", "VOICE", json!({ "readers": "AUTHOR" })).await;
    let items = json!([asks("photo", "notes.photo"), asks("voice", "notes.voice")]);
    publishes(nia, json!({ "code": "notes", "tier": "CONVERSATION", "items": items })).await
}

/// Answers with what was captured.
fn captured(link_id: &str, ids: &[&String]) -> Value {
    answer(link_id, json!({ "captured": { "ids": ids } }), None)
}

async fn read(person: &Person<'_>, record: &str) -> Value {
    person.good(READ, json!({ "id": record })).await["node"].clone()
}

/// Whether somebody can fetch what was captured, and see its node.
async fn sees(person: &Person<'_>, id: &str) -> bool {
    let fetched = person.gets(&format!("/receipts/{id}/content")).await.status() == StatusCode::OK;
    let found =
        person.good("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await["node"] != Value::Null;
    assert_eq!(fetched, found, "{id}");
    found
}

async fn all_jobs_are_done(council: &Council) {
    let works = works_at(council, busfare::http::clock::now() + chrono::TimeDelta::days(1));
    jobs::run_due(&works, &jobs::hands()).await.unwrap();
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

on_both! {
    async fn a_photograph_of_notes_and_one_tap_complete_a_record(council: &Council) {
        let nia = council.person("nia.talfan").await;
        let form = form(&nia).await;
        let photo = photographs(&nia).await;
        let id = new_id();

        let put = json!({ "recordId": id, "begin": { "formId": form }, "answers": [captured("photo", &[&photo])], "complete": true });
        let saved = does(&nia, PUT, put).await;

        assert_eq!((&saved["userErrors"], &saved["advice"]), (&json!([]), &json!([])), "{saved:#}");
        let record = read(&nia, &id).await;
        assert!(record["completedAt"].is_string());
        let seen = &record["answers"][0]["captured"][0];
        assert_eq!((&seen["id"], &seen["capturedFor"], &seen["state"]), (&json!(photo), &json!("NOTES"), &json!("STORED")));
        let stored = nia.gets(seen["contentUrl"].as_str().unwrap()).await.bytes().await.unwrap();
        assert!(!holds(&stored, sample::SAMPLE_MAKE) && !holds(&stored, sample::SAMPLE_SERIAL) && !holds(&stored, "Exif"));
        let preview = nia.gets(seen["previewUrl"].as_str().unwrap()).await.bytes().await.unwrap();
        assert!((1_000..=300 * 1024).contains(&preview.len()), "{}", preview.len());
        let thumbnail = nia.gets(seen["thumbnailUrl"].as_str().unwrap()).await.bytes().await.unwrap();
        assert!(thumbnail.len() <= 20 * 1024);
    }

    async fn a_heading_of_ones_own_takes_a_photograph_with_no_words(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let photos = [photographs(&mari).await, photographs(&mari).await];
        let own = json!({ "own": { "heading": "My notes", "captured": photos } });

        let id = begun(&mari, &[answer("own:notes", own, None)]).await;

        let answer = read(&tomos, &id).await["answers"][0].clone();
        assert_eq!((&answer["heading"], &answer["text"]), (&json!("My notes"), &json!("")));
        let ids: Vec<_> = answer["captured"].as_array().unwrap().iter().map(|seen| seen["id"].as_str().unwrap()).collect();
        assert_eq!(ids, photos, "in the order in which they were given");
        assert!(sees(&tomos, &photos[0]).await);
    }

    async fn whoever_may_read_the_answer_may_see_it_and_nobody_else(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let (tomos, elin) = (council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let form = form(&nia).await;
        let (shared, hers, loose) = (photographs(&mari).await, photographs(&mari).await, photographs(&mari).await);
        for person in [&tomos, &elin] {
            assert!(!sees(person, &shared).await, "it is in no record yet");
        }
        let id = new_id();
        let answers = [captured("photo", &[&shared]), captured("voice", &[&hers])];
        let put = json!({ "recordId": id, "begin": { "formId": form }, "answers": answers });
        assert_eq!(does(&mari, PUT, put).await["userErrors"], json!([]));

        for (person, expected) in [(&mari, [true, true, true]), (&tomos, [true, false, false]), (&nia, [true, false, false]), (&elin, [false, false, false])] {
            let seen = [sees(person, &shared).await, sees(person, &hers).await, sees(person, &loose).await];
            assert_eq!(seen, expected, "{}", person.row().name);
        }
        let link = "query($id: ID!) { node(id: $id) { ... on Receipt { link { url } } } }";
        let signed = tomos.good(link, json!({ "id": shared })).await["node"]["link"]["url"].clone();
        assert_eq!(council.http().get(council.url(signed.as_str().unwrap())).send().await.unwrap().status(), StatusCode::OK);
        // It shows the picture and nothing else of hers.
        let seen = read(&tomos, &id).await["answers"][0]["captured"][0].clone();
        assert_eq!((&seen["spends"], &seen["possibleDuplicates"], &seen["reading"]), (&json!([]), &json!([]), &Value::Null));
        assert_eq!(tomos.good("{ viewer { receipts { nodes { id } } } }", json!({})).await["viewer"]["receipts"]["nodes"], json!([]));
        assert_eq!(does(&mari, PUT, json!({ "recordId": id, "answers": [captured("photo", &[])] })).await["userErrors"], json!([]));
        // What was answered before is in the history, which the same people read.
        assert!(sees(&tomos, &shared).await && !sees(&elin, &shared).await);
    }

    async fn what_few_may_read_few_may_see_and_whoever_it_is_opened_to(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let (tomos, elin) = (council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let photo = photographs(&mari).await;
        let own = json!({ "own": { "heading": "My notes", "captured": [photo] } });
        let id = begun(&mari, &[answer("own:notes", own, None)]).await;
        assert!(sees(&tomos, &photo).await);

        assert_eq!(does(&mari, RESTRICT, json!({ "recordId": id, "restricted": true })).await["userErrors"], json!([]));
        assert_eq!([sees(&mari, &photo).await, sees(&nia, &photo).await, sees(&tomos, &photo).await, sees(&elin, &photo).await], [true, true, false, false]);
        let opened = does(&elin, OPEN, json!({ "recordId": id, "reason": "The hospital asks what she said, and it cannot wait." })).await;
        assert_eq!(opened["userErrors"], json!([]), "{opened:#}");
        assert!(sees(&elin, &photo).await && !sees(&tomos, &photo).await);
    }

    async fn notes_are_never_read_compared_suggested_found_or_evidence(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let (first, second) = (photographs(&mari).await, photographs(&mari).await);
        let voice = captures(&mari, "VOICE_NOTE").await;
        assert_eq!(mari.puts(&voice, sounds::sample::voice_note(SoundType::Ogg)).await.status(), StatusCode::OK);
        let receipt = does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned();
        mari.puts(&receipt, sample::bus_ticket("1.15")).await;
        // Even where somebody asks for it behind the scenes.
        let txn = council.state.db.begin().await.unwrap();
        for (id, kind) in [(&first, JobKind::ReadReceipt), (&second, JobKind::ComparePicture), (&voice, JobKind::MakePreviews), (&voice, JobKind::ReadReceipt)] {
            let id: ReceiptId = id.parse().unwrap();
            busfare::store::job::enqueue(&txn, mari.row().organisation_id, kind, id.0, busfare::http::clock::now()).await.unwrap();
        }
        txn.commit().await.unwrap();
        all_jobs_are_done(council).await;

        let reader = council.state.db.reader();
        let only: ReceiptId = receipt.parse().unwrap();
        let prints = receipt_print::Entity::find().all(reader).await.unwrap();
        assert_eq!(prints.iter().map(|print| print.receipt_id).collect::<Vec<_>>(), [only]);
        assert!(receipt_reading::Entity::find().all(reader).await.unwrap().iter().all(|reading| reading.receipt_id == only));
        assert_eq!(possible_duplicate::Entity::find().count(reader).await.unwrap(), 0);
        let bin = mari.good("{ viewer { receipts { nodes { id } } } }", json!({})).await;
        assert_eq!(bin["viewer"]["receipts"]["nodes"], json!([{ "id": receipt }]));
        for id in [&first, &voice] {
            let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { reading { state } suggestedSpends { spend { id } } possibleDuplicates { id } } } }", json!({ "id": id })).await;
            assert_eq!(seen["node"], json!({ "reading": null, "suggestedSpends": [], "possibleDuplicates": [] }));
            assert_eq!(refused(&mari, ATTACH, json!({ "receiptId": id, "spendId": spend })).await, "NOT_A_RECEIPT");
            assert_eq!(refused(&mari, CONFIRM, json!({ "receiptId": id, "merchant": "Siop Ni", "total": "1.15" })).await, "NOT_A_RECEIPT");
            assert_eq!(refused(&mari, AGAIN, json!({ "receiptId": id })).await, "NOT_A_RECEIPT");
        }
        assert_eq!(refused(&mari, CAPTURE, json!({ "capturedFor": "NOTES", "spendId": spend })).await, "NOT_A_RECEIPT");
        let found = mari.good("{ receipts(search: \"siop\") { nodes { id } } }", json!({})).await;
        assert_eq!(found["receipts"]["nodes"], json!([]));
        assert_eq!(mari.good("query($id: ID!) { node(id: $id) { ... on Spend { receipts { id } } } }", json!({ "id": spend })).await["node"]["receipts"], json!([]));
    }

    async fn a_voice_note_of_every_kind_is_kept_and_heard_by_those_who_read_its_caption(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let nia = council.person("nia.talfan").await;
        adds(&nia, "voice.shared", "VOICE", json!({})).await;
        let form = publishes(&nia, json!({ "code": "voice", "tier": "CONVERSATION", "items": json!([asks("said", "voice.shared")]) })).await;
        let mut voices = Vec::new();
        for (kind, number) in KINDS.into_iter().zip(0..) {
            let sent = sounds::sample::voice_note(kind);
            let id = captures(&mari, "VOICE_NOTE").await;
            if number % 2 == 0 {
                let answered = mari.puts(&id, sent.clone()).await;
                assert_eq!(answered.status(), StatusCode::OK, "{kind:?}");
                let body: Value = answered.json().await.unwrap();
                assert_eq!((&body["mediaType"], &body["width"]), (&json!(kind.as_str()), &Value::Null));
                assert_eq!(mari.puts(&id, sent.clone()).await.status(), StatusCode::OK, "the same again");
            } else {
                let (upload, half) = (pieces::begins(council, &mari, &id, &sent).await, sent.len() / 2);
                for (from, piece) in [(0, &sent[..half]), (half, &sent[half..])] {
                    assert_eq!(pieces::sends(council, &mari, &upload, from, piece).await.status(), StatusCode::NO_CONTENT, "{kind:?}");
                }
            }
            voices.push(id);
        }
        let id = new_id();
        let said = json!({ "captured": { "ids": voices, "caption": "  What she told me about the flat. " } });
        let put = json!({ "recordId": id, "begin": { "formId": form }, "answers": [answer("said", said, None)], "complete": true });
        assert_eq!(does(&mari, PUT, put).await["userErrors"], json!([]));
        all_jobs_are_done(council).await;

        let heard = read(&tomos, &id).await["answers"][0].clone();
        assert_eq!((&heard["caption"], &heard["problem"]), (&json!("What she told me about the flat."), &Value::Null));
        for (seen, kind) in heard["captured"].as_array().unwrap().iter().zip(KINDS) {
            assert_eq!((&seen["previewState"], &seen["thumbnailUrl"], &seen["previewUrl"], &seen["width"]), (&json!("NOT_SHOWABLE"), &Value::Null, &Value::Null, &Value::Null));
            let address = seen["contentUrl"].as_str().unwrap();
            let sound = tomos.gets(address).await;
            assert_eq!((sound.status(), sound.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, kind.as_str()));
            assert_eq!(sound.headers()["x-content-type-options"], "nosniff");
            let whole = sound.bytes().await.unwrap();
            assert!(!holds(&whole, "CANARY") && whole == sounds::prepare(&sounds::sample::voice_note(kind)).unwrap().bytes, "{kind:?}");
            let part = council.http().get(council.url(address)).bearer_auth(tomos.token.as_ref().unwrap()).header("range", "bytes=4-9").send().await.unwrap();
            assert_eq!((part.status(), part.bytes().await.unwrap()), (StatusCode::PARTIAL_CONTENT, whole.slice(4..10)));
            assert_eq!(elin.gets(address).await.status(), StatusCode::NOT_FOUND);
        }
    }

    async fn what_is_no_voice_note_is_refused_kindly_however_it_is_sent(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let opus = sounds::sample::voice_note(SoundType::Ogg);
        let cases: [(&str, Vec<u8>, u16, &str); 6] = [
            ("VOICE_NOTE", b"Dear diary".to_vec(), 415, "NOT_A_SOUND"),
            ("VOICE_NOTE", sample::bus_ticket("1.15"), 415, "NOT_A_SOUND"),
            ("VOICE_NOTE", sounds::sample::with_tracks(&["vide", "soun"]), 415, "UNSUPPORTED_KIND"),
            ("VOICE_NOTE", opus[..opus.len() - 3].to_vec(), 422, "TRUNCATED"),
            ("VOICE_NOTE", vec![0; 10 * 1024 * 1024 + 1], 413, "TOO_LARGE"),
            ("NOTES", opus.clone(), 415, "NOT_A_PICTURE"),
        ];
        for (captured_for, sent, status, code) in cases {
            let id = captures(&mari, captured_for).await;
            let whole = mari.puts(&id, sent.clone()).await;
            let (of_whole, body): (u16, Value) = (whole.status().as_u16(), whole.json().await.unwrap());
            let told = &body["errors"][0];
            assert_eq!((of_whole, &told["extensions"]["reason"]), (status, &json!(code)), "{body:#}");
            let words = told["message"].as_str().unwrap();
            assert!(words.chars().count() <= 140 && words.to_lowercase().contains("please"), "{words}");
            let problem = mari.good("query($id: ID!) { node(id: $id) { ... on Receipt { state problem } } }", json!({ "id": id })).await["node"].clone();
            assert_eq!(problem, json!({ "state": "AWAITING_PICTURE", "problem": code }));

            // In pieces it is told the same.
            let id = captures(&mari, captured_for).await;
            let upload = pieces::begins(council, &mari, &id, &sent).await;
            let last = pieces::sends(council, &mari, &upload, 0, &sent).await;
            let (of_pieces, body): (u16, Value) = (last.status().as_u16(), last.json().await.unwrap());
            assert_eq!((of_pieces, &body["errors"][0]["extensions"]["reason"]), (status, &json!(code)), "{body:#}");
        }
    }

    async fn ten_and_more_are_attached_and_what_is_amiss_changes_nothing(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let own = |ids: &[String]| json!([answer("own:1", json!({ "own": { "heading": "Notes", "captured": ids } }), None)]);
        let mut photos = Vec::new();
        for _ in 0..21 {
            photos.push(captures(&mari, "NOTES").await);
        }
        let id = begun(&mari, &[]).await;
        let (his, receipt) = (captures(&tomos, "NOTES").await, does(&mari, CAPTURE, json!({})).await["receipt"]["id"].as_str().unwrap().to_owned());
        let nothing = busfare::store::mint::id::<ReceiptId>().to_string();
        let before = everything(council).await;

        assert_eq!(refused(&mari, PUT, json!({ "recordId": id, "answers": own(&photos) })).await, "TOO_MANY_CAPTURED");
        assert_eq!(refused(&mari, PUT, json!({ "recordId": id, "answers": own(&[receipt]) })).await, "CAPTURED_AS_RECEIPT");
        for wrong in [his.clone(), nothing, id.clone(), "rcpt_".to_owned(), "'; DROP TABLE receipt; --".to_owned(), "x".repeat(10_000)] {
            let input = with_key(json!({ "recordId": id, "answers": own(&[photos[0].clone(), wrong.clone()]) }));
            assert_eq!(mari.problem(PUT, json!({ "input": input })).await, "NOT_FOUND", "{wrong}");
        }
        for (caption, code) in [("x".repeat(281), "TEXT_TOO_LONG"), ("a\u{202e}b".to_owned(), "TEXT_NOT_PLAIN"), ("\0".to_owned(), "TEXT_NOT_PLAIN"), ("\u{200b}".to_owned(), "TEXT_NOT_PLAIN")] {
            let said = answer("what-matters", json!({ "captured": { "ids": [photos[0]], "caption": caption } }), None);
            assert_eq!(refused(&mari, PUT, json!({ "recordId": id, "answers": [said] })).await, code);
        }
        for wrong in [json!({ "captured": [photos[0]] }), json!({ "captured": { "ids": null } }), json!({ "captured": { "ids": [1.5] } }), json!({ "captured": { "ids": [], "caption": 1 } }), json!({ "captured": {} })] {
            let input = with_key(json!({ "recordId": id, "answers": [answer("what-matters", wrong.clone(), None)] }));
            assert_eq!(mari.problem(PUT, json!({ "input": input })).await, "BAD_USER_INPUT", "{wrong}");
        }
        assert_eq!(mari.problem(CAPTURE, json!({ "input": with_key(json!({ "capturedFor": "VIDEO" })) })).await, "BAD_USER_INPUT");
        assert_eq!(everything(council).await, before);

        let twice: Vec<_> = photos[..19].iter().chain(&photos[..1]).cloned().collect();
        assert_eq!(does(&mari, PUT, json!({ "recordId": id, "answers": own(&twice) })).await["userErrors"], json!([]));
        assert_eq!(read(&mari, &id).await["answers"][0]["captured"].as_array().unwrap().len(), 19, "each once");
        assert_eq!(does(&mari, PUT, json!({ "recordId": id, "answers": own(&photos[..20]) })).await["userErrors"], json!([]));
        assert_eq!(read(&mari, &id).await["answers"][0]["captured"].as_array().unwrap().len(), 20);
        // A photograph in a question that asks for words is kept with its problem.
        let said = answer("what-matters", json!({ "captured": { "ids": [photos[20]], "caption": "Her words, in her hand" } }), None);
        assert_eq!(does(&mari, PUT, json!({ "recordId": id, "answers": [said] })).await["userErrors"], json!([]));
        assert_eq!(read(&mari, &id).await["answers"][0]["problem"], "WRONG_KIND");
    }

    async fn what_it_is_captured_for_is_said_before_anything_comes_of_it(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let id = busfare::store::mint::id::<ReceiptId>().to_string();
        let used = async |person: &Person<'_>, input: Value| {
            let mut input = input;
            input["id"] = json!(id);
            does(person, "mutation($input: CaptureReceiptInput!) { it: captureReceipt(input: $input) { receipt { capturedFor } userErrors { code } replayed } }", input).await
        };
        assert_eq!(used(&mari, json!({})).await["receipt"]["capturedFor"], "RECEIPT");
        assert_eq!(used(&mari, json!({ "capturedFor": "NOTES" })).await["receipt"]["capturedFor"], "NOTES");
        assert_eq!(used(&mari, json!({})).await["receipt"]["capturedFor"], "NOTES", "nothing said changes nothing");
        assert_eq!(used(&elin, json!({ "capturedFor": "NOTES" })).await["userErrors"][0]["code"], "ID_ALREADY_USED");

        assert_eq!(mari.puts(&id, sample::bus_ticket("1.15")).await.status(), StatusCode::OK);
        for other in ["RECEIPT", "VOICE_NOTE"] {
            assert_eq!(used(&mari, json!({ "capturedFor": other })).await["userErrors"][0]["code"], "ID_ALREADY_USED");
        }
        let loose = captures(&mari, "VOICE_NOTE").await;
        begun(&mari, &[answer("own:1", json!({ "own": { "heading": "Her voice", "captured": [loose] } }), None)]).await;
        assert_eq!(refused(&mari, CAPTURE, json!({ "id": loose, "capturedFor": "RECEIPT" })).await, "ID_ALREADY_USED");
    }

    async fn many_records_with_photographs_are_read_with_as_few_statements_as_one(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let list = "{ records { nodes { answers { linkId captured { id state thumbnailUrl capturedBy { name } spends { id } } } } } }";
        let mut costs = Vec::new();
        for _ in 0..2 {
            for _ in 0..3 {
                let photo = captures(&mari, "NOTES").await;
                begun(&mari, &[answer("own:1", json!({ "own": { "heading": "Notes", "captured": [photo] } }), None)]).await;
            }
            mari.good(list, json!({})).await;
            let before = council.state.db.statements();
            mari.good(list, json!({})).await;
            costs.push(council.state.db.statements() - before);
        }
        assert_eq!(costs[0], costs[1]);
    }
}
