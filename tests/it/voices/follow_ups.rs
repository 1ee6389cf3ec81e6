//! What we said we would do: on a list until it is done, or not needed.

use futures_util::future::join_all;

use super::*;
use crate::{council::on_both, verbs::RESTRICT};

const LIST: &str = "query($team: ID, $due: Due) { followUps(teamId: $team, due: $due) { promises { id what due } figures { promises open medianDays atLeast inTimePerMille inTimeOf } } }";

async fn list(person: &Person<'_>, variables: Value) -> Vec<String> {
    let list = person.good(LIST, variables).await["followUps"]["promises"].clone();
    list.as_array().unwrap().iter().map(|promise| promise["what"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn what_was_promised_is_on_the_list_of_the_team_until_it_is_settled(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let record = a_record(&mari).await;
        for (what, due) in [("Ring the school", 9), ("Ask for the bus pass", 0), ("Write to the landlord", 5)] {
            let made = once(&mari, PROMISE, json!({ "recordId": record, "what": what, "due": day(due) })).await;
            assert_eq!((&made["promise"]["state"], &made["promise"]["madeBy"]["name"]), (&json!("OPEN"), &json!("Mari Prydderch")));
        }

        // A colleague of the team sees it and settles it; another team has no such list.
        assert_eq!(list(&tomos, json!({})).await, ["Ask for the bus pass", "Write to the landlord", "Ring the school"]);
        assert_eq!(list(&tomos, json!({ "due": "TODAY" })).await, ["Ask for the bus pass"]);
        assert_eq!(list(&tomos, json!({ "due": "THIS_WEEK" })).await, ["Write to the landlord"]);
        assert_eq!(list(&tomos, json!({ "due": "LATER" })).await, ["Ring the school"]);
        assert_eq!(list(&tomos, json!({ "due": "OVERDUE" })).await, Vec::<String>::new());
        let of_mari = mari.row().team_id.to_string();
        assert_eq!(list(&elin, json!({ "team": of_mari })).await, Vec::<String>::new());
        let of_record = "query($id: ID!) { node(id: $id) { ... on Record { promises { id what state due } } } }";
        let read = tomos.good(of_record, json!({ "id": record })).await["node"]["promises"].clone();
        assert_eq!((read.as_array().unwrap().len(), &read[0]["due"]), (3, &json!("TODAY")));
        let settled = once(&tomos, SETTLE, json!({ "followUpId": read[0]["id"], "kept": true })).await;
        assert_eq!(settled["promise"], json!({ "id": read[0]["id"], "state": "KEPT", "due": null, "settledBy": { "name": "Tomos Ellwood" }, "settledOn": day(0) }));
        done(&tomos, SETTLE, json!({ "followUpId": read[1]["id"], "kept": false })).await;
        assert_eq!(list(&mari, json!({})).await, ["Ring the school"]);
        assert_eq!(no(&mari, SETTLE, json!({ "followUpId": read[1]["id"], "kept": true })).await, "SETTLED_ALREADY");
        not_found(&elin, SETTLE, json!({ "followUpId": read[2]["id"], "kept": true })).await;
        not_found(&elin, PROMISE, json!({ "recordId": record, "what": "Ring", "due": day(1) })).await;

        // What few read is on nobody's list who does not read it.
        done(&mari, RESTRICT, json!({ "recordId": record, "restricted": true })).await;
        assert_eq!(list(&tomos, json!({})).await, Vec::<String>::new());
        assert_eq!(list(&mari, json!({})).await, ["Ring the school"]);
    }

    async fn a_promise_that_two_settle_at_once_is_settled_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let record = a_record(&mari).await;
        let made = done(&mari, PROMISE, json!({ "recordId": record, "what": "Ring the school", "due": day(1) })).await;
        let answers = join_all((0..8).map(|place| does(&mari, SETTLE, json!({ "followUpId": made["promise"]["id"], "kept": place % 2 == 0 })))).await;
        assert_eq!(answers.iter().filter(|answer| answer["promise"].is_object()).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "SETTLED_ALREADY").count(), 7);
    }

    async fn how_a_team_follows_up_is_told_of_five_people_and_never_of_fewer(council: &Council) {
        let team = council.person("mari.prydderch").await.row().team_id;
        let reader = council.state.db.reader();
        let colleagues = store::team::people(reader, council.person("mari.prydderch").await.row().organisation_id, &[team]).await.unwrap();
        assert!(colleagues.len() >= 5);
        for (place, row) in colleagues.iter().take(5).enumerate() {
            let person = council.person(row.email.split('@').next().unwrap()).await;
            let figures = person.good(LIST, json!({})).await["followUps"]["figures"].clone();
            assert_eq!(figures, Value::Null, "of {place} people");
            let record = a_record(&person).await;
            let made = done(&person, PROMISE, json!({ "recordId": record, "what": "Ring the school", "due": day(3) })).await;
            done(&person, SETTLE, json!({ "followUpId": made["promise"]["id"], "kept": true })).await;
        }
        let figures = council.person("mari.prydderch").await.good(LIST, json!({})).await["followUps"]["figures"].clone();
        assert_eq!(figures, json!({ "promises": 5, "open": 0, "medianDays": 0, "atLeast": false, "inTimePerMille": 1000, "inTimeOf": 5 }));
    }
}
