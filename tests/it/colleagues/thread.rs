//! Taking an ask over, and asking a question first: the ask keeps its place.

use serde_json::json;

use super::{asks, sees, told, waits_for};
use crate::{
    council::{Council, on_both},
    verbs::{ANSWER, DECIDE, QUESTION, TAKE, WITHDRAW, does, refused},
};

on_both! {
    async fn a_question_keeps_the_ask_and_the_answer_goes_back_to_the_same_colleague(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let spend = asks(&mari, "40.00").await;
        let that = |words: &str| json!({ "spendId": spend["id"], "words": words });
        assert_eq!(refused(&mari, ANSWER, that("What?")).await, "NO_QUESTION");
        assert_eq!(refused(&nia, QUESTION, that("Why?")).await, "NOT_ASKED_OF_YOU");
        assert_eq!(refused(&gethin, QUESTION, that("  ")).await, "WORDS_NEEDED");

        let asked = does(&gethin, QUESTION, that("Is there a cheaper ticket?")).await["spend"].clone();
        assert_eq!((&asked["decision"], &asked["ask"]), (&json!("QUESTION"), &json!({ "state": "OPEN", "asked": { "name": "Gethin Bowmer" } })));
        assert_eq!(refused(&gethin, ANSWER, that("Yes")).await, "NOT_YOUR_SPEND");
        let answered = does(&mari, ANSWER, that("Not before nine.")).await["spend"].clone();

        assert_eq!((&answered["decision"], &answered["ask"]["state"]), (&json!("ASKED"), &json!("OPEN")));
        let thread = json!([{ "kind": "QUESTION", "words": "Is there a cheaper ticket?", "author": { "name": "Gethin Bowmer" } },
            { "kind": "ANSWER", "words": "Not before nine.", "author": { "name": "Mari Prydderch" } }]);
        assert_eq!(answered["thread"], thread);
        assert_eq!(sees(&gethin, &spend).await["thread"], thread);
        // Her senior sees the spend, and what they write to each other is theirs.
        assert_eq!(sees(&nia, &spend).await["thread"], json!([]));
        assert_eq!(does(&gethin, DECIDE, json!({ "spendId": spend["id"], "answer": { "authorise": {} } })).await["spend"]["decision"], "AUTHORISED");
        let code = refused(&gethin, QUESTION, that("And now?")).await;
        assert_eq!(code, "ALREADY_DECIDED");
    }

    async fn a_colleague_may_decide_with_the_question_open_and_threads_end(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = asks(&mari, "40.00").await;
        for _ in 0..25 {
            does(&gethin, QUESTION, json!({ "spendId": spend["id"], "words": "Why?" })).await;
            does(&mari, ANSWER, json!({ "spendId": spend["id"], "words": "Because." })).await;
        }
        assert_eq!(refused(&gethin, QUESTION, json!({ "spendId": spend["id"], "words": "Why?" })).await, "THREAD_FULL");
        let other = asks(&mari, "41.00").await;
        does(&gethin, QUESTION, json!({ "spendId": other["id"], "words": "Why?" })).await;
        let no = json!({ "spendId": other["id"], "answer": { "decline": { "reason": "CHEAPER_WAY" } } });
        assert_eq!(does(&gethin, DECIDE, no).await["spend"]["money"], "RELEASED");
    }

    async fn a_colleague_who_may_decide_takes_an_open_ask(council: &Council) {
        let (mari, gethin, nia) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("nia.talfan").await);
        let spend = asks(&mari, "40.00").await;
        let ask = sees(&mari, &spend).await["ask"]["id"].clone();
        let that = json!({ "askId": ask });
        assert_eq!(refused(&mari, TAKE, that.clone()).await, "YOUR_OWN_SPEND");
        assert_eq!(refused(&gethin, TAKE, that.clone()).await, "ASKED_OF_YOU");
        assert_eq!(sees(&nia, &spend).await["viewerCan"]["take"]["allowed"], true);

        let taken = does(&nia, TAKE, that.clone()).await["spend"].clone();

        assert_eq!((&taken["ask"]["asked"]["name"], &taken["ask"]["why"]), (&json!("Nia Talfan"), &json!("TAKEN")));
        assert_eq!(waits_for(&mari, &spend).await, told("Nia Talfan", "TAKEN"));
        let late = does(&gethin, TAKE, that).await["userErrors"][0].clone();
        assert_eq!(late["code"], "ALREADY_TAKEN");
        assert!(late["message"].as_str().unwrap().starts_with("This went to Nia Talfan at "), "{late}");
        assert_eq!(refused(&gethin, DECIDE, json!({ "spendId": spend["id"], "answer": { "authorise": {} } })).await, "NOT_ASKED_OF_YOU");
        // He sees it still, and may take it back with the ask as it is now.
        let now = sees(&gethin, &spend).await["ask"]["id"].clone();
        assert_eq!(does(&gethin, TAKE, json!({ "askId": now })).await["spend"]["ask"]["asked"]["name"], "Gethin Bowmer");
        does(&mari, WITHDRAW, json!({ "spendId": spend["id"] })).await;
        let late = does(&nia, TAKE, json!({ "askId": now })).await["userErrors"][0].clone();
        assert!(late["code"] == "ALREADY_DECIDED" && late["message"].as_str().unwrap().starts_with("Mari Prydderch took this back at "), "{late}");
    }

    async fn an_ask_above_her_own_say_is_not_hers_to_take(council: &Council) {
        let (mari, gethin, tomos) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("tomos.ellwood").await);
        let spend = asks(&mari, "400.00").await;
        let ask = json!({ "askId": sees(&mari, &spend).await["ask"]["id"] });

        assert_eq!(refused(&gethin, TAKE, ask.clone()).await, "ABOVE_YOUR_SAY");
        assert_eq!(tomos.problem(TAKE, json!({ "input": crate::verbs::with_key(ask) })).await, "NOT_FOUND");
        assert_eq!(waits_for(&mari, &spend).await, told("Nia Talfan", "LEAD"));
    }
}
