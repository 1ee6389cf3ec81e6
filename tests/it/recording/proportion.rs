//! Proportion on the wire and in the hand: how much is asked, how many bytes it takes, and how many trips.

use std::io::Write;

use busfare_entity::form_version;
use flate2::{Compression, write::GzEncoder};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{
    answer, new_id,
    written::{adds, asks, publishes},
};
use crate::{
    council::{Council, key, on_both},
    verbs::{PUT, does},
};

/// What a phone sends to open a conversation in a hub, and nothing more.
const OPENS: &str = "query($h:ID!){formFor(context:{hubId:$h}){form{id contentSha256}toAsk{linkId prompt whyWeAsk kind required maxChars choices{code label}}}}";
/// What a phone sends when the conversation is over.
const ENDS: &str = "mutation($i:PutAnswersInput!){putAnswers(input:$i){record{id completedAt}advice{linkId words}userErrors{code message retry}}}";

fn squeezed(text: &str) -> usize {
    let mut squeezer = GzEncoder::new(Vec::new(), Compression::default());
    squeezer.write_all(text.as_bytes()).unwrap();
    squeezer.finish().unwrap().len()
}

on_both! {
    async fn a_conversation_in_a_hub_is_one_question_and_one_answer_and_few_bytes(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = mari.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();

        let opened = mari.sends(OPENS, json!({ "h": hub })).await;
        let bytes = squeezed(&opened.to_string());
        assert!(bytes <= 2_048, "{bytes} bytes, squeezed");
        let offer = &opened["data"]["formFor"];
        assert!(offer["toAsk"].as_array().unwrap().len() <= 5);

        let answers = [answer("what-about", json!({ "choice": "money" }), None), answer("what-matters", json!({ "text": "To pay the gas bill before Friday, and not to be cut off with the baby in the house." }), None), answer("hear-from-us", json!({ "yesNo": true }), None)];
        let input = json!({ "idempotencyKey": key(), "recordId": new_id(), "begin": { "formId": offer["form"]["id"], "hubId": hub }, "answers": answers, "complete": true, "touchedAt": [3, 9, 20, 41] });
        let body = json!({ "query": ENDS, "variables": { "i": input } }).to_string();
        assert!(body.len() <= 1_536, "{} bytes", body.len());
        let ended = mari.sends(ENDS, json!({ "i": input })).await["data"]["putAnswers"].clone();
        assert!(ended["record"]["completedAt"].is_string() && ended["userErrors"] == json!([]), "{ended:#}");

        // One answer saved by itself is small, and what the phone has is not sent again.
        let one = json!({ "idempotencyKey": key(), "recordId": ended["record"]["id"], "answers": [answer("what-matters", json!({ "text": "To pay the gas bill" }), None)] });
        let save = json!({ "query": "mutation($i:PutAnswersInput!){putAnswers(input:$i){userErrors{code retry}}}", "variables": { "i": one } }).to_string();
        assert!(save.len() <= 400, "{} bytes: {save}", save.len());
        let known = "query($h: ID!, $sha: String) { formFor(context: { hubId: $h }) { form { items(unlessSha256: $sha) { linkId } } } }";
        let again = mari.good(known, json!({ "h": hub, "sha": offer["form"]["contentSha256"] })).await;
        assert_eq!(again["formFor"]["form"]["items"], json!([]));
    }

    async fn few_questions_are_shown_and_hardly_any_required(council: &Council) {
        let forms = form_version::Entity::find().all(council.state.db.reader()).await.unwrap();
        let mut shown: Vec<_> = forms.iter().map(|form| form.max_shown).collect();
        shown.sort_unstable();
        assert!(shown[shown.len() / 2] <= 5 && *shown.last().unwrap() <= 9, "{shown:?}");
        let mut required: Vec<_> = forms.iter().map(|form| form.required_count).collect();
        required.sort_unstable();
        assert!(required[required.len() / 2] == 1 && *required.last().unwrap() <= 2, "{required:?}");
        for form in &forms {
            assert!(form.open_shown <= 7 && form.reading_words < 200, "{form:?}");
        }
        let hub = forms.iter().find(|form| form.max_shown == 3).unwrap();
        assert!(hub.reading_words <= 120 && hub.estimated_seconds <= 90, "{hub:?}");
    }

    async fn fifty_children_are_read_with_as_few_statements_as_one(council: &Council) {
        let nia = council.person("nia.talfan").await;
        adds(&nia, "r.name", "TEXT", json!({})).await;
        let repeat = json!({ "linkId": "each", "part": { "repeat": { "title": { "en": "Each" } } } });
        let mut name = asks("name", "r.name");
        name["inside"] = json!("each");
        let form = publishes(&nia, json!({ "code": "r", "tier": "DROP_IN", "items": [repeat, name] })).await;
        let mut counts = vec![];
        for children in [1, 50] {
            let id = new_id();
            let named = |child: usize| json!({ "linkId": "name", "instance": format!("c{child}"), "value": { "text": format!("Name {child}") } });
            let put = json!({ "recordId": id, "begin": { "formId": form }, "answers": (0..children).map(named).collect::<Vec<Value>>() });
            assert_eq!(does(&nia, PUT, put).await["userErrors"], json!([]));
            let before = council.state.db.statements();
            let read = nia.good("query($id: ID!) { node(id: $id) { ... on Record { answers { instance text } shown } } }", json!({ "id": id })).await;
            counts.push(council.state.db.statements() - before);
            assert_eq!(read["node"]["answers"].as_array().unwrap().len(), children);
        }
        assert_eq!(counts[0], counts[1]);
    }
}
