//! What is known already is not asked again: it is shown with who said it and when, and one tap says that it is still true.

use serde_json::{Value, json};

use super::{answer, new_id};
use crate::{
    council::{Council, Person, on_both},
    verbs::{PUT, does},
};

const OFFER: &str = "query($hub: ID!, $about: FormAboutInput) { formFor(context: { hubId: $hub }, about: $about) {
    because spared form { id } toAsk { linkId whyWeAsk }
    known { linkId answer { id text yesNo answeredAt answeredBy { name } record { id } } } } }";
const SOURCES: &str = "query($id: ID!) { node(id: $id) { ... on Record { person { id } answers { linkId text cause from { text answeredBy { name } record { id } } } } } }";

async fn offer(person: &Person<'_>, about: Value) -> Value {
    let hub = person.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();
    person.good(OFFER, json!({ "hub": hub, "about": about })).await["formFor"].clone()
}

/// Records a first conversation about somebody.
async fn first_conversation(person: &Person<'_>, about: &str, answers: &[Value]) -> String {
    let form = offer(person, json!({ "tier": "CONVERSATION" })).await["form"]["id"].clone();
    let id = new_id();
    let begin = json!({ "formId": form, "personId": about });
    let put = does(person, PUT, json!({ "recordId": id, "begin": begin, "answers": answers })).await;
    assert_eq!(put["userErrors"], json!([]), "{put:#}");
    id
}

fn somebody() -> String {
    new_id().replace("recd", "pers")
}

on_both! {
    async fn what_was_said_before_is_not_asked_again_and_says_who_said_it(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let person = somebody();
        let said = [answer("what-about", json!({ "choice": "home" }), None), answer("what-matters", json!({ "text": "A warm room" }), None), answer("next", json!({ "absent": "DECLINED" }), None)];
        let first = first_conversation(&mari, &person, &said).await;

        let nobody = offer(&tomos, json!({})).await;
        let again = offer(&tomos, json!({ "personId": person })).await;

        assert_eq!((&nobody["spared"], nobody["toAsk"].as_array().unwrap().len()), (&json!(0), 3));
        assert_eq!((&again["spared"], &again["because"]), (&json!(2), &json!("The shortest form for this: 3 questions, and 2 of them need no asking.")));
        assert_eq!((again["toAsk"].as_array().unwrap().len(), &again["toAsk"][0]["linkId"]), (1, &json!("hear-from-us")));
        let known = again["known"].as_array().unwrap();
        assert_eq!((&known[0]["linkId"], &known[0]["answer"]["text"], &known[0]["answer"]["answeredBy"]["name"]), (&json!("what-about"), &json!("home"), &json!("Mari Prydderch")));
        assert_eq!(&known[0]["answer"]["record"]["id"], &json!(first));

        // One tap: it is still true.
        let id = new_id();
        let confirmed = answer("what-matters", json!({ "stillTrue": known[1]["answer"]["id"] }), None);
        let begin = json!({ "formId": again["form"]["id"], "personId": person });
        let put = does(&tomos, PUT, json!({ "recordId": id, "begin": begin, "answers": [confirmed], "complete": true })).await;
        assert_eq!(put["userErrors"], json!([]));
        let kept = tomos.good(SOURCES, json!({ "id": id })).await["node"].clone();
        let from = json!({ "text": "A warm room", "answeredBy": { "name": "Mari Prydderch" }, "record": { "id": first } });
        assert_eq!(kept, json!({ "person": { "id": person }, "answers": [{ "linkId": "what-matters", "text": "A warm room", "cause": "CONFIRMED", "from": from }] }));
    }

    async fn the_newest_answer_counts_and_what_was_declined_is_not_known(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = somebody();
        first_conversation(&mari, &person, &[answer("what-matters", json!({ "text": "Before" }), None)]).await;
        first_conversation(&mari, &person, &[answer("what-matters", json!({ "text": "Now" }), None), answer("hear-from-us", json!({ "absent": "DECLINED" }), None), answer("what-about", json!({ "choice": "weather" }), None)]).await;

        let known = offer(&mari, json!({ "personId": person })).await["known"].clone();

        assert_eq!((known.as_array().unwrap().len(), &known[0]["answer"]["text"]), (1, &json!("Now")), "{known:#}");
    }

    async fn nothing_is_known_to_whoever_may_not_read_it(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let person = somebody();
        let first = first_conversation(&mari, &person, &[answer("what-matters", json!({ "text": "A warm room" }), None)]).await;
        let answer_id = mari.good("query($id: ID!) { node(id: $id) { ... on Record { answers { id } } } }", json!({ "id": first })).await["node"]["answers"][0]["id"].clone();

        let offered = offer(&elin, json!({ "personId": person })).await;
        assert_eq!((&offered["spared"], &offered["known"]), (&json!(0), &json!([])));
        let begin = json!({ "formId": offered["form"]["id"] });
        let stolen = does(&elin, PUT, json!({ "recordId": new_id(), "begin": begin, "answers": [answer("what-matters", json!({ "stillTrue": answer_id }), None)] })).await;
        assert_eq!(stolen["userErrors"][0]["code"], "NOTHING_TO_CONFIRM");
        let misplaced = does(&mari, PUT, json!({ "recordId": first, "answers": [answer("what-about", json!({ "stillTrue": answer_id }), None)] })).await;
        assert_eq!(misplaced["userErrors"][0]["code"], "NOTHING_TO_CONFIRM");
    }

    async fn a_drop_in_needs_nobody_and_a_record_is_about_one_person(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (one, other) = (somebody(), somebody());
        let id = first_conversation(&mari, &one, &[]).await;
        let form = offer(&mari, json!({})).await["form"]["id"].clone();
        let drop_in = new_id();
        does(&mari, PUT, json!({ "recordId": drop_in, "begin": { "formId": form }, "answers": [] })).await;
        assert_eq!(mari.good(SOURCES, json!({ "id": drop_in })).await["node"]["person"], Value::Null);
        // Begun already, it stays about whom it was.
        does(&mari, PUT, json!({ "recordId": id, "begin": { "formId": form, "personId": other }, "answers": [] })).await;
        assert_eq!(mari.good(SOURCES, json!({ "id": id })).await["node"]["person"]["id"], json!(one));
    }
}
