//! Pennies: no float anywhere on money's way, and what is written in any ledger stays as it is.

use async_graphql_parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use busfare::api;
use busfare_entity::words::PaymentMethod;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use serde_json::json;

use super::{CLOSE, EXPLAIN, EXPORT, PUBLISH, REVERSE, bought, here_since, today};
use crate::{
    council::{Council, on_both},
    verbs::does,
};

/// Every table that is a ledger: what is in it is history.
const LEDGERS: [&str; 13] = [
    "budget_entry",
    "verdict",
    "scheme",
    "form_version",
    "month_close",
    "month_close_line",
    "month_close_difference",
    "difference_note",
    "export_mapping",
    "export_batch",
    "export_line",
    "export_chunk",
    "reversal",
];

#[derive(FromQueryResult)]
struct Column {
    place: String,
    kind: String,
}

/// Every column that the database at hand has, as it spells its type.
async fn columns(council: &Council) -> Vec<Column> {
    let db = council.state.db.reader();
    let query = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT table_name || '.' || column_name AS place, data_type AS kind FROM information_schema.columns WHERE table_schema = 'public'"
        }
        _ => {
            "SELECT m.name || '.' || c.name AS place, lower(c.type) AS kind FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
    };
    Column::find_by_statement(Statement::from_string(db.get_database_backend(), query)).all(db).await.unwrap()
}

/// Whether a column or field says where on the earth something is, or how far: no money is measured in degrees.
fn says_where(place: &str) -> bool {
    [".latitude", ".longitude", "NearInput.withinKm"].iter().any(|end| place.ends_with(end))
}

on_both! {
    async fn no_column_is_a_float_and_every_amount_is_whole_pence(council: &Council) {
        let columns = columns(council).await;
        let amounts: Vec<_> = columns.iter().filter(|column| column.place.ends_with("_pence")).collect();
        assert!(columns.len() > 150 && amounts.len() > 30, "{} columns, {} amounts", columns.len(), amounts.len());
        for column in columns.iter().filter(|column| !says_where(&column.place)) {
            for float in ["real", "float", "double", "numeric", "decimal", "money"] {
                assert!(!column.kind.contains(float), "{} is {}", column.place, column.kind);
            }
        }
        for amount in amounts {
            assert_eq!(amount.kind, "bigint", "{}", amount.place);
        }
    }

    async fn what_is_written_in_any_ledger_can_be_neither_changed_nor_deleted(council: &Council) {
        here_since(council, "2025-06-01").await;
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        mari.requests_spend(json!({})).await;
        let fare = bought(council, &mari, 115, "2025-06-10T08:00:00Z", None).await.to_string();
        bought(council, &mari, 115, "2025-06-10T08:00:00Z", Some(PaymentMethod::Voucher)).await;
        let because = json!({ "month": "2025-06-01", "words": "Because", "differences": [{ "about": fare, "amount": "1.15" }] });
        for (verb, input) in [
            (EXPLAIN, because), (CLOSE, json!({ "month": "2025-06-01" })), (PUBLISH, json!({ "source": "column = [{ heading = \"A\", field = \"amount\" }]" })),
            (EXPORT, json!({ "upTo": today() })), (REVERSE, json!({ "spendId": fare, "reason": "RECORDED_TWICE" })),
        ] {
            let answer = does(&gethin, verb, input).await;
            assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
        }

        let all = columns(council).await;
        for table in LEDGERS {
            let column = all.iter().find_map(|column| column.place.strip_prefix(&format!("{table}."))).unwrap();
            for statement in [format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")] {
                let txn = council.state.db.begin().await.unwrap();
                let refused = txn.execute_unprepared(&statement).await.unwrap_err().to_string();
                assert!(refused.contains("append-only"), "{statement}: {refused}");
            }
        }
    }
}

#[test]
fn nothing_in_the_schema_is_a_float() {
    let document = parse_schema(api::sdl()).unwrap();
    let mut types = Vec::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let of = |field: String, ty: String| (format!("{}.{field}", definition.node.name.node), ty);
        match &definition.node.kind {
            TypeKind::Object(object) => {
                for field in &object.fields {
                    let field = &field.node;
                    types.push(of(field.name.node.to_string(), field.ty.node.to_string()));
                    types.extend(
                        field
                            .arguments
                            .iter()
                            .map(|argument| of(argument.node.name.node.to_string(), argument.node.ty.node.to_string())),
                    );
                }
            }
            TypeKind::InputObject(input) => {
                types.extend(
                    input
                        .fields
                        .iter()
                        .map(|field| of(field.node.name.node.to_string(), field.node.ty.node.to_string())),
                );
            }
            _ => {}
        }
    }
    assert!(types.len() > 200, "{} fields and arguments", types.len());
    for (place, ty) in types.iter().filter(|(place, _)| !says_where(place)) {
        assert!(!ty.contains("Float"), "{place}: {ty}");
    }
    // Money goes out as an amount with its currency and comes in as an exact decimal.
    let amounts: Vec<_> = types
        .iter()
        .filter(|(place, _)| {
            place == "Money.amount" || place.ends_with("Input.amount") || place.ends_with("Input.unitPrice")
        })
        .collect();
    assert!(amounts.len() >= 4);
    for (place, ty) in amounts {
        assert_eq!(ty.trim_end_matches('!'), "Decimal", "{place}");
    }
}
