//! What is amiss with one spend is said about that spend, in plain words, and holds up no other.

use busfare::store;
use busfare_entity::{
    person, spend,
    words::{HubId, PersonId, SpendId, SpendPurposeId},
};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{SYNC, draws, fare, nothing_is_lost, outcomes, row, syncs, with};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{does, in_language, refused},
};

fn id<T: From<uuid::Uuid> + ToString>() -> String {
    store::mint::id::<T>().to_string()
}

/// Every way in which one spend can be amiss, with the code it is told.
async fn odd_spends(council: &Council, drawn: &Value, tomos: &Person<'_>) -> Vec<(Value, &'static str)> {
    let good = fare(council, drawn, "1.00").await;
    let theirs = tomos.requests_spend(json!({})).await["spend"]["id"].clone();
    let odd = |changes| with(&good, with(&json!({ "id": id::<SpendId>() }), changes));
    vec![
        (odd(json!({ "id": "" })), "NOT_AN_ID"),
        (odd(json!({ "id": "spnd_" })), "NOT_AN_ID"),
        (odd(json!({ "id": "'; DROP TABLE spend; --" })), "NOT_AN_ID"),
        (odd(json!({ "id": "x".repeat(10_000) })), "NOT_AN_ID"),
        (odd(json!({ "id": drawn["id"] })), "NOT_AN_ID"),
        (odd(json!({ "id": theirs })), "ID_ALREADY_USED"),
        (odd(json!({ "allowanceId": null })), "ALLOWANCE_NEEDED"),
        (odd(json!({ "allowanceToken": drawn["token"] })), "ALLOWANCE_NEEDED"),
        (odd(json!({ "allowanceId": "alwn_\u{0}" })), "ALLOWANCE_NOT_FOUND"),
        (odd(json!({ "allowanceId": good["id"] })), "ALLOWANCE_NOT_FOUND"),
        (odd(json!({ "allowanceId": null, "allowanceToken": "a.b.c" })), "ALLOWANCE_NOT_FOUND"),
        (odd(json!({ "allowanceId": null, "allowanceToken": tomos.token })), "ALLOWANCE_NOT_FOUND"),
        (odd(json!({ "purposeId": id::<SpendPurposeId>() })), "NOT_FOUND"),
        (odd(json!({ "purposeId": "hub_1" })), "NOT_FOUND"),
        (odd(json!({ "hubId": id::<HubId>() })), "NOT_FOUND"),
        (odd(json!({ "personId": "Mr Jones" })), "NOT_FOUND"),
        (odd(json!({ "unitPrice": "0" })), "AMOUNT_NOT_POSITIVE"),
        (odd(json!({ "unitPrice": "1.005" })), "PART_PENNIES"),
        (odd(json!({ "unitPrice": "999999.99", "count": 1_000 })), "AMOUNT_TOO_LARGE"),
        (odd(json!({ "count": 0 })), "COUNT_OUT_OF_RANGE"),
        (odd(json!({ "count": i32::MAX })), "COUNT_OUT_OF_RANGE"),
        (odd(json!({ "reason": "fare\u{202E}51.1" })), "TEXT_NOT_PLAIN"),
        (odd(json!({ "reason": "x".repeat(501) })), "TEXT_TOO_LONG"),
        (odd(json!({ "spentAmount": "1.01" })), "SPENT_ABOVE_TOTAL"),
        (odd(json!({ "spentAmount": "-1.00" })), "AMOUNT_NOT_POSITIVE"),
        (odd(json!({ "unitPrice": "5001.00" })), "NOBODY_CAN_DECIDE"),
    ]
}

