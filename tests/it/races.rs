//! Races: what many phones do at the same moment, told many times.

use std::sync::Arc;

use busfare::{http::clock, store};
use busfare_entity::{
    budget, delegation, hub,
    words::{BudgetMode, DecidesFor, Fund, GranteeKind, HubId, Role},
};
use chrono::{Days, NaiveDate};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::{
    council::{Council, Person, key, on_both},
    postgres::setting,
};

const ASK: &str = "mutation($input: RequestSpendInput!) { requestSpend(input: $input) {
    spend { id decision } userErrors { code } replayed } }";

/// Everybody sends at the same moment, each a request of her own.
async fn all_at_once(people: &[&Person<'_>], input: impl Fn(usize) -> Value) -> Vec<Value> {
    let start = Arc::new(Barrier::new(people.len()));
    join_all(people.iter().enumerate().map(|(place, person)| {
        let (start, input) = (Arc::clone(&start), input(place));
        async move {
            start.wait().await;
            send_as_a_phone_does(person, json!({ "input": input })).await
        }
    }))
    .await
}

/// A phone that is told to come back comes back, with the same key. On a busy machine some are.
async fn send_as_a_phone_does(person: &Person<'_>, variables: Value) -> Value {
    for _ in 0..20 {
        let answer = person.sends(ASK, variables.clone()).await;
        if answer.get("errors").is_none() {
            return answer["data"]["requestSpend"].clone();
        }
        let words = answer["errors"][0].to_string();
        assert!(words.contains("THROTTLED") || words.contains("same idempotency key"), "{words}");
    }
    panic!("told to come back twenty times");
}

fn how_many(answers: &[Value], decision: &str) -> usize {
    answers.iter().filter(|answer| answer["spend"]["decision"] == decision).count()
}

on_both! {
    async fn two_hundred_fares_at_once_fill_a_hundred_pounds_exactly(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("bus-fare").await.to_string();

        let answers = all_at_once(&[&mari; 200], |_| {
            json!({ "idempotencyKey": key(), "purposeId": purpose, "unitPrice": "1.15" })
        })
        .await;

        assert_eq!((how_many(&answers, "AUTHORISED_SELF"), how_many(&answers, "ASKED")), (86, 114));
    }

    async fn the_last_twenty_pounds_are_spent_once(council: &Council) {
        let rounds = setting("BUSFARE_RACE_ROUNDS").and_then(|rounds| rounds.parse().ok()).unwrap_or(400);
        give_practitioners_a_free_hand(council).await;
        let purpose = council.purpose("hub-refreshments").await.to_string();
        let names = ["mari.prydderch", "tomos.ellwood", "amina.warsame", "kasia.zielonka", "elin.caradog", "lan.tranh"];
        let people = join_all(names.iter().map(|name| council.person(name))).await;
        let racers: Vec<_> = people.iter().cycle().take(64).collect();

        for round in 0..rounds {
            let hub = a_hub_with_twenty_pounds(council).await.to_string();
            let answers = all_at_once(&racers, |_| {
                json!({ "idempotencyKey": key(), "purposeId": purpose, "unitPrice": "20.00", "hubId": hub })
            })
            .await;

            let short = answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "BUDGET_SHORT").count();
            assert_eq!((how_many(&answers, "AUTHORISED_SELF"), short), (1, 63), "round {round}: {answers:?}");
        }
    }

    async fn the_same_request_sent_fifty_times_at_once_is_one_request(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("bus-fare").await.to_string();
        for _ in 0..20 {
            let one = json!({ "idempotencyKey": key(), "purposeId": purpose, "unitPrice": "1.15" });

            let answers = all_at_once(&[&mari; 50], |_| one.clone()).await;

            let first = answers[0]["spend"].clone();
            assert_eq!(first["decision"], "AUTHORISED_SELF");
            assert!(answers.iter().all(|answer| answer["spend"] == first), "{answers:?}");
            assert_eq!(answers.iter().filter(|answer| answer["replayed"] == false).count(), 1);
        }
        let spends = mari.good("{ spends(first: 100) { nodes { id } } }", json!({})).await;
        assert_eq!(spends["spends"]["nodes"].as_array().unwrap().len(), 20);
    }

    async fn one_id_and_many_keys_are_one_spend(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("bus-fare").await.to_string();
        let id = store::mint::id::<busfare_entity::words::SpendId>().to_string();

        let answers = all_at_once(&[&mari; 20], |_| {
            json!({ "idempotencyKey": key(), "id": id, "purposeId": purpose, "unitPrice": "1.15" })
        })
        .await;

        assert!(answers.iter().all(|answer| answer["spend"]["id"] == id.as_str()), "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer["replayed"] == false).count(), 1);
    }

    async fn somebody_who_decides_and_asks_at_once_never_waits_for_herself(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let decide = "mutation($input: DecideSpendInput!) { decideSpend(input: $input) { spend { decision } userErrors { code } } }";
        for _ in 0..15 {
            let asked = join_all((0..4).map(|_| mari.requests_spend(json!({ "unitPrice": "31.00" })))).await;
            let decisions = join_all(asked.iter().map(|asked| {
                let no = json!({ "decline": { "reason": "CHEAPER_WAY" } });
                gethin.good(decide, json!({ "input": { "idempotencyKey": key(), "spendId": asked["spend"]["id"], "answer": no } }))
            }));
            let own = join_all((0..4).map(|_| gethin.requests_spend(json!({}))));

            let (decisions, own) = tokio::join!(decisions, own);
            assert!(decisions.iter().all(|answer| answer["decideSpend"]["spend"]["decision"] == "DECLINED"), "{decisions:?}");
            assert!(own.iter().all(|answer| answer["spend"]["decision"] == "AUTHORISED_SELF"), "{own:?}");
        }
    }

    async fn a_colleague_and_the_asker_at_once_leave_one_outcome(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        for _ in 0..40 {
            let asked = mari.requests_spend(json!({ "unitPrice": "31.00" })).await;
            let id = asked["spend"]["id"].as_str().unwrap();
            let yes = json!({ "input": { "idempotencyKey": key(), "spendId": id, "answer": { "authorise": {} } } });
            let back = json!({ "input": { "idempotencyKey": key(), "spendId": id } });

            let decide = "mutation($input: DecideSpendInput!) { decideSpend(input: $input) { spend { decision } userErrors { code } } }";
            let withdraw = "mutation($input: WithdrawSpendInput!) { withdrawSpend(input: $input) { spend { decision } userErrors { code } } }";
            let (decided, withdrawn) = tokio::join!(gethin.good(decide, yes), mari.good(withdraw, back));

            // Withdrawing after the yes is allowed, so at least one goes ahead, and the budget agrees with the last.
            let went = [&decided["decideSpend"], &withdrawn["withdrawSpend"]];
            assert!(went.iter().any(|answer| answer["userErrors"] == json!([])), "{went:?}");
            if withdrawn["withdrawSpend"]["spend"].is_null() {
                mari.good(withdraw, json!({ "input": { "idempotencyKey": key(), "spendId": id } })).await;
            }
        }
        let budgets = mari.good("{ viewer { budgets { reserved { amount } committed { amount } } } }", json!({})).await;
        for budget in budgets["viewer"]["budgets"].as_array().unwrap() {
            assert_eq!(*budget, json!({ "reserved": { "amount": "0.00" }, "committed": { "amount": "0.00" } }));
        }
    }
}

/// A hub of its own with a budget of £20.
pub async fn a_hub_with_twenty_pounds(council: &Council) -> HubId {
    let mari = council.person("mari.prydderch").await;
    let (now, organisation_id) = (clock::now(), mari.row().organisation_id);
    let id = store::mint::id();
    let hub = hub::Model { id, organisation_id, name: "A hub".into(), address: "Here".into(), created_at: now };
    let budget = budget::Model {
        id: store::mint::id(),
        organisation_id,
        name: "The last twenty pounds".into(),
        fund: Fund::Hub,
        team_id: None,
        hub_id: Some(id),
        cost_centre: "1".into(),
        subjective_code: "1".into(),
        period_start: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
        period_end: now.date_naive() + Days::new(1),
        mode: BudgetMode::Stop,
        tolerance_pence: 0,
        overrun_pence: 0,
        allocated_pence: 2_000,
        reserved_pence: 0,
        committed_pence: 0,
        settled_pence: 0,
        closed_at: None,
    };
    let txn = council.state.db.begin().await.unwrap();
    store::people::add_hubs(&txn, vec![hub]).await.unwrap();
    store::budget::open(&txn, budget, now).await.unwrap();
    txn.commit().await.unwrap();
    id
}

/// A second version of the scheme, under which only the budget limits a practitioner.
async fn give_practitioners_a_free_hand(council: &Council) {
    let senior = council.person("nia.talfan").await;
    let (now, scheme_id) = (clock::now(), store::mint::id());
    let (organisation_id, grantor_id) = (senior.row().organisation_id, senior.row().id);
    let scheme = busfare_entity::scheme::Model {
        id: scheme_id,
        organisation_id,
        version: 2,
        title: "A free hand".into(),
        content_sha256: vec![0; 32],
        signed_by: grantor_id,
        signed_at: now,
        signature: vec![0; 64],
        key_id: council.state.key.kid().into(),
        valid_from: now,
        valid_to: None,
        source: None,
    };
    let free_hand = delegation::Model {
        id: store::mint::id(),
        organisation_id,
        scheme_id,
        line: "free-hand".into(),
        grantor_id,
        grantee_kind: GranteeKind::Role,
        grantee_practitioner_id: None,
        grantee_role: Some(Role::Practitioner),
        grantee_team_id: None,
        item_limit_pence: None,
        budget_limit_pence: None,
        person_limit_pence: None,
        break_glass_pence: None,
        days: None,
        from_minute: None,
        to_minute: None,
        decides_for: DecidesFor::NobodyElse,
        backing_statement: "I trust you with it.".into(),
        valid_from: now,
        valid_to: None,
        revoked_at: None,
    };
    let txn = council.state.db.begin().await.unwrap();
    store::authority::publish(&txn, scheme, vec![(free_hand, vec![])]).await.unwrap();
    txn.commit().await.unwrap();
}
