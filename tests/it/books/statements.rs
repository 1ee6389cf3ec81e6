//! Statements beside the ledger: what matches is no difference, and what comes later clears what was listed before.

use busfare::store;
use busfare_entity::{
    card, card_match, imprest, imprest_count, imprest_explanation, statement_line,
    words::{CardHolder, DifferenceOutcome, ImprestCountId, PaymentMethod, SpendId, StatementLineId},
};
use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{CLOSE, EXPLAIN, books, bought, here_since};
use crate::{
    council::{Council, Person, on_both},
    verbs::does,
};

/// Puts rows where an import, a match and a count would put them.
macro_rules! put {
    ($council:expr, $($row:expr),+) => {{
        let txn = $council.state.db.begin().await.unwrap();
        $(put_one(&txn, $row).await;)+
        txn.commit().await.unwrap();
    }};
}

async fn put_one<M, E>(txn: &busfare::store::db::DatabaseTransaction, row: M)
where
    E: EntityTrait<Model = M>,
    M: sea_orm::ModelTrait<Entity = E> + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    E::insert(row.into_active_model()).exec_without_returning(txn).await.unwrap();
}

fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T12:00:00Z").parse().unwrap()
}

async fn a_card(council: &Council, keeper: &Person<'_>) -> card::Model {
    let card = card::Model {
        id: store::mint::id(),
        organisation_id: keeper.row().organisation_id,
        name: "The team's card".into(),
        holder: CardHolder::Organisation,
        hub_id: None,
        practitioner_id: None,
        last_four: "0042".into(),
        added_at: at("2025-05-01"),
    };
    put!(council, card.clone());
    card
}

async fn a_line(council: &Council, card: &card::Model, day: &str, amount_pence: i64) -> StatementLineId {
    let id = store::mint::id();
    let line = statement_line::Model {
        id,
        organisation_id: card.organisation_id,
        card_id: card.id,
        import_id: store::mint::id(),
        line_number: 1,
        booked_on: day.parse().unwrap(),
        amount_pence,
        merchant: "A SHOP".into(),
        reference: None,
        sha256: store::mint::sha256(&id.to_string()),
        imported_at: at(day),
    };
    put!(council, line);
    id
}

async fn matches(council: &Council, keeper: &Person<'_>, line_id: StatementLineId, spend_id: SpendId) {
    let row = card_match::Model {
        id: store::mint::id(),
        organisation_id: keeper.row().organisation_id,
        line_id,
        spend_id,
        confirmed_by: keeper.row().id,
        confirmed_at: at("2025-08-01"),
        undone_by: None,
        undone_at: None,
    };
    put!(council, row);
}

fn kinds(books: &Value) -> Vec<(String, String, bool)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nodes = books["differences"]["nodes"].as_array().unwrap().iter();
    let mut kinds: Vec<_> =
        nodes.map(|one| (text(&one["kind"]), text(&one["amount"]["amount"]), one["explained"] == true)).collect();
    kinds.sort();
    kinds
}

fn one(kind: &str, amount: &str, explained: bool) -> (String, String, bool) {
    (kind.to_owned(), amount.to_owned(), explained)
}

