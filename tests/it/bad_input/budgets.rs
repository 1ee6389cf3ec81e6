//! Bad input for the verbs that move money between budgets, back, and through the years.

use busfare_entity::{
    budget,
    words::{BudgetId, Fund},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{Hers, amounts::amounts, everything, nowhere, places, texts::texts, with};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{CAPTURE, CLOSE, MODE, MOVE, OPEN, REFUND, does, with_key},
};
use busfare::store;

/// Who does each verb, and a good input for it, which would change something.
struct Stewards<'a> {
    hers: Hers<'a>,
    head: Person<'a>,
    spent: String,
    east: String,
    hub: String,
}

impl<'a> Stewards<'a> {
    async fn in_council(council: &'a Council) -> Self {
        let (hers, head) = (Hers::in_council(council).await, council.person("angharad.celyn").await);
        let spent =
            hers.mari.requests_spend(json!({ "timing": "AFTER" })).await["spend"]["id"].as_str().unwrap().to_owned();
        let id = async |fund| {
            let row = budget::Entity::find().filter(budget::Column::Fund.eq(fund)).one(council.state.db.reader()).await;
            row.unwrap().unwrap().id.to_string()
        };
        let (east, hub) = (id(Fund::Section17).await, id(Fund::Hub).await);
        Self { hers, head, spent, east, hub }
    }

    fn good_inputs(&self) -> Vec<(&Person<'a>, &'static str, Value)> {
        let id = store::mint::id::<busfare_entity::words::VirementId>().to_string();
        let next = store::mint::id::<BudgetId>().to_string();
        vec![
            (
                &self.hers.mari,
                REFUND,
                json!({ "spendId": self.spent, "amount": "1.00", "reason": "Not taken after all" }),
            ),
            (
                &self.head,
                MOVE,
                json!({ "id": id, "fromBudgetId": self.east, "toBudgetId": self.hub, "amount": "1.00", "reason": "Winter coats" }),
            ),
            (
                &self.head,
                MODE,
                json!({ "budgetId": self.east, "mode": "WARN", "tolerance": "1.00", "reason": "Half term" }),
            ),
            (
                &self.head,
                OPEN,
                json!({ "id": next, "afterBudgetId": self.hub, "allocated": "1.00", "name": "Next year" }),
            ),
            (&self.head, CLOSE, json!({ "budgetId": self.hub, "unspent": "LAPSE", "reason": "Year end" })),
        ]
    }

    async fn told(&self, person: &Person<'_>, verb: &str, input: Value) -> String {
        let input = if input.is_object() { with_key(input) } else { input };
        self.hers.told_about(person, verb, json!({ "input": input })).await
    }
}

