//! The form that is offered: the smallest, with a reason for each question, in the reader's language.

use busfare::http::clock;
use busfare_entity::question;
use chrono::Days;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{
    FOR_PURPOSE, answer, answers, begun, new_id,
    written::{asks, publishes},
};
use crate::{
    council::{Council, key, on_both},
    verbs::{COMPLETE, PUT, an_app, does, in_language},
};

/// Sets the day until which a question may be asked.
async fn is_reviewed_on(council: &Council, code: &str, day: chrono::NaiveDate) {
    let txn = council.state.db.begin().await.unwrap();
    let set = question::Entity::update_many().col_expr(question::Column::ReviewOn, Expr::value(day));
    assert_eq!(set.filter(question::Column::Code.eq(code)).exec(&txn).await.unwrap().rows_affected, 1);
    txn.commit().await.unwrap();
}

/// Publishes the note about a spend again under another code, with one question more.
async fn publishes_a_longer_form(council: &Council) {
    let nia = council.person("nia.talfan").await;
    let note = [("what-for", "spend-note.what-for"), ("difference", "spend-note.difference")];
    let longer = note.into_iter().chain([("hear-from-us", "hub-conversation.hear-from-us")]);
    let items: Vec<_> = longer.map(|(link_id, code)| asks(link_id, code)).collect();
    let offers = json!([{ "kind": "SPEND_PURPOSE" }]);
    publishes(&nia, json!({ "code": "longer-note", "tier": "CONVERSATION", "offers": offers, "items": items })).await;
}

on_both! {
    async fn the_smallest_form_is_offered_for_a_spend_a_purpose_and_a_hub(council: &Council) {
        publishes_a_longer_form(council).await;
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let (purpose, hub) = (council.purpose("parking").await.to_string(), mari.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone());

        for (context, code, shown) in [
            (json!({ "spendId": spend }), "spend-note", 2),
            (json!({ "spendPurposeId": purpose }), "spend-note", 2),
            (json!({ "hubId": hub }), "hub-conversation", 3),
        ] {
            let offer = mari.good("query($context: FormContextInput!) { formFor(context: $context) { because form { code maxShown openShown items { linkId whyWeAsk lawfulBasis readers steward { name } } } } }", json!({ "context": context })).await["formFor"].clone();
            assert_eq!((&offer["form"]["code"], &offer["form"]["maxShown"]), (&json!(code), &json!(shown)));
            assert!(offer["because"].as_str().unwrap().starts_with(&format!("The shortest form for this: {shown} questions.")));
            let items = offer["form"]["items"].as_array().unwrap();
            assert_eq!(items.len(), shown);
            for item in items {
                let words = item["whyWeAsk"].as_str().unwrap().split_whitespace().count();
                assert!((3..=25).contains(&words) && item["steward"]["name"].is_string(), "{item}");
            }
        }
    }

    async fn a_form_speaks_the_language_of_its_reader(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = json!({ "id": council.purpose("bus-fare").await.to_string() });
        let both = "query($id: ID!) { formFor(context: { spendPurposeId: $id }) { form { title other: title(language: CY)
            items { prompt welsh: prompt(language: CY) english: prompt(language: EN) whyWeAsk whyCy: whyWeAsk(language: CY) choices { label } welshChoices: choices(language: CY) { code label } } } } }";

        let english = in_language(council, &mari, "en", FOR_PURPOSE, purpose.clone()).await["formFor"].clone();
        let welsh = in_language(council, &mari, "cy-GB", FOR_PURPOSE, purpose.clone()).await["formFor"].clone();
        let asked = in_language(council, &mari, "en", both, purpose).await["formFor"]["form"].clone();

        assert_eq!(english["form"]["id"], welsh["form"]["id"]);
        assert!(welsh["because"].as_str().unwrap().starts_with("Y ffurflen fyrraf"), "{welsh}");
        assert_ne!(asked["title"], asked["other"]);
        for place in 0..2 {
            let (en, cy, both) = (&english["form"]["items"][place], &welsh["form"]["items"][place], &asked["items"][place]);
            assert_eq!((&both["prompt"], &both["english"], &both["welsh"]), (&en["prompt"], &en["prompt"], &cy["prompt"]));
            assert_eq!((&both["whyWeAsk"], &both["whyCy"]), (&en["whyWeAsk"], &cy["whyWeAsk"]));
            assert_eq!(both["welshChoices"], cy["choices"]);
            assert!(en["prompt"] != cy["prompt"] && en["whyWeAsk"] != cy["whyWeAsk"]);
        }
    }

    async fn a_question_past_its_review_date_is_neither_asked_nor_advised(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let purpose = json!({ "id": council.purpose("bus-fare").await.to_string() });
        let today = clock::now().date_naive();
        let before = begun(&mari, &[answer("what-about", json!({ "choice": "money" }), None)]).await;

        is_reviewed_on(council, "spend-note.what-for", today).await;
        let still = mari.good(FOR_PURPOSE, purpose.clone()).await["formFor"]["form"].clone();
        assert_eq!(still["items"].as_array().unwrap().len(), 2);
        is_reviewed_on(council, "spend-note.what-for", today - Days::new(1)).await;
        is_reviewed_on(council, "hub-conversation.what-about", today - Days::new(1)).await;

        let left = mari.good(FOR_PURPOSE, purpose).await["formFor"]["form"].clone();
        assert_eq!((left["items"].as_array().unwrap().len(), &left["items"][0]["linkId"]), (1, &json!("difference")));
        let id = new_id();
        does(&mari, PUT, json!({ "recordId": id, "begin": { "formId": left["id"] }, "answers": [] })).await;
        assert_eq!(does(&mari, COMPLETE, json!({ "recordId": id })).await["advice"], json!([]));
        // What was answered before stays readable.
        assert_eq!(answers(&mari, &before).await[0]["text"], "money");
    }

    async fn an_app_reads_forms_and_not_what_hangs_on_a_spend(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let mut app = council.stranger();
        app.token = Some(an_app(council).await);

        let offer = app.good(FOR_PURPOSE, json!({ "id": council.purpose("bus-fare").await.to_string() })).await;
        assert_eq!(offer["formFor"]["form"]["code"], "spend-note");
        let refused = app.problem("query($id: ID!) { formFor(context: { spendId: $id }) { because } }", json!({ "id": spend })).await;
        assert_eq!(refused, "FORBIDDEN");
        let begin = json!({ "input": { "idempotencyKey": key(), "recordId": new_id(), "begin": { "formId": offer["formFor"]["form"]["id"] }, "answers": [] } });
        assert_eq!(app.problem(PUT, begin).await, "FORBIDDEN");
    }
}
