//! Card statements: brought in once, however often they are sent; suggested, confirmed and undone by people.

use busfare_entity::{statement_import, statement_line};
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{ADD_CARD, IMPORT, MATCH, UNDO, code, done, spends};
use crate::{
    council::{Council, Person, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::{does, with_key},
};

const HEAD: &str = "Date,Card number,Merchant,Amount,Reference\n";

fn today() -> String {
    busfare::http::clock::now().date_naive().to_string()
}

/// A statement with these lines: card, merchant, amount, reference.
fn statement(lines: &[(&str, &str, &str, &str)]) -> String {
    let rows =
        lines.iter().map(|(card, merchant, amount, id)| format!("{},**** {card},{merchant},{amount},{id}\n", today()));
    format!("{HEAD}{}", rows.collect::<String>())
}

async fn how_many(council: &Council) -> (u64, u64) {
    let reader = council.state.db.reader();
    (
        statement_line::Entity::find().count(reader).await.unwrap(),
        statement_import::Entity::find().count(reader).await.unwrap(),
    )
}

/// The lines somebody sees, with what is suggested and chosen from.
async fn lines(person: &Person<'_>) -> Vec<Value> {
    let list = "{ statementLines(first: 100, state: ANY) { nodes { id merchant lineNumber amount { amount } card { lastFour hub { name } }
        match { id spend { id } } suggestion { spend { id } signals } sameAmount { id } } } }";
    person.good(list, json!({})).await["statementLines"]["nodes"].as_array().unwrap().clone()
}

fn of<'a>(lines: &'a [Value], merchant: &str) -> &'a Value {
    lines.iter().find(|line| line["merchant"] == merchant).unwrap()
}

