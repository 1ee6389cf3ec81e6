//! Changing a spend: less goes back at once, more is decided for the difference only, and what waits changes in place.

use busfare_entity::budget;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{asks, sees, told, waits_for};
use crate::{
    council::{Council, Person, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::{CHANGE, DECIDE, RECORD_SPENT, REPEAT, REQUEST, WITHDRAW, does, refused},
};

/// What her team's budget has reserved, committed and settled.
async fn holds(council: &Council, person: &Person<'_>) -> (i64, i64, i64) {
    counters_are_the_sum_of_entries(council).await;
    let hers = budget::Entity::find().filter(budget::Column::TeamId.eq(person.row().team_id));
    let row = hers.one(council.state.db.reader()).await.unwrap().unwrap();
    (row.reserved_pence, row.committed_pence, row.settled_pence)
}

async fn changes(person: &Person<'_>, spend: &Value, price: &str) -> Value {
    let answer = does(person, CHANGE, json!({ "spendId": spend["id"], "unitPrice": price })).await;
    assert_eq!(answer["userErrors"], json!([]), "{price}: {answer:#}");
    answer["spend"].clone()
}

fn yes(spend: &Value) -> Value {
    json!({ "spendId": spend["id"], "answer": { "authorise": {} } })
}

on_both! {
    async fn less_gives_the_difference_back_at_once_and_decides_nothing_anew(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = asks(&mari, "40.00").await;
        does(&gethin, DECIDE, yes(&spend)).await;

        let less = does(&mari, CHANGE, json!({ "spendId": spend["id"], "unitPrice": "35.00", "reason": "A day ticket" })).await["spend"].clone();

        assert_eq!((&less["decision"], &less["authorised"]["amount"], &less["total"]["amount"], &less["reason"]), (&json!("AUTHORISED"), &json!("35.00"), &json!("35.00"), &json!("A day ticket")));
        assert_eq!(less["changes"], json!([{ "totalBefore": { "amount": "40.00" }, "reasonBefore": null }]));
        assert_eq!(holds(council, &mari).await, (0, 3_500, 0));
        let words = does(&mari, CHANGE, json!({ "spendId": spend["id"], "reason": "" })).await["spend"].clone();
        assert_eq!((&words["reason"], &words["authorised"]["amount"]), (&Value::Null, &json!("35.00")));
        for same in [json!({}), json!({ "reason": " " }), json!({ "unitPrice": "35.00" })] {
            let mut input = same.clone();
            input["spendId"] = spend["id"].clone();
            assert_eq!(refused(&mari, CHANGE, input).await, "NOTHING_TO_CHANGE", "{same}");
        }
        does(&mari, RECORD_SPENT, json!({ "spendId": spend["id"] })).await;
        assert_eq!(refused(&mari, CHANGE, json!({ "spendId": spend["id"], "unitPrice": "34.00" })).await, "ALREADY_SPENT");
        assert_eq!(refused(&gethin, CHANGE, json!({ "spendId": spend["id"], "unitPrice": "34.00" })).await, "NOT_YOUR_SPEND");
    }

    async fn more_within_your_say_is_yours_at_once_and_the_item_limit_looks_at_the_whole(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = asks(&mari, "20.00").await;

        let more = changes(&mari, &spend, "30.00").await;
        assert_eq!((&more["total"]["amount"], &more["authorisedInAll"]["amount"]), (&json!("20.00"), &json!("30.00")));
        let raise = &more["raisedBy"][0];
        assert_eq!((&raise["decision"], &raise["total"]["amount"], &raise["raises"]["id"]), (&json!("AUTHORISED_SELF"), &json!("10.00"), &spend["id"]));
        assert_eq!(raise["verdict"]["checks"][1], json!({ "code": "ITEM_LIMIT", "ok": true, "value": { "amount": "30.00" } }));
        assert_eq!(holds(council, &mari).await, (0, 3_000, 0));

        // Thirty pounds is her limit for one thing: a penny more is a colleague's, and only the penny.
        let asked = changes(&mari, &spend, "30.01").await;
        let penny = asked["raisedBy"][1].clone();
        assert_eq!((&penny["decision"], &penny["total"]["amount"], &penny["ask"]["asked"]["name"]), (&json!("ASKED"), &json!("0.01"), &json!("Gethin Bowmer")));
        assert_eq!(asked["authorisedInAll"]["amount"], "30.00");
        assert_eq!(holds(council, &mari).await, (1, 3_000, 0));
        assert_eq!(refused(&mari, CHANGE, json!({ "spendId": penny["id"], "unitPrice": "9.00" })).await, "CHANGE_WHAT_IT_RAISES");

        // Raised further while it waits, the same ask asks for more; it is one ask still.
        let further = changes(&mari, &spend, "50.00").await;
        assert_eq!(further["raisedBy"].as_array().unwrap().len(), 2);
        assert_eq!(further["raisedBy"][1]["total"]["amount"], "20.00");
        let gethin = council.person("gethin.bowmer").await;
        assert_eq!(does(&gethin, DECIDE, yes(&penny)).await["spend"]["decision"], "AUTHORISED");
        assert_eq!(sees(&mari, &spend).await["authorisedInAll"]["amount"], "50.00");
        assert_eq!(holds(council, &mari).await, (0, 5_000, 0));

        // Down again: the newest comes down first, and what comes down to nothing is taken back.
        let down = changes(&mari, &spend, "25.00").await;
        let decisions: Vec<_> = down["raisedBy"].as_array().unwrap().iter().map(|raise| raise["decision"].clone()).collect();
        assert_eq!((decisions, &down["authorisedInAll"]["amount"]), (vec![json!("AUTHORISED_SELF"), json!("WITHDRAWN")], &json!("25.00")));
        assert_eq!(holds(council, &mari).await, (0, 2_500, 0));
        does(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await;
        assert_eq!(holds(council, &mari).await, (0, 0, 0));
    }

    async fn what_waits_changes_in_place_with_its_hold(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = asks(&mari, "40.00").await;

        let up = changes(&mari, &spend, "60.00").await;
        assert_eq!((&up["decision"], &up["total"]["amount"], &up["raisedBy"], &up["ask"]["asked"]["name"]), (&json!("ASKED"), &json!("60.00"), &json!([]), &json!("Gethin Bowmer")));
        assert_eq!(holds(council, &mari).await, (6_000, 0, 0));
        // Above the say of who is asked, it goes to the next nearest.
        changes(&mari, &spend, "100.01").await;
        assert_eq!(waits_for(&mari, &spend).await, told("Nia Talfan", "LEAD"));
        assert_eq!(holds(council, &mari).await, (10_001, 0, 0));
        assert_eq!(refused(&mari, CHANGE, json!({ "spendId": spend["id"], "unitPrice": "5000.01" })).await, "NOBODY_CAN_DECIDE");
        assert_eq!(refused(&mari, CHANGE, json!({ "spendId": spend["id"], "unitPrice": "25000.01" })).await, "BUDGET_SHORT");
        assert_eq!(holds(council, &mari).await, (10_001, 0, 0));
        let down = changes(&mari, &spend, "31.00").await;
        assert_eq!((&down["decision"], &down["ask"]["asked"]["name"]), (&json!("ASKED"), &json!("Nia Talfan")));
        assert_eq!(holds(council, &mari).await, (3_100, 0, 0));
        // Within her own say nobody else is needed.
        let own = changes(&mari, &spend, "30.00").await;
        assert_eq!((&own["decision"], &own["money"], &own["ask"]["state"]), (&json!("AUTHORISED_SELF"), &json!("COMMITTED"), &json!("CLOSED")));
        assert_eq!(holds(council, &mari).await, (0, 3_000, 0));
    }

    async fn what_is_spent_is_raised_as_already_bought(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = asks(&mari, "10.00").await;
        does(&mari, RECORD_SPENT, json!({ "spendId": spend["id"], "amount": "9.50" })).await;

        let more = changes(&mari, &spend, "12.00").await;

        assert_eq!((&more["raisedBy"][0]["money"], &more["raisedBy"][0]["total"]["amount"], &more["authorisedInAll"]["amount"]), (&json!("SPENT"), &json!("2.50"), &json!("12.00")));
        assert_eq!(holds(council, &mari).await, (0, 0, 1_200));
    }

    async fn the_same_again_is_a_new_decision_without_whom_it_helped(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let purpose = council.purpose("bus-fare").await.to_string();
        let person = busfare::store::mint::id::<busfare_entity::words::PersonId>().to_string();
        let first = does(&mari, REQUEST, json!({ "purposeId": purpose, "unitPrice": "1.15", "count": 2, "timing": "AFTER", "reason": "Y bws", "personId": person })).await["spend"].clone();
        let again = crate::verbs::with_key(json!({ "spendId": first["id"] }));

        let second = does(&mari, REPEAT, again.clone()).await["spend"].clone();

        assert_ne!(second["id"], first["id"]);
        assert_eq!((&second["decision"], &second["money"], &second["timing"], &second["total"]["amount"]), (&json!("AUTHORISED_SELF"), &json!("COMMITTED"), &json!("BEFORE"), &json!("2.30")));
        assert_eq!((&second["count"], &second["reason"], &second["purpose"]["code"]), (&json!(2), &json!("Y bws"), &json!("bus-fare")));
        assert_eq!((&second["receipts"], &second["records"]), (&json!([]), &json!([])));
        let helped = busfare_entity::spend_person::Entity::find().all(council.state.db.reader()).await.unwrap();
        assert_eq!(helped.iter().map(|link| link.spend_id.to_string()).collect::<Vec<_>>(), [first["id"].as_str().unwrap()]);
        // A lost reply asked for again is no twin, also when the first has changed meanwhile.
        let last = asks(&mari, "1.15").await;
        let key = crate::verbs::with_key(json!({ "spendId": last["id"] }));
        let one = does(&mari, REPEAT, key.clone()).await;
        changes(&mari, &last, "1.10").await;
        let other = does(&mari, REPEAT, key).await;
        assert_eq!((&one["spend"]["id"], &other["replayed"]), (&other["spend"]["id"], &json!(true)));

        // What needed a colleague needs one again, and nobody repeats somebody else's.
        let large = asks(&mari, "40.00").await;
        does(&gethin, DECIDE, yes(&large)).await;
        assert_eq!(does(&mari, REPEAT, json!({ "spendId": large["id"] })).await["spend"]["decision"], "ASKED");
        assert_eq!(refused(&gethin, REPEAT, json!({ "spendId": large["id"] })).await, "NOT_YOUR_SPEND");
    }
}
