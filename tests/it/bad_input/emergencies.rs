//! Bad input in an emergency, in what is told and in what is learned: told in plain words, and nothing changes.

use serde_json::{Value, json};

use super::{Everything, Hers, everything, nowhere, with};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{CAPTURE, EMERGENCY, LEARN, SEE, does, with_key},
};

/// What the verbs of this file take: each would change something.
struct Goods<'a> {
    hers: Hers<'a>,
    nia: Person<'a>,
    notice: Value,
    learning: Value,
}

impl<'a> Goods<'a> {
    async fn in_council(council: &'a Council) -> Self {
        let (hers, nia) = (Hers::in_council(council).await, council.person("nia.talfan").await);
        let good = json!({ "purposeId": hers.purpose, "unitPrice": "9.00", "sentence": "No bus" });
        assert_eq!(does(&hers.mari, EMERGENCY, good).await["userErrors"], json!([]));
        let told =
            nia.good("{ viewer { notices { nodes { id } } } learningConversations { nodes { id } } }", json!({})).await;
        let notice = told["viewer"]["notices"]["nodes"][0]["id"].clone();
        let learning = told["learningConversations"]["nodes"][0]["id"].clone();
        Self { hers, nia, notice, learning }
    }

    fn good(&self, verb: &str) -> Value {
        with_key(match verb {
            EMERGENCY => {
                json!({ "id": nowhere(), "purposeId": self.hers.purpose, "unitPrice": "9.00", "count": 1, "hubId": self.hers.hub, "method": "CARD", "sentence": "No bus" })
            }
            SEE => json!({ "noticeId": self.notice }),
            _ => {
                json!({ "learningId": self.learning, "whatHelped": "A lift", "whatWouldHelpNext": "A pass", "state": "OPEN" })
            }
        })
    }

    fn sender(&self, verb: &str) -> &Person<'a> {
        if verb == EMERGENCY { &self.hers.mari } else { &self.nia }
    }

    /// A good input with one field set to something bad, and the code it is told.
    async fn told(&self, verb: &str, field: &str, bad: &Value) -> String {
        let input = with(&self.good(verb), &format!("/{field}"), bad.clone());
        self.hers.told_about(self.sender(verb), verb, json!({ "input": input })).await
    }

    async fn all_told(&self, before: &Everything, verb: &str, field: &str, bads: &[Value], code: &str) {
        for bad in bads {
            let shown: String = bad.to_string().chars().take(60).collect();
            assert_eq!(self.told(verb, field, bad).await, code, "{verb} {field} {shown}");
        }
        self.hers.unchanged_since(before, field).await;
    }
}

