//! What went is gone: no byte of it is left in the database, in its log, or among the pictures.

use std::path::Path;

use busfare::work::pictures::sample;
use busfare_entity::{receipt, words::ReceiptId};
use chrono::Days;
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, Statement};
use serde_json::{Value, json};

use super::{
    kept::{becomes, noon, round, stands, today},
    named,
};
use crate::{
    council::{Council, Person, on_both},
    recording::{
        answer, new_id,
        written::{adds, asks, publishes},
    },
    verbs::{CAPTURE, COMPLETE, DISCLOSE, HOLD, OPEN_RESTRICTED, PUT, RESTRICT, STATE, does},
};

/// In every word that goes.
const GOES: &str = "Zyxwquokka";
/// In every word that stays.
const STAYS: &str = "Zyxwwombat";
const EVERY_COLUMN: &str = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' \
     AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea')";

/// How often a word is found in the database: in the bytes of SQLite's files, in every column of PostgreSQL that can hold one.
async fn found(council: &Council, word: &str) -> usize {
    let reader = council.state.db.reader();
    if reader.get_database_backend() != DbBackend::Postgres {
        return ["busfare.sqlite", "busfare.sqlite-wal"]
            .map(|file| times(&council.data.path().join(file), word))
            .iter()
            .sum();
    }
    let columns = Statement::from_string(DbBackend::Postgres, EVERY_COLUMN);
    let mut sum = 0;
    let columns = reader.query_all_raw(columns).await.unwrap();
    assert!(columns.len() > 100, "{} columns", columns.len());
    for row in columns {
        let [table, column, kind]: [String; 3] = [0, 1, 2].map(|at| row.try_get_by_index(at).unwrap());
        let text = match kind.as_str() {
            "bytea" => format!("encode(\"{column}\", 'escape')"),
            _ => format!("CAST(\"{column}\" AS text)"),
        };
        let count = format!("SELECT count(*) FROM \"{table}\" WHERE {text} LIKE '%{word}%'");
        let count = reader.query_one_raw(Statement::from_string(DbBackend::Postgres, count)).await.unwrap().unwrap();
        sum += usize::try_from(count.try_get_by_index::<i64>(0).unwrap()).unwrap();
    }
    sum
}

fn times(file: &Path, word: &str) -> usize {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes.windows(word.len()).filter(|part| *part == word.as_bytes()).count()
}

/// How many files pictures are kept in.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

/// A photograph of notes.
async fn photographs(person: &Person<'_>) -> String {
    let captured = does(person, CAPTURE, json!({ "capturedFor": "NOTES" })).await;
    let id = captured["receipt"]["id"].as_str().unwrap().to_owned();
    assert_eq!(person.puts(&id, sample::bus_ticket("1.15")).await.status(), StatusCode::OK);
    id
}

/// A form whose answers are kept for 10 days, and one of them for 20.
async fn form(council: &Council) -> String {
    let nia = council.person("nia.talfan").await;
    for (link_id, kind, days) in [("words", "TEXT", 10), ("photo", "PHOTO", 10), ("stays", "TEXT", 20)] {
        adds(&nia, &format!("gone.{link_id}"), kind, json!({ "retentionDays": days })).await;
    }
    let items = json!(["words", "photo", "stays"].map(|link_id| asks(link_id, &format!("gone.{link_id}"))));
    publishes(&nia, json!({ "code": "gone", "tier": "CONVERSATION", "items": items })).await
}

async fn puts(person: &Person<'_>, id: &str, form: &str, answers: Vec<Value>) {
    let put = does(person, PUT, json!({ "recordId": id, "begin": { "formId": form }, "answers": answers })).await;
    assert_eq!(put["userErrors"], json!([]), "{put:#}");
}

fn says(word: &str, more: &str) -> Value {
    json!({ "text": format!("{word} {more}") })
}

