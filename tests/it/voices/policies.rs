//! A policy on a page: few words, told ahead, open to comments until it starts.

use busfare_entity::policy;

use super::*;
use crate::council::on_both;

const LIST: &str = "query($ended: Boolean!) { policies(ended: $ended) { id title state owner { name } toldOn endedOn replaces { id } replacedBy { id } comments { words } } }";

fn a_policy(changes: Value) -> Value {
    let mut input = json!({
        "id": store::mint::id::<busfare_entity::words::PolicyId>().to_string(),
        "title": "Going back",
        "words": "We go back when we said we would. If we cannot, we ring before.",
        "startsOn": day(14),
        "reviewOn": day(200),
    });
    for (name, value) in changes.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

async fn states(person: &Person<'_>, ended: bool) -> Vec<(String, String)> {
    let list = person.good(LIST, json!({ "ended": ended })).await["policies"].clone();
    let of = |policy: &Value, name: &str| policy[name].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|policy| (of(policy, "id"), of(policy, "state"))).collect()
}

on_both! {
    async fn a_policy_is_told_to_everybody_a_fortnight_before_it_starts(council: &Council) {
        let (angharad, mari) = (council.person("angharad.celyn").await, council.person("mari.prydderch").await);
        let draft = once(&angharad, PUT_POLICY, a_policy(json!({}))).await["policy"].clone();
        let id = draft["id"].as_str().unwrap().to_owned();
        assert_eq!((&draft["state"], &draft["wordCount"], &draft["owner"]["name"]), (&json!("DRAFT"), &json!(14), &json!("Angharad Celyn")));
        assert_eq!((states(&mari, true).await, states(&angharad, false).await.len()), (vec![], 1));
        not_found(&mari, COMMENT, json!({ "policyId": id, "comment": "What is this?" })).await;
        not_found(&mari, ANNOUNCE, json!({ "policyId": id })).await;
        assert_eq!(no(&angharad, COMMENT, json!({ "policyId": id, "comment": "Not yet" })).await, "COMMENTS_CLOSED");
        done(&angharad, PUT_POLICY, a_policy(json!({ "id": id, "title": "We go back" }))).await;

        let told = once(&angharad, ANNOUNCE, json!({ "policyId": id })).await["policy"].clone();
        assert_eq!(told, json!({ "id": id, "state": "ON_NOTICE", "toldOn": day(0) }));
        let notices = "{ viewer { notices { nodes { kind dueOn policy { id title } } } } }";
        let about = json!([{ "kind": "POLICY_ANNOUNCED", "dueOn": day(13), "policy": { "id": id, "title": "We go back" } }]);
        for name in ["mari.prydderch", "elin.caradog", "angharad.celyn"] {
            let person = council.person(name).await;
            assert_eq!(person.good(notices, json!({})).await["viewer"]["notices"]["nodes"], about, "{name}");
        }

        // Everybody may comment; nobody changes what was told.
        once(&mari, COMMENT, json!({ "policyId": id, "comment": "And on holidays?" })).await;
        assert_eq!(no(&angharad, PUT_POLICY, a_policy(json!({ "id": id }))).await, "TOLD_ALREADY");
        assert_eq!(no(&angharad, ANNOUNCE, json!({ "policyId": id })).await, "TOLD_ALREADY");
        assert_eq!(no(&mari, END_POLICY, json!({ "policyId": id })).await, "NOT_YOURS");
        assert_eq!(no(&mari, PUT_POLICY, a_policy(json!({ "replacesId": id }))).await, "NOT_YOURS");

        // Another version takes its place on the day that one starts.
        let next = done(&angharad, PUT_POLICY, a_policy(json!({ "replacesId": id, "startsOn": day(30) }))).await["policy"]["id"].clone();
        done(&angharad, ANNOUNCE, json!({ "policyId": next })).await;
        let list = mari.good(LIST, json!({ "ended": false })).await["policies"].clone();
        assert_eq!((&list[1]["endedOn"], &list[1]["replacedBy"]["id"], &list[0]["replaces"]["id"]), (&json!(day(30)), &next, &json!(id)));
        assert_eq!(list[1]["comments"], json!([{ "words": "And on holidays?" }]));
        let ended = once(&angharad, END_POLICY, json!({ "policyId": id })).await["policy"].clone();
        assert_eq!((&ended["state"], &ended["endedOn"]), (&json!("ENDED"), &json!(day(0))));
        assert_eq!((states(&mari, false).await.len(), states(&mari, true).await.len()), (1, 2));
    }

    async fn a_policy_stands_where_the_day_says_and_closes_to_comments_when_it_starts(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let days = [("ON_NOTICE", 1, 90, None), ("IN_FORCE", 0, 90, None), ("REVIEW_DUE", -90, 0, None), ("ENDED", -90, 90, Some(0))];
        for (state, starts, review, ended) in days {
            let row = policy::Model {
                id: store::mint::id(),
                organisation_id: mari.row().organisation_id,
                owner_id: mari.row().id,
                title: state.into(),
                words: "We go back.".into(),
                starts_on: date(starts),
                review_on: date(review),
                replaces_id: None,
                put_at: clock::now(),
                told_on: Some(date(starts - 14)),
                ended_on: ended.map(date),
            };
            let id = row.id.to_string();
            let txn = council.state.db.begin().await.unwrap();
            assert!(store::policy::add(&txn, row).await.unwrap());
            txn.commit().await.unwrap();
            assert!(states(&mari, true).await.contains(&(id.clone(), state.into())), "{state}");
            let comment = does(&mari, COMMENT, json!({ "policyId": id, "comment": "Is it so?" })).await;
            assert_eq!(comment["userErrors"].as_array().unwrap().is_empty(), state == "ON_NOTICE", "{comment:#}");
        }
    }

    async fn a_policy_has_four_hundred_words_at_most_and_a_fortnights_notice(council: &Council) {
        let angharad = council.person("angharad.celyn").await;
        for (amiss, code) in [
            (json!({ "words": "word ".repeat(401) }), "TOO_MANY_WORDS"),
            (json!({ "words": " " }), "WORDS_NEEDED"),
            (json!({ "title": "" }), "TITLE_NEEDED"),
            (json!({ "startsOn": day(13) }), "NOTICE_TOO_SHORT"),
            (json!({ "startsOn": day(900), "reviewOn": day(901) }), "START_OUT_OF_RANGE"),
            (json!({ "reviewOn": day(14) }), "REVIEW_OUT_OF_RANGE"),
        ] {
            assert_eq!(no(&angharad, PUT_POLICY, a_policy(amiss)).await, code);
        }
        done(&angharad, PUT_POLICY, a_policy(json!({ "words": "word ".repeat(400) }))).await;
        let (me, nobody) = (a_policy(json!({})), store::mint::id::<busfare_entity::words::PolicyId>().to_string());
        not_found(&angharad, PUT_POLICY, a_policy(json!({ "id": me["id"], "replacesId": me["id"] }))).await;
        not_found(&angharad, PUT_POLICY, a_policy(json!({ "replacesId": nobody }))).await;
    }
}