on_both! {
    async fn what_is_no_money_is_told_so_in_every_verb_of_budgets(council: &Council) {
        let stewards = Stewards::in_council(council).await;
        let before = everything(council).await;
        for (person, verb, good) in stewards.good_inputs() {
            for path in ["/amount", "/tolerance", "/allocated"].into_iter().filter(|path| good.pointer(path).is_some()) {
                for (amount, code) in amounts() {
                    assert_eq!(stewards.told(person, verb, with(&good, path, amount.clone())).await, code, "{verb} {path} {amount}");
                }
            }
        }
        stewards.hers.unchanged_since(&before, "amounts").await;
    }

    async fn what_is_no_text_is_told_so_in_every_verb_of_budgets(council: &Council) {
        let stewards = Stewards::in_council(council).await;
        let before = everything(council).await;
        for (person, verb, good) in stewards.good_inputs() {
            for path in ["/reason", "/name"].into_iter().filter(|path| good.pointer(path).is_some()) {
                for (text, code) in texts() {
                    assert_eq!(stewards.told(person, verb, with(&good, path, json!(text))).await, code, "{verb} {path}");
                }
                for wrong in [json!(5), json!(true), json!({}), json!(["a", "b"])] {
                    assert_eq!(stewards.told(person, verb, with(&good, path, wrong.clone())).await, "BAD_USER_INPUT", "{verb} {path} {wrong}");
                }
            }
            // A reason is needed wherever a budget changes, and for what comes back it is welcome.
            if verb != REFUND && verb != OPEN {
                for hardly in ["", "   ", "ok", "\n\n\n"] {
                    assert_eq!(stewards.told(person, verb, with(&good, "/reason", json!(hardly))).await, "REASON_NEEDED", "{verb}");
                }
            }
        }
        for (place, words) in [("mode", json!("MAYBE")), ("unspent", json!("BURN")), ("mode", Value::Null), ("unspent", json!(1))] {
            for (person, verb, good) in stewards.good_inputs().into_iter().filter(|(_, _, good)| good.get(place).is_some()) {
                assert_eq!(stewards.told(person, verb, with(&good, &format!("/{place}"), words.clone())).await, "BAD_USER_INPUT");
            }
        }
        stewards.hers.unchanged_since(&before, "texts").await;
    }

    async fn ids_of_nothing_and_of_something_else_are_told_so_in_every_verb_of_budgets(council: &Council) {
        let stewards = Stewards::in_council(council).await;
        let before = everything(council).await;
        let odd = ["", "0", "budg_", "BUDG_00000000000000000000000000", "budg_00000000000000000000000000\0", "'; DROP TABLE budget; --", "../../etc/passwd", "💷"];
        for (person, verb, good) in stewards.good_inputs() {
            for place in places(&good, "").into_iter().filter(|place| place.ends_with("Id") || place == "/id") {
                let expected = if place == "/id" { "BAD_USER_INPUT" } else { "NOT_FOUND" };
                for wrong in odd.map(String::from).into_iter().chain([nowhere(), stewards.hers.form.clone(), "x".repeat(10_000)]) {
                    assert_eq!(stewards.told(person, verb, with(&good, &place, json!(wrong))).await, expected, "{verb} {place} {wrong}");
                }
                for wrong in [json!(1.5), json!(true), json!({})] {
                    assert_eq!(stewards.told(person, verb, with(&good, &place, wrong)).await, "BAD_USER_INPUT", "{verb} {place}");
                }
            }
            for input in [json!({}), json!([]), json!("x"), json!(7), Value::Null, json!({ "unheardOf": 1 })] {
                assert_eq!(stewards.told(person, verb, input.clone()).await, "BAD_USER_INPUT", "{verb} {input}");
            }
        }
        stewards.hers.unchanged_since(&before, "ids").await;
    }

    async fn keys_and_strangers_change_nothing_in_any_verb_of_budgets(council: &Council) {
        let stewards = Stewards::in_council(council).await;
        let mut app = council.stranger();
        app.token = Some(crate::verbs::an_app(council).await);
        let (hers, heads) = (key(), key());
        does(&stewards.hers.mari, CAPTURE, json!({ "idempotencyKey": hers })).await;
        does(&stewards.head, CAPTURE, json!({ "idempotencyKey": heads })).await;
        let before = everything(council).await;
        for (person, verb, good) in stewards.good_inputs() {
            for (who, code) in [(&council.stranger(), "UNAUTHENTICATED"), (&app, "FORBIDDEN")] {
                assert_eq!(stewards.told(who, verb, good.clone()).await, code, "{verb}");
            }
            let mut reused = good.clone();
            reused["idempotencyKey"] = json!(if verb == REFUND { &hers } else { &heads });
            assert_eq!(stewards.told(person, verb, reused).await, "IDEMPOTENCY_KEY_REUSED", "{verb}");
            for wrong in [json!(""), json!("x"), json!(5), Value::Null] {
                let mut odd = good.clone();
                odd["idempotencyKey"] = wrong;
                assert_eq!(stewards.told(person, verb, odd).await, "BAD_USER_INPUT", "{verb}");
            }
        }
        stewards.hers.unchanged_since(&before, "keys and strangers").await;
        // Each of them, sent again with its key, is answered as before and changes nothing more.
        for (person, verb, good) in stewards.good_inputs().into_iter().filter(|(_, verb, _)| *verb != CLOSE) {
            let keyed = with_key(good);
            let first = does(person, verb, keyed.clone()).await;
            assert_eq!((&first["userErrors"], &first["replayed"]), (&json!([]), &json!(false)), "{first:#}");
            let after = everything(council).await;
            let again = does(person, verb, keyed).await;
            assert_eq!((&again["userErrors"], &again["replayed"]), (&json!([]), &json!(true)), "{again:#}");
            stewards.hers.unchanged_since(&after, verb).await;
        }
    }
}
