//! Somebody's story: what is held about them, for them to read, and what to look at before it is handed over.

use serde_json::{Value, json};

use super::{named, record_about, somebody};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{PUT, RESTRICT, STATE, STORY, WARN, does, in_language, refused, with_key},
};

/// The story of somebody, as somebody else may tell it.
async fn told_of(who: &Person<'_>, person: &str) -> Value {
    let told = does(who, STORY, json!({ "personId": person })).await;
    assert_eq!(told["userErrors"], json!([]), "{told:#}");
    told["access"].clone()
}

fn warning(person: &str, evidence: &str, why_not_told: Option<&str>) -> Value {
    let review = (busfare::http::clock::now() + chrono::TimeDelta::days(60)).date_naive().to_string();
    match why_not_told {
        None => json!({ "personId": person, "kind": "ANIMAL", "evidence": evidence, "reviewOn": review }),
        Some(why) => {
            json!({ "personId": person, "kind": "ANIMAL", "evidence": evidence, "reviewOn": review, "whyNotTold": why })
        }
    }
}

on_both! {
    async fn what_is_held_about_somebody_is_told_in_story_order_and_others_in_it_are_pointed_out(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let person = named(&mari, "Ann <b>Lloyd</b>").await;
        named(&mari, "Gwilym Rees").await;
        let first = record_about(&mari, &person, "A warm room, and <script>alert(1)</script>").await;
        does(&mari, STATE, json!({ "recordId": first, "words": "I never said that Gwilym Rees was there." })).await;
        let second = record_about(&mari, &person, "Her brother helps; ring 01632 960 983").await;
        let later = json!([{ "linkId": "what-about", "value": { "choice": "home" } }, { "linkId": "what-matters", "value": { "absent": "DECLINED" } }]);
        does(&mari, PUT, json!({ "recordId": second, "answers": later })).await;
        let third = record_about(&mari, &person, "Her brother helps; ring 01632 960 983").await;
        let spend = mari.requests_spend(json!({ "personId": person })).await["spend"]["id"].clone();
        does(&mari, WARN, warning(&person, "A large dog was loose in the yard.", None)).await;
        does(&mari, WARN, warning(&person, "Somebody said there is a second dog.", Some("It is not certain at all."))).await;

        let access = told_of(&mari, &person).await;

        let parts = access["json"]["parts"].as_array().unwrap();
        let sources: Vec<_> = parts.iter().map(|part| part["source"].clone()).collect();
        assert_eq!(sources[..4], [json!(first), json!(second), json!(third), spend]);
        assert_eq!((sources.len(), &access["withheld"], &access["json"]["about"]), (5, &json!(1), &json!("Ann <b>Lloyd</b>")));
        let html = access["html"].as_str().unwrap();
        assert!(html.contains("Ann &lt;b&gt;Lloyd&lt;/b&gt;") && html.contains("A warm room, and &lt;script&gt;") && !html.contains("<script"), "{html}");
        assert!(html.contains("Would rather not say") && html.contains("In their own words") && html.contains("loose in the yard"), "{html}");
        assert!(!html.contains("second dog"), "{html}");
        let pointed: Vec<_> = access["thirdParties"].as_array().unwrap().iter().map(|it| (it["source"].clone(), it["sign"].clone())).collect();
        assert_eq!(pointed, [(json!(first), json!("NAME_KNOWN_HERE")), (json!(third), json!("RELATION")), (json!(third), json!("CONTACT_DETAIL"))]);

        // In the reader's language; and to whoever knows nothing of the person there is no story.
        let input = json!({ "input": with_key(json!({ "personId": person })) });
        let welsh = in_language(council, &mari, "cy", STORY, input.clone()).await["it"]["access"]["html"].clone();
        assert!(welsh.as_str().unwrap().contains("lang=\"cy\"") && welsh.as_str().unwrap().contains("Gwell peidio"), "{welsh}");
        assert_eq!(elin.problem(STORY, input.clone()).await, "NOT_FOUND");
        assert_eq!(council.stranger().problem(STORY, input).await, "UNAUTHENTICATED");
    }

    async fn what_one_may_not_read_is_counted_and_reading_is_noted(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let person = named(&mari, "Ann").await;
        let open = record_about(&mari, &person, "A warm room").await;
        let closed = record_about(&mari, &person, "Nobody else should read this").await;
        does(&mari, RESTRICT, json!({ "recordId": closed, "restricted": true })).await;

        let hers = told_of(&mari, &person).await;
        let his = told_of(&tomos, &person).await;

        assert_eq!((&hers["withheld"], hers["json"]["parts"].as_array().unwrap().len()), (&json!(0), 2));
        assert_eq!((&his["withheld"], his["json"]["parts"].as_array().unwrap().len()), (&json!(1), 1));
        assert!(!his.to_string().contains("Nobody else should"), "{his}");
        let readers = "query($id: ID!) { node(id: $id) { ... on Record { readers { reader { name } } } } }";
        let noted = mari.good(readers, json!({ "id": open })).await["node"]["readers"].clone();
        assert_eq!(noted, json!([{ "reader": { "name": "Tomos Ellwood" } }]));
        let asks = |person: Value| json!({ "input": with_key(json!({ "personId": person })) });
        for bad in [json!({}), Value::Null, json!([1])] {
            assert_eq!(mari.problem(STORY, asks(bad.clone())).await, "BAD_USER_INPUT", "{bad}");
        }
        for nobody in [json!(7), json!("pers_"), json!("recd_00000000000000000000000000"), json!(somebody())] {
            assert_eq!(mari.problem(STORY, asks(nobody.clone())).await, "NOT_FOUND", "{nobody}");
        }
    }

    async fn a_story_that_is_asked_for_again_is_told_as_it_is_then(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (person, other) = (named(&mari, "Ann").await, named(&mari, "Bob").await);
        record_about(&mari, &person, "A warm room").await;
        let input = json!({ "personId": person, "idempotencyKey": key() });
        let first = does(&mari, STORY, input.clone()).await;
        record_about(&mari, &person, "A garden").await;

        let again = does(&mari, STORY, input.clone()).await;

        assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
        assert_eq!(again["access"]["json"]["parts"].as_array().unwrap().len(), 2);
        let mut reused = input;
        reused["personId"] = json!(other);
        assert_eq!(refused(&mari, STORY, reused).await, "IDEMPOTENCY_KEY_REUSED");
    }
}
