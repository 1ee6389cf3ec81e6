//! How long things are kept: each answer for as long as its question says, and everything for as long as a court may ask.

use busfare::{
    http::clock,
    rules::calendar,
    store,
    work::retention::{self, Round},
};
use busfare_entity::{purge_list, record, words::RecordId};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{named, record_about};
use crate::{
    council::{Council, Person, on_both},
    recording::{
        answer, new_id,
        written::{adds, asks, publishes},
    },
    verbs::{COMPLETE, HOLD, PURGE, PUT, does, refused, with_key},
};

const DRY_RUN: &str = "query($first: Int) { retentionDryRun(first: $first) { more goes { recordId what linkId instance why keptFrom keptDays dueOn }
    heldBack { recordId what linkId why } } }";
const WHY: &str = "The coroner's letter of 3 May asks for it.";

/// The day on which a story is told.
pub fn today() -> NaiveDate {
    calendar::day(clock::now(), calendar::HOME)
}

/// At noon some days from now.
pub fn noon(days: u64) -> DateTime<Utc> {
    (today() + Days::new(days)).and_hms_opt(12, 0, 0).unwrap().and_utc()
}

/// One round.
pub async fn round(council: &Council, days: u64) -> Round {
    retention::keep(&council.state.db, &council.state.blobs, noon(days)).await.unwrap()
}

/// A form whose answers are kept for 40 and for 400 days.
pub async fn form(council: &Council) -> String {
    let nia = council.person("nia.talfan").await;
    adds(&nia, "keep.short", "TEXT", json!({ "retentionDays": 40 })).await;
    adds(&nia, "keep.long", "TEXT", json!({ "retentionDays": 400 })).await;
    let items = json!([asks("short", "keep.short"), asks("long", "keep.long")]);
    publishes(&nia, json!({ "code": "keep", "tier": "CONVERSATION", "items": items })).await
}

/// A record in which some of these are answered.
pub async fn begun(person: &Person<'_>, form: &str, answered: &[&str]) -> String {
    let id = new_id();
    let answers: Vec<_> =
        answered.iter().map(|link_id| answer(link_id, json!({ "text": "A warm room" }), None)).collect();
    let put = does(person, PUT, json!({ "recordId": id, "begin": { "formId": form }, "answers": answers })).await;
    assert_eq!(put["userErrors"], json!([]), "{put:#}");
    id
}

async fn completed(person: &Person<'_>, form: &str, answered: &[&str]) -> String {
    let id = begun(person, form, answered).await;
    does(person, COMPLETE, json!({ "recordId": id })).await;
    id
}

