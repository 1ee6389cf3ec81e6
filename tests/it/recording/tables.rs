//! Records as a table: no cell shifts whatever becomes of a form, and nobody takes away what she may not read.

use std::{collections::HashMap, io::Cursor};

use busfare::http::clock;
use busfare_entity::{record, record_access, words::RecordId};
use calamine::{Data, Reader, Xlsx};
use chrono::TimeDelta;
use reqwest::StatusCode;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{
    answer, begun, hub_form, new_id,
    written::{adds, asks, publishes},
};
use crate::{
    council::{Council, Person, on_both},
    verbs::{CAPTURE, COMPLETE, PUT, UPGRADE, does},
};

const TABLE: &str = "query($form: ID!, $from: Date!, $to: Date!) { recordTable(formId: $form, from: $from, to: $to) {
    form { id } from to recordCount csv: downloadUrl xlsx: downloadUrl(format: XLSX) link { url expiresAt } } }";

/// Today and the days around it.
fn days(form: &str) -> Value {
    let now = clock::now();
    json!({ "form": form, "from": (now - TimeDelta::days(2)).date_naive(), "to": (now + TimeDelta::days(2)).date_naive() })
}

/// A table as it is read again: each line by its headings.
struct Read {
    headings: Vec<String>,
    lines: Vec<HashMap<String, String>>,
}

impl Read {
    fn csv(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap().strip_prefix('\u{feff}').expect("it says that it is UTF-8");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let lines = reader
            .records()
            .map(|line| headings.iter().cloned().zip(line.unwrap().iter().map(str::to_owned)).collect());
        Self { lines: lines.collect(), headings }
    }

    fn xlsx(bytes: &[u8], sheet: &str) -> Self {
        let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range(sheet).unwrap();
        let cell = |cell: &Data| match cell {
            Data::Empty => String::new(),
            Data::String(text) => text.clone(),
            other => panic!("{other:?} is no string"),
        };
        let mut rows = range.rows().map(|row| row.iter().map(cell).collect::<Vec<_>>());
        let headings = rows.next().unwrap();
        let lines = rows.map(|row| headings.iter().cloned().zip(row).collect()).collect();
        Self { headings, lines }
    }

    fn of(&self, record: &str) -> Vec<&HashMap<String, String>> {
        self.lines.iter().filter(|line| line["record"] == record).collect()
    }
}

async fn downloads(person: &Person<'_>, form: &str) -> Read {
    let told = person.good(TABLE, days(form)).await["recordTable"].clone();
    let csv = person.gets(told["csv"].as_str().unwrap()).await;
    assert_eq!(
        (csv.status(), &csv.headers()["content-type"]),
        (StatusCode::OK, &"text/csv; charset=utf-8".parse().unwrap())
    );
    assert!(csv.headers()["content-disposition"].to_str().unwrap().ends_with(".csv\""));
    let csv = Read::csv(&csv.bytes().await.unwrap());
    let xlsx = person.gets(told["xlsx"].as_str().unwrap()).await;
    assert_eq!(xlsx.status(), StatusCode::OK);
    let xlsx = Read::xlsx(&xlsx.bytes().await.unwrap(), "Records");
    assert_eq!((&csv.headings, &csv.lines), (&xlsx.headings, &xlsx.lines), "both say the same");
    let records: std::collections::HashSet<_> = csv.lines.iter().map(|line| &line["record"]).collect();
    assert_eq!(told["recordCount"], records.len());
    csv
}