/// A record with words everywhere where there can be words: those that go after 10 days, and those that stay longer.
async fn full_of_words(council: &Council, goes: &str, stays: &str) -> (String, Vec<String>) {
    let (mari, form, id) = (council.person("mari.prydderch").await, form(council).await, new_id());
    let photos = vec![photographs(&mari).await, photographs(&mari).await];
    let captured = json!({ "captured": { "ids": [photos[0]], "caption": format!("{goes} caption") } });
    let own = json!({ "own": { "heading": format!("{stays} heading"), "words": format!("{stays} own"), "captured": [photos[1]] } });
    puts(
        &mari,
        &id,
        &form,
        vec![
            answer("words", says(goes, &"first ".repeat(500)), None),
            answer("stays", says(stays, "first"), None),
            answer("photo", captured, None),
            answer("own:notes", own, None),
        ],
    )
    .await;
    puts(&mari, &id, &form, vec![answer("words", says(goes, "second"), Some(1))]).await;
    // Another device had not seen it: what it says waits beside.
    puts(&mari, &id, &form, vec![answer("words", says(goes, "aside"), Some(1))]).await;
    does(&mari, COMPLETE, json!({ "recordId": id })).await;
    let mut corrected = answer("words", says(goes, "corrected"), Some(2));
    corrected["reason"] = json!(format!("{goes} reason"));
    puts(&mari, &id, &form, vec![corrected]).await;
    (id, photos)
}

