//! Two who are one: found as one with what is known of both, until somebody says that they are two, and then to the byte.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{named, record_about, somebody};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{MERGE, UNMERGE, WARN, does, refused, with_key},
};

/// Everything there is to read of somebody.
const ALL: &str = "query($id: ID!) { node(id: $id) { ... on Person { id displayName reference knownSince records { id answers { text } }
    warnings { id evidence } mergedInto { id } mergedFrom { id } } } }";

async fn all_of(person: &Person<'_>, id: &str) -> Value {
    person.good(ALL, json!({ "id": id })).await["node"].clone()
}

fn same(one: &str, other: &str) -> Value {
    json!({ "personId": one, "sameAsId": other })
}

fn dog(person: &str) -> Value {
    let review = (busfare::http::clock::now() + chrono::TimeDelta::days(60)).date_naive().to_string();
    json!({ "personId": person, "kind": "ANIMAL", "evidence": "A large dog was loose in the yard.", "reviewOn": review })
}

on_both! {
    async fn two_are_found_as_one_and_are_two_again_to_the_byte(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (ann, anne) = (named(&mari, "Ann Lloyd").await, named(&mari, "Anne Lloyd").await);
        let (first, second) = (record_about(&mari, &ann, "A warm room").await, record_about(&mari, &anne, "A garden").await);
        does(&mari, WARN, dog(&anne)).await;
        let before = (all_of(&mari, &ann).await, all_of(&mari, &anne).await);
        let found = "query { people(search: \"lloyd\") { id } }";
        assert_eq!(mari.good(found, json!({})).await["people"].as_array().unwrap().len(), 2);

        let merged = does(&mari, MERGE, same(&anne, &ann)).await;

        assert_eq!((&merged["userErrors"], &merged["person"]["id"]), (&json!([]), &json!(ann)));
        let one = all_of(&mari, &ann).await;
        let mut records: Vec<_> = one["records"].as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap()).collect();
        records.sort_unstable();
        let mut both = [first.as_str(), second.as_str()];
        both.sort_unstable();
        assert_eq!((records, one["warnings"].as_array().unwrap().len()), (both.to_vec(), 1), "{one:#}");
        assert_eq!((&one["mergedFrom"], &all_of(&mari, &anne).await["mergedInto"]["id"]), (&json!([{ "id": anne }]), &json!(ann)));
        assert_eq!(mari.good(found, json!({})).await["people"], json!([{ "id": ann }]));

        let apart = does(&mari, UNMERGE, json!({ "personId": anne })).await;

        assert_eq!((&apart["userErrors"], &apart["person"]["id"]), (&json!([]), &json!(anne)));
        assert_eq!((all_of(&mari, &ann).await, all_of(&mari, &anne).await), before);
        // And together again, if it was right after all.
        assert_eq!(does(&mari, MERGE, same(&anne, &ann)).await["userErrors"], json!([]));
    }

    async fn nobody_is_moved_along_unseen_and_strangers_are_not_found(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let (ann, bob, cai) = (named(&mari, "Ann").await, named(&mari, "Bob").await, named(&mari, "Cai").await);
        does(&mari, MERGE, same(&bob, &ann)).await;
        for (input, code) in [
            (same(&ann, &ann), "SAME_PERSON"),
            (same(&bob, &ann), "SAME_PERSON"),
            (same(&bob, &cai), "MERGED_ALREADY"),
            (same(&cai, &bob), "MERGED_ALREADY"),
            (same(&ann, &cai), "MERGED_ALREADY"),
        ] {
            assert_eq!(refused(&mari, MERGE, input.clone()).await, code, "{input}");
        }
        assert_eq!(refused(&mari, UNMERGE, json!({ "personId": ann })).await, "NOT_MERGED");
        let hers = named(&elin, "Dai").await;
        for input in [same(&cai, &hers), same(&hers, &cai), same(&cai, &somebody()), same("pers_x", &cai)] {
            assert_eq!(mari.problem(MERGE, json!({ "input": with_key(input.clone()) })).await, "NOT_FOUND", "{input}");
        }
        for input in [json!({ "personId": 1.5, "sameAsId": cai }), json!({ "personId": cai })] {
            assert_eq!(mari.problem(MERGE, json!({ "input": with_key(input.clone()) })).await, "BAD_USER_INPUT", "{input}");
        }
        let mut again = same(&cai, &ann);
        again["idempotencyKey"] = json!(key());
        let said = (does(&mari, MERGE, again.clone()).await, does(&mari, MERGE, again.clone()).await);
        assert_eq!((&said.0["replayed"], &said.1["replayed"], &said.1["person"]), (&json!(false), &json!(true), &said.0["person"]));
        again["sameAsId"] = json!(bob);
        assert_eq!(refused(&mari, MERGE, again).await, "IDEMPOTENCY_KEY_REUSED");
    }

    async fn two_who_merge_the_same_two_either_way_at_once_agree_on_one(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for _ in 0..10 {
            let (ann, bob) = (named(&mari, "Ann").await, named(&mari, "Bob").await);

            let said = join_all([same(&ann, &bob), same(&bob, &ann), same(&ann, &bob)].map(|input| does(&mari, MERGE, input))).await;

            let done = said.iter().filter(|one| one["userErrors"] == json!([])).count();
            assert_eq!(done, 1, "{said:#?}");
            let (one, other) = (all_of(&mari, &ann).await, all_of(&mari, &bob).await);
            assert!(one["mergedInto"].is_null() != other["mergedInto"].is_null(), "{one:#} {other:#}");
        }
    }
}