on_both! {
    async fn one_spend_that_cannot_be_kept_holds_up_no_other(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let drawn = draws(&mari, "10.00").await;
        let good = [fare(council, &drawn, "1.00").await, fare(council, &drawn, "2.00").await];
        let odd = odd_spends(council, &drawn, &tomos).await;
        let mut batch = vec![good[0].clone()];
        batch.extend(odd.iter().map(|(spend, _)| spend.clone()));
        batch.push(good[1].clone());

        let results = syncs(&mari, &batch).await;

        assert_eq!((results[0]["outcome"].as_str(), results[odd.len() + 1]["outcome"].as_str()), (Some("HONOURED"), Some("HONOURED")));
        for ((spend, code), result) in odd.iter().zip(&results[1..]) {
            assert_eq!((&result["outcome"], &result["userError"]["code"]), (&json!("REFUSED"), &json!(code)), "{spend}");
            assert_eq!((&result["id"], &result["spend"]), (&spend["id"], &Value::Null));
            assert!((10..=140).contains(&result["userError"]["message"].as_str().unwrap().chars().count()), "{result}");
            assert_ne!(result["userError"]["retry"], "NEVER", "nothing that was bought is dropped");
        }
        assert_eq!(row(council, &drawn["id"]).await.honoured_pence, 300);
        assert_eq!(spend::Entity::find().count(council.state.db.reader()).await.unwrap(), 3);
        let welsh = json!({ "input": { "idempotencyKey": key(), "spends": [odd[8].0] } });
        let said = in_language(council, &mari, "cy", SYNC, welsh).await;
        assert!(said["it"]["results"][0]["userError"]["message"].as_str().unwrap().contains("lwfans"), "{said}");
        nothing_is_lost(council).await;
    }

    async fn an_id_that_says_something_else_now_is_told_and_the_first_stays(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "10.00").await;
        let first = fare(council, &drawn, "1.00").await;
        let changes = [json!({ "unitPrice": "2.00" }), json!({ "count": 2 }), json!({ "reason": "Another" }), json!({ "method": "CARD" }),
            json!({ "personId": id::<PersonId>() }), json!({ "purposeId": council.purpose("food-shop").await.to_string() })];
        let mut batch = vec![first.clone()];
        batch.extend(changes.iter().map(|change| with(&first, change.clone())));
        // Another time, another allowance and what was left over make it no other spend.
        batch.push(with(&first, json!({ "decidedAt": "1970-01-01T00:00:00Z", "spentAmount": "0.50" })));

        let results = syncs(&mari, &batch).await;

        assert_eq!(outcomes(&results), ["HONOURED", "REFUSED", "REFUSED", "REFUSED", "REFUSED", "REFUSED", "REFUSED", "HONOURED"]);
        assert!(results[1..7].iter().all(|result| result["userError"]["code"] == "ID_ALREADY_USED"));
        assert_eq!(row(council, &drawn["id"]).await.honoured_pence, 100);
        assert_eq!(person::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
    }

    async fn from_one_to_a_hundred_come_home_at_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "0.60").await;
        let mut hundred = Vec::new();
        for _ in 0..100 {
            hundred.push(fare(council, &drawn, "0.01").await);
        }
        let one_more = [hundred.clone(), vec![fare(council, &drawn, "0.01").await]].concat();

        assert_eq!(refused_batch(&mari, &[]).await, "BATCH_OUT_OF_RANGE");
        assert_eq!(refused_batch(&mari, &one_more).await, "BATCH_OUT_OF_RANGE");
        let results = syncs(&mari, &hundred).await;

        assert_eq!(outcomes(&results)[..60], ["HONOURED"; 60]);
        assert_eq!(outcomes(&results)[60..], ["ASKED"; 40]);
        nothing_is_lost(council).await;
    }

    async fn what_is_not_of_its_type_stops_the_batch_before_anything_is_kept(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "10.00").await;
        let good = fare(council, &drawn, "1.00").await;
        for odd in [json!({ "unitPrice": 1 }), json!({ "decidedAt": "yesterday" }), json!({ "decidedAt": null }), json!({ "method": "BARTER" }), json!({ "id": null }), json!({ "spentAmount": true })] {
            let input = json!({ "idempotencyKey": key(), "spends": [good, with(&good, odd)] });
            assert_eq!(mari.problem(SYNC, json!({ "input": input })).await, "BAD_USER_INPUT");
        }
        assert_eq!(spend::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
    }

    async fn a_claim_from_the_ends_of_time_is_kept_and_asked_about(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "10.00").await;
        let mut batch = Vec::new();
        for at in ["0000-01-01T00:00:00+01:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"] {
            batch.push(with(&fare(council, &drawn, "1.00").await, json!({ "decidedAt": at })));
        }

        assert_eq!(outcomes(&syncs(&mari, &batch).await), ["ASKED"; 3]);
        assert_eq!(outcomes(&syncs(&mari, &batch).await), ["ASKED"; 3]);
        let seen = mari.good("{ spends { nodes { offline { decidedAt } } } }", json!({})).await;
        assert_eq!(seen["spends"]["nodes"].as_array().unwrap().len(), 3);
    }

    async fn the_database_itself_refuses_to_honour_more_than_was_set_aside(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        draws(&mari, "10.00").await;
        for statement in [
            "UPDATE allowance SET honoured_pence = 1001",
            "UPDATE allowance SET honoured_pence = 501, returned_pence = 500",
            "UPDATE allowance SET returned_pence = -1",
        ] {
            let txn = council.state.db.begin().await.unwrap();
            assert!(txn.execute_unprepared(statement).await.is_err(), "{statement}");
        }
        let drawn = mari.good("{ viewer { allowances { id } } }", json!({})).await["viewer"]["allowances"][0].clone();
        let id = drawn["id"].as_str().unwrap().parse().unwrap();
        let txn = council.state.db.begin().await.unwrap();
        let pence = busfare::rules::money::Money::from_pence;
        assert!(!store::allowance::honour(&txn, id, pence(1_001)).await.unwrap());
        assert!(store::allowance::honour(&txn, id, pence(1_000)).await.unwrap());
        assert!(!store::allowance::honour(&txn, id, pence(1)).await.unwrap());
    }
}

async fn refused_batch(person: &Person<'_>, spends: &[Value]) -> String {
    let told = refused(person, SYNC, json!({ "spends": spends })).await;
    let answer = does(person, SYNC, json!({ "spends": spends })).await;
    assert_eq!(answer["results"], json!([]));
    told
}