on_both! {
    async fn an_emergency_that_is_none_is_told_so(council: &Council) {
        let goods = Goods::in_council(council).await;
        let before = everything(council).await;
        let long = [json!("x".repeat(501)), json!("x".repeat(10_000)), json!("ŵ".repeat(10_000))];
        let hidden = [json!("a\0b"), json!("fare\u{202e}51.1"), json!("zero\u{200b}width"), json!("\u{1b}[31mred")];
        let wrong_kind = [json!(5), json!(true), json!({}), json!(["a", "b"]), Value::Null];
        goods.all_told(&before, EMERGENCY, "sentence", &[json!(""), json!("  "), json!("no"), json!(" \n x \n ")], "SENTENCE_NEEDED").await;
        goods.all_told(&before, EMERGENCY, "sentence", &long, "TEXT_TOO_LONG").await;
        goods.all_told(&before, EMERGENCY, "sentence", &hidden, "TEXT_NOT_PLAIN").await;
        goods.all_told(&before, EMERGENCY, "sentence", &wrong_kind, "BAD_USER_INPUT").await;

        goods.all_told(&before, EMERGENCY, "unitPrice", &[json!("0.00"), json!("-9.00")], "AMOUNT_NOT_POSITIVE").await;
        goods.all_told(&before, EMERGENCY, "unitPrice", &[json!("9.001"), json!("0.001")], "PART_PENNIES").await;
        goods.all_told(&before, EMERGENCY, "unitPrice", &[json!("1000000.01"), json!("92233720368547758.08")], "AMOUNT_TOO_LARGE").await;
        goods.all_told(&before, EMERGENCY, "unitPrice", &[json!("999.99"), json!("1000000.00")], "ABOVE_CEILING").await;
        goods.all_told(&before, EMERGENCY, "unitPrice", &[json!(9), json!(9.5), json!(""), json!("£9"), json!("1e1"), json!("NaN")], "BAD_USER_INPUT").await;
        goods.all_told(&before, EMERGENCY, "count", &[json!(0), json!(-1), json!(1_001), json!(i32::MIN)], "COUNT_OUT_OF_RANGE").await;
        goods.all_told(&before, EMERGENCY, "count", &[json!(1.5), json!("1"), json!(2_147_483_648_i64), Value::Null], "BAD_USER_INPUT").await;
        goods.all_told(&before, EMERGENCY, "method", &[json!("MAGIC"), json!(5), json!("")], "BAD_USER_INPUT").await;
    }

    async fn ids_of_nothing_and_of_somebody_else_are_told_so_after_an_emergency(council: &Council) {
        let goods = Goods::in_council(council).await;
        let before = everything(council).await;
        let nothing = [json!(""), json!("0"), json!("\0"), json!("a\u{202e}b"), json!("'; DROP TABLE notice; --"), json!(nowhere()), json!("x".repeat(10_000)),
            json!("ntce_00000000000000000000000000"), json!("lrng_00000000000000000000000000")];
        for (verb, field) in [(EMERGENCY, "purposeId"), (EMERGENCY, "hubId"), (SEE, "noticeId"), (LEARN, "learningId")] {
            goods.all_told(&before, verb, field, &nothing, "NOT_FOUND").await;
            goods.all_told(&before, verb, field, &[json!(1.5), json!(true), json!({})], "BAD_USER_INPUT").await;
        }
        goods.all_told(&before, EMERGENCY, "id", &[json!(""), json!("0"), goods.notice.clone(), json!("SPND_00000000000000000000000000")], "BAD_USER_INPUT").await;
        goods.all_told(&before, EMERGENCY, "id", &[json!(goods.hers.own), json!(goods.hers.asked)], "ID_ALREADY_USED").await;

        let (elin, mut app) = (council.person("elin.caradog").await, council.stranger());
        app.token = Some(crate::verbs::an_app(council).await);
        let before = everything(council).await;
        for verb in [SEE, LEARN, EMERGENCY] {
            for (who, code) in [(&elin, "NOT_FOUND"), (&app, "FORBIDDEN"), (&council.stranger(), "UNAUTHENTICATED")] {
                if verb == EMERGENCY && code == "NOT_FOUND" { continue; }
                assert_eq!(goods.hers.told_about(who, verb, json!({ "input": goods.good(verb) })).await, code, "{verb}");
            }
        }
        goods.hers.unchanged_since(&before, "strangers").await;
    }

    async fn words_that_cannot_be_learned_from_are_told_so(council: &Council) {
        let goods = Goods::in_council(council).await;
        let before = everything(council).await;
        for field in ["whatHelped", "whatWouldHelpNext"] {
            goods.all_told(&before, LEARN, field, &[json!("x".repeat(1_001)), json!("ŵ".repeat(10_000))], "TEXT_TOO_LONG").await;
            goods.all_told(&before, LEARN, field, &[json!("a\0b"), json!("\u{feff}bom"), json!("bell\u{7}")], "TEXT_NOT_PLAIN").await;
            goods.all_told(&before, LEARN, field, &[json!(5), json!(true), json!({})], "BAD_USER_INPUT").await;
        }
        goods.all_told(&before, LEARN, "state", &[json!("CLOSED"), json!(1), json!("")], "BAD_USER_INPUT").await;
        for said in [json!({}), json!({ "whatHelped": "" }), json!({ "whatHelped": null, "whatWouldHelpNext": " \n " })] {
            let mut input = with_key(said);
            input["learningId"] = goods.learning.clone();
            assert_eq!(goods.hers.told_about(&goods.nia, LEARN, json!({ "input": input })).await, "NOTHING_SAID");
        }
        goods.hers.unchanged_since(&before, "nothing said").await;
    }

    async fn keys_that_are_none_or_used_are_told_so_after_an_emergency(council: &Council) {
        let goods = Goods::in_council(council).await;
        let before = everything(council).await;
        let no_keys = [json!(""), json!("x"), json!("urn:uuid:0199c7c5-9a2b-7000-8000-000000000001"), json!(5), Value::Null, json!("x".repeat(10_000))];
        for verb in [EMERGENCY, SEE, LEARN] {
            goods.all_told(&before, verb, "idempotencyKey", &no_keys, "BAD_USER_INPUT").await;
            for input in [json!({}), json!([]), json!("x"), Value::Null, json!({ "unheardOf": 1 })] {
                assert_eq!(goods.hers.told_about(goods.sender(verb), verb, json!({ "input": input })).await, "BAD_USER_INPUT", "{verb} {input}");
            }
        }
        let (of_mari, of_nia) = (key(), key());
        does(&goods.hers.mari, CAPTURE, json!({ "idempotencyKey": of_mari })).await;
        does(&goods.nia, CAPTURE, json!({ "idempotencyKey": of_nia })).await;
        let before = everything(council).await;
        goods.all_told(&before, EMERGENCY, "idempotencyKey", &[json!(of_mari)], "IDEMPOTENCY_KEY_REUSED").await;
        goods.all_told(&before, SEE, "idempotencyKey", &[json!(of_nia)], "IDEMPOTENCY_KEY_REUSED").await;
        goods.all_told(&before, LEARN, "idempotencyKey", &[json!(of_nia)], "IDEMPOTENCY_KEY_REUSED").await;

        // A key of the same verb with another input.
        for (verb, field, other) in [(EMERGENCY, "sentence", json!("No taxi")), (LEARN, "whatHelped", json!("A bus"))] {
            let good = goods.good(verb);
            assert_eq!(does(goods.sender(verb), verb, good.clone()).await["userErrors"], json!([]), "{verb}");
            let changed = json!({ "input": with(&good, &format!("/{field}"), other) });
            assert_eq!(goods.hers.told_about(goods.sender(verb), verb, changed).await, "IDEMPOTENCY_KEY_REUSED", "{verb}");
        }
    }
}
