//! Stories of what the work shows: about groups, never about one person, and of what is left before asking.

use busfare_entity::{ask, first_yes, practitioner, spend, verdict};
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person, on_both},
    verbs::{DECIDE, EMERGENCY, RECORD_SPENT, WITHDRAW, does},
};

const EAST: [&str; 6] =
    ["mari.prydderch", "tomos.ellwood", "amina.warsame", "kasia.zielonka", "gethin.bowmer", "nia.talfan"];

const INSIGHT: &str = "query($from: Date!, $to: Date!) { insight(from: $from, to: $to) { from to
    timeToYes { group { team { name } budget { name } } figures { people yeses medianSeconds p90Seconds decidedByAsker { part whole percent } } }
    breakGlassShare { group { team { name } } figures { people spends { part whole percent } money { part { amount } whole { amount } percent } } }
    timeToReceipt { group { team { name } } figures { people spends medianSeconds } }
    takeUp { group { team { name } budget { name } } figures { people used { amount } mayUse { amount } percent } } } }";

/// What insight says of the months around now.
async fn looks(person: &Person<'_>) -> Value {
    let now = busfare::http::clock::now();
    let period =
        json!({ "from": (now - TimeDelta::days(40)).date_naive(), "to": (now + TimeDelta::days(1)).date_naive() });
    person.good(INSIGHT, period).await["insight"].clone()
}

/// What one look costs the database: the least of three, because loaders that start a moment apart do not share.
async fn cost_of_a_look(council: &Council, person: &Person<'_>) -> u64 {
    let mut least = u64::MAX;
    for _ in 0..3 {
        let before = council.state.db.statements();
        looks(person).await;
        least = least.min(council.state.db.statements() - before);
    }
    least
}

/// The figures of a team or a budget, or of the organisation where no name is given.
fn of<'a>(insight: &'a Value, what: &str, name: Option<&str>) -> &'a Value {
    let groups = insight[what].as_array().unwrap();
    let found = groups.iter().find(|group| {
        let names = [&group["group"]["team"]["name"], &group["group"]["budget"]["name"]];
        match name {
            Some(name) => names.iter().any(|it| it.as_str() == Some(name)),
            None => names.iter().all(|it| it.is_null()),
        }
    });
    &found.unwrap_or_else(|| panic!("{what} {name:?}: {insight:#}"))["figures"]
}

/// Makes every colleague's yes to have taken this long, as if it had been asked so much earlier.
async fn waited(council: &Council, seconds: i64) {
    let reader = council.state.db.reader();
    let asked = ask::Entity::find().all(reader).await.unwrap();
    let txn = council.state.db.begin().await.unwrap();
    for ask in asked {
        let yes = verdict::Entity::find()
            .filter(verdict::Column::SpendId.eq(ask.spend_id))
            .order_by_desc(verdict::Column::DecidedAt);
        let at = yes.one(reader).await.unwrap().unwrap().decided_at - TimeDelta::seconds(seconds);
        let earlier = spend::Entity::update_many().col_expr(spend::Column::RequestedAt, Expr::value(at));
        earlier.filter(spend::Column::Id.eq(ask.spend_id)).exec(&txn).await.unwrap();
        let noted = first_yes::Entity::update_many()
            .col_expr(first_yes::Column::RequestedAt, Expr::value(at))
            .col_expr(first_yes::Column::Seconds, Expr::value(seconds));
        noted.filter(first_yes::Column::SpendId.eq(ask.spend_id)).exec(&txn).await.unwrap();
    }
    txn.commit().await.unwrap();
}

async fn asks_and_hears_yes(council: &Council, name: &str, price: &str) {
    let person = council.person(name).await;
    let spend = person.requests_spend(json!({ "unitPrice": price })).await["spend"].clone();
    let asked = spend["ask"]["asked"]["name"].as_str().unwrap().to_lowercase().replace(' ', ".");
    let yes = json!({ "spendId": spend["id"], "answer": { "authorise": {} } });
    assert_eq!(does(&council.person(&asked).await, DECIDE, yes).await["spend"]["decision"], "AUTHORISED");
}