on_both! {
    async fn the_same_statement_again_and_one_that_overlaps_bring_in_only_what_is_new(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        let first = statement(&[("1001", "STAGECOACH BUS", "1.15", ""), ("1001", "STAGECOACH BUS", "1.15", ""), ("1002", "TESCO 2231", "12.40", "T9")]);
        let brought = done(&gethin, IMPORT, json!({ "csv": first })).await["statement"].clone();
        assert_eq!((&brought["linesRead"], &brought["linesNew"]), (&json!(3), &json!(3)));

        let again = done(&gethin, IMPORT, json!({ "csv": first })).await["statement"].clone();
        assert_eq!((&again["linesRead"], &again["linesNew"]), (&json!(3), &json!(0)));
        // A third like fare is a third fare, and the two that came before are those two.
        let overlaps = statement(&[("1001", "STAGECOACH BUS", "1.15", ""), ("1001", "Stagecoach  Bus", "1.15", ""), ("1001", "STAGECOACH BUS", "1.15", ""), ("1003", "COSTA", "3.45", "")]);
        let more = done(&gethin, IMPORT, json!({ "csv": overlaps })).await["statement"].clone();
        assert_eq!((&more["linesRead"], &more["linesNew"]), (&json!(4), &json!(2)));
        assert_eq!(how_many(council).await, (5, 3));

        let one = with_key(json!({ "csv": first }));
        let (once, twice) = (does(&gethin, IMPORT, one.clone()).await, does(&gethin, IMPORT, one).await);
        assert_eq!((&twice["replayed"], &twice["statement"]), (&json!(true), &once["statement"]));
    }

    async fn the_same_statement_brought_in_by_eight_at_once_is_one_statement(council: &Council) {
        let people = join_all(["gethin.bowmer", "nia.talfan", "rosa.benbow", "iwan.tegid"].map(|name| council.person(name))).await;
        for round in 0..5 {
            let rows: Vec<_> = (0..40).map(|number| format!("{},1001,BUS {round},{}.15,\n", today(), number % 20 + 1)).collect();
            let csv = format!("{HEAD}{}", rows.concat());
            let before = how_many(council).await.0;

            let answers = join_all(people.iter().cycle().take(8).map(|person| does(person, IMPORT, json!({ "csv": csv })))).await;

            let new: i64 = answers.iter().map(|answer| answer["statement"]["linesNew"].as_i64().unwrap_or_else(|| panic!("{answer:#}"))).sum();
            assert_eq!((new, how_many(council).await.0 - before), (40, 40), "{answers:#?}");
        }
    }

    async fn a_statement_with_one_line_that_cannot_be_read_brings_in_nothing(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let csv = format!("{}yesterday,1001,BUS,1.15,\n{},9999,BUS,1.15,\n{},1001,BUS,1.155,\n", statement(&[("1001", "BUS", "1.15", "")]), today(), today());
        let unclear = does(&gethin, IMPORT, json!({ "csv": csv })).await;
        assert_eq!(unclear["problems"], json!([{ "line": 3, "code": "DATE_UNCLEAR", "column": "date" }, { "line": 5, "code": "AMOUNT_UNCLEAR", "column": "amount" }]));
        assert_eq!((&unclear["userErrors"][0]["code"], &unclear["userErrors"][0]["field"]), (&json!("STATEMENT_UNCLEAR"), &json!(["csv"])));
        let unknown = does(&gethin, IMPORT, json!({ "csv": statement(&[("1001", "BUS", "1.15", ""), ("9999", "BUS", "1.15", "")]) })).await;
        assert_eq!(unknown["problems"], json!([{ "line": 3, "code": "CARD_UNKNOWN", "column": "card" }]));
        let cardless = does(&gethin, IMPORT, json!({ "csv": "date,merchant,amount\n2026-11-20,BUS,1.15\n" })).await;
        assert_eq!(cardless["problems"][0]["code"], "CARD_UNKNOWN");
        for (csv, code) in [("", "COLUMN_MISSING"), ("a,b\n\"", "COLUMN_MISSING"), ("date,amount,merchant\n", "-")] {
            let answer = does(&gethin, IMPORT, json!({ "csv": csv })).await;
            assert_eq!(answer["problems"][0]["code"].as_str().unwrap_or("-"), code, "{csv:?} {answer:#}");
        }
        assert_eq!(code(&mari, IMPORT, json!({ "csv": statement(&[("1001", "BUS", "1.15", "")]) })).await, "NOT_YOURS_TO_DO");
        assert_eq!(how_many(council).await.0, 0);
        // Where the bank has no column for the card, the card is named.
        let cards = gethin.good("{ cards { id lastFour } }", json!({})).await;
        let input = json!({ "csv": "date,merchant,amount\n2026-11-20,BUS,-1.15\n", "cardId": cards["cards"][0]["id"], "sign": "OUT_IS_NEGATIVE" });
        assert_eq!(done(&gethin, IMPORT, input).await["statement"]["linesNew"], 1);
        assert_eq!(lines(&gethin).await[0]["amount"]["amount"], "1.15");
    }

    async fn a_line_is_suggested_confirmed_by_a_person_and_undone_and_no_money_moves(council: &Council) {
        let (mari, gethin, rosa) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("rosa.benbow").await);
        let spend = spends(&mari, council, "4.60", "CARD").await;
        let unlike = spends(&mari, council, "2.00", "CARD").await;
        done(&gethin, IMPORT, json!({ "csv": statement(&[("1001", "ARRIVA BUS", "4.60", ""), ("1001", "ARRIVA BUS", "-4.60", ""), ("1001", "NCP", "7.77", "")]) })).await;

        let seen = lines(&gethin).await;
        let line = seen.iter().find(|line| line["amount"]["amount"] == "4.60").unwrap();
        assert_eq!(line["suggestion"], json!({ "spend": { "id": spend }, "signals": ["DATE_NEAR", "HUB", "MERCHANT_WORD"] }));
        assert_eq!((&of(&seen, "NCP")["suggestion"], &of(&seen, "NCP")["sameAmount"]), (&json!(null), &json!([])));
        let refund = seen.iter().find(|line| line["amount"]["amount"] == "-4.60").unwrap();
        assert_eq!((&refund["suggestion"], &refund["sameAmount"]), (&json!(null), &json!([])));
        // Somebody who answers for another team sees the line, and not whose spend it may be.
        let west = lines(&rosa).await;
        assert!(west.iter().all(|line| line["suggestion"].is_null() && line["sameAmount"] == json!([])));
        let before = mari.good("{ viewer { budgets { settled { amount } committed { amount } } } }", json!({})).await;

        let pair = json!({ "lineId": line["id"], "spendId": spend });
        assert_eq!(code(&mari, MATCH, pair.clone()).await, "NOT_YOURS_TO_DO");
        assert_eq!(code(&gethin, MATCH, json!({ "lineId": line["id"], "spendId": unlike })).await, "AMOUNTS_DIFFER");
        assert_eq!(rosa.problem(MATCH, json!({ "input": with_key(pair.clone()) })).await, "NOT_FOUND");
        let said = done(&gethin, MATCH, pair.clone()).await["match"].clone();
        assert_eq!((&said["spend"]["books"], &said["spend"]["money"]), (&json!("MATCHED"), &json!("SPENT")));
        assert_eq!(code(&gethin, MATCH, pair.clone()).await, "MATCHED_ALREADY");
        let matched = lines(&gethin).await;
        assert!(matched.iter().all(|line| line["suggestion"].is_null()));

        assert_eq!(code(&mari, UNDO, json!({ "matchId": said["id"] })).await, "NOT_YOURS_TO_DO");
        let undone = done(&gethin, UNDO, json!({ "matchId": said["id"] })).await["match"].clone();
        assert_eq!(undone["spend"]["books"], "OPEN");
        assert_eq!(code(&gethin, UNDO, json!({ "matchId": said["id"] })).await, "OVER_ALREADY");
        done(&gethin, MATCH, pair).await;
        assert_eq!(mari.good("{ viewer { budgets { settled { amount } committed { amount } } } }", json!({})).await, before);
        counters_are_the_sum_of_entries(council).await;
    }

    async fn of_many_who_match_at_once_one_is_first(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        for round in 0..10 {
            let price = format!("1.{}", 20 + round);
            let (one, other) = (spends(&mari, council, &price, "CARD").await, spends(&mari, council, &price, "CARD").await);
            done(&gethin, IMPORT, json!({ "csv": statement(&[("1001", "BUS", &price, "")]) })).await;
            let seen = lines(&gethin).await;
            let line = seen.iter().find(|line| line["amount"]["amount"] == price.as_str()).unwrap();
            assert_eq!((&line["suggestion"], line["sameAmount"].as_array().unwrap().len()), (&json!(null), 2), "two fit as well");

            let pair = |spend: &str| json!({ "lineId": line["id"], "spendId": spend });
            let answers = tokio::join!(does(&gethin, MATCH, pair(&one)), does(&nia, MATCH, pair(&other)), does(&nia, MATCH, pair(&one)));

            let mut codes = [&answers.0, &answers.1, &answers.2].map(|answer| answer["userErrors"][0]["code"].as_str().unwrap_or("-").to_owned());
            codes.sort();
            assert_eq!(codes, ["-", "MATCHED_ALREADY", "MATCHED_ALREADY"]);
        }
    }

    async fn a_card_is_four_digits_and_somebodys_and_seen_by_those_it_is_for(council: &Council) {
        let (mari, kasia, gethin) = (council.person("mari.prydderch").await, council.person("kasia.zielonka").await, council.person("gethin.bowmer").await);
        let hers = json!({ "name": "Mari's card", "lastFour": "4321", "holder": "PRACTITIONER", "practitionerId": mari.row().id.to_string() });
        assert_eq!(code(&mari, ADD_CARD, hers.clone()).await, "NOT_YOURS_TO_DO");
        done(&gethin, ADD_CARD, hers.clone()).await;
        assert_eq!(code(&gethin, ADD_CARD, hers.clone()).await, "CARD_THERE_ALREADY");
        for four in ["432", "43210", "1234567812344321", "four", "４３２１", "43 1"] {
            assert_eq!(code(&gethin, ADD_CARD, crate::paying::input::with(&hers, "lastFour", json!(four))).await, "CARD_NOT_FOUR_DIGITS", "{four}");
        }
        for holder in ["ORGANISATION", "HUB"] {
            assert_eq!(code(&gethin, ADD_CARD, crate::paying::input::with(&hers, "holder", json!(holder))).await, "HOLDER_NEEDED");
        }
        let digits = async |person: &Person<'_>| {
            let cards = person.good("{ cards { lastFour } }", json!({})).await;
            let mut digits: Vec<_> = cards["cards"].as_array().unwrap().iter().map(|card| card["lastFour"].as_str().unwrap().to_owned()).collect();
            digits.sort();
            digits
        };
        assert_eq!(digits(&mari).await, ["1001", "1002", "4321"]);
        assert_eq!(digits(&kasia).await, ["1002"]);
        assert_eq!(digits(&gethin).await, ["1001", "1002", "1003", "4321"]);
        done(&gethin, IMPORT, json!({ "csv": statement(&[("1001", "BUS", "1.15", ""), ("4321", "BUS", "1.15", ""), ("1002", "BUS", "1.15", "")]) })).await;
        assert_eq!((lines(&mari).await.len(), lines(&kasia).await.len()), (3, 1));
    }

    async fn a_hundred_lines_cost_the_statements_of_one(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let list = "{ statementLines(first: 100) { nodes { id card { name hub { name } } match { spend { id } } suggestion { spend { id } signals } sameAmount { id } } } }";
        let cost = async || {
            gethin.good(list, json!({})).await;
            let before = council.state.db.statements();
            gethin.good(list, json!({})).await;
            council.state.db.statements() - before
        };
        spends(&mari, council, "1.01", "CARD").await;
        done(&gethin, IMPORT, json!({ "csv": statement(&[("1001", "BUS", "1.01", "")]) })).await;
        let one = cost().await;
        let rows: Vec<_> = (0..120).map(|number| format!("{},1001,BUS,{}.01,\n", today(), number % 60 + 1)).collect();
        done(&gethin, IMPORT, json!({ "csv": format!("{HEAD}{}", rows.concat()) })).await;

        assert_eq!(cost().await, one);
    }
}
