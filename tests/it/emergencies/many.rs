//! Many emergencies at the same moment: all of them succeed, and the ledger adds up.

use std::collections::HashSet;

use busfare_entity::{learning, notice, spend};
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{ceilings, closes_reserves, empties_reserves, reserves};
use crate::{
    council::{Council, Person, key, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::EMERGENCY,
};

const EVERYBODY: [&str; 16] = [
    "mari.prydderch",
    "tomos.ellwood",
    "amina.warsame",
    "kasia.zielonka",
    "gethin.bowmer",
    "nia.talfan",
    "elin.caradog",
    "lan.tranh",
    "megan.sparrow",
    "rosa.benbow",
    "iwan.tegid",
    "angharad.celyn",
    "mari.prydderch",
    "tomos.ellwood",
    "amina.warsame",
    "mari.prydderch",
];

/// A phone that is told to come back comes back, with the same key.
async fn sends(person: &Person<'_>, input: Value) -> Value {
    for _ in 0..20 {
        let answer = person.sends(EMERGENCY, json!({ "input": input })).await;
        if answer.get("errors").is_none() {
            return answer["data"]["it"].clone();
        }
        assert!(answer["errors"][0].to_string().contains("THROTTLED"), "{answer:#}");
    }
    panic!("told to come back twenty times");
}

async fn sixteen_at_once(council: &Council) {
    let people = join_all(EVERYBODY.map(|name| council.person(name))).await;
    let purpose = council.purpose("food-shop").await.to_string();
    let before = spend::Entity::find().count(council.state.db.reader()).await.unwrap();

    let answers = join_all(people.iter().map(|person| {
        sends(
            person,
            json!({ "idempotencyKey": key(), "purposeId": purpose, "unitPrice": "99.00", "sentence": "The flood" }),
        )
    }))
    .await;

    let ids: HashSet<_> = answers.iter().map(|answer| answer["spend"]["id"].as_str().unwrap_or_default()).collect();
    assert_eq!(ids.len(), 16, "{answers:#?}");
    assert!(answers.iter().all(|answer| answer["spend"]["decision"] == "EMERGENCY"), "{answers:#?}");
    let reader = council.state.db.reader();
    let after = spend::Entity::find().count(reader).await.unwrap();
    assert_eq!(after - before, 16);
    assert_eq!(notice::Entity::find().count(reader).await.unwrap(), after);
    assert_eq!(learning::Entity::find().count(reader).await.unwrap(), after);
    counters_are_the_sum_of_entries(council).await;
}

on_both! {
    async fn sixteen_emergencies_at_once_on_an_empty_reserve_all_succeed(council: &Council) {
        ceilings(council).await;
        empties_reserves(council, 1_000_000).await;

        sixteen_at_once(council).await;

        let empty = reserves(council).await.into_iter().find(|row| row.name == "Empty").unwrap();
        assert_eq!((empty.committed_pence, empty.overrun_pence, empty.allocated_pence), (158_400, 158_400, 158_400));
    }

    async fn sixteen_emergencies_at_once_without_a_reserve_set_up_one_and_all_succeed(council: &Council) {
        ceilings(council).await;
        closes_reserves(council).await;

        sixteen_at_once(council).await;

        let rows = reserves(council).await;
        assert_eq!((rows.len(), rows[1].committed_pence, rows[1].overrun_pence), (2, 158_400, 158_400));
    }

    async fn one_emergency_sent_sixteen_times_at_once_is_one(council: &Council) {
        ceilings(council).await;
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("food-shop").await.to_string();
        let id = busfare::store::mint::id::<busfare_entity::words::SpendId>().to_string();

        let answers = join_all((0..16).map(|_| {
            sends(&mari, json!({ "idempotencyKey": key(), "id": id, "purposeId": purpose, "unitPrice": "9.00", "sentence": "The flood" }))
        }))
        .await;

        assert!(answers.iter().all(|answer| answer["spend"]["id"] == id.as_str()), "{answers:#?}");
        assert_eq!(answers.iter().filter(|answer| answer["replayed"] == false).count(), 1);
        assert_eq!(notice::Entity::find().count(council.state.db.reader()).await.unwrap(), 1);
        counters_are_the_sum_of_entries(council).await;
    }
}
