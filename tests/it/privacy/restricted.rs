//! Records that few read: who does, who can open one when it cannot wait, and who is seen to have read.

use std::collections::HashSet;

use busfare::{
    http::clock,
    rules::sight::sees_record,
    store::{self, restricted},
};
use busfare_entity::{
    practitioner, record, record_opening,
    words::{PractitionerId, RecordId, TeamId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{named, reads, record_about};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{OPEN_RESTRICTED, PUT, RESTRICT, STATE, does, refused, with_key},
};

const REASON: &str = "She rang and is frightened to go home tonight.";
const TOLD: &str =
    "{ viewer { notices { nodes { kind record { id } opening { reason openedBy { name } openedAt openUntil } } } } }";

/// A record of Mari's about somebody that few read.
async fn restricted(mari: &Person<'_>) -> (String, String) {
    let person = named(mari, "Ann").await;
    let id = record_about(mari, &person, "A warm room").await;
    let done = does(mari, RESTRICT, json!({ "recordId": id, "restricted": true })).await;
    assert_eq!(done["record"], json!({ "id": id, "restricted": true }));
    (person, id)
}

/// Opens a record by hand, at another moment.
async fn was_opened(council: &Council, id: &str, by: PractitionerId, from: DateTime<Utc>, until: DateTime<Utc>) {
    let txn = council.state.db.begin().await.unwrap();
    let (reason, record_id) = (REASON.to_owned(), id.parse().unwrap());
    let row = record_opening::Model {
        id: store::mint::id(),
        record_id,
        opened_by: by,
        reason,
        opened_at: from,
        open_until: until,
    };
    restricted::open(&txn, row).await.unwrap();
    txn.commit().await.unwrap();
}

/// Sets something about a practitioner by hand.
async fn becomes(
    council: &Council,
    who: PractitionerId,
    column: practitioner::Column,
    value: impl Into<sea_orm::Value> + Send,
) {
    let txn = council.state.db.begin().await.unwrap();
    let set = practitioner::Entity::update_many().col_expr(column, Expr::val(value));
    set.filter(practitioner::Column::Id.eq(who)).exec(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

async fn told(person: &Person<'_>) -> Vec<Value> {
    person.good(TOLD, json!({})).await["viewer"]["notices"]["nodes"].as_array().unwrap().clone()
}

on_both! {
    async fn only_its_author_and_the_seniors_of_her_team_read_what_few_read(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = named(&mari, "Ann").await;
        let id = record_about(&mari, &person, "A warm room").await;
        let (tomos, gethin, nia) = (council.person("tomos.ellwood").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        assert_eq!(refused(&tomos, RESTRICT, json!({ "recordId": id, "restricted": true })).await, "NOT_YOURS_TO_RESTRICT");

        does(&mari, RESTRICT, json!({ "recordId": id, "restricted": true })).await;

        for reader in [&mari, &nia] {
            assert_eq!(reads(reader, &id).await, Some(vec![json!("A warm room")]));
        }
        for name in ["tomos.ellwood", "gethin.bowmer", "elin.caradog", "iwan.tegid", "angharad.celyn"] {
            let stranger = council.person(name).await;
            assert_eq!(reads(&stranger, &id).await, None, "{name}");
            assert_eq!(stranger.good("{ records { nodes { id } } }", json!({})).await["records"]["nodes"], json!([]), "{name}");
            for (verb, input) in [(STATE, json!({ "recordId": id, "words": "x" })), (RESTRICT, json!({ "recordId": id, "restricted": false }))] {
                assert_eq!(stranger.problem(verb, json!({ "input": with_key(input) })).await, "NOT_FOUND", "{name}");
            }
        }
        // A colleague sees that there is something, and whose, and nothing of what is in it.
        let beside = "query($id: ID!) { node(id: $id) { ... on Person { records { id } restrictedRecords { id team { name } } } } }";
        let team = json!({ "name": "Caerfelin East Families" });
        assert_eq!(gethin.good(beside, json!({ "id": person })).await["node"], json!({ "records": [], "restrictedRecords": [{ "id": id, "team": team }] }));
        assert_eq!(nia.good(beside, json!({ "id": person })).await["node"], json!({ "records": [{ "id": id }], "restrictedRecords": [] }));
        // What was said in it is not asked again of her, and is told to nobody else as known.
        let facts = "query($hub: ID!, $id: ID!) { formFor(context: { hubId: $hub }, about: { personId: $id }) { known { linkId } } }";
        let hub = mari.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();
        for (reader, known) in [(&mari, 1), (&gethin, 0)] {
            let offer = reader.good(facts, json!({ "hub": hub, "id": person })).await;
            assert_eq!(offer["formFor"]["known"].as_array().unwrap().len(), known);
        }
        does(&nia, RESTRICT, json!({ "recordId": id, "restricted": false })).await;
        assert_eq!(reads(&tomos, &id).await, Some(vec![json!("A warm room")]));
    }

    async fn whoever_cannot_wait_reads_for_an_hour_and_those_who_answer_for_it_hear_at_once(council: &Council) {
        let (mari, tomos, elin, nia) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await, council.person("nia.talfan").await);
        let (_, id) = restricted(&mari).await;

        for reason in ["", "now", "aaaaaaaaaaaaaaaa", "         "] {
            assert_eq!(refused(&elin, OPEN_RESTRICTED, json!({ "recordId": id, "reason": reason })).await, "REASON_NEEDED");
        }
        assert_eq!((reads(&elin, &id).await, told(&nia).await), (None, vec![]));
        let opened = does(&elin, OPEN_RESTRICTED, json!({ "recordId": id, "reason": REASON })).await["record"].clone();

        let listed = json!([{ "openedBy": { "name": "Elin Caradog" }, "reason": REASON }]);
        assert_eq!(opened, json!({ "id": id, "restricted": true, "answers": [{ "linkId": "what-matters", "text": "A warm room" }], "openings": listed }));
        assert_eq!(reads(&elin, &id).await, Some(vec![json!("A warm room")]));
        assert_eq!(reads(&tomos, &id).await, None);
        let notice = told(&nia).await[0].clone();
        assert_eq!((&notice["kind"], &notice["record"]["id"], &notice["opening"]["openedBy"]["name"], &notice["opening"]["reason"]), (&json!("RESTRICTED_RECORD_OPENED"), &json!(id), &json!("Elin Caradog"), &json!(REASON)));
        let moment = |field: &str| notice["opening"][field].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
        assert_eq!(moment("openUntil") - moment("openedAt"), TimeDelta::minutes(60));
        assert_eq!(told(&mari).await, [Value::Null; 0]);
        // She reads; she writes nothing in it, and takes nothing of it along.
        assert_eq!(refused(&elin, PUT, json!({ "recordId": id, "answers": [] })).await, "NOT_YOUR_RECORD");
        assert_eq!(refused(&elin, RESTRICT, json!({ "recordId": id, "restricted": false })).await, "NOT_YOURS_TO_RESTRICT");
        // Whoever reads it anyway opens nothing, and what is open to everybody is not there to be opened.
        does(&mari, OPEN_RESTRICTED, json!({ "recordId": id, "reason": REASON })).await;
        does(&nia, OPEN_RESTRICTED, json!({ "recordId": id, "reason": REASON })).await;
        let openings = mari.good("query($id: ID!) { node(id: $id) { ... on Record { openings { id } } } }", json!({ "id": id })).await;
        assert_eq!((openings["node"]["openings"].as_array().unwrap().len(), told(&nia).await.len()), (1, 1));
        let plain = record_about(&mari, &named(&mari, "Bea").await, "x").await;
        assert_eq!(elin.problem(OPEN_RESTRICTED, json!({ "input": with_key(json!({ "recordId": plain, "reason": REASON })) })).await, "NOT_FOUND");
    }

    async fn an_hour_later_it_is_closed_again_by_itself(council: &Council) {
        let (mari, elin, tomos) = (council.person("mari.prydderch").await, council.person("elin.caradog").await, council.person("tomos.ellwood").await);
        let (_, id) = restricted(&mari).await;
        let now = clock::now();
        was_opened(council, &id, elin.row().id, now - TimeDelta::minutes(60), now).await;
        was_opened(council, &id, tomos.row().id, now + TimeDelta::minutes(30), now + TimeDelta::minutes(90)).await;

        assert_eq!((reads(&elin, &id).await, reads(&tomos, &id).await), (None, None));
        for (minutes, open) in [(0, true), (59, true), (60, false), (61, false)] {
            let (viewer, at) = (store::people::as_viewer(elin.row()), now - TimeDelta::minutes(60) + TimeDelta::minutes(minutes));
            let seen = store::record::by_ids(council.state.db.reader(), &viewer, &[id.parse().unwrap()], at).await.unwrap();
            assert_eq!(!seen.is_empty(), open, "{minutes}");
        }
    }

    async fn what_was_answered_once_is_answered_again_only_to_whoever_still_sees_it(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let (_, id) = restricted(&mari).await;
        let again = json!({ "idempotencyKey": key(), "recordId": id, "restricted": true });
        let said = json!({ "idempotencyKey": key(), "recordId": id, "words": "It was not like that." });
        does(&nia, RESTRICT, again.clone()).await;
        does(&nia, STATE, said.clone()).await;
        assert_eq!(does(&nia, RESTRICT, again.clone()).await["replayed"], true);

        let west: TeamId = council.person("iwan.tegid").await.row().team_id;
        // Eight are there already, so somebody goes.
        becomes(council, council.person("lan.tranh").await.row().id, practitioner::Column::Active, false).await;
        becomes(council, nia.row().id, practitioner::Column::TeamId, west).await;

        assert_eq!(nia.problem(RESTRICT, json!({ "input": again })).await, "NOT_FOUND");
        assert_eq!(nia.problem(STATE, json!({ "input": said })).await, "NOT_FOUND");
    }

    async fn where_a_team_has_no_senior_the_practice_group_hears(council: &Council) {
        let (mari, tomos, nia, gethin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("nia.talfan").await, council.person("gethin.bowmer").await);
        let (_, id) = restricted(&mari).await;
        let group = nia.good("{ practiceGroup { name } }", json!({})).await["practiceGroup"].clone();
        assert!(group.as_array().unwrap().contains(&json!({ "name": "Gethin Bowmer" })), "{group}");
        becomes(council, nia.row().id, practitioner::Column::Active, false).await;

        does(&tomos, OPEN_RESTRICTED, json!({ "recordId": id, "reason": REASON })).await;

        // He is told who opened it and why. What is in it is none of his business.
        let notice = told(&gethin).await[0].clone();
        assert_eq!((&notice["opening"]["openedBy"]["name"], &notice["record"]), (&json!("Tomos Ellwood"), &Value::Null));
        assert_eq!(reads(&gethin, &id).await, None);
    }

    async fn a_record_is_in_scope_if_and_only_if_the_rules_allow_it(council: &Council) {
        let now = clock::now();
        let mut opened = HashSet::new();
        for (place, name) in ["mari.prydderch", "nia.talfan", "elin.caradog", "gethin.bowmer"].into_iter().enumerate() {
            let author = council.person(name).await;
            let person = named(&author, "Ann").await;
            let (one, other) = (record_about(&author, &person, "x").await, record_about(&author, &person, "y").await);
            does(&author, RESTRICT, json!({ "recordId": other, "restricted": true })).await;
            for (by, from) in [("tomos.ellwood", -10), ("rosa.benbow", -70), ("iwan.tegid", 5)] {
                let by = council.person(by).await.row().id;
                if place % 2 == 0 {
                    let from = now + TimeDelta::minutes(from);
                    was_opened(council, &other, by, from, from + TimeDelta::minutes(60)).await;
                    if from <= now && now < from + TimeDelta::minutes(60) {
                        opened.insert((by, other.parse::<RecordId>().unwrap()));
                    }
                }
            }
            assert_ne!(one, other);
        }
        let reader = council.state.db.reader();
        let records = record::Entity::find().all(reader).await.unwrap();
        assert_eq!((records.len(), opened.len()), (8, 2));
        for row in practitioner::Entity::find().all(reader).await.unwrap() {
            let viewer = store::people::as_viewer(&row);
            let in_scope: HashSet<RecordId> = record::Entity::find().filter(store::record::in_sight(&viewer, now)).all(reader).await.unwrap().into_iter().map(|record| record.id).collect();
            let allowed: HashSet<RecordId> = records.iter()
                .filter(|record| sees_record(&viewer, &store::record::seen(record, opened.contains(&(row.id, record.id)))))
                .map(|record| record.id).collect();
            assert_eq!(in_scope, allowed, "{}", row.email);
        }
    }

    async fn who_read_what_somebody_else_wrote_is_seen_and_never_what(council: &Council) {
        let (mari, tomos, nia) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("nia.talfan").await);
        let id = record_about(&mari, &named(&mari, "Ann").await, "A warm room").await;
        let readers = async || {
            let read = "query($id: ID!) { node(id: $id) { ... on Record { readers { reader { name } readOn firstAt } } } }";
            mari.good(read, json!({ "id": id })).await["node"]["readers"].as_array().unwrap().clone()
        };
        reads(&mari, &id).await;
        // That there is a record is not what is in it.
        tomos.good("{ records { nodes { id form { code } } } }", json!({})).await;
        assert_eq!(readers().await, [Value::Null; 0]);

        for _ in 0..3 {
            reads(&tomos, &id).await;
        }
        nia.good("query($id: ID!) { node(id: $id) { ... on Record { history { text } } } }", json!({ "id": id })).await;

        let seen = readers().await;
        let names: Vec<_> = seen.iter().map(|one| one["reader"]["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Nia Talfan", "Tomos Ellwood"]);
        assert!(seen.iter().all(|one| one["readOn"] == json!(clock::now().date_naive())));
    }

    async fn nobody_is_kept_from_reading_because_it_cannot_be_noted(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let id = record_about(&mari, &named(&mari, "Ann").await, "A warm room").await;
        let txn = council.state.db.begin().await.unwrap();
        txn.execute_unprepared("ALTER TABLE record_access RENAME TO out_of_order").await.unwrap();
        txn.commit().await.unwrap();

        assert_eq!(reads(&tomos, &id).await, Some(vec![json!("A warm room")]));
    }
}
