//! Stories of paying: out of the tin, with a card, with one's own money, by order and with a voucher.

use busfare_entity::{imprest, imprest_entry};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::{
    council::{Council, Person},
    verbs::{RECORD_SPENT, REQUEST, does},
};

mod counts;
mod input;
mod orders;
mod owed;
mod statements;
mod tin;

/// Declares a verb as a document whose one field is called `it`.
macro_rules! verbs {
    ($($name:ident = $verb:literal($input:literal) $answer:literal;)+) => {$(
        pub const $name: &str = concat!("mutation($input: ", $input, "!) { it: ", $verb, "(input: $input) { ", $answer,
            " userErrors { code message field retry } replayed } }");
    )+};
}

verbs! {
    OPEN = "openImprest"("OpenImprestInput") "imprest { id fixed { amount } cash { amount } }";
    COUNT = "countImprest"("CountImprestInput") "count { id counted { amount } expected { amount } difference { amount } words }";
    EXPLAIN = "explainCount"("ExplainCountInput") "imprest { id differences { amount { amount } } }";
    HAND_OVER = "handOverImprest"("HandOverImprestInput") "handover { id state given { counted { amount } } receiver { name } }";
    CONFIRM = "confirmHandover"("ConfirmHandoverInput") "handover { id state given { counted { amount } } received { counted { amount } difference { amount } } }";
    REPLENISH = "replenishImprest"("ReplenishImprestInput") "imprest { cash { amount } unreimbursed { amount } }";
    ADVANCE = "advanceCash"("AdvanceCashInput") "advance { id amount { amount } state takenBy { name } }";
    RETURN = "returnAdvance"("ReturnAdvanceInput") "advance { id state }";
    ADD_CARD = "addCard"("AddCardInput") "card { id name lastFour holder }";
    IMPORT = "importStatement"("ImportStatementInput") "statement { id linesRead linesNew } problems { line code column }";
    MATCH = "confirmMatch"("ConfirmMatchInput") "match { id line { id } spend { id books money } confirmedBy { name } }";
    UNDO = "undoMatch"("UndoMatchInput") "match { id spend { id books money } undoneAt }";
    REIMBURSED = "markReimbursed"("MarkReimbursedInput") "reimbursement { amount { amount } workingDays tooLong paidAt paidBy { name } reference }";
    ORDER = "placeOrder"("PlaceOrderInput") "order { id reference supplier state spend { money } }";
    INVOICE = "recordInvoice"("RecordInvoiceInput") "order { id state invoiceReference spend { money spent { amount } } }";
    ISSUE = "issueVoucher"("IssueVoucherInput") "voucher { id reference amount { amount } state }";
    BRING_BACK = "returnVoucher"("ReturnVoucherInput") "voucher { id state spend { decision money } }";
}

/// The code with which a verb is refused.
async fn code(person: &Person<'_>, verb: &str, input: Value) -> String {
    let answer = does(person, verb, input).await;
    answer["userErrors"][0]["code"].as_str().unwrap_or_else(|| panic!("not refused: {answer:#}")).to_owned()
}

/// Does something that must go ahead.
async fn done(person: &Person<'_>, verb: &str, input: Value) -> Value {
    let answer = does(person, verb, input).await;
    assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
    answer
}

/// The id of a hub by the beginning of its name.
pub async fn hub(person: &Person<'_>, name: &str) -> String {
    let hubs = person.good("{ hubs { id name } }", json!({})).await;
    let hubs = hubs["hubs"].as_array().unwrap();
    let found = hubs.iter().find(|hub| hub["name"].as_str().unwrap().starts_with(name)).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

const TINS: &str =
    "{ imprests { id hub { id name } fixed { amount } cash { amount } advanced { amount } unreimbursed { amount }
    keeper { name } advances { id amount { amount } takenBy { name } spend { id } }
    differences { amount { amount } count { id words counted { amount } } explanations { outcome words } }
    handover { id giver { name } receiver { name } given { counted { amount } } } viewerAnswers } }";

/// The cash of a hub as a person sees it.
pub async fn tin(person: &Person<'_>, name: &str) -> Value {
    let tins = person.good(TINS, json!({})).await;
    let tins = tins["imprests"].as_array().unwrap();
    tins.iter().find(|tin| tin["hub"]["name"].as_str().unwrap().starts_with(name)).unwrap().clone()
}

/// What is in the tin, out, and not put back, by the book.
pub fn book(tin: &Value) -> [&str; 3] {
    ["cash", "advanced", "unreimbursed"].map(|part| tin[part]["amount"].as_str().unwrap())
}

/// Asks for a fare that is authorised at once and paid like this, at the library.
async fn asks(person: &Person<'_>, council: &Council, price: &str, method: &str) -> String {
    let input = json!({ "purposeId": council.purpose("bus-fare").await.to_string(), "unitPrice": price, "method": method,
        "hubId": hub(person, "Llyfrgell").await });
    done(person, REQUEST, input).await["spend"]["id"].as_str().unwrap().to_owned()
}

/// Asks for a fare and records it as spent.
async fn spends(person: &Person<'_>, council: &Council, price: &str, method: &str) -> String {
    let spend = asks(person, council, price, method).await;
    done(person, RECORD_SPENT, json!({ "spendId": spend })).await;
    spend
}

/// Every tin's counters are the sum of its entries, and cash, advances and what is not put back the fixed sum.
pub async fn tins_add_up(council: &Council) {
    let reader = council.state.db.reader();
    let entries = imprest_entry::Entity::find().all(reader).await.unwrap();
    for tin in imprest::Entity::find().all(reader).await.unwrap() {
        let sum = |of: fn(&imprest_entry::Model) -> i64| {
            entries.iter().filter(|entry| entry.imprest_id == tin.id).map(of).sum::<i64>()
        };
        assert_eq!(sum(|entry| entry.fixed_delta_pence), tin.fixed_pence);
        assert_eq!(sum(|entry| entry.cash_delta_pence), tin.cash_pence);
        assert_eq!(sum(|entry| entry.advanced_delta_pence), tin.advanced_pence);
        assert_eq!(sum(|entry| entry.unreimbursed_delta_pence), tin.unreimbursed_pence);
        assert_eq!(tin.cash_pence + tin.advanced_pence + tin.unreimbursed_pence, tin.fixed_pence);
    }
}
