//! Cash that leaves the tin: with the spend it pays for, once, and never more than is there.

use busfare::{http::clock, store};
use busfare_entity::{hub, words::HubId};
use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{ADVANCE, OPEN, REPLENISH, RETURN, asks, book, code, done, hub as hub_named, spends, tin, tins_add_up};
use crate::{
    council::{Council, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::{RECORD_SPENT, REQUEST, WITHDRAW, does},
};

on_both! {
    async fn hub_cash_pays_in_the_same_step_that_records_the_spend(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = asks(&mari, council, "4.60", "HUB_CASH").await;
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["50.00", "0.00", "0.00"]);

        done(&mari, RECORD_SPENT, json!({ "spendId": spend, "amount": "4.50" })).await;

        let paid = tin(&mari, "Llyfrgell").await;
        assert_eq!(book(&paid), ["45.50", "0.00", "4.50"]);
        let entries = "query($id: ID!) { imprestEntries(imprestId: $id) { nodes { movement cash { amount } unreimbursed { amount } spend { id } by { name } } } }";
        let entries = mari.good(entries, json!({ "id": paid["id"] })).await;
        assert_eq!(entries["imprestEntries"]["nodes"][0], json!({ "movement": "PAY", "cash": { "amount": "-4.50" }, "unreimbursed": { "amount": "4.50" },
            "spend": { "id": spend }, "by": { "name": "Mari Prydderch" } }));
        tins_add_up(council).await;
        counters_are_the_sum_of_entries(council).await;

        // Filled again, towards the fixed sum and up to it, with what the books call it.
        let fill = |amount: Option<&str>| json!({ "imprestId": paid["id"], "amount": amount, "reference": "CHQ 1042" });
        assert_eq!(code(&mari, REPLENISH, fill(None)).await, "NOT_YOURS_TO_DO");
        assert_eq!(code(&gethin, REPLENISH, fill(Some("4.51"))).await, "ABOVE_UNREIMBURSED");
        assert_eq!(done(&gethin, REPLENISH, fill(Some("4.00"))).await["imprest"]["cash"]["amount"], "49.50");
        assert_eq!(done(&gethin, REPLENISH, fill(None)).await["imprest"]["cash"]["amount"], "50.00");
        assert_eq!(code(&gethin, REPLENISH, fill(None)).await, "NOTHING_TO_REPLENISH");
        let last = gethin.good("query($id: ID!) { imprestEntries(imprestId: $id, first: 1) { nodes { movement reference } } }", json!({ "id": paid["id"] })).await;
        assert_eq!(last["imprestEntries"]["nodes"][0], json!({ "movement": "REPLENISH", "reference": "CHQ 1042" }));
        tins_add_up(council).await;
    }

    async fn cash_to_a_person_leaves_the_tin_and_nobody_needs_to_be_named(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (one, other) = (asks(&mari, council, "5.00", "CASH_TO_PERSON").await, asks(&mari, council, "3.00", "CASH_TO_PERSON").await);
        done(&mari, RECORD_SPENT, json!({ "spendId": one })).await;
        done(&mari, RECORD_SPENT, json!({ "spendId": other, "receivedBy": " a grandmother " })).await;

        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["42.00", "0.00", "8.00"]);
        let who = "query($id: ID!) { node(id: $id) { ... on Spend { payment { method receivedBy } } } }";
        assert_eq!(mari.good(who, json!({ "id": one })).await["node"]["payment"], json!({ "method": "CASH_TO_PERSON", "receivedBy": null }));
        assert_eq!(mari.good(who, json!({ "id": other })).await["node"]["payment"]["receivedBy"], "a grandmother");
    }

    async fn what_is_taken_along_is_accounted_for_and_the_change_comes_back(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let spend = asks(&mari, council, "10.00", "HUB_CASH").await;
        let from = tin(&mari, "Llyfrgell").await["id"].clone();
        let take = |amount: &str| json!({ "spendId": spend, "imprestId": from, "amount": amount });

        assert_eq!(code(&mari, ADVANCE, take("10.01")).await, "ABOVE_AUTHORISED");
        assert_eq!(tomos.problem(ADVANCE, json!({ "input": crate::verbs::with_key(take("1.00")) })).await, "NOT_FOUND");
        done(&mari, ADVANCE, take("10.00")).await;
        let out = tin(&tomos, "Llyfrgell").await;
        assert_eq!((book(&out), &out["advances"][0]["takenBy"]["name"]), (["40.00", "10.00", "0.00"], &json!("Mari Prydderch")));
        assert_eq!(out["advances"][0]["spend"], json!(null), "whose spend it is, is not for everybody in the hub");
        assert_eq!(code(&mari, ADVANCE, take("1.00")).await, "ONE_ALREADY");
        done(&mari, RECORD_SPENT, json!({ "spendId": spend, "amount": "8.50" })).await;
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["41.50", "0.00", "8.50"]);

        // Not bought after all: the cash comes back whatever has become of the spend.
        let other = asks(&mari, council, "6.00", "HUB_CASH").await;
        let advance = done(&mari, ADVANCE, json!({ "spendId": other, "imprestId": from })).await["advance"].clone();
        done(&mari, WITHDRAW, json!({ "spendId": other })).await;
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["35.50", "6.00", "8.50"]);
        assert_eq!(code(&tomos, RETURN, json!({ "advanceId": advance["id"] })).await, "NOT_YOURS_TO_DO");
        done(&mari, RETURN, json!({ "advanceId": advance["id"] })).await;
        assert_eq!(code(&mari, RETURN, json!({ "advanceId": advance["id"] })).await, "OVER_ALREADY");
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["41.50", "0.00", "8.50"]);
        tins_add_up(council).await;
    }

    async fn a_tin_pays_no_more_than_is_in_it_and_says_what_to_do(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        spends(&mari, council, "28.00", "HUB_CASH").await;
        let spend = asks(&mari, council, "23.00", "HUB_CASH").await;

        let short = does(&mari, RECORD_SPENT, json!({ "spendId": spend })).await["userErrors"][0].clone();

        assert_eq!(short, json!({ "code": "TIN_SHORT", "field": [], "retry": "LATER",
            "message": "The tin has £22.00 by the book. Count it, have it filled, or say how else you paid." }));
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["22.00", "0.00", "28.00"]);
        // Another hub's tin pays, where that is said; and what was paid another way after all leaves every tin alone.
        let cafe = hub_named(&mari, "Caffi").await;
        done(&mari, RECORD_SPENT, json!({ "spendId": spend, "hubId": cafe })).await;
        assert_eq!(book(&tin(&mari, "Caffi").await), ["27.00", "0.00", "23.00"]);
        let changed = asks(&mari, council, "2.00", "HUB_CASH").await;
        done(&mari, RECORD_SPENT, json!({ "spendId": changed, "method": "CARD" })).await;
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["22.00", "0.00", "28.00"]);
        // Nobody said whose tin.
        let input = json!({ "purposeId": council.purpose("bus-fare").await.to_string(), "unitPrice": "1.15", "method": "HUB_CASH" });
        let nowhere = done(&mari, REQUEST, input).await["spend"]["id"].clone();
        assert_eq!(code(&mari, RECORD_SPENT, json!({ "spendId": nowhere })).await, "NO_TIN");
        tins_add_up(council).await;
    }

    async fn cash_that_a_shop_gives_back_goes_back_into_the_tin_until_it_is_full(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let refund = "mutation($input: RecordRefundInput!) { it: recordRefund(input: $input) { spend { refunded { amount } } userErrors { code message } replayed } }";
        let spend = spends(&mari, council, "6.00", "HUB_CASH").await;
        done(&mari, refund, json!({ "spendId": spend, "amount": "2.00" })).await;
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["46.00", "0.00", "4.00"]);

        let id = tin(&mari, "Llyfrgell").await["id"].clone();
        done(&gethin, REPLENISH, json!({ "imprestId": id, "reference": "CHQ" })).await;
        done(&mari, refund, json!({ "spendId": spend, "amount": "1.00" })).await;
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["50.00", "0.00", "0.00"], "a full tin takes no more than its fixed sum");
        tins_add_up(council).await;
    }

    async fn what_is_bought_already_in_hub_cash_leaves_the_tin_at_once(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let bought = async |price: &str| json!({ "purposeId": council.purpose("bus-fare").await.to_string(), "unitPrice": price,
            "method": "HUB_CASH", "timing": "AFTER", "hubId": hub_named(&mari, "Llyfrgell").await });
        done(&mari, REQUEST, bought("3.00").await).await;
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["47.00", "0.00", "3.00"]);

        let asked = done(&mari, REQUEST, bought("40.00").await).await["spend"].clone();
        assert_eq!(asked["decision"], "ASKED");
        done(&gethin, crate::verbs::DECIDE, json!({ "spendId": asked["id"], "answer": { "authorise": {} } })).await;
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["7.00", "0.00", "43.00"]);
        tins_add_up(council).await;
    }

    async fn the_last_of_a_tin_leaves_it_once(council: &Council) {
        let people = join_all(["mari.prydderch", "tomos.ellwood", "amina.warsame", "priya.ramanujan"].map(|name| council.person(name))).await;
        let purpose = council.purpose("bus-fare").await.to_string();
        for _ in 0..20 {
            let hub = a_hub_with_two_pounds(council).await.to_string();
            let mut wanted = Vec::new();
            for person in people.iter().cycle().take(8) {
                let input = json!({ "purposeId": purpose, "unitPrice": "2.00", "method": "HUB_CASH", "hubId": hub });
                wanted.push((person, done(person, REQUEST, input).await["spend"]["id"].clone()));
            }

            let answers = join_all(wanted.iter().map(|(person, spend)| does(person, RECORD_SPENT, json!({ "spendId": spend })))).await;

            let short = answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "TIN_SHORT").count();
            let paid = answers.iter().filter(|answer| answer["spend"]["money"] == "SPENT").count();
            assert_eq!((paid, short), (1, 7), "{answers:#?}");
            for (person, spend) in &wanted { does(person, WITHDRAW, json!({ "spendId": spend })).await; }
        }
        tins_add_up(council).await;
        counters_are_the_sum_of_entries(council).await;
    }

    async fn a_hub_has_one_tin_and_an_enabler_sets_it_up(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let library = hub_named(&mari, "Llyfrgell").await;
        assert_eq!(code(&mari, OPEN, json!({ "hubId": library, "amount": "50.00" })).await, "NOT_YOURS_TO_DO");
        assert_eq!(code(&gethin, OPEN, json!({ "hubId": library, "amount": "50.00" })).await, "IMPREST_THERE_ALREADY");
        let tins = mari.good("{ imprests { hub { name } viewerAnswers } }", json!({})).await;
        assert_eq!(tins["imprests"].as_array().unwrap().len(), 2, "those of the hubs she works in");
        let all = gethin.good("{ imprests { hub { name } viewerAnswers } }", json!({})).await;
        assert_eq!((all["imprests"].as_array().unwrap().len(), &all["imprests"][0]["viewerAnswers"]), (3, &json!(true)));
    }

    async fn the_book_of_a_tin_cannot_be_changed_even_by_hand(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        spends(&mari, council, "1.15", "HUB_CASH").await;
        for (statement, expected) in [
            ("UPDATE imprest_entry SET cash_delta_pence = 0", "append-only"),
            ("DELETE FROM imprest_entry", "append-only"),
            ("UPDATE imprest SET cash_pence = cash_pence + 1", "imprest_always_adds_up"),
            ("UPDATE imprest SET cash_pence = -1, unreimbursed_pence = fixed_pence + 1", "imprest_counters_not_negative"),
        ] {
            let txn = council.state.db.begin().await.unwrap();
            let refused = txn.execute_unprepared(statement).await.unwrap_err().to_string();
            assert!(refused.contains(expected), "{statement}: {refused}");
        }
    }

    async fn the_tins_cost_the_same_statements_for_one_as_for_three(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let cost = async |person: &crate::council::Person<'_>| {
            person.good(crate::paying::TINS, json!({})).await;
            let before = council.state.db.statements();
            person.good(crate::paying::TINS, json!({})).await;
            council.state.db.statements() - before
        };
        let two = cost(&mari).await;
        for price in ["1.00", "2.00", "3.00"] {
            let spend = asks(&mari, council, price, "HUB_CASH").await;
            done(&mari, ADVANCE, json!({ "spendId": spend, "imprestId": tin(&mari, "Llyfrgell").await["id"] })).await;
        }
        assert!(cost(&mari).await <= two + 2, "what is out is loaded at once");
        assert!(cost(&gethin).await <= two + 2, "however many tins there are");
    }
}

/// A hub of its own with £2 in its tin.
async fn a_hub_with_two_pounds(council: &Council) -> HubId {
    let gethin = council.person("gethin.bowmer").await;
    let (now, organisation_id, id) = (clock::now(), gethin.row().organisation_id, store::mint::id());
    let hub = hub::Model { id, organisation_id, name: "A hub".into(), address: "Here".into(), created_at: now };
    let txn = council.state.db.begin().await.unwrap();
    store::people::add_hubs(&txn, vec![hub]).await.unwrap();
    txn.commit().await.unwrap();
    done(&gethin, OPEN, json!({ "hubId": id.to_string(), "amount": "2.00" })).await;
    id
}
