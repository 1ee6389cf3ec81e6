//! Bad input for every verb about paying: told in plain words, and nothing changes.

use busfare_entity as tables;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{
    ADD_CARD, ADVANCE, BRING_BACK, CONFIRM, COUNT, EXPLAIN, HAND_OVER, IMPORT, INVOICE, ISSUE, MATCH, OPEN, ORDER,
    REIMBURSED, REPLENISH, RETURN, UNDO, asks, done, spends, tin,
};
use crate::council::{Council, Person, key, on_both};

/// An input with one field set to something else.
pub fn with(input: &Value, field: &str, value: Value) -> Value {
    let mut changed = input.clone();
    changed[field] = value;
    changed
}

/// What a bad request is told: the code of its one error, in plain words.
async fn told(person: &Person<'_>, verb: &str, input: Value) -> String {
    let mut input = input;
    if let Some(fields) = input.as_object_mut() {
        fields.entry("idempotencyKey").or_insert_with(|| key().into());
    }
    let answer = person.sends(verb, json!({ "input": input })).await;
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let user_errors = answer["data"]["it"]["userErrors"].as_array().cloned().unwrap_or_default();
    let about: String = format!("{verb} {input} {answer}").chars().take(2_000).collect();
    assert_eq!(errors.len().min(1) + user_errors.len(), 1, "{about}");
    let error = errors.first().or(user_errors.first()).unwrap();
    let message = error["message"].as_str().unwrap();
    assert!((10..=140).contains(&message.chars().count()) && !message.chars().any(char::is_control), "{about}");
    for inside in ["sqlx", "DbErr", "::", "constraint", "UTF8", "Some(", "INSERT", "UPDATE"] {
        assert!(!message.contains(inside), "{about}");
    }
    let code = error["code"].as_str().or(error["extensions"]["code"].as_str()).unwrap();
    assert_ne!(code, "INTERNAL", "{about}");
    code.to_owned()
}

macro_rules! count {
    ($reader:expr, $($table:ident)+) => { vec![$((stringify!($table), tables::$table::Entity::find().count($reader).await.unwrap())),+] };
}