on_both! {
    async fn the_ledger_is_the_statements_and_every_difference_is_a_line(council: &Council) {
        here_since(council, "2025-06-01").await;
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let card = a_card(council, &gethin).await;
        let by_card = Some(PaymentMethod::Card);
        let same = bought(council, &mari, 1_000, "2025-06-05T08:00:00Z", by_card).await;
        let other = bought(council, &mari, 500, "2025-06-06T08:00:00Z", by_card).await;
        let waits = bought(council, &mari, 250, "2025-06-30T08:00:00Z", by_card).await;
        let lines = [a_line(council, &card, "2025-06-06", 1_000).await, a_line(council, &card, "2025-06-07", 510).await];
        matches(council, &gethin, lines[0], same).await;
        matches(council, &gethin, lines[1], other).await;
        let unknown = a_line(council, &card, "2025-06-30", 333).await.to_string();

        let june = books(&gethin, "2025-06-01").await;
        assert_eq!((&june["ledger"]["amount"], &june["statements"]["amount"], &june["difference"]["amount"]), (&json!("17.50"), &json!("18.43"), &json!("-0.93")));
        assert_eq!(kinds(&june), [one("AMOUNT_DIFFERS", "-0.10", false), one("MONEY_WITHOUT_STATEMENT", "2.50", false), one("STATEMENT_WITHOUT_SPEND", "-3.33", false)]);

        let differences = json!([{ "about": other.to_string(), "amount": "-0.10" }, { "about": waits.to_string(), "amount": "2.50" }, { "about": unknown, "amount": "-3.33" }]);
        let explained = does(&gethin, EXPLAIN, json!({ "month": "2025-06-01", "words": "Asked the shop and the bank", "differences": differences })).await;
        assert_eq!(explained["books"]["mayClose"]["allowed"], true, "{explained:#}");
        let closed = does(&gethin, CLOSE, json!({ "month": "2025-06-01" })).await["close"].clone();
        assert_eq!((&closed["ledger"]["amount"], &closed["statements"]["amount"], &closed["difference"]["amount"]), (&json!("17.50"), &json!("18.43"), &json!("-0.93")));

        // The line comes in July, and clears what June listed; a line that comes late is July's too.
        let late = a_line(council, &card, "2025-07-01", 250).await;
        matches(council, &gethin, late, waits).await;
        a_line(council, &card, "2025-06-29", 77).await;
        let july = books(&gethin, "2025-07-01").await;
        assert_eq!((&july["ledger"]["amount"], &july["statements"]["amount"]), (&json!("0.00"), &json!("3.27")));
        assert_eq!(kinds(&july), [one("CLEARS_EARLIER", "-2.50", true), one("STATEMENT_WITHOUT_SPEND", "-0.77", false)]);
        assert_eq!(books(&gethin, "2025-06-01").await["statements"]["amount"], "18.43");
    }

    async fn a_count_that_finds_too_little_is_a_difference_until_it_is_put_right(council: &Council) {
        here_since(council, "2025-06-01").await;
        let gethin = council.person("gethin.bowmer").await;
        let hub = busfare_entity::hub::Entity::find().one(council.state.db.reader()).await.unwrap().unwrap();
        let (organisation_id, by) = (gethin.row().organisation_id, gethin.row().id);
        let tin = imprest::Model { id: store::mint::id(), organisation_id, hub_id: hub.id, fixed_pence: 5_000, cash_pence: 5_000, advanced_pence: 0, unreimbursed_pence: 0, keeper_id: None, opened_at: at("2025-06-01") };
        let count = |counted_pence, day| imprest_count::Model { id: store::mint::id::<ImprestCountId>(), imprest_id: tin.id, counted_by: by, counted_pence, expected_pence: 5_000, words: None, counted_at: at(day) };
        let (good, short) = (count(5_000, "2025-06-10"), count(4_800, "2025-06-20"));
        put!(council, tin.clone(), good, short.clone());
        let june = books(&gethin, "2025-06-01").await;
        assert_eq!((&june["ledger"]["amount"], &june["statements"]["amount"], kinds(&june)), (&json!("0.00"), &json!("2.00"), vec![one("CASH_COUNT_DIFFERS", "-2.00", false)]));

        // What is said where the cash was counted is said here too.
        let said = |outcome, day| imprest_explanation::Model { id: store::mint::id(), count_id: short.id, outcome, words: "A coin under the tin".into(), explained_by: by, explained_at: at(day) };
        put!(council, said(DifferenceOutcome::StillThere, "2025-06-21"));
        let closed = does(&gethin, CLOSE, json!({ "month": "2025-06-01" })).await;
        assert_eq!(closed["close"]["difference"]["amount"], "-2.00", "{closed:#}");
        put!(council, said(DifferenceOutcome::PutRight, "2025-07-02"));
        let july = books(&gethin, "2025-07-01").await;
        assert_eq!((&july["statements"]["amount"], kinds(&july)), (&json!("-2.00"), vec![one("CASH_COUNT_DIFFERS", "2.00", true)]));
        assert_eq!(july["differences"]["nodes"][0]["words"], "A coin under the tin");
        assert_eq!(july["mayClose"]["allowed"], true);
    }
}