on_both! {
    async fn a_purge_leaves_no_byte_of_what_went_and_every_byte_of_what_stays(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let before = files(council.data.path());
        let (id, photos) = full_of_words(council, GOES, STAYS).await;
        let stored = files(council.data.path());
        assert!(found(council, GOES).await >= 5 && found(council, STAYS).await >= 2 && stored > before);

        let went = round(council, 11).await;

        assert_eq!((went.answers, went.records, went.captures), (2, 0, 1));
        assert_eq!(found(council, GOES).await, 0);
        assert!(found(council, STAYS).await >= 2);
        assert_eq!(stands(&mari, &id).await.unwrap(), ["stays", "own:notes"]);
        let fetched = async |photo: &String| mari.gets(&format!("/receipts/{photo}/content")).await.status();
        assert_eq!((fetched(&photos[0]).await, fetched(&photos[1]).await), (StatusCode::NOT_FOUND, StatusCode::OK));
        assert_eq!((stored - before) / 2, stored - files(council.data.path()));

        // What the form keeps longest goes, and with it what no question asked for, and the record.
        let went = round(council, 21).await;
        assert_eq!((went.answers, went.records, went.captures), (2, 1, 1));
        assert_eq!((found(council, STAYS).await, stands(&mari, &id).await, files(council.data.path())), (0, None, before));
        assert_eq!(receipt::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
    }

    async fn a_record_goes_with_everything_that_hangs_on_it(council: &Council) {
        let (mari, tomos, nia) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("nia.talfan").await);
        let (form, id, person) = (form(council).await, new_id(), named(&mari, "Ann").await);
        let begin = json!({ "formId": form, "personId": person });
        let answers = [answer("words", says(GOES, "x"), None)];
        does(&mari, PUT, json!({ "recordId": id, "begin": begin, "answers": answers, "touchedAt": [1, 2, 3] })).await;
        // An answer that came too late to a place where nothing stands.
        let late = does(&mari, PUT, json!({ "recordId": id, "answers": [answer("stays", says(GOES, "late"), Some(3))] })).await;
        assert_eq!(late["conflicts"].as_array().unwrap().len(), 1, "{late:#}");
        does(&mari, STATE, json!({ "recordId": id, "words": format!("{GOES} is not how it was.") })).await;
        let promise = "mutation($input: PromiseInput!) { it: promise(input: $input) { userErrors { code } } }";
        let promised = does(&mari, promise, json!({ "recordId": id, "what": format!("{GOES} is rung"), "due": today() })).await;
        assert_eq!(promised["userErrors"], json!([]));
        does(&mari, RESTRICT, json!({ "recordId": id, "restricted": true })).await;
        does(&tomos, OPEN_RESTRICTED, json!({ "recordId": id, "reason": format!("{GOES} cannot wait until Monday.") })).await;
        for held in [true, false] {
            does(&nia, HOLD, json!({ "recordId": id, "held": held, "reason": format!("{GOES} is in a letter.") })).await;
        }
        stands(&tomos, &id).await.unwrap();
        does(&mari, COMPLETE, json!({ "recordId": id })).await;
        assert!(found(council, GOES).await >= 6);

        // What the person says, and what is loose, stays for as long as the form keeps anything.
        assert_eq!((round(council, 11).await.records, stands(&mari, &id).await), (0, Some(vec![])));
        assert!(found(council, GOES).await >= 2);
        let went = round(council, 21).await;

        assert_eq!((went.answers, went.records, found(council, GOES).await), (0, 1, 0));
        let told = nia.good("{ viewer { notices { nodes { kind } } } }", json!({})).await;
        assert_eq!(told["viewer"]["notices"]["nodes"], json!([]));
        // Whom it was about is another story: she was named, and is.
        let about = "query($id: ID!) { node(id: $id) { ... on Person { displayName records { id } } } }";
        assert_eq!(mari.good(about, json!({ "id": person })).await["node"], json!({ "displayName": "Ann", "records": [] }));
    }

    async fn a_draft_goes_with_its_pictures_unless_they_stand_elsewhere_too(council: &Council) {
        let (mari, form) = (council.person("mari.prydderch").await, form(council).await);
        let (photo, shared, draft, kept) = (photographs(&mari).await, photographs(&mari).await, new_id(), new_id());
        puts(&mari, &draft, &form, vec![answer("photo", json!({ "captured": { "ids": [photo, shared] } }), None)]).await;
        puts(&mari, &kept, &form, vec![answer("photo", json!({ "captured": { "ids": [shared] } }), None)]).await;
        becomes(council, &kept, busfare_entity::record::Column::HeldAt, noon(0)).await;

        let went = round(council, 31).await;

        assert_eq!((went.answers, went.captures), (1, 1));
        let left: Vec<ReceiptId> = receipt::Entity::find().all(council.state.db.reader()).await.unwrap().into_iter().map(|row| row.id).collect();
        assert_eq!(left, [shared.parse().unwrap()]);
    }

    async fn the_cover_of_what_was_told_outside_stays_and_no_word_of_it(council: &Council) {
        let (mari, form, id) = (council.person("mari.prydderch").await, form(council).await, new_id());
        let person = named(&mari, "Ann").await;
        let begin = json!({ "formId": form, "personId": person });
        does(&mari, PUT, json!({ "recordId": id, "begin": begin, "answers": [answer("words", says(GOES, "x"), None)], "complete": true })).await;
        let share = json!({ "recordId": id, "basis": "CONSENT", "to": "Caerfelin Housing", "fields": ["words"], "expiresOn": today() + Days::new(30) });
        let told = does(&mari, DISCLOSE, share).await;
        assert_eq!(told["userErrors"], json!([]), "{told:#}");

        for words in [None, Some("later")] {
            // Whoever writes in it again writes what goes again.
            if let Some(words) = words {
                puts(&mari, &id, &form, vec![answer("words", says(GOES, words), None)]).await;
                does(&mari, STATE, json!({ "recordId": id, "words": format!("{GOES} {words}") })).await;
                assert!(found(council, GOES).await >= 2);
                assert_eq!((round(council, 11).await.answers, round(council, 20).await.records), (1, 0));
            }
            assert_eq!((round(council, 21).await.records, round(council, 22).await.records), (1, 0));
            assert_eq!((found(council, GOES).await, stands(&mari, &id).await), (0, Some(vec![])));
            let cover = "query($id: ID!) { node(id: $id) { ... on Record { person { id } disclosures { to text } } } }";
            let cover = mari.good(cover, json!({ "id": id })).await["node"].clone();
            assert_eq!(cover, json!({ "person": { "id": person }, "disclosures": [{ "to": "Caerfelin Housing", "text": "" }] }));
        }
    }
}