/// How many rows there are, and what is in every tin.
async fn everything(council: &Council) -> (Vec<(&'static str, u64)>, Vec<tables::imprest::Model>) {
    let reader = council.state.db.reader();
    let rows = count!(reader, budget_entry card card_match cash_advance cash_recipient idempotency imprest imprest_count imprest_entry
        imprest_explanation imprest_handover reimbursement spend statement_import statement_line supplier_order voucher);
    (rows, tables::imprest::Entity::find().all(reader).await.unwrap())
}

/// A good input for every verb, and who sends it.
async fn good_inputs<'a>(
    council: &'a Council,
    mari: &'a Person<'a>,
    gethin: &'a Person<'a>,
) -> Vec<(&'static str, &'a Person<'a>, Value)> {
    let tin = tin(mari, "Llyfrgell").await["id"].clone();
    let set_aside = async |method: &str| asks(mari, council, "2.00", method).await;
    let missing = done(mari, COUNT, json!({ "imprestId": tin, "counted": "1.00" })).await["count"]["id"].clone();
    let tomos = council.person("tomos.ellwood").await.row().id.to_string();
    let handover = done(
        gethin,
        HAND_OVER,
        json!({ "imprestId": tin, "receiverId": mari.row().id.to_string(), "counted": "1.00" }),
    )
    .await["handover"]["id"]
        .clone();
    let advance =
        done(mari, ADVANCE, json!({ "spendId": set_aside("HUB_CASH").await, "imprestId": tin })).await["advance"]["id"]
            .clone();
    let today = busfare::http::clock::now().date_naive();
    let csv = |price: &str| format!("date,card,merchant,amount\n{today},1001,BUS,{price}\n");
    done(gethin, IMPORT, json!({ "csv": format!("{}{today},1001,BUS,2.50\n", csv("2.40")) })).await;
    let lines = gethin.good("{ statementLines { nodes { id amount { amount } } } }", json!({})).await["statementLines"]
        ["nodes"]
        .as_array()
        .unwrap()
        .clone();
    let line = |price: &str| lines.iter().find(|line| line["amount"]["amount"] == price).unwrap()["id"].clone();
    let matched =
        done(gethin, MATCH, json!({ "lineId": line("2.40"), "spendId": spends(mari, council, "2.40", "CARD").await }))
            .await["match"]["id"]
            .clone();
    let order = done(mari, ORDER, json!({ "spendId": set_aside("SUPPLIER").await, "supplier": "Siop" })).await["order"]
        ["id"]
        .clone();
    let voucher =
        done(mari, ISSUE, json!({ "spendId": set_aside("VOUCHER").await, "reference": "V 1" })).await["voucher"]["id"]
            .clone();
    spends(mari, council, "1.00", "HUB_CASH").await;
    vec![
        (COUNT, mari, json!({ "imprestId": tin, "counted": "49.00", "words": "" })),
        (EXPLAIN, gethin, json!({ "countId": missing, "outcome": "STILL_THERE", "words": "known" })),
        (CONFIRM, mari, json!({ "handoverId": handover, "counted": "49.00", "words": "" })),
        (HAND_OVER, gethin, json!({ "imprestId": tin, "receiverId": tomos, "counted": "49.00", "words": "" })),
        (REPLENISH, gethin, json!({ "imprestId": tin, "amount": "1.00", "reference": "CHQ" })),
        (ADVANCE, mari, json!({ "spendId": set_aside("HUB_CASH").await, "imprestId": tin, "amount": "1.00" })),
        (RETURN, mari, json!({ "advanceId": advance })),
        (ADD_CARD, gethin, json!({ "name": "A card", "lastFour": "7777", "holder": "ORGANISATION" })),
        (IMPORT, gethin, json!({ "csv": csv("9.99") })),
        (MATCH, gethin, json!({ "lineId": line("2.50"), "spendId": spends(mari, council, "2.50", "CARD").await })),
        (UNDO, gethin, json!({ "matchId": matched })),
        (
            REIMBURSED,
            gethin,
            json!({ "spendId": spends(mari, council, "3.00", "REIMBURSEMENT").await, "reference": "" }),
        ),
        (ORDER, mari, json!({ "spendId": set_aside("SUPPLIER").await, "supplier": "Siop", "reference": "" })),
        (INVOICE, mari, json!({ "orderId": order, "invoiceReference": "INV", "amount": "1.00" })),
        (ISSUE, mari, json!({ "spendId": set_aside("VOUCHER").await, "reference": "V 2" })),
        (BRING_BACK, mari, json!({ "voucherId": voucher })),
    ]
}

fn fields(input: &Value, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    input.as_object().unwrap().keys().filter(|name| wanted(name)).cloned().collect()
}

