//! Afterwards one senior is told, and those who were part of it may learn from it. Nothing waits for either.

use serde_json::{Value, json};

use super::{cannot_wait, ceilings, everybody_has_left_except};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{LEARN, SEE, does, refused},
};

const NOTICES: &str =
    "{ viewer { notices { nodes { id kind seenAt spend { id asker { name } sentence } } pageInfo { hasNextPage } } } }";
const LEARNING: &str = "{ learningConversations { nodes { id openedBecause state spend { id } participants { name }
    questions { prompt words } notes { prompt words author { name } } } } }";

async fn notices(person: &Person<'_>) -> Vec<Value> {
    person.good(NOTICES, json!({})).await["viewer"]["notices"]["nodes"].as_array().unwrap().clone()
}

async fn conversations(person: &Person<'_>) -> Vec<Value> {
    person.good(LEARNING, json!({})).await["learningConversations"]["nodes"].as_array().unwrap().clone()
}

/// Everybody who is told of a spend.
async fn told_of(council: &Council, spend: &Value) -> Vec<String> {
    let mut told = Vec::new();
    for row in practitioners(council).await {
        let person = council.person(row.email.split('@').next().unwrap()).await;
        if notices(&person).await.iter().any(|notice| notice["spend"]["id"] == spend["id"]) {
            told.push(row.name);
        }
    }
    told
}

async fn practitioners(council: &Council) -> Vec<busfare_entity::practitioner::Model> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let active = busfare_entity::practitioner::Column::Active.eq(true);
    busfare_entity::practitioner::Entity::find().filter(active).all(council.state.db.reader()).await.unwrap()
}

