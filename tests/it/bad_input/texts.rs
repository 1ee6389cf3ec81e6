//! Texts that hide something, turn around, or never end.

use serde_json::{Value, json};

use super::{Hers, everything, with};
use crate::{
    council::{Council, on_both},
    verbs::{CAPTURE, CHANGE, DECIDE, NOTE, PUT, QUESTION, REQUEST},
};

const SIGN_IN: &str = "mutation($input: SignInInput!) { it: signIn(input: $input) { session { accessToken } userErrors { code message field retry } } }";
const REFRESH: &str = "mutation($input: RefreshSessionInput!) { it: refreshSession(input: $input) { session { accessToken } userErrors { code message field retry } } }";
const SIGN_OUT: &str = "mutation($input: SignOutInput!) { it: signOut(input: $input) { signedOut } }";

/// Texts that cannot be kept, whatever the field.
pub fn texts() -> Vec<(String, &'static str)> {
    let hidden = [
        "a\0b",
        "\0",
        "fare\u{202e}51.1",
        "\u{2066}x\u{2069}",
        "zero\u{200b}width",
        "\u{feff}bom",
        "bell\u{7}",
        "\u{1b}[31mred",
        "a\u{85}b",
        "tag\u{e0041}",
    ];
    let mut texts: Vec<_> = hidden.map(|text| (text.to_owned(), "TEXT_NOT_PLAIN")).into();
    texts.extend(
        ["x".repeat(10_000), "ŵ".repeat(10_000), "e\u{301}".repeat(10_000), " x".repeat(10_000)]
            .map(|text| (text, "TEXT_TOO_LONG")),
    );
    texts
}

on_both! {
    async fn a_text_that_hides_something_or_never_ends_is_told_so_in_every_field(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        let fields: [(&str, Value, &str); 8] = [
            (QUESTION, json!({ "spendId": hers.asked, "words": "" }), "/words"),
            (CHANGE, json!({ "spendId": hers.own, "reason": "" }), "/reason"),
            (REQUEST, json!({ "purposeId": hers.purpose, "unitPrice": "1.15", "reason": "" }), "/reason"),
            (DECIDE, json!({ "spendId": hers.asked, "answer": { "authorise": {} }, "words": "" }), "/words"),
            (NOTE, json!({ "spendId": hers.own, "reason": "LOST", "words": "" }), "/words"),
            (PUT, json!({ "recordId": hers.record, "answers": [{ "linkId": "what-matters", "value": { "text": "" } }] }), "/answers/0/value/text"),
            (PUT, json!({ "recordId": hers.record, "answers": [{ "linkId": "what-about", "value": { "choice": "" } }] }), "/answers/0/value/choice"),
            (PUT, json!({ "recordId": hers.record, "answers": [{ "linkId": "what-about", "value": { "date": "" } }] }), "/answers/0/value/date"),
        ];
        for (verb, input, path) in &fields {
            for (text, code) in texts() {
                assert_eq!(hers.told(verb, with(input, path, json!(text))).await, code, "{verb} {path} {:?}", &text[..text.len().min(20)]);
            }
            for wrong in [json!(5), json!(true), json!({}), json!(["a", "b"])] {
                assert_eq!(hers.told(verb, with(input, path, wrong.clone())).await, "BAD_USER_INPUT", "{verb} {path} {wrong}");
            }
        }
        for (text, _) in texts() {
            let input = json!({ "recordId": hers.record, "answers": [{ "linkId": text, "value": { "text": "x" } }] });
            assert_eq!(hers.told(PUT, input).await, "NO_SUCH_QUESTION");
        }
        hers.unchanged_since(&before, "texts").await;
    }

    async fn an_answer_is_one_thing_and_a_decision_is_yes_or_no(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        for value in [
            json!({}), json!({ "text": "a", "yesNo": true }), json!({ "text": null }), json!({ "number": 2_147_483_648_i64 }), json!({ "number": 1.5 }), json!({ "number": "1" }),
            json!({ "absent": "BECAUSE" }), json!({ "colour": "red" }), json!("text"), Value::Null,
        ] {
            let input = json!({ "recordId": hers.record, "answers": [{ "linkId": "what-matters", "value": value }] });
            assert_eq!(hers.told(PUT, input).await, "BAD_USER_INPUT", "{value}");
        }
        for answer in [
            json!({}), json!({ "authorise": {}, "decline": { "reason": "CHEAPER_WAY" } }), json!({ "authorise": null }), json!({ "decline": {} }), json!({ "decline": { "reason": "" } }),
            json!({ "authorise": { "amount": 5 } }), json!({ "perhaps": {} }), json!("YES"), Value::Null,
        ] {
            assert_eq!(hers.told(DECIDE, json!({ "spendId": hers.asked, "answer": answer })).await, "BAD_USER_INPUT", "{answer}");
        }
        for input in [json!({}), json!([]), json!("x"), json!(7), Value::Null, json!({ "unheardOf": 1 })] {
            for (verb, _) in hers.good_inputs() {
                // A receipt needs nothing to be captured.
                if verb == CAPTURE && input == json!({}) { continue; }
                assert_eq!(hers.told(verb, input.clone()).await, "BAD_USER_INPUT", "{verb} {input}");
            }
        }
        hers.unchanged_since(&before, "one thing").await;
    }

    async fn signing_in_with_rubbish_is_refused_without_a_word_about_why(council: &Council) {
        let hers = Hers::in_council(council).await;
        let before = everything(council).await;
        let nobody = council.stranger();
        for email in ["", "\0", "mari.prydderch@caerfelin.example\0", "a\0b@caerfelin.example", "\u{202e}", "' OR 1=1 --", "mari.prydderch@caerfelin.example,", &"x".repeat(10_000)] {
            for password in ["", "\0", "x"] {
                let input = json!({ "input": { "email": email, "password": password } });
                assert_eq!(hers.told_about(&nobody, SIGN_IN, input).await, "SIGN_IN_FAILED", "{:?}", &email[..email.len().min(50)]);
            }
        }
        for device in ["a\0b", "\u{202e}x", &"x".repeat(61), &"x".repeat(10_000)] {
            let input = json!({ "input": { "email": "nobody@caerfelin.example", "password": "x", "deviceName": device } });
            assert_eq!(hers.told_about(&nobody, SIGN_IN, input).await, "TEXT_NOT_PLAIN");
        }
        for token in ["", "\0", "x", "a.b.c", &"x".repeat(10_000), "rfsh_00000000000000000000000000"] {
            let input = json!({ "input": { "refreshToken": token } });
            assert_eq!(hers.told_about(&nobody, REFRESH, input).await, "REFRESH_FAILED");
        }
        for input in [json!({}), json!({ "email": 5, "password": "x" }), json!({ "email": "x" }), json!({ "refreshToken": 5 }), json!({ "everywhere": "yes" }), json!([1, 2])] {
            for document in [SIGN_IN, REFRESH, SIGN_OUT] {
                if document == SIGN_OUT && input == json!({}) { continue; }
                assert_eq!(hers.told_about(&hers.mari, document, json!({ "input": input })).await, "BAD_USER_INPUT", "{document} {input}");
            }
        }
        hers.unchanged_since(&before, "signing in").await;
    }
}