on_both! {
    async fn time_to_yes_is_told_of_teams_and_budgets_of_five_people(council: &Council) {
        for name in EAST {
            council.person(name).await.requests_spend(json!({})).await;
        }
        for name in &EAST[..3] {
            asks_and_hears_yes(council, name, "31.00").await;
        }
        waited(council, 4_500).await;
        // Four in the west are too few.
        for name in ["elin.caradog", "lan.tranh", "megan.sparrow", "rosa.benbow"] {
            council.person(name).await.requests_spend(json!({})).await;
        }
        let insight = looks(&council.person("lan.tranh").await).await;

        let east = of(&insight, "timeToYes", Some("Caerfelin East Families"));
        assert_eq!(*east, json!({ "people": 6, "yeses": 9, "medianSeconds": 0, "p90Seconds": 4_500, "decidedByAsker": { "part": 6, "whole": 9, "percent": "66.7" } }));
        assert_eq!(of(&insight, "timeToYes", Some("Caerfelin West Families")), &Value::Null);
        assert_eq!(of(&insight, "timeToYes", Some("Section 17: Caerfelin West Families")), &Value::Null);
        // The whole less the east would be the four.
        assert_eq!(of(&insight, "timeToYes", None), east);
        assert_eq!(of(&insight, "timeToYes", Some("Section 17: Caerfelin East Families")), east);

        council.person("iwan.tegid").await.requests_spend(json!({})).await;
        let insight = looks(&council.person("mari.prydderch").await).await;
        assert_eq!(of(&insight, "timeToYes", Some("Caerfelin West Families"))["people"], 5);
        assert_eq!(of(&insight, "timeToYes", None)["people"], 11);
    }

    async fn the_share_of_emergencies_is_told_of_teams_and_the_organisation(council: &Council) {
        let purpose = council.purpose("bus-fare").await.to_string();
        for name in EAST {
            council.person(name).await.requests_spend(json!({ "unitPrice": "10.00" })).await;
        }
        let mari = council.person("mari.prydderch").await;
        does(&mari, EMERGENCY, json!({ "purposeId": purpose, "unitPrice": "40.00", "sentence": "The last bus" })).await;

        let insight = looks(&mari).await;

        let east = json!({ "people": 6, "spends": { "part": 1, "whole": 7, "percent": "14.3" }, "money": { "part": { "amount": "40.00" }, "whole": { "amount": "100.00" }, "percent": "40.0" } });
        assert_eq!(of(&insight, "breakGlassShare", Some("Caerfelin East Families")), &east);
        assert_eq!(of(&insight, "breakGlassShare", None), &east);
        assert!(insight["breakGlassShare"].as_array().unwrap().iter().all(|group| group["group"].get("budget").is_none()));
        // The team less its budget would be one person's emergency, so the budget is not told of.
        assert_eq!(of(&insight, "timeToYes", Some("Section 17: Caerfelin East Families")), &Value::Null);
        assert_eq!(of(&insight, "timeToYes", Some("Emergencies")), &Value::Null);
    }

    async fn time_to_receipt_is_the_middle_of_a_team_of_five_and_of_nobody_smaller(council: &Council) {
        let note = "mutation($input: NoteNoReceiptInput!) { it: noteNoReceipt(input: $input) { spend { id } userErrors { code message field retry } replayed } }";
        let began = busfare::http::clock::now();
        for name in EAST.iter().chain(&["elin.caradog", "lan.tranh", "megan.sparrow", "rosa.benbow"]) {
            let person = council.person(name).await;
            let spend = person.requests_spend(json!({ "unitPrice": "12.00" })).await["spend"]["id"].clone();
            does(&person, RECORD_SPENT, json!({ "spendId": spend, "amount": "12.00" })).await;
            does(&person, note, json!({ "spendId": spend, "reason": "LOST" })).await;
        }
        // Everything was spent two hours before.
        let earlier = began - TimeDelta::hours(2);
        let txn = council.state.db.begin().await.unwrap();
        spend::Entity::update_many().col_expr(spend::Column::SpentAt, Expr::value(Some(earlier))).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();

        let insight = looks(&council.person("mari.prydderch").await).await;

        let east = of(&insight, "timeToReceipt", Some("Caerfelin East Families"));
        assert_eq!((&east["people"], &east["spends"]), (&json!(6), &json!(6)), "{insight:#}");
        assert!((7_200..7_500).contains(&east["medianSeconds"].as_i64().unwrap()), "{east:#}");
        assert_eq!(of(&insight, "timeToReceipt", Some("Caerfelin West Families")), &Value::Null);
        let groups = insight["timeToReceipt"].as_array().unwrap();
        assert!(groups.iter().all(|group| group["group"]["team"].is_object()), "neither a budget nor the whole");
    }

    async fn take_up_is_what_is_used_of_what_people_may_use(council: &Council) {
        for name in EAST {
            council.person(name).await.requests_spend(json!({ "unitPrice": "20.00" })).await;
        }

        let insight = looks(&council.person("mari.prydderch").await).await;

        let east = of(&insight, "takeUp", Some("Caerfelin East Families"));
        assert_eq!((&east["people"], &east["used"]["amount"]), (&json!(6), &json!("120.00")), "{east:#}");
        let pounds = |figures: &Value| figures["mayUse"]["amount"].as_str().unwrap().parse::<f64>().unwrap();
        assert!(pounds(east) > 120.0, "{east:#}");
        assert_eq!(of(&insight, "takeUp", None), east);
        let budget = of(&insight, "takeUp", Some("Section 17: Caerfelin East Families"));
        assert_eq!(budget["used"]["amount"], "120.00");
        assert!(pounds(budget) > 0.0 && pounds(budget) <= 25_000.0, "{budget:#}");
    }

    async fn insight_costs_the_same_however_much_there_is_and_tells_nothing_of_nobody(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let nothing = looks(&mari).await;
        assert_eq!((&nothing["timeToYes"], &nothing["breakGlassShare"], &nothing["takeUp"]), (&json!([]), &json!([]), &json!([])));
        let mut costs = Vec::new();
        for _ in 0..2 {
            for name in EAST {
                council.person(name).await.requests_spend(json!({})).await;
            }
            costs.push(cost_of_a_look(council, &mari).await);
        }
        // Six spends or twelve: the same bound.
        assert!(costs.iter().all(|cost| *cost <= 14), "{costs:?}");
    }

    async fn a_period_that_is_none_is_told_so(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        for (from, to) in [
            (json!("2026-11-20"), json!("2026-11-19")), (json!("2024-11-30"), json!("2026-11-01")), (json!("0000-01-01"), json!("9999-12-31")), (json!("2026-02-30"), json!("2026-03-01")),
            (json!(""), json!("")), (json!(5), json!(true)), (Value::Null, json!("2026-11-19")), (json!("2026-11-20\0"), json!("2026-11-20")), (json!("x".repeat(10_000)), json!("2026-11-20")),
        ] {
            assert_eq!(mari.problem(INSIGHT, json!({ "from": from, "to": to })).await, "BAD_USER_INPUT", "{from} {to}");
        }
        for (from, to) in [("0000-01-01", "0000-12-31"), ("9999-12-01", "9999-12-31"), ("1900-01-01", "1901-12-31")] {
            assert_eq!(mari.good(INSIGHT, json!({ "from": from, "to": to })).await["insight"]["timeToYes"], json!([]), "{from}");
        }
        let mut app = council.stranger();
        app.token = Some(crate::verbs::an_app(council).await);
        let period = json!({ "from": "2026-11-20", "to": "2026-11-20" });
        assert_eq!((app.problem(INSIGHT, period.clone()).await.as_str(), council.stranger().problem(INSIGHT, period).await.as_str()), ("FORBIDDEN", "UNAUTHENTICATED"));
    }

    async fn what_is_left_is_there_before_asking_in_one_round_trip(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let first = mari.requests_spend(json!({ "unitPrice": "20.00" })).await["spend"]["id"].clone();
        does(&mari, RECORD_SPENT, json!({ "spendId": first, "amount": "12.50" })).await;
        let back = mari.requests_spend(json!({ "unitPrice": "5.00" })).await["spend"]["id"].clone();
        does(&mari, WITHDRAW, json!({ "spendId": back })).await;
        tomos.requests_spend(json!({ "unitPrice": "7.00" })).await;
        // What only waits is nobody's week yet.
        tomos.requests_spend(json!({ "unitPrice": "31.00" })).await;

        let card = "query($input: PreviewSpendInput!) { previewSpend(input: $input) { outcome checks { code left { amount } } budget { name available { amount } } week { mine { amount } team { amount } } } }";
        let input = json!({ "input": { "purposeId": council.purpose("bus-fare").await.to_string(), "unitPrice": "1.15" } });
        let card = mari.good(card, input).await["previewSpend"].clone();

        assert_eq!(card["week"], json!({ "mine": { "amount": "12.50" }, "team": { "amount": "19.50" } }));
        assert_eq!(card["budget"]["available"]["amount"], "24949.50");
        assert_eq!(mari.good("{ viewer { week { mine { amount } } } }", json!({})).await["viewer"]["week"]["mine"]["amount"], "12.50");
        // Two people's week would be the other's.
        let angharad = council.person("angharad.celyn").await;
        let week = angharad.good("{ viewer { week { mine { amount } team { amount } } } }", json!({})).await["viewer"]["week"].clone();
        assert_eq!(week, json!({ "mine": { "amount": "0.00" }, "team": null }));
        let leaves = practitioner::Entity::update_many().col_expr(practitioner::Column::Active, Expr::value(false));
        let txn = council.state.db.begin().await.unwrap();
        leaves.filter(practitioner::Column::Id.is_not_in([mari.row().id, tomos.row().id])).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(mari.good("{ viewer { week { team { amount } } } }", json!({})).await["viewer"]["week"]["team"], Value::Null);
    }
}