/// Sets something about a record by hand.
pub async fn becomes(council: &Council, id: &str, column: record::Column, value: impl Into<sea_orm::Value> + Send) {
    let txn = council.state.db.begin().await.unwrap();
    let set = record::Entity::update_many().col_expr(column, Expr::val(value));
    set.filter(record::Column::Id.eq(id.parse::<RecordId>().unwrap())).exec(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

/// A record that was completed some days ago.
async fn completed_ago(council: &Council, person: &Person<'_>, (form, days): (&str, i64), answered: &[&str]) -> String {
    let id = completed(person, form, answered).await;
    becomes(council, &id, record::Column::CompletedAt, noon(0) - TimeDelta::days(days)).await;
    id
}

/// The link ids of what still stands in a record; none where it is gone.
pub async fn stands(person: &Person<'_>, id: &str) -> Option<Vec<String>> {
    let read = "query($id: ID!) { node(id: $id) { ... on Record { answers { linkId } history { linkId } } } }";
    let node = person.good(read, json!({ "id": id })).await["node"].clone();
    let links = |rows: &Value| -> Vec<String> {
        rows.as_array().unwrap().iter().map(|row| row["linkId"].as_str().unwrap().to_owned()).collect()
    };
    let (answers, mut history) = (links(node.get("answers")?), links(&node["history"]));
    history.sort_by_key(|link_id| answers.iter().position(|other| other == link_id));
    history.dedup();
    assert_eq!(answers, history, "what went is in no history either");
    Some(answers)
}

async fn dry_run(person: &Person<'_>, first: u32) -> Value {
    person.good(DRY_RUN, json!({ "first": first })).await["retentionDryRun"].clone()
}

/// What goes, as a list of which and what and when.
fn listed(run: &Value) -> Vec<(String, String)> {
    let item = |item: &Value| {
        let what = item["linkId"].as_str().unwrap_or_else(|| item["what"].as_str().unwrap());
        (item["recordId"].as_str().unwrap().to_owned(), what.to_owned())
    };
    run["goes"].as_array().unwrap().iter().map(item).collect()
}

/// What went of records, in counts.
fn went(answers: usize, records: usize) -> Round {
    Round { answers, records, ..Round::default() }
}

on_both! {
    async fn every_answer_goes_when_its_question_says_and_the_record_with_the_last(council: &Council) {
        let (mari, form) = (council.person("mari.prydderch").await, form(council).await);
        let id = completed(&mari, &form, &["short", "long"]).await;

        for days in [0, 1, 39, 40] {
            assert_eq!(round(council, days).await, Round::default(), "day {days}");
        }
        assert_eq!(stands(&mari, &id).await.unwrap(), ["short", "long"]);
        assert_eq!((round(council, 41).await, round(council, 41).await), (went(1, 0), Round::default()));
        assert_eq!(stands(&mari, &id).await.unwrap(), ["long"]);
        assert_eq!(round(council, 400).await, Round::default());
        assert_eq!((round(council, 401).await, round(council, 402).await), (went(1, 1), Round::default()));
        assert_eq!(stands(&mari, &id).await, None);
    }

    async fn what_is_written_later_goes_when_it_is_due_too(council: &Council) {
        let (mari, form) = (council.person("mari.prydderch").await, form(council).await);
        let id = completed(&mari, &form, &["long"]).await;
        let draft = begun(&mari, &form, &[]).await;
        // It was looked at, and nothing was due for more than a year.
        assert_eq!(round(council, 0).await, Round::default());
        let later = |id: &str| json!({ "recordId": id, "answers": [answer("short", json!({ "text": "Later" }), None)] });
        does(&mari, PUT, later(&id)).await;
        does(&mari, PUT, later(&draft)).await;
        does(&mari, COMPLETE, json!({ "recordId": draft })).await;

        assert_eq!((round(council, 40).await, round(council, 41).await), (Round::default(), went(2, 1)));
        assert_eq!((stands(&mari, &id).await, stands(&mari, &draft).await), (Some(vec!["long".to_owned()]), None));
    }

    async fn what_a_dry_run_lists_is_exactly_what_goes(council: &Council) {
        let (mari, tomos, gethin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("gethin.bowmer").await);
        let form = form(council).await;
        let old = completed_ago(council, &mari, (&form, 500), &["short", "long"]).await;
        let some = completed_ago(council, &tomos, (&form, 41), &["short", "long"]).await;
        let young = completed_ago(council, &mari, (&form, 40), &["short", "long"]).await;
        let empty = completed_ago(council, &mari, (&form, 1), &[]).await;
        let draft = begun(&mari, &form, &["short"]).await;

        let run = dry_run(&gethin, 100).await;
        let is = |id: &String, what: &str| (id.clone(), what.to_owned());
        assert_eq!(listed(&run), [is(&old, "short"), is(&old, "long"), is(&old, "RECORD"), is(&some, "short"), is(&empty, "RECORD")]);
        let first = json!({ "recordId": old, "what": "ANSWER", "linkId": "short", "instance": null, "why": "KEPT_LONG_ENOUGH",
            "keptFrom": today() - Days::new(500), "keptDays": 40, "dueOn": today() - Days::new(459) });
        assert_eq!((&run["goes"][0], &run["more"], &run["heldBack"]), (&first, &json!(false), &json!([])));
        assert_eq!(stands(&mari, &old).await.unwrap(), ["short", "long"], "looking takes nothing away");

        // No more than was asked for, from the beginning.
        let short = dry_run(&gethin, 2).await;
        assert_eq!((listed(&short), &short["more"]), (listed(&run)[..2].to_vec(), &json!(true)));
        let purge = does(&gethin, PURGE, json!({ "most": 1 })).await["purge"].clone();
        assert_eq!(purge, json!({ "answers": 1, "records": 0, "captures": 0, "more": true }));
        assert_eq!(stands(&mari, &old).await.unwrap(), ["long"]);
        assert_eq!(listed(&dry_run(&gethin, 100).await), listed(&run)[1..]);
        let again = with_key(json!({}));
        for replayed in [false, true] {
            let purge = does(&gethin, PURGE, again.clone()).await;
            assert_eq!((&purge["purge"], &purge["replayed"]), (&json!({ "answers": 2, "records": 2, "captures": 0, "more": false }), &json!(replayed)));
        }
        assert_eq!(listed(&dry_run(&gethin, 100).await), []);
        for (id, left) in [(&old, None), (&empty, None), (&some, Some(vec!["long"])), (&young, Some(vec!["short", "long"])), (&draft, Some(vec!["short"]))] {
            assert_eq!(stands(&mari, id).await, left.map(|left| left.into_iter().map(String::from).collect()));
        }
        assert_eq!(round(council, 0).await, Round::default());
    }

    async fn only_the_practice_group_sees_what_is_due_and_takes_it_away(council: &Council) {
        let form = form(council).await;
        let (tomos, nia) = (council.person("tomos.ellwood").await, council.person("nia.talfan").await);
        let id = completed_ago(council, &tomos, (&form, 500), &["short"]).await;

        for name in ["tomos.ellwood", "iwan.tegid"] {
            let person = council.person(name).await;
            let group = person.good("{ practiceGroup { name } }", json!({})).await["practiceGroup"].clone();
            assert!(!group.as_array().unwrap().contains(&json!({ "name": person.row().name })), "{name}");
            assert_eq!(person.problem(DRY_RUN, json!({})).await, "FORBIDDEN", "{name}");
            assert_eq!(refused(&person, PURGE, json!({})).await, "FOR_THE_PRACTICE_GROUP", "{name}");
        }
        assert_eq!(stands(&nia, &id).await.unwrap(), ["short"]);
        assert_eq!(listed(&dry_run(&nia, 1).await).len(), 1);
    }

    async fn a_legal_hold_keeps_everything_until_somebody_says_that_it_need_not_be(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let (gethin, nia, form) = (council.person("gethin.bowmer").await, council.person("nia.talfan").await, form(council).await);
        let id = completed_ago(council, &tomos, (&form, 500), &["short", "long"]).await;
        let hold = |held: bool| json!({ "recordId": id, "held": held, "reason": WHY });
        // Who reads it need not be who keeps it, and nobody keeps what is nobody's business.
        assert_eq!(refused(&tomos, HOLD, hold(true)).await, "FOR_THE_PRACTICE_GROUP");
        assert_eq!(elin.problem(HOLD, json!({ "input": with_key(hold(true)) })).await, "NOT_FOUND");
        assert_eq!(refused(&nia, HOLD, json!({ "recordId": id, "held": true, "reason": "court" })).await, "REASON_NEEDED");

        let again = with_key(hold(true));
        for replayed in [false, true] {
            let held = does(&gethin, HOLD, again.clone()).await;
            assert_eq!((&held["hold"]["held"], &held["hold"]["reason"], &held["hold"]["saidBy"]["name"], &held["replayed"]), (&json!(true), &json!(WHY), &json!("Gethin Bowmer"), &json!(replayed)));
        }
        let run = dry_run(&nia, 100).await;
        assert_eq!((run["goes"].as_array().unwrap().len(), run["heldBack"].as_array().unwrap().len()), (0, 3));
        assert_eq!(does(&nia, PURGE, json!({})).await["purge"]["answers"], 0);
        assert_eq!(round(council, 5_000).await, Round::default());
        let held = mari.good("query($id: ID!) { node(id: $id) { ... on Record { held answers { linkId } } } }", json!({ "id": id })).await;
        assert_eq!(held["node"], json!({ "held": true, "answers": [{ "linkId": "short" }, { "linkId": "long" }] }));
        // The database keeps it too, whoever tries.
        let txn = council.state.db.begin().await.unwrap();
        let row = purge_list::Model { id: id.parse::<RecordId>().unwrap().0, ends: 0 };
        let refused = purge_list::Entity::insert(row.into_active_model()).exec_without_returning(&txn).await.unwrap_err();
        assert!(refused.to_string().contains("a hold keeps this record"), "{refused}");
        drop(txn);

        does(&nia, HOLD, hold(false)).await;
        assert_eq!(round(council, 0).await, went(2, 1));
        assert_eq!(gethin.problem(HOLD, json!({ "input": again })).await, "NOT_FOUND", "what was said of it is gone with it");
    }

    async fn many_servers_at_once_take_everything_once_and_few_statements_do(council: &Council) {
        let (mari, form) = (council.person("mari.prydderch").await, form(council).await);
        let mut counts = Vec::new();
        for many in [2, 24] {
            for _ in 0..many {
                completed_ago(council, &mari, (&form, 500), &["short", "long"]).await;
            }
            let before = council.state.db.statements();
            assert_eq!(round(council, 0).await, went(2 * many, many));
            counts.push(council.state.db.statements() - before);
        }
        assert_eq!(counts[0], counts[1]);
        // What is looked at and not due costs nothing the next time.
        completed(&mari, &form, &["short"]).await;
        let mut rounds = Vec::new();
        for _ in 0..2 {
            let before = council.state.db.statements();
            round(council, 1).await;
            rounds.push(council.state.db.statements() - before);
        }
        assert!(rounds[1] < rounds[0] && rounds[1] <= 8, "{rounds:?}");

        for _ in 0..6 {
            completed_ago(council, &mari, (&form, 500), &["short", "long"]).await;
        }
        let (other, mut sum) = (council.second_db().await, went(0, 0));
        let dbs = [&council.state.db, &other, &council.state.db, &other];
        for one in join_all(dbs.map(|db| retention::keep(db, &council.state.blobs, noon(0)))).await {
            let one = one.unwrap();
            sum = Round { answers: sum.answers + one.answers, records: sum.records + one.records, stuck: sum.stuck + one.stuck, ..sum };
        }
        assert_eq!(sum, went(12, 6));
        other.close().await.unwrap();
    }

    async fn what_is_append_only_leaves_on_the_strength_of_a_purge_alone(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = named(&mari, "Ann").await;
        let id = record_about(&mari, &person, "A warm room").await;
        let row: RecordId = id.parse().unwrap();
        let answers = store::answer::history(council.state.db.reader(), &[row]).await.unwrap();
        let listed = |id| purge_list::Entity::insert(purge_list::Model { id, ends: 0 }.into_active_model());

        for sql in ["UPDATE answer SET link_id = 'x'", "DELETE FROM answer", "DELETE FROM record_hold"] {
            let txn = council.state.db.begin().await.unwrap();
            if sql.ends_with("hold") {
                store::retention::set_hold(&txn, busfare_entity::record_hold::Model { id: store::mint::id(), record_id: row, held: false, reason: "x".into(), said_by: mari.row().id, said_at: clock::now() }).await.unwrap();
            }
            let refused = txn.execute_unprepared(sql).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
        }
        // On the list it may go, and it may not be changed; what is not on the list stays.
        let other = record_about(&mari, &person, "Another").await;
        let txn = council.state.db.begin().await.unwrap();
        listed(answers[0].id.0).exec_without_returning(&txn).await.unwrap();
        assert!(txn.execute_unprepared("DELETE FROM answer").await.is_err());
        drop(txn);
        let txn = council.state.db.begin().await.unwrap();
        listed(answers[0].id.0).exec_without_returning(&txn).await.unwrap();
        assert!(txn.execute_unprepared("UPDATE answer SET link_id = 'x' WHERE revision = 1").await.is_err());
        drop(txn);
        // And a list that would outlive its transaction undoes it.
        let txn = council.state.db.begin().await.unwrap();
        listed(row.0).exec_without_returning(&txn).await.unwrap();
        let of = busfare_entity::answer::Column::RecordId.eq(row);
        assert_eq!(busfare_entity::answer::Entity::delete_many().filter(of).exec(&txn).await.unwrap().rows_affected, 1);
        assert!(txn.commit().await.is_err());
        for id in [&id, &other] {
            assert_eq!(stands(&mari, id).await.unwrap(), ["what-matters"]);
        }
    }
}
