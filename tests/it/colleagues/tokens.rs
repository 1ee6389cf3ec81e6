//! From the notification: one token, one answer, one device, a quarter of an hour.

use busfare::{http::clock, rules::token::action::Action, store};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{asks, goes_away, sees};
use crate::{
    council::{Council, on_both},
    verbs::{ACT, DECIDE, WITHDRAW, does, in_language, refused},
};

fn yes(token: &Value) -> Value {
    json!({ "token": token, "answer": { "authorise": {} }, "words": "Go" })
}

on_both! {
    async fn one_tap_on_the_notification_decides_once(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = asks(&mari, "40.00").await;
        assert_eq!(sees(&mari, &spend).await["actionToken"], Value::Null);
        let token = sees(&gethin, &spend).await["actionToken"].clone();
        let tap = crate::verbs::with_key(yes(&token));

        let decided = does(&gethin, ACT, tap.clone()).await;
        assert_eq!((&decided["spend"]["decision"], &decided["spend"]["verdict"]["words"]), (&json!("AUTHORISED"), &json!("Go")));
        // A lost reply is asked for again with its key; a second tap is told that it was used.
        let again = does(&gethin, ACT, tap).await;
        assert_eq!((&again["replayed"], &again["spend"]["id"]), (&json!(true), &spend["id"]));
        assert_eq!(refused(&gethin, ACT, yes(&token)).await, "ACTION_TOKEN_USED");
        assert_eq!(sees(&gethin, &spend).await["actionToken"], Value::Null);
    }

    async fn a_stolen_forged_or_old_token_decides_nothing(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let spend = asks(&mari, "40.00").await;
        let token = sees(&gethin, &spend).await["actionToken"].clone();
        let text = token.as_str().unwrap();

        assert_eq!(refused(&nia, ACT, yes(&token)).await, "ACTION_TOKEN_OTHER_DEVICE");
        assert_eq!(refused(&council.person("gethin.bowmer").await, ACT, yes(&token)).await, "ACTION_TOKEN_OTHER_DEVICE");
        let forged = [String::new(), "x".into(), "a.b.c".into(), text[1..].into(), format!("{text}x"), "x".repeat(10_000), gethin.token.clone().unwrap()];
        for forged in forged {
            assert_eq!(refused(&gethin, ACT, yes(&json!(forged))).await, "ACTION_TOKEN_INVALID");
        }
        let bearer = council.state.key.verify(gethin.token.as_ref().unwrap(), clock::now()).unwrap();
        let ask = sees(&mari, &spend).await["ask"]["id"].as_str().unwrap().parse().unwrap();
        let action = Action { number: store::mint::id(), practitioner: bearer.practitioner, session: bearer.session, ask };
        let old = council.state.key.issue_action(action, clock::now() - TimeDelta::minutes(16)).unwrap();
        assert_eq!(refused(&gethin, ACT, yes(&json!(old))).await, "ACTION_TOKEN_EXPIRED");

        // None of them used the good one up, and nor does an answer that is refused.
        assert_eq!(refused(&gethin, ACT, json!({ "token": token, "answer": { "authorise": { "amount": "40.01" } } })).await, "ABOVE_ASKED");
        assert_eq!(does(&gethin, ACT, yes(&token)).await["spend"]["decision"], "AUTHORISED");
    }

    async fn a_late_tap_hears_who_decided_and_how(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let spend = asks(&mari, "40.00").await;
        let token = sees(&gethin, &spend).await["actionToken"].clone();
        goes_away(&gethin, Some(&nia)).await;
        let moved = does(&gethin, ACT, yes(&token)).await["userErrors"][0].clone();
        assert!(moved["code"] == "ALREADY_TAKEN" && moved["message"].as_str().unwrap().starts_with("This went to Nia Talfan at "), "{moved}");
        let tapped_late = sees(&nia, &spend).await["actionToken"].clone();
        does(&nia, DECIDE, json!({ "spendId": spend["id"], "answer": { "authorise": {} } })).await;

        for (person, token) in [(&gethin, &token), (&nia, &tapped_late)] {
            let late = does(person, ACT, yes(token)).await["userErrors"][0].clone();
            let message = late["message"].as_str().unwrap();
            assert!(late["code"] == "ALREADY_DECIDED" && message.starts_with("Nia Talfan decided this at ") && message.ends_with(": yes."), "{late}");
            assert_eq!(sees(person, &spend).await["viewerCan"]["decide"]["reason"], message);
        }
        let no = json!({ "input": crate::verbs::with_key(json!({ "spendId": spend["id"], "answer": { "decline": { "reason": "ALREADY_PAID" } } })) });
        let welsh = in_language(council, &nia, "cy", DECIDE, no).await;
        assert!(welsh["it"]["userErrors"][0]["message"].as_str().unwrap().starts_with("Penderfynodd Nia Talfan ar hyn am "), "{welsh}");
        does(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await;
        let back = does(&nia, ACT, yes(&tapped_late)).await["userErrors"][0]["message"].clone();
        assert!(back.as_str().unwrap().starts_with("Mari Prydderch took this back at "), "{back}");
    }
}