on_both! {
    async fn over_ten_versions_no_cell_shifts(council: &Council) {
        let nia = council.person("nia.talfan").await;
        for code in ["t.a", "t.b", "t.c", "t.d", "t.e"] {
            adds(&nia, code, "TEXT", json!({})).await;
        }
        // Questions are added, dropped, brought back, moved about and given one another's places.
        let versions: [&[(&str, &str)]; 10] = [
            &[("one", "t.a"), ("two", "t.b")],
            &[("two", "t.b"), ("one", "t.a")],
            &[("one", "t.b"), ("two", "t.a")],
            &[("two", "t.a"), ("three", "t.c")],
            &[("three", "t.c"), ("one", "t.d"), ("two", "t.b")],
            &[("one", "t.e")],
            &[("one", "t.a"), ("two", "t.b"), ("three", "t.c"), ("four", "t.d"), ("five", "t.e")],
            &[("five", "t.a"), ("four", "t.b"), ("three", "t.c"), ("two", "t.d"), ("one", "t.e")],
            &[("one", "t.c")],
            &[("one", "t.a"), ("six", "t.b")],
        ];
        let (mut records, mut form) = (Vec::new(), String::new());
        for (number, places) in (1..).zip(versions) {
            let items: Vec<_> = places.iter().map(|(link_id, code)| asks(link_id, code)).collect();
            form = publishes(&nia, json!({ "code": "t", "tier": "CONVERSATION", "items": items })).await;
            let answers: Vec<_> = places.iter().map(|(link_id, code)| answer(link_id, json!({ "text": format!("{code} in {number}") }), None)).collect();
            let id = new_id();
            let put = json!({ "recordId": id, "begin": { "formId": form }, "answers": answers });
            assert_eq!(does(&nia, PUT, put).await["userErrors"], json!([]));
            records.push((id, number, places));
        }

        let table = downloads(&nia, &form).await;

        assert_eq!(table.headings[5..], ["t.a", "t.b", "t.c", "t.d", "t.e"], "in the order in which they were first asked");
        let mut cells = 0;
        for (id, number, places) in &records {
            let lines = table.of(id);
            assert_eq!((lines.len(), &lines[0]["version"]), (1, &number.to_string()));
            for heading in &table.headings[5..] {
                let said = if places.iter().any(|(_, code)| code == heading) { format!("{heading} in {number}") } else { String::new() };
                assert_eq!(lines[0][heading], said, "{heading} in version {number}");
                cells += 1;
            }
        }
        assert_eq!(cells, 50);
        let xlsx = nia.good(TABLE, days(&form)).await["recordTable"]["xlsx"].clone();
        let questions = Read::xlsx(&nia.gets(xlsx.as_str().unwrap()).await.bytes().await.unwrap(), "Questions");
        assert_eq!((questions.lines.len(), questions.lines[0]["question"].as_str(), questions.lines[0]["cwestiwn"].as_str()), (5, "What about t.a?", "Beth am t.a?"));
    }

    async fn what_nothing_asks_any_more_what_repeats_and_own_headings_are_in_it(council: &Council) {
        let nia = council.person("nia.talfan").await;
        for (code, kind) in [("o.kept", "TEXT"), ("o.gone", "TEXT"), ("o.age", "NUMBER"), ("o.seen", "CHOICES"), ("o.photo", "PHOTO")] {
            let choices = json!([{ "code": "a", "label": { "en": "A" } }, { "code": "b", "label": { "en": "B" } }]);
            adds(&nia, code, kind, if kind == "CHOICES" { json!({ "choices": choices }) } else { json!({}) }).await;
        }
        let draft = |items: Value| json!({ "code": "o", "tier": "CONVERSATION", "items": items });
        let repeat = json!({ "linkId": "children", "part": { "repeat": { "title": { "en": "Each child" }, "most": 9 } } });
        let mut age = asks("age", "o.age");
        age["inside"] = json!("children");
        let first = publishes(&nia, draft(json!([asks("kept", "o.kept"), asks("gone", "o.gone")]))).await;
        let id = new_id();
        let put = json!({ "recordId": id, "begin": { "formId": first }, "answers": [answer("kept", json!({ "text": "=1+1" }), None), answer("gone", json!({ "text": "said, \"then\"\nand there" }), None)] });
        does(&nia, PUT, put).await;
        let second = publishes(&nia, draft(json!([asks("kept", "o.kept"), repeat, age, asks("seen", "o.seen"), asks("photo", "o.photo")]))).await;
        does(&nia, UPGRADE, json!({ "recordId": id })).await;
        let photo = does(&nia, CAPTURE, json!({ "capturedFor": "NOTES" })).await["receipt"]["id"].as_str().unwrap().to_owned();
        let child = |name: &str, value: Value| json!({ "linkId": "age", "instance": name, "value": value });
        let answers = json!([child("ann", json!({ "number": 4 })), child("bob", json!({ "text": "+four" })), answer("seen", json!({ "choices": ["b", "a"] }), None), answer("photo", json!({ "captured": { "ids": [photo], "caption": "Page 1" } }), None),
            answer("own:1", json!({ "own": { "heading": "A cat", "words": "Grey." } }), None), answer("own:2", json!({ "own": { "heading": "@SUM", "words": "" } }), None)]);
        assert_eq!(does(&nia, PUT, json!({ "recordId": id, "answers": answers })).await["userErrors"], json!([]));
        let absent = new_id();
        let put = json!({ "recordId": absent, "begin": { "formId": second }, "answers": [answer("kept", json!({ "absent": "DECLINED" }), None)] });
        does(&nia, PUT, put).await;

        let table = downloads(&nia, &first).await;

        assert_eq!(table.headings[..5], ["record", "version", "part", "number", "problems"]);
        assert_eq!(table.headings[5..], ["o.kept", "o.gone", "o.age", "o.seen", "o.photo", "own headings", "gone (no longer asked)"]);
        let lines = table.of(&id);
        let cell = |line: usize, heading: &str| lines[line][heading].as_str();
        assert_eq!(["version", "part", "o.kept", "o.gone", "gone (no longer asked)", "o.seen", "own headings"].map(|heading| cell(0, heading)),
            ["2", "", "'=1+1", "", "said, \"then\"\nand there", "b;a", "A cat: Grey. | @SUM"]);
        assert_eq!(cell(0, "o.photo"), format!("Page 1 [{photo}]"));
        assert_eq!([1, 2].map(|line| (cell(line, "part"), cell(line, "number"), cell(line, "o.age"))), [("children", "1", "4"), ("children", "2", "'+four")]);
        assert_eq!(cell(2, "problems"), "o.age: not the kind of answer it takes");
        assert_eq!(table.of(&absent)[0]["o.kept"], "(would rather not say)");
    }

    async fn everybody_takes_away_what_she_may_read_and_no_more(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        for (code, readers) in [("r.all", "ORGANISATION"), ("r.team", "TEAM"), ("r.own", "AUTHOR")] {
            adds(&nia, code, "TEXT", json!({ "readers": readers })).await;
        }
        let items = json!([asks("all", "r.all"), asks("team", "r.team"), asks("own", "r.own")]);
        let form = publishes(&nia, json!({ "code": "r", "tier": "CONVERSATION", "items": items })).await;
        let id = new_id();
        let answers: Vec<_> = ["all", "team", "own"].map(|link_id| answer(link_id, json!({ "text": link_id }), None)).into_iter().chain([answer("own:1", json!({ "own": { "heading": "A cat" } }), None)]).collect();
        does(&mari, PUT, json!({ "recordId": id, "begin": { "formId": form }, "answers": answers })).await;

        for (name, expected) in [
            ("mari.prydderch", Some("all team own A cat")), ("tomos.ellwood", Some("all team  A cat")), ("nia.talfan", Some("all team  A cat")),
            ("gethin.bowmer", Some("all team  A cat")), ("elin.caradog", None), ("rosa.benbow", Some("all")), ("iwan.tegid", Some("all")), ("angharad.celyn", Some("all")),
        ] {
            let table = downloads(&council.person(name).await, &form).await;
            let told = table.of(&id).first().map(|line| ["r.all", "r.team", "r.own", "own headings"].map(|heading| line.get(heading).cloned().unwrap_or_default()).join(" "));
            assert_eq!(told.as_deref().map(str::trim_end), expected, "{name}");
        }
    }

    async fn what_few_may_read_is_in_few_tables_and_who_read_it_is_noted(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let form = hub_form(&mari).await;
        let id = begun(&mari, &[answer("what-matters", json!({ "text": "A warm room" }), None)]).await;
        let restrict = "mutation($input: RestrictRecordInput!) { it: restrictRecord(input: $input) { userErrors { code } replayed } }";
        let open = "mutation($input: OpenRestrictedInput!) { it: openRestricted(input: $input) { userErrors { code } replayed } }";
        assert_eq!(does(&mari, restrict, json!({ "recordId": id, "restricted": true })).await["userErrors"], json!([]));
        let opened = does(&elin, open, json!({ "recordId": id, "reason": "The hospital asks what she said, and it cannot wait." })).await;
        assert_eq!(opened["userErrors"], json!([]), "{opened:#}");

        for (name, there) in [("mari.prydderch", true), ("nia.talfan", true), ("tomos.ellwood", false), ("gethin.bowmer", false), ("elin.caradog", false), ("iwan.tegid", false)] {
            assert_eq!(!downloads(&council.person(name).await, &form).await.of(&id).is_empty(), there, "{name}");
        }
        let read = record_access::Entity::find().all(council.state.db.reader()).await.unwrap();
        let readers: std::collections::HashSet<_> = read.iter().map(|row| row.practitioner_id).collect();
        assert_eq!(readers, [council.person("nia.talfan").await.row().id].into());
    }

    async fn a_table_is_bounded_and_its_address_is_worth_nothing_to_others(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let (form, id) = (hub_form(&mari).await, begun(&mari, &[answer("what-matters", json!({ "text": "A warm room" }), None)]).await);
        let told = mari.good(TABLE, days(&form)).await["recordTable"].clone();
        let (path, url) = (told["csv"].as_str().unwrap(), told["link"]["url"].as_str().unwrap());

        let open = async |url: &str| council.http().get(council.url(url)).send().await.unwrap();
        let linked = open(url).await;
        assert_eq!(linked.status(), StatusCode::OK);
        assert!(linked.text().await.unwrap().contains(&id));
        for odd in [format!("{url}x"), url.replace("/csv", "/xlsx"), format!("{path}?link="), format!("{path}?link=a.b.c")] {
            assert_eq!(open(&odd).await.status(), StatusCode::NOT_FOUND, "{odd}");
        }
        let somebody_else = council.http().get(council.url(url)).bearer_auth(elin.token.as_ref().unwrap()).send().await.unwrap();
        assert_eq!(somebody_else.status(), StatusCode::NOT_FOUND, "bound to its viewer");
        assert_eq!(council.stranger().gets(path).await.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(council.stranger().problem(TABLE, days(&form)).await, "UNAUTHENTICATED");
        let mut app = council.stranger();
        app.token = Some(crate::verbs::an_app(council).await);
        assert_eq!((app.gets(path).await.status(), app.problem(TABLE, days(&form)).await.as_str()), (StatusCode::FORBIDDEN, "FORBIDDEN"));

        let nowhere = busfare::store::mint::id::<busfare_entity::words::FormVersionId>().to_string();
        for odd in [nowhere.as_str(), id.as_str(), "form_", "'; DROP TABLE record; --", "\0"] {
            assert_eq!(mari.problem(TABLE, days(odd)).await, "NOT_FOUND", "{odd:?}");
        }
        for (from, to) in [("2026-11-20", "2026-11-19"), ("2024-01-01", "2026-01-01"), ("x", "y"), ("2026-02-30", "2026-03-01")] {
            let answer = mari.gets(&format!("/exports/records/{form}/{from}/{to}/csv")).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{from} {to}");
            assert_eq!(answer.json::<Value>().await.unwrap()["errors"][0]["extensions"]["reason"], "PERIOD_NOT_VALID");
            assert_eq!(mari.problem(TABLE, json!({ "form": form, "from": from, "to": to })).await, "BAD_USER_INPUT", "{from} {to}");
        }
        for odd in [path.replace("/csv", "/pdf"), path.replace("/csv", "/"), path.replace(&form, &nowhere), path.replace(&form, "x")] {
            assert_eq!(mari.gets(&odd).await.status(), StatusCode::NOT_FOUND, "{odd}");
        }

        let row = record::Entity::find_by_id(id.parse::<RecordId>().unwrap()).one(council.state.db.reader()).await.unwrap().unwrap();
        let txn = council.state.db.begin().await.unwrap();
        for _ in 0..10 {
            let rows = (0..500).map(|_| record::Model { id: busfare::store::mint::id(), ..row.clone() }.into_active_model());
            record::Entity::insert_many(rows).exec_without_returning(&txn).await.unwrap();
        }
        txn.commit().await.unwrap();
        let refused = mari.gets(path).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json::<Value>().await.unwrap()["errors"][0]["extensions"]["reason"], "TOO_MANY_RECORDS");
        assert_eq!(mari.good(TABLE, days(&form)).await["recordTable"]["recordCount"], 5_001);
    }

    async fn a_form_and_a_record_go_out_in_the_words_of_other_systems(council: &Council) {
        let (nia, tomos) = (council.person("nia.talfan").await, council.person("tomos.ellwood").await);
        for (code, kind, readers) in [("f.when", "DATE", "TEAM"), ("f.age", "NUMBER", "TEAM"), ("f.note", "PHOTO", "TEAM"), ("f.own", "TEXT", "AUTHOR")] {
            adds(&nia, code, kind, json!({ "readers": readers })).await;
        }
        let mut age = asks("age", "f.age");
        age["inside"] = json!("children");
        let repeat = json!({ "linkId": "children", "part": { "repeat": { "title": { "en": "Each child" }, "most": 9 } } });
        let form = publishes(&nia, json!({ "code": "f", "tier": "CONVERSATION", "items": json!([asks("when", "f.when"), repeat, age, asks("note", "f.note"), asks("mine", "f.own")]) })).await;
        let asked = nia.good("query($id: ID!) { node(id: $id) { ... on Form { questionnaire jsonSchema } } }", json!({ "id": form })).await["node"].clone();
        assert_eq!((&asked["questionnaire"]["resourceType"], &asked["questionnaire"]["status"], &asked["questionnaire"]["version"]), (&json!("Questionnaire"), &json!("active"), &json!("1")));
        let links: Vec<_> = asked["questionnaire"]["item"].as_array().unwrap().iter().map(|item| item["linkId"].as_str().unwrap()).collect();
        assert_eq!(links, ["when", "children", "note", "mine"]);
        assert_eq!(asked["jsonSchema"]["properties"]["when"]["format"], "date");

        let photo = does(&nia, CAPTURE, json!({ "capturedFor": "NOTES" })).await["receipt"]["id"].as_str().unwrap().to_owned();
        let child = |name: &str, age: i32| json!({ "linkId": "age", "instance": name, "value": { "number": age } });
        let id = new_id();
        let answers = json!([answer("when", json!({ "date": "2026-11-20" }), None), child("ann", 4), child("bob", 6), answer("note", json!({ "captured": { "ids": [photo], "caption": "Page 1" } }), None),
            answer("mine", json!({ "text": "hers alone" }), None), answer("own:1", json!({ "own": { "heading": "A cat" } }), None)]);
        does(&nia, PUT, json!({ "recordId": id, "begin": { "formId": form }, "answers": answers })).await;
        let response = async |person: &Person<'_>| person.good("query($id: ID!) { node(id: $id) { ... on Record { questionnaireResponse } } }", json!({ "id": id })).await["node"]["questionnaireResponse"].clone();

        let hers = response(&nia).await;
        assert_eq!((&hers["resourceType"], &hers["status"]), (&json!("QuestionnaireResponse"), &json!("in-progress")));
        let items = hers["item"].as_array().unwrap();
        let found: Vec<_> = items.iter().map(|item| item["linkId"].as_str().unwrap()).collect();
        assert_eq!(found, ["when", "children", "children", "note", "mine"]);
        assert_eq!(items[0]["answer"], json!([{ "valueDate": "2026-11-20" }]));
        assert_eq!(items[2]["item"][0]["answer"], json!([{ "valueInteger": 6 }]));
        assert_eq!(items[3]["answer"], json!([{ "valueAttachment": { "url": format!("/receipts/{photo}/content"), "title": "Page 1" } }]));
        let his = response(&tomos).await.to_string();
        assert!(!his.contains("hers alone") && his.contains("2026-11-20"), "{his}");
        does(&nia, COMPLETE, json!({ "recordId": id })).await;
        assert_eq!(response(&nia).await["status"], "completed");
        does(&nia, PUT, json!({ "recordId": id, "answers": [answer("when", json!({ "date": "2026-11-21" }), None)] })).await;
        assert_eq!(response(&nia).await["status"], "amended");
    }
}
