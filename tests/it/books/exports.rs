//! Exports: numbered, taken once, and the same byte for byte whenever they are downloaded.

use busfare::{
    http::clock,
    rules::{budget::Step, money::Money},
    store,
};
use busfare_entity::{
    organisation, practitioner, session, team,
    words::{OrganisationId, Role, TeamKind},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{EXPORT, REVERSE, books, bought, pence, rows, today};
use crate::{
    council::{Council, Person, key, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::{RECORD_SPENT, WITHDRAW, an_app, does, refused},
};

async fn downloads(person: &Person<'_>, batch: &Value) -> Vec<u8> {
    let response = person.gets(batch["downloadUrl"].as_str().unwrap()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(response.headers()["content-length"], batch["byteCount"].to_string().as_str());
    response.bytes().await.unwrap().to_vec()
}

async fn books_of(person: &Person<'_>, id: &str) -> Value {
    person.good("query($id: ID!) { node(id: $id) { ... on Spend { books } } }", json!({ "id": id })).await["node"]["books"].clone()
}

on_both! {
    async fn what_is_settled_is_exported_once_and_downloaded_as_often_as_needed(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let fare = bought(council, &mari, 115, "2026-01-10T08:00:00Z", None).await.to_string();
        let shoes = bought(council, &mari, 2_999, "2026-01-11T08:00:00Z", None).await.to_string();
        let set_aside = mari.requests_spend(json!({})).await["spend"]["id"].as_str().unwrap().to_owned();

        let first = does(&gethin, EXPORT, json!({ "upTo": today() })).await;
        let batch = &first["batch"];
        assert_eq!((&batch["number"], &batch["lineCount"], &batch["total"]["amount"], &batch["mappingVersion"], &batch["exportedBy"]["name"]),
            (&json!(1), &json!(2), &json!("31.14"), &json!(null), &json!("Gethin Bowmer")), "{first:#}");
        let file = downloads(&gethin, batch).await;
        assert_eq!(batch["sha256"], data_encoding::HEXLOWER.encode(&Sha256::digest(&file)));
        assert_eq!(rows(&file), [
            ["1", "1", "10/01/2026", &fare, "CF1711", "43210", "Bus fare", "1.15", ""],
            ["1", "2", "11/01/2026", &shoes, "CF1711", "43210", "Bus fare", "29.99", ""],
        ]);
        assert!(!String::from_utf8_lossy(&file).contains("Siân"), "nobody's own words are in it");
        assert_eq!((books_of(&mari, &fare).await, books_of(&mari, &set_aside).await), (json!("EXPORTED"), json!("OPEN")));

        assert_eq!(refused(&gethin, EXPORT, json!({ "upTo": today() })).await, "NOTHING_TO_EXPORT");
        does(&mari, RECORD_SPENT, json!({ "spendId": set_aside, "amount": "1.00" })).await;
        let back = json!({ "spendId": shoes, "amount": "9.99", "reason": "AMOUNT_TOO_HIGH" });
        assert_eq!(does(&gethin, REVERSE, back).await["spend"]["books"], "CORRECTED");
        let second = does(&gethin, EXPORT, json!({ "upTo": today() })).await["batch"].clone();
        assert_eq!((&second["number"], &second["lineCount"], &second["total"]["amount"]), (&json!(2), &json!(2), &json!("-8.99")));
        let lines = rows(&downloads(&gethin, &second).await);
        assert_eq!((&lines[0][7], &lines[1][3], &lines[1][6], &lines[1][7]), (&"1.00".to_owned(), &shoes, &"Bus fare, money back".to_owned(), &"-9.99".to_owned()));
        assert_eq!(books_of(&mari, &shoes).await, "CORRECTED");

        assert_eq!(downloads(&gethin, batch).await, file, "the first one is as it was");
        let listed = gethin.good("{ exportBatches { nodes { number sha256 } } }", json!({})).await["exportBatches"]["nodes"].clone();
        assert_eq!(listed, json!([{ "number": 2, "sha256": second["sha256"] }, { "number": 1, "sha256": batch["sha256"] }]));
        counters_are_the_sum_of_entries(council).await;
    }

    async fn an_export_goes_up_to_a_day_and_the_rest_waits_for_the_next(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        bought(council, &mari, 115, "2025-06-30T22:59:59Z", None).await;
        bought(council, &mari, 400, "2025-06-30T23:00:00Z", None).await;
        let send = |day: &str| json!({ "upTo": day });

        assert_eq!(refused(&nia, EXPORT, send("2025-06-29")).await, "NOTHING_TO_EXPORT");
        assert_eq!(refused(&nia, EXPORT, send("0001-01-01")).await, "NOTHING_TO_EXPORT");
        assert_eq!(refused(&nia, EXPORT, send("9999-12-31")).await, "DAY_IN_FUTURE");
        let same = json!({ "upTo": "2025-06-30", "idempotencyKey": key() });
        let june = does(&nia, EXPORT, same.clone()).await;
        assert_eq!(june["batch"]["total"]["amount"], "1.15");
        let again = does(&nia, EXPORT, same).await;
        assert_eq!((&again["batch"], &again["replayed"]), (&june["batch"], &json!(true)));
        assert_eq!(does(&nia, EXPORT, send("2025-07-01")).await["batch"]["total"]["amount"], "4.00");
        assert_eq!(refused(&mari, EXPORT, send(&today())).await, "NOT_YOUR_BOOKS");
    }

    async fn what_was_exported_is_refused_to_every_verb_that_would_change_it(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = bought(council, &mari, 115, "2026-01-10T08:00:00Z", None).await.to_string();
        does(&gethin, EXPORT, json!({ "upTo": today() })).await;

        assert_eq!(refused(&mari, RECORD_SPENT, json!({ "spendId": spend, "amount": "1.00" })).await, "ALREADY_SPENT");
        assert_eq!(refused(&mari, WITHDRAW, json!({ "spendId": spend })).await, "ALREADY_SPENT");
        for statement in [
            "UPDATE spend SET spent_pence = 1", "UPDATE spend SET spent_pence = NULL", "UPDATE spend SET books = 'OPEN'",
            "UPDATE spend SET authorised_pence = 9999", "UPDATE spend SET held_pence = 1", "UPDATE spend SET unit_price_pence = 1, total_pence = 1",
        ] {
            let txn = council.state.db.begin().await.unwrap();
            let refused = sea_orm::ConnectionTrait::execute_unprepared(&txn, statement).await.unwrap_err().to_string();
            assert!(refused.contains("changes by reversal only"), "{statement}: {refused}");
        }
        let txn = council.state.db.begin().await.unwrap();
        sea_orm::ConnectionTrait::execute_unprepared(&txn, "UPDATE spend SET evidence = 'NOTED'").await.unwrap();
    }

    async fn money_that_comes_back_after_an_export_is_in_the_next_one_into_whichever_budget_it_came(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = bought(council, &mari, 1_000, "2026-01-10T08:00:00Z", None).await;
        does(&gethin, EXPORT, json!({ "upTo": today() })).await;

        let back = json!({ "input": { "idempotencyKey": key(), "spendId": spend.to_string(), "amount": "4.00" } });
        let refund = mari.good("mutation($input: RecordRefundInput!) { it: recordRefund(input: $input) { spend { books money } userErrors { code } } }", back).await;
        assert_eq!(refund["it"]["spend"], json!({ "books": "EXPORTED", "money": "PART_REFUNDED" }), "{refund:#}");
        // Money that comes back when the year is closed settles nothing: it is more to spend in the year after.
        let txn = council.state.db.begin().await.unwrap();
        let budget = busfare_entity::spend::Entity::find_by_id(spend).one(&txn).await.unwrap().unwrap().budget_id;
        assert!(store::budget::apply(&txn, budget, spend, Step::refund_late(Money::from_pence(600)), clock::now()).await.unwrap());
        txn.commit().await.unwrap();

        let next = does(&gethin, EXPORT, json!({ "upTo": today() })).await["batch"].clone();
        assert_eq!((&next["lineCount"], &next["total"]["amount"]), (&json!(2), &json!("-10.00")));
        let amounts: Vec<_> = rows(&downloads(&gethin, &next).await).into_iter().map(|row| row[7].clone()).collect();
        assert_eq!(amounts, ["-4.00", "-6.00"]);
        assert_eq!(books(&gethin, &today()).await["ledger"]["amount"], "0.00");
    }

    async fn an_export_is_there_for_its_own_council_and_not_found_by_anybody_else(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        bought(council, &mari, 115, "2026-01-10T08:00:00Z", None).await;
        let batch = does(&gethin, EXPORT, json!({ "upTo": today() })).await["batch"].clone();
        let here = batch["downloadUrl"].as_str().unwrap();

        assert_eq!(council.person("angharad.celyn").await.gets(here).await.status(), 200);
        assert_eq!(mari.gets(here).await.status(), 404);
        assert_eq!(council.stranger().gets(here).await.status(), 401);
        let mut app = council.stranger();
        app.token = Some(an_app(council).await);
        assert_eq!(app.gets(here).await.status(), 403);
        let somebody = somebody_elsewhere(council).await;
        assert_eq!(somebody.gets(here).await.status(), 404);
        for nothing in ["/exports/x", "/exports/xprt_00000000000000000000000000", "/exports/..%2f..%2fetc%2fpasswd", "/exports/%00", &here.replace("xprt_", "spnd_")] {
            let status = gethin.gets(nothing).await.status();
            assert!([404, 400].contains(&status.as_u16()), "{nothing}: {status}");
        }
        let theirs = somebody.good("{ exportBatches { nodes { id } } monthCloses { nodes { id } } }", json!({})).await;
        assert_eq!(theirs, json!({ "exportBatches": { "nodes": [] }, "monthCloses": { "nodes": [] } }));
        let nothing = does(&somebody, EXPORT, json!({ "upTo": today() })).await;
        assert_eq!(nothing["userErrors"][0]["code"], "NOTHING_TO_EXPORT");
    }
}

/// A senior of another council on the same server.
async fn somebody_elsewhere(council: &Council) -> Person<'_> {
    let (txn, now) = (council.state.db.begin().await.unwrap(), clock::now());
    let organisation_id: OrganisationId = store::mint::id();
    let other = organisation::Model {
        nation: busfare_entity::words::Nation::EnglandAndWales,
        id: organisation_id,
        name: "Elsewhere".into(),
        time_zone: "Europe/London".into(),
        created_at: now,
    };
    other.into_active_model().insert(&txn).await.unwrap();
    let team = team::Model {
        id: store::mint::id(),
        organisation_id,
        name: "East".into(),
        kind: TeamKind::FamilyFacing,
        members: 0,
        created_at: now,
    };
    team::Entity::insert(team.clone().into_active_model()).exec_without_returning(&txn).await.unwrap();
    let row = practitioner::Model {
        id: store::mint::id(),
        organisation_id,
        team_id: team.id,
        name: "Somebody".into(),
        email: "somebody@elsewhere.example".into(),
        password_hash: "none".into(),
        role: Role::Senior,
        active: true,
        created_at: now,
    };
    practitioner::Entity::insert(row.clone().into_active_model()).exec_without_returning(&txn).await.unwrap();
    let session = session::Model {
        id: store::mint::id(),
        practitioner_id: row.id,
        device_name: "a test".into(),
        created_at: now,
        revoked_at: None,
        app_id: None,
        scopes: None,
    };
    let bearer = busfare::rules::token::Bearer { practitioner: row.id, session: session.id };
    store::session::begin(&txn, session).await.unwrap();
    txn.commit().await.unwrap();
    let mut person = council.stranger();
    person.token = Some(council.state.key.issue(bearer, now).unwrap().0);
    person
}

#[test]
fn pounds_are_read_as_pence() {
    assert_eq!((pence("31.14"), pence("-8.99")), (3_114, -899));
}