on_both! {
    async fn rubbish_in_every_field_of_every_verb_about_paying_changes_nothing(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let good = good_inputs(council, &mari, &gethin).await;
        let before = everything(council).await;
        let nowhere = busfare::store::mint::id::<tables::words::SpendId>().to_string();
        for (verb, who, input) in &good {
            for field in fields(input, |name| name.ends_with("Id")) {
                for wrong in ["", "0", "spnd_", "\0", "'; DROP TABLE imprest; --", "team_00000000000000000000000000", nowhere.as_str(), "💷", &"x".repeat(10_000)] {
                    assert_eq!(told(who, verb, with(input, &field, json!(wrong))).await, "NOT_FOUND", "{verb} {field} {wrong}");
                }
                for wrong in [json!(1.5), json!(true), json!({}), Value::Null] {
                    assert_eq!(told(who, verb, with(input, &field, wrong)).await, "BAD_USER_INPUT", "{verb} {field}");
                }
            }
            for field in fields(input, |name| ["amount", "counted"].contains(&name)) {
                for (wrong, code) in [("0.001", "PART_PENNIES"), ("-1.00", "AMOUNT_NOT_POSITIVE"), ("1000000.01", "AMOUNT_TOO_LARGE"), ("79228162514264337593543950335", "AMOUNT_TOO_LARGE")] {
                    assert_eq!(told(who, verb, with(input, &field, json!(wrong))).await, code, "{verb} {field} {wrong}");
                }
                for wrong in [json!(1), json!(1.15), json!("1,15"), json!("£1"), json!("1e3"), json!("NaN"), json!(""), json!([])] {
                    assert_eq!(told(who, verb, with(input, &field, wrong)).await, "BAD_USER_INPUT", "{verb} {field}");
                }
            }
            for field in fields(input, |name| ["words", "reference", "name", "supplier", "invoiceReference"].contains(&name)) {
                for (wrong, code) in [("a\0b", "TEXT_NOT_PLAIN"), ("fare\u{202e}51.1", "TEXT_NOT_PLAIN"), ("zero\u{200b}width", "TEXT_NOT_PLAIN"), (&*"ŵ".repeat(10_000), "TEXT_TOO_LONG"), (&*"x".repeat(141), "TEXT_TOO_LONG")] {
                    assert_eq!(told(who, verb, with(input, &field, json!(wrong))).await, code, "{verb} {field}");
                }
                for wrong in [json!(5), json!(true), json!({})] {
                    assert_eq!(told(who, verb, with(input, &field, wrong)).await, "BAD_USER_INPUT", "{verb} {field}");
                }
            }
            for wrong in ["", "x", "urn:uuid:0199c7c5-9a2b-7000-8000-000000000001"] {
                assert_eq!(told(who, verb, with(input, "idempotencyKey", json!(wrong))).await, "BAD_USER_INPUT", "{verb}");
            }
            for wrong in [json!({}), json!([]), json!("x"), Value::Null, json!({ "unheardOf": 1 })] {
                assert_eq!(told(who, verb, wrong).await, "BAD_USER_INPUT", "{verb}");
            }
        }
        for csv in ["a\0b", "date,card,merchant,amount\n2026-11-20,1001,B\u{202e}US,1.15\n", "date,card,merchant,amount\n2026-11-20,1001,\0,1.15\n", &"x,".repeat(10_000), "\u{feff}", "\"", "\r\r\r"] {
            assert_eq!(told(&gethin, IMPORT, json!({ "csv": csv })).await, "STATEMENT_UNCLEAR");
        }
        assert_eq!(told(&gethin, OPEN, json!({ "hubId": nowhere, "amount": "1.00" })).await, "NOT_FOUND");
        assert_eq!(everything(council).await, before);
    }

    async fn a_repeated_key_has_the_same_answer_and_another_input_is_told_so(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        for (verb, who, mut input) in good_inputs(council, &mari, &gethin).await {
            input["idempotencyKey"] = json!(key());
            let first = who.good(verb, json!({ "input": input })).await["it"].clone();
            assert_eq!((&first["userErrors"], &first["replayed"]), (&json!([]), &json!(false)), "{verb} {first:#}");
            let before = everything(council).await;

            let again = who.good(verb, json!({ "input": input })).await["it"].clone();

            assert_eq!((&again["userErrors"], &again["replayed"]), (&json!([]), &json!(true)), "{verb}");
            let field = fields(&input, |name| name.ends_with("Id") || ["name", "csv"].contains(&name)).remove(0);
            let other = if field == "csv" { json!("date,merchant,amount\n") } else if field == "name" { json!("Another") } else { json!(gethin.row().id.to_string()) };
            let told = told(who, verb, with(&input, &field, other)).await;
            assert!(["IDEMPOTENCY_KEY_REUSED", "NOT_FOUND"].contains(&told.as_str()), "{verb} {told}");
            assert_eq!(everything(council).await, before, "{verb}");
        }
    }

    async fn strangers_and_apps_pay_nothing(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let good = good_inputs(council, &mari, &gethin).await;
        let mut app = council.stranger();
        app.token = Some(crate::verbs::an_app(council).await);
        let before = everything(council).await;
        for (verb, _, input) in &good {
            assert_eq!(told(&council.stranger(), verb, input.clone()).await, "UNAUTHENTICATED", "{verb}");
            assert_eq!(told(&app, verb, input.clone()).await, "FORBIDDEN", "{verb}");
        }
        for list in ["imprests { id }", "cards { id }", "statementLines { nodes { id } }", "reimbursements { nodes { workingDays } }"] {
            assert_eq!(council.stranger().problem(&format!("{{ {list} }}"), json!({})).await, "UNAUTHENTICATED", "{list}");
            assert_eq!(app.problem(&format!("{{ {list} }}"), json!({})).await, "FORBIDDEN", "{list}");
        }
        assert_eq!(everything(council).await, before);
    }
}