on_both! {
    async fn exactly_one_senior_is_told_and_may_look(council: &Council) {
        ceilings(council).await;
        for (who, senior) in [
            ("mari.prydderch", "Nia Talfan"), ("gethin.bowmer", "Nia Talfan"), ("elin.caradog", "Iwan Tegid"),
            // A lead's own emergency is told to whoever stands behind her.
            ("nia.talfan", "Angharad Celyn"), ("angharad.celyn", "Ruth Adebisi-Vaughan"), ("ruth.adebisi-vaughan", "Angharad Celyn"),
        ] {
            let spend = cannot_wait(&council.person(who).await, council, "9.00").await;
            assert_eq!(told_of(council, &spend).await, [senior], "{who}");
        }

        // She may look at it, and no more than that.
        let angharad = council.person("angharad.celyn").await;
        let of_nia = notices(&angharad).await.into_iter().find(|notice| notice["spend"]["asker"]["name"] == "Nia Talfan").unwrap();
        assert_eq!((&of_nia["kind"], &of_nia["seenAt"]), (&json!("EMERGENCY"), &Value::Null));
        let look = "query($id: ID!) { node(id: $id) { ... on Spend { reason decision viewerCan { decide { allowed } withdraw { allowed } recordSpent { allowed } } } } }";
        let seen = angharad.good(look, json!({ "id": of_nia["spend"]["id"] })).await["node"].clone();
        assert_eq!(seen, json!({ "reason": "No food until Monday", "decision": "EMERGENCY",
            "viewerCan": { "decide": { "allowed": false }, "withdraw": { "allowed": false }, "recordSpent": { "allowed": false } } }));
        assert_eq!(council.person("iwan.tegid").await.good(look, json!({ "id": of_nia["spend"]["id"] })).await["node"], Value::Null);
    }

    async fn where_the_lead_has_left_the_next_is_told_and_where_nobody_is_there_it_is_yes_all_the_same(council: &Council) {
        ceilings(council).await;
        let mari = council.person("mari.prydderch").await;
        everybody_has_left_except(council, &["mari.prydderch", "angharad.celyn", "iwan.tegid"]).await;
        let spend = cannot_wait(&mari, council, "9.00").await;
        assert_eq!(told_of(council, &spend).await, ["Angharad Celyn"]);

        everybody_has_left_except(council, &["mari.prydderch"]).await;
        let alone = cannot_wait(&mari, council, "9.00").await;
        assert_eq!(told_of(council, &alone).await, [""; 0]);
        assert_eq!(conversations(&mari).await.len(), 2);
    }

    async fn what_is_seen_is_seen_once_and_by_nobody_else(council: &Council) {
        ceilings(council).await;
        let (mari, nia, iwan) = (council.person("mari.prydderch").await, council.person("nia.talfan").await, council.person("iwan.tegid").await);
        cannot_wait(&mari, council, "9.00").await;
        let notice = notices(&nia).await[0]["id"].clone();

        let input = json!({ "idempotencyKey": key(), "noticeId": notice });
        let seen = does(&nia, SEE, input.clone()).await;
        let again = does(&nia, SEE, input).await;
        let later = does(&nia, SEE, json!({ "noticeId": notice })).await;

        assert!(seen["notice"]["seenAt"].is_string() && seen["notice"]["id"] == notice, "{seen:#}");
        assert!(again["notice"] == seen["notice"] && later["notice"] == seen["notice"]);
        assert_eq!((&again["replayed"], &later["replayed"]), (&json!(true), &json!(false)));
        for other in [&mari, &iwan] {
            let input = json!({ "input": { "idempotencyKey": key(), "noticeId": notice } });
            assert_eq!(other.problem(SEE, input).await, "NOT_FOUND");
            assert_eq!(notices(other).await, [json!(null); 0]);
        }
    }

    async fn a_conversation_to_learn_from_is_open_to_those_who_were_part_of_it(council: &Council) {
        ceilings(council).await;
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let spend = cannot_wait(&mari, council, "9.00").await;
        mari.requests_spend(json!({})).await;

        let (hers, of_nia) = (conversations(&mari).await, conversations(&nia).await);
        assert_eq!(hers, of_nia);
        assert_eq!((hers.len(), &hers[0]["openedBecause"], &hers[0]["state"], &hers[0]["spend"]["id"]), (1, &json!("EMERGENCY"), &json!("OPEN"), &spend["id"]));
        let mut names: Vec<_> = hers[0]["participants"].as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Mari Prydderch", "Nia Talfan"]);
        assert_eq!(hers[0]["questions"][1], json!({ "prompt": "WHAT_WOULD_HELP_NEXT", "words": "What would help next time?" }));

        let id = hers[0]["id"].clone();
        does(&mari, LEARN, json!({ "learningId": id, "whatHelped": "The corner shop", "whatWouldHelpNext": "A card for the hub" })).await;
        let said = does(&nia, LEARN, json!({ "learningId": id, "whatWouldHelpNext": "Yes, a card", "state": "TALKED_THROUGH" })).await;
        assert_eq!(said["learningConversation"]["state"], "TALKED_THROUGH", "{said:#}");
        assert_eq!(conversations(&mari).await[0]["notes"], json!([
            { "prompt": "WHAT_HELPED", "words": "The corner shop", "author": { "name": "Mari Prydderch" } },
            { "prompt": "WHAT_WOULD_HELP_NEXT", "words": "A card for the hub", "author": { "name": "Mari Prydderch" } },
            { "prompt": "WHAT_WOULD_HELP_NEXT", "words": "Yes, a card", "author": { "name": "Nia Talfan" } },
        ]));

        for name in ["tomos.ellwood", "gethin.bowmer", "iwan.tegid", "angharad.celyn"] {
            let other = council.person(name).await;
            assert_eq!(conversations(&other).await, [json!(null); 0], "{name}");
            let input = json!({ "input": { "idempotencyKey": key(), "learningId": id, "whatHelped": "x" } });
            assert_eq!(other.problem(LEARN, input).await, "NOT_FOUND", "{name}");
        }
    }

    async fn a_conversation_holds_a_hundred_notes_and_says_so_kindly(council: &Council) {
        ceilings(council).await;
        let mari = council.person("mari.prydderch").await;
        cannot_wait(&mari, council, "9.00").await;
        let id = conversations(&mari).await[0]["id"].clone();
        for _ in 0..49 {
            does(&mari, LEARN, json!({ "learningId": id, "whatHelped": "a", "whatWouldHelpNext": "b" })).await;
        }
        let last = || json!({ "learningId": id, "whatHelped": "a", "whatWouldHelpNext": "b" });

        let at_once = futures_util::future::join_all((0..4).map(|_| does(&mari, LEARN, last()))).await;

        assert_eq!(at_once.iter().filter(|answer| answer["userErrors"] == json!([])).count(), 1, "{at_once:#?}");
        assert_eq!(refused(&mari, LEARN, last()).await, "TOO_MANY_NOTES");
        assert_eq!(does(&mari, LEARN, json!({ "learningId": id, "state": "TALKED_THROUGH" })).await["userErrors"], json!([]));
        assert_eq!(conversations(&mari).await[0]["notes"].as_array().unwrap().len(), 100);
    }
}
