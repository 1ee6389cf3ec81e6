//! The shop bills us: an order, then an invoice. And vouchers: issued, then redeemed or returned.

use serde_json::{Value, json};

use super::{BRING_BACK, INVOICE, ISSUE, ORDER, asks, code, done};
use crate::{
    council::{Council, on_both},
    ledger::counters_are_the_sum_of_entries,
    verbs::{RECORD_SPENT, WITHDRAW, does, with_key},
};

on_both! {
    async fn a_supplier_is_ordered_from_and_the_money_leaves_with_the_invoice(council: &Council) {
        let (mari, gethin, rosa) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("rosa.benbow").await);
        let spend = asks(&mari, council, "25.00", "SUPPLIER").await;
        let order = done(&mari, ORDER, json!({ "spendId": spend, "supplier": "Siop y Bont" })).await["order"].clone();
        assert!(order["reference"].as_str().unwrap().starts_with("BF-"), "{order:#}");
        assert_eq!((&order["state"], &order["spend"]["money"]), (&json!("ORDERED"), &json!("COMMITTED")));
        assert_eq!(code(&mari, ORDER, json!({ "spendId": spend, "supplier": "Another" })).await, "ONE_ALREADY");
        assert_eq!(code(&mari, RECORD_SPENT, json!({ "spendId": spend })).await, "INVOICE_NEEDED");

        let invoice = |amount: &str| json!({ "orderId": order["id"], "invoiceReference": "INV 7", "amount": amount });
        let more = does(&gethin, INVOICE, invoice("25.01")).await["userErrors"][0].clone();
        assert_eq!(more, json!({ "code": "ABOVE_AUTHORISED", "field": ["amount"], "retry": "AFTER_CHANGE",
            "message": "£25.00 was authorised. Ask for the rest first, then record the whole." }));
        assert_eq!(rosa.problem(INVOICE, json!({ "input": with_key(invoice("1.00")) })).await, "NOT_FOUND");
        let invoiced = done(&gethin, INVOICE, invoice("24.50")).await["order"].clone();
        assert_eq!(invoiced, json!({ "id": order["id"], "state": "INVOICED", "invoiceReference": "INV 7", "spend": { "money": "SPENT", "spent": { "amount": "24.50" } } }));
        assert_eq!(code(&gethin, INVOICE, invoice("1.00")).await, "OVER_ALREADY");
        counters_are_the_sum_of_entries(council).await;

        // References are the organisation's own, and one stands for one order.
        let other = asks(&mari, council, "5.00", "SUPPLIER").await;
        let taken = json!({ "spendId": other, "supplier": "Siop", "reference": order["reference"] });
        assert_eq!(code(&mari, ORDER, taken).await, "REFERENCE_USED");
        let ours = done(&mari, ORDER, json!({ "spendId": other, "supplier": "Siop", "reference": "PO-1" })).await["order"].clone();
        assert_eq!(ours["reference"], "PO-1");
        // What was taken back cannot be invoiced.
        done(&mari, WITHDRAW, json!({ "spendId": other })).await;
        assert_eq!(code(&mari, INVOICE, json!({ "orderId": ours["id"], "invoiceReference": "INV 8" })).await, "NOT_SET_ASIDE");
        let by_card = asks(&mari, council, "1.00", "CARD").await;
        assert_eq!(code(&mari, ORDER, json!({ "spendId": by_card, "supplier": "Siop" })).await, "OTHER_METHOD");
    }

    async fn one_invoice_that_two_record_at_once_is_paid_once(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        for _ in 0..10 {
            let spend = asks(&mari, council, "4.00", "SUPPLIER").await;
            let order = done(&mari, ORDER, json!({ "spendId": spend, "supplier": "Siop" })).await["order"]["id"].clone();
            let invoice = json!({ "orderId": order, "invoiceReference": "INV 9" });

            let (one, other) = tokio::join!(does(&mari, INVOICE, invoice.clone()), does(&gethin, INVOICE, invoice));

            let mut codes = [&one, &other].map(|answer| answer["userErrors"][0]["code"].as_str().unwrap_or("-").to_owned());
            codes.sort();
            assert!(codes == ["-", "OVER_ALREADY"] || codes == ["-", "NOT_SET_ASIDE"], "{codes:?}");
        }
        counters_are_the_sum_of_entries(council).await;
    }

    async fn a_voucher_is_redeemed_with_the_spend_or_returned_with_its_money(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let state = "query($id: ID!) { node(id: $id) { ... on Spend { money payment { voucher { state reference amount { amount } } order { id } } } } }";
        let used = asks(&mari, council, "20.00", "VOUCHER").await;
        let issued = done(&mari, ISSUE, json!({ "spendId": used, "reference": "LOVE2SHOP 0017" })).await["voucher"].clone();
        assert_eq!((&issued["state"], &issued["amount"]["amount"]), (&json!("ISSUED"), &json!("20.00")));
        assert_eq!(code(&mari, ISSUE, json!({ "spendId": used, "reference": "ANOTHER" })).await, "ONE_ALREADY");
        done(&mari, RECORD_SPENT, json!({ "spendId": used, "amount": "18.00" })).await;
        let after = mari.good(state, json!({ "id": used })).await["node"].clone();
        assert_eq!((&after["money"], &after["payment"]["voucher"]["state"]), (&json!("SPENT"), &json!("REDEEMED")));
        assert_eq!(code(&mari, BRING_BACK, json!({ "voucherId": issued["id"] })).await, "OVER_ALREADY");

        let unused = asks(&mari, council, "10.00", "VOUCHER").await;
        assert_eq!(code(&mari, ISSUE, json!({ "spendId": unused, "reference": "LOVE2SHOP 0017" })).await, "REFERENCE_USED");
        let voucher = done(&mari, ISSUE, json!({ "spendId": unused, "reference": "LOVE2SHOP 0018" })).await["voucher"]["id"].clone();
        let returned = done(&gethin, BRING_BACK, json!({ "voucherId": voucher })).await["voucher"].clone();
        assert_eq!(returned, json!({ "id": voucher, "state": "RETURNED", "spend": { "decision": "WITHDRAWN", "money": "RELEASED" } }));
        counters_are_the_sum_of_entries(council).await;
        let seen: Value = mari.good(state, json!({ "id": unused })).await["node"]["payment"].clone();
        assert_eq!(seen, json!({ "voucher": { "state": "RETURNED", "reference": "LOVE2SHOP 0018", "amount": { "amount": "10.00" } }, "order": null }));
    }
}
