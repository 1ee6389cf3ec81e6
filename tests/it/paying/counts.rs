//! Counts, differences that are carried and explained, and tins that change hands.

use serde_json::{Value, json};

use super::{CONFIRM, COUNT, EXPLAIN, HAND_OVER, book, code, done, spends, tin, tins_add_up};
use crate::{
    council::{Council, Person, on_both},
    verbs::does,
};

/// Counts the library's tin.
async fn counts(person: &Person<'_>, counted: &str, words: Option<&str>) -> Value {
    let id = tin(person, "Llyfrgell").await["id"].clone();
    done(person, COUNT, json!({ "imprestId": id, "counted": counted, "words": words })).await["count"].clone()
}

async fn differences(person: &Person<'_>) -> Vec<String> {
    let tin = tin(person, "Llyfrgell").await;
    let rows = tin["differences"].as_array().unwrap();
    rows.iter().map(|row| row["amount"]["amount"].as_str().unwrap().to_owned()).collect()
}

fn named(person: &Person<'_>) -> Value {
    json!(person.row().id.to_string())
}

on_both! {
    async fn a_difference_is_noted_and_carried_and_the_book_stays_as_it_is(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let right = counts(&mari, "50.00", None).await;
        assert_eq!(right["difference"]["amount"], "0.00");

        let missing = counts(&mari, "48.00", Some("Two pounds short, the drawer was open")).await;
        assert_eq!((&missing["expected"]["amount"], &missing["difference"]["amount"]), (&json!("50.00"), &json!("-2.00")));
        assert_eq!((book(&tin(&mari, "Llyfrgell").await), differences(&mari).await), (["50.00", "0.00", "0.00"], vec!["-2.00".to_owned()]));

        // The same two pounds are no news tomorrow, also when the tin paid for something in between.
        spends(&mari, council, "5.00", "HUB_CASH").await;
        let tomorrow = counts(&mari, "43.00", None).await;
        assert_eq!((&tomorrow["expected"]["amount"], &tomorrow["difference"]["amount"]), (&json!("43.00"), &json!("0.00")));
        // One pound turns up.
        counts(&mari, "44.00", Some("One was under the tray")).await;
        assert_eq!(differences(&mari).await, ["-2.00", "1.00"]);

        let explain = |count: &Value, outcome: &str| json!({ "countId": count["id"], "outcome": outcome, "words": "A fare that was recorded late" });
        assert_eq!(code(&mari, EXPLAIN, explain(&missing, "PUT_RIGHT")).await, "NOT_YOURS_TO_DO");
        assert_eq!(code(&nia, EXPLAIN, explain(&right, "PUT_RIGHT")).await, "NO_DIFFERENCE");
        assert_eq!(code(&nia, EXPLAIN, json!({ "countId": missing["id"], "outcome": "PUT_RIGHT", "words": "  " })).await, "WORDS_NEEDED");
        done(&nia, EXPLAIN, explain(&missing, "STILL_THERE")).await;
        assert_eq!(differences(&mari).await, ["-2.00", "1.00"]);
        let known = tin(&mari, "Llyfrgell").await;
        assert_eq!(known["differences"][0]["explanations"][0]["outcome"], "STILL_THERE");
        done(&nia, EXPLAIN, explain(&missing, "PUT_RIGHT")).await;
        assert_eq!(differences(&mari).await, ["1.00"]);
        assert_eq!(code(&nia, EXPLAIN, explain(&missing, "STILL_THERE")).await, "PUT_RIGHT_ALREADY");

        // Every count is there again, and not one of them has moved a penny.
        let id = tin(&mari, "Llyfrgell").await["id"].clone();
        let all = mari.good("query($id: ID!) { imprestCounts(imprestId: $id) { nodes { counted { amount } words countedBy { name } } } }", json!({ "id": id })).await;
        assert_eq!(all["imprestCounts"]["nodes"].as_array().unwrap().len(), 4);
        assert_eq!(book(&tin(&mari, "Llyfrgell").await), ["45.00", "0.00", "5.00"]);
        tins_add_up(council).await;
    }

    async fn two_people_hand_a_tin_over_with_two_counts_and_nothing_else(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let id = tin(&mari, "Llyfrgell").await["id"].clone();
        let give = json!({ "imprestId": id, "receiverId": named(&tomos), "counted": "50.00" });

        let given = done(&mari, HAND_OVER, give).await["handover"].clone();
        assert_eq!((&given["state"], &given["receiver"]["name"]), (&json!("OPEN"), &json!("Tomos Ellwood")));
        let waiting = tin(&tomos, "Llyfrgell").await["handover"]["id"].clone();
        assert_eq!(code(&mari, CONFIRM, json!({ "handoverId": waiting, "counted": "50.00" })).await, "SAME_PERSON");
        let taken = done(&tomos, CONFIRM, json!({ "handoverId": waiting, "counted": "49.50", "words": "Counted twice" })).await["handover"].clone();

        // They counted differently; both counts are kept, and the difference is listed.
        assert_eq!(taken, json!({ "id": given["id"], "state": "CONFIRMED", "given": { "counted": { "amount": "50.00" } },
            "received": { "counted": { "amount": "49.50" }, "difference": { "amount": "-0.50" } } }));
        let after = tin(&mari, "Llyfrgell").await;
        assert_eq!((&after["keeper"]["name"], &after["handover"], book(&after)), (&json!("Tomos Ellwood"), &json!(null), ["50.00", "0.00", "0.00"]));
        assert_eq!(differences(&mari).await, ["-0.50"]);
        assert_eq!(code(&tomos, CONFIRM, json!({ "handoverId": waiting, "counted": "49.50" })).await, "HANDOVER_OVER");

        // Now he has it, so she hands it over no more; an enabler may, and nobody to herself.
        let (gethin, priya) = (council.person("gethin.bowmer").await, council.person("priya.ramanujan").await);
        let to = async |person: &Person<'_>| json!({ "imprestId": id, "receiverId": named(person), "counted": "49.50" });
        assert_eq!(code(&mari, HAND_OVER, to(&priya).await).await, "NOT_THE_KEEPER");
        assert_eq!(code(&tomos, HAND_OVER, to(&tomos).await).await, "SAME_PERSON");
        assert_eq!(code(&gethin, HAND_OVER, to(&gethin).await).await, "SAME_PERSON");
        assert_eq!(code(&tomos, HAND_OVER, to(&council.person("delroy.pennant").await).await).await, "NOT_IN_THIS_HUB");
        let stuck = done(&tomos, HAND_OVER, to(&priya).await).await["handover"]["id"].clone();
        done(&gethin, HAND_OVER, to(&mari).await).await;
        assert_eq!(code(&priya, CONFIRM, json!({ "handoverId": stuck, "counted": "49.50" })).await, "HANDOVER_OVER");
        assert_eq!(differences(&mari).await, ["-0.50"]);
        let open = tin(&mari, "Llyfrgell").await["handover"]["id"].clone();
        assert_eq!(code(&tomos, CONFIRM, json!({ "handoverId": open, "counted": "49.50" })).await, "NOT_YOURS_TO_CONFIRM");
        done(&mari, CONFIRM, json!({ "handoverId": open, "counted": "49.50" })).await;
        assert_eq!(tin(&mari, "Llyfrgell").await["keeper"]["name"], "Mari Prydderch");
    }

    async fn of_two_handovers_at_once_one_waits_and_the_other_hears_of_it(council: &Council) {
        let (mari, tomos, amina) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("amina.warsame").await);
        let nia = council.person("nia.talfan").await;
        for _ in 0..20 {
            let id = tin(&nia, "Llyfrgell").await["id"].clone();
            forget_keeper(council).await;
            let give = async |to: &Person<'_>| json!({ "imprestId": id, "receiverId": named(to), "counted": "50.00" });
            let (to_amina, to_nia) = (give(&amina).await, give(&nia).await);

            let (one, other) = tokio::join!(does(&mari, HAND_OVER, to_amina), does(&tomos, HAND_OVER, to_nia));

            let mut codes = [&one, &other].map(|answer| answer["userErrors"][0]["code"].as_str().unwrap_or("-").to_owned());
            codes.sort();
            assert_eq!(codes, ["-", "HANDOVER_OPEN"]);

            // Two devices confirm at once: one count closes it.
            let won = if one["handover"].is_null() { (&nia, &other) } else { (&amina, &one) };
            let confirm = json!({ "handoverId": won.1["handover"]["id"], "counted": "50.00" });
            let (first, second) = tokio::join!(does(won.0, CONFIRM, confirm.clone()), does(won.0, CONFIRM, confirm));
            let mut codes = [&first, &second].map(|answer| answer["userErrors"][0]["code"].as_str().unwrap_or("-").to_owned());
            codes.sort();
            assert_eq!(codes, ["-", "HANDOVER_OVER"]);
        }
        assert!(differences(&mari).await.is_empty());
    }

    async fn a_tin_that_is_not_yours_to_see_is_not_there(council: &Council) {
        let (kasia, mari) = (council.person("kasia.zielonka").await, council.person("mari.prydderch").await);
        let library = tin(&mari, "Llyfrgell").await;
        let missing = counts(&mari, "1.00", None).await;
        let nobody = busfare::store::mint::id::<busfare_entity::words::ImprestId>().to_string();
        for id in [library["id"].as_str().unwrap(), nobody.as_str(), "impr_", "spnd_00000000000000000000000000"] {
            for (verb, input) in [
                (COUNT, json!({ "imprestId": id, "counted": "1.00" })),
                (HAND_OVER, json!({ "imprestId": id, "receiverId": named(&mari), "counted": "1.00" })),
                (crate::paying::REPLENISH, json!({ "imprestId": id, "reference": "x" })),
            ] {
                assert_eq!(kasia.problem(verb, json!({ "input": crate::verbs::with_key(input) })).await, "NOT_FOUND", "{verb} {id}");
            }
            for list in ["imprestEntries", "imprestCounts"] {
                let document = format!("query($id: ID!) {{ {list}(imprestId: $id) {{ nodes {{ id }} }} }}");
                assert_eq!(kasia.problem(&document, json!({ "id": id })).await, "NOT_FOUND", "{list} {id}");
            }
        }
        let explain = json!({ "countId": missing["id"], "outcome": "PUT_RIGHT", "words": "x" });
        assert_eq!(kasia.problem(EXPLAIN, json!({ "input": crate::verbs::with_key(explain) })).await, "NOT_FOUND");
        let seen = kasia.good("{ imprests { hub { name } } }", json!({})).await;
        assert_eq!(seen, json!({ "imprests": [{ "hub": { "name": "Caffi'r Bont Café" } }] }));
    }
}

/// As if nobody had taken the tin over yet.
async fn forget_keeper(council: &Council) {
    use sea_orm::ConnectionTrait;
    let txn = council.state.db.begin().await.unwrap();
    txn.execute_unprepared("UPDATE imprest SET keeper_id = NULL").await.unwrap();
    txn.commit().await.unwrap();
}
