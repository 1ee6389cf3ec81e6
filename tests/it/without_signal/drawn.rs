//! Drawing: within her own say now, set aside at once, and counted as used from then on.

use busfare_entity::{
    budget, delegation, delegation_method,
    words::{PaymentMethod, Role},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{DRAW, RETURN, draws, fare, nothing_is_lost, outcomes, syncs, with};
use crate::{
    council::{Council, key, on_both},
    verbs::{does, in_language, refused},
};

const LEFT: &str =
    "{ viewer { delegations { used { amount } left { amount } } budgets { fund committed { amount } } } }";

on_both! {
    async fn what_is_drawn_is_set_aside_at_once_and_counts_as_used_until_it_goes_back(council: &Council) {
        let mari = council.person("mari.prydderch").await;

        let drawn = draws(&mari, "80.00").await;

        assert_eq!((&drawn["state"], &drawn["left"]["amount"], &drawn["itemLimit"]["amount"]), (&json!("OPEN"), &json!("80.00"), &json!("30.00")));
        assert_eq!((&drawn["budget"]["committed"]["amount"], &drawn["onThisDevice"]), (&json!("80.00"), &json!(true)));
        assert!(drawn["backingStatement"].as_str().unwrap().contains("I stand behind you"));
        let left = mari.good(LEFT, json!({})).await;
        assert_eq!(left["viewer"]["delegations"], json!([{ "used": { "amount": "80.00" }, "left": { "amount": "20.00" } }]));
        assert_eq!(mari.requests_spend(json!({ "unitPrice": "20.01" })).await["spend"]["decision"], "ASKED");
        assert_eq!(mari.requests_spend(json!({ "unitPrice": "20.00" })).await["spend"]["decision"], "AUTHORISED_SELF");
        nothing_is_lost(council).await;

        let back = does(&mari, RETURN, json!({ "allowanceId": drawn["id"] })).await;
        assert_eq!((&back["allowance"]["state"], &back["allowance"]["returned"]["amount"]), (&json!("CLOSED"), &json!("80.00")));
        assert_eq!(mari.good(LEFT, json!({})).await["viewer"]["delegations"][0]["used"]["amount"], "20.00");
        nothing_is_lost(council).await;
    }

    async fn what_comes_home_is_counted_once_and_never_in_between(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "50.00").await;
        let fares = [fare(council, &drawn, "20.00").await, fare(council, &drawn, "10.00").await];

        assert_eq!(outcomes(&syncs(&mari, &fares).await), ["HONOURED", "HONOURED"]);

        assert_eq!(mari.good(LEFT, json!({})).await["viewer"]["delegations"][0]["used"]["amount"], "50.00");
        does(&mari, RETURN, json!({ "allowanceId": drawn["id"] })).await;
        assert_eq!(mari.good(LEFT, json!({})).await["viewer"]["delegations"][0]["used"]["amount"], "30.00");
        nothing_is_lost(council).await;
    }

    async fn what_is_not_hers_to_draw_is_refused_with_a_reason_and_changes_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = council.purpose("hub-refreshments").await.to_string();
        for (input, code) in [
            (json!({ "fund": "SECTION_17", "amount": "100.01" }), "ABOVE_YOUR_SAY"),
            (json!({ "fund": "SECTION_17", "amount": "0.00" }), "AMOUNT_NOT_POSITIVE"),
            (json!({ "fund": "SECTION_17", "amount": "-1.00" }), "AMOUNT_NOT_POSITIVE"),
            (json!({ "fund": "SECTION_17", "amount": "1.005" }), "PART_PENNIES"),
            (json!({ "fund": "SECTION_17", "amount": "9000000.00" }), "AMOUNT_TOO_LARGE"),
            (json!({ "fund": "SECTION_17", "amount": "1.00", "hours": 0 }), "HOURS_OUT_OF_RANGE"),
            (json!({ "fund": "SECTION_17", "amount": "1.00", "hours": 73 }), "HOURS_OUT_OF_RANGE"),
            (json!({ "fund": "SECTION_17", "amount": "1.00", "hours": i32::MIN }), "HOURS_OUT_OF_RANGE"),
            (json!({ "amount": "1.00" }), "PURPOSE_OR_FUND_NEEDED"),
            (json!({ "fund": "HUB", "purposeId": purpose, "amount": "1.00" }), "PURPOSE_OR_FUND_NEEDED"),
            (json!({ "purposeId": purpose, "amount": "1.00" }), "HUB_NEEDED"),
            (json!({ "fund": "HUB", "amount": "1.00" }), "HUB_NEEDED"),
        ] {
            assert_eq!(refused(&mari, DRAW, input.clone()).await, code, "{input}");
        }
        for odd in [json!({ "fund": "SECTION_17", "amount": 20 }), json!({ "fund": "EVERYTHING", "amount": "1.00" }), json!({ "fund": "SECTION_17", "amount": "1.00", "id": "x' OR 1=1 --" })] {
            assert_eq!(mari.problem(DRAW, json!({ "input": with(&odd, json!({ "idempotencyKey": key() })) })).await, "BAD_USER_INPUT", "{odd}");
        }
        for nowhere in ["purp_00000000000000000000000000", "hub_", ""] {
            let input = json!({ "idempotencyKey": key(), "purposeId": nowhere, "amount": "1.00" });
            assert_eq!(mari.problem(DRAW, json!({ "input": input })).await, "NOT_FOUND");
        }
        let welsh = json!({ "input": { "idempotencyKey": key(), "fund": "SECTION_17", "amount": "1.00", "hours": 99 } });
        let said = in_language(council, &mari, "cy", DRAW, welsh).await;
        assert!(said["it"]["userErrors"][0]["message"].as_str().unwrap().contains("awr"), "{said}");
        nothing_is_lost(council).await;
        assert_eq!(mari.good("{ viewer { allowances { id } } }", json!({})).await["viewer"]["allowances"], json!([]));
    }

    async fn a_phone_holds_one_from_a_budget_and_another_phone_its_own(council: &Council) {
        let (mari, other_phone) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let first = draws(&mari, "10.00").await;

        assert_eq!(refused(&mari, DRAW, json!({ "fund": "SECTION_17", "amount": "1.00" })).await, "ALLOWANCE_OPEN");
        draws(&other_phone, "10.00").await;
        let seen = mari.good("{ viewer { allowances { onThisDevice left { amount } } } }", json!({})).await;
        assert_eq!(seen["viewer"]["allowances"], json!([
            { "onThisDevice": false, "left": { "amount": "10.00" } }, { "onThisDevice": true, "left": { "amount": "10.00" } },
        ]));

        // One that is used up makes way for the next.
        let all = fare(council, &first, "10.00").await;
        assert_eq!(outcomes(&syncs(&mari, &[all]).await), ["HONOURED"]);
        draws(&mari, "10.00").await;
        nothing_is_lost(council).await;
    }

    async fn drawing_again_is_free_and_a_taken_id_is_told(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let id = busfare::store::mint::id::<busfare_entity::words::AllowanceId>().to_string();
        let input = json!({ "idempotencyKey": key(), "id": id, "fund": "SECTION_17", "amount": "10.00" });

        let first = does(&mari, DRAW, input.clone()).await;
        let again = does(&mari, DRAW, input.clone()).await;
        let new_key = does(&mari, DRAW, with(&input, json!({ "idempotencyKey": key() }))).await;

        assert_eq!((&first["replayed"], &again["replayed"], &new_key["replayed"]), (&json!(false), &json!(true), &json!(true)));
        assert_eq!((&first["allowance"]["token"], &first["allowance"]["id"]), (&again["allowance"]["token"], &new_key["allowance"]["id"]));
        assert_eq!(refused(&mari, DRAW, with(&input, json!({ "amount": "11.00" }))).await, "IDEMPOTENCY_KEY_REUSED");
        for person in [&mari, &tomos] {
            let other = with(&input, json!({ "idempotencyKey": key(), "amount": "12.00" }));
            assert_eq!(refused(person, DRAW, other).await, "ID_ALREADY_USED");
        }
        nothing_is_lost(council).await;
    }

    async fn a_budget_that_has_not_enough_sets_nothing_aside(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let txn = council.state.db.begin().await.unwrap();
        budget::Entity::update_many().col_expr(budget::Column::AllocatedPence, Expr::value(900)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();

        assert_eq!(refused(&mari, DRAW, json!({ "fund": "SECTION_17", "amount": "9.01" })).await, "BUDGET_SHORT");
        draws(&mari, "9.00").await;
    }

    async fn the_terms_are_those_of_the_delegation_and_the_purpose(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hers = delegation::Entity::find().filter(delegation::Column::GranteeRole.eq(Role::Practitioner));
        let hers = hers.one(council.state.db.reader()).await.unwrap().unwrap();
        let txn = council.state.db.begin().await.unwrap();
        let method = delegation_method::Model { delegation_id: hers.id, method: PaymentMethod::Card };
        method.into_active_model().insert(&txn).await.unwrap();
        let limit = delegation::Entity::update_many().col_expr(delegation::Column::PersonLimitPence, Expr::value(Some(1_500_i64)));
        limit.filter(delegation::Column::Id.eq(hers.id)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();

        let input = json!({ "purposeId": council.purpose("bus-fare").await.to_string(), "amount": "40.00", "hours": 2 });
        let drawn = does(&mari, DRAW, input).await["allowance"].clone();

        assert_eq!((&drawn["purposes"], &drawn["methods"]), (&json!([{ "code": "bus-fare" }]), &json!(["CARD"])));
        assert_eq!((&drawn["namesNobody"], &drawn["itemLimit"]["amount"]), (&json!(true), &json!("15.00")));
        let person = busfare::store::mint::id::<busfare_entity::words::PersonId>().to_string();
        let fits = with(&fare(council, &drawn, "2.00").await, json!({ "method": "CARD" }));
        let other = fare(council, &drawn, "2.00").await;
        let names = with(&fare(council, &drawn, "2.00").await, json!({ "method": "CARD", "personId": person }));
        let food = with(&fare(council, &drawn, "2.00").await, json!({ "method": "CARD", "purposeId": council.purpose("food-shop").await.to_string() }));
        let large = with(&fare(council, &drawn, "15.01").await, json!({ "method": "CARD" }));
        // Nobody else may decide about cards or names here but the enabler, whose say has no such bounds.
        assert_eq!(outcomes(&syncs(&mari, &[fits, other, names, food, large]).await), ["HONOURED", "ASKED", "ASKED", "ASKED", "ASKED"]);
        nothing_is_lost(council).await;
    }
}
