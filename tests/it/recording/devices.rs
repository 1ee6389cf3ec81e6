//! Two devices at once: what does not collide is all kept, and of what collides exactly one wins and the other is told.

use busfare::store;
use busfare_entity::words::FormVersionId;
use busfare_entity::{
    form_item, form_template, form_version, practitioner, question, question_version, words::QuestionKind,
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{READ, answer, answers, begun, hub_form, new_id};
use crate::{
    council::{Council, on_both},
    verbs::{COMPLETE, PUT, does},
};

/// Publishes a form that asks for a date and a number.
pub async fn a_form_with_a_date_and_a_number(council: &Council) -> String {
    let reader = council.state.db.reader();
    let mari = practitioner::Entity::find().one(reader).await.unwrap().unwrap();
    let question = question::Entity::find().one(reader).await.unwrap().unwrap();
    let wording = question_version::Entity::find()
        .filter(question_version::Column::QuestionId.eq(question.id))
        .one(reader)
        .await
        .unwrap()
        .unwrap();
    let template = form_template::Entity::find().one(reader).await.unwrap().unwrap();
    let version = form_version::Entity::find().one(reader).await.unwrap().unwrap();
    assert_eq!(question.organisation_id, mari.organisation_id);

    let template = form_template::Model { id: store::mint::id(), code: "dates".into(), ..template };
    let version =
        form_version::Model { id: store::mint::id::<FormVersionId>(), form_template_id: template.id, ..version };
    let asked = [("when", QuestionKind::Date), ("how-many", QuestionKind::Number)].map(|(link_id, kind)| {
        let question = question::Model { id: store::mint::id(), code: format!("dates.{link_id}"), ..question.clone() };
        let wording =
            question_version::Model { id: store::mint::id(), question_id: question.id, kind, ..wording.clone() };
        (link_id, question, wording)
    });
    let items = (1..).zip(&asked).map(|(position, (link_id, _, wording))| form_item::Model {
        id: store::mint::id(),
        form_version_id: version.id,
        position,
        link_id: (*link_id).into(),
        question_version_id: wording.id,
        required: false,
    });
    let items = items.collect();
    let form = version.id.to_string();
    let txn = council.state.db.begin().await.unwrap();
    store::form::add_questions(&txn, asked.map(|(_, question, wording)| (question, wording)).into()).await.unwrap();
    store::form::publish(&txn, store::form::Publication { template, contexts: vec![], version, items }).await.unwrap();
    txn.commit().await.unwrap();
    form
}

fn code(answer: &Value) -> &str {
    answer["userErrors"][0]["code"].as_str().unwrap_or("-")
}

on_both! {
    async fn an_answer_that_changed_meanwhile_is_not_saved_over_unless_nobody_asked(council: &Council) {
        let (phone, tablet) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let id = begun(&phone, &[answer("what-matters", json!({ "text": "one" }), Some(0))]).await;
        let put = |words: &str, base: Option<i32>| json!({ "recordId": id, "answers": [answer("what-matters", json!({ "text": words }), base), answer("hear-from-us", json!({ "yesNo": true }), None)] });
        does(&tablet, PUT, json!({ "recordId": id, "answers": [answer("what-matters", json!({ "text": "two" }), Some(1))] })).await;

        for base in [0, 1, 3, -1, i32::MAX] {
            let refused = does(&phone, PUT, put("three", Some(base))).await;
            assert_eq!((code(&refused), &refused["userErrors"][0]["retry"], &refused["userErrors"][0]["field"]), ("ANSWER_CHANGED", &json!("AFTER_CHANGE"), &json!(["answers", "baseRevision"])));
        }
        let kept = answers(&phone, &id).await;
        assert_eq!((kept.len(), &kept[0]["text"], &kept[0]["revision"]), (1, &json!("two"), &json!(2)));

        let over = does(&phone, PUT, put("three", None)).await["record"]["answers"].clone();
        assert_eq!((&over[0]["text"], &over[0]["revision"], &over[1]["yesNo"]), (&json!("three"), &json!(3), &json!(true)));
    }

    async fn two_devices_that_answer_different_questions_lose_nothing(council: &Council) {
        let (phone, tablet) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let id = begun(&phone, &[]).await;
        for round in 1..=100 {
            let one = json!({ "recordId": id, "answers": [answer("what-matters", json!({ "text": format!("round {round}") }), Some(round - 1))] });
            let other = json!({ "recordId": id, "answers": [answer("what-about", json!({ "choice": format!("choice {round}") }), Some(round - 1))] });

            let (one, other) = tokio::join!(does(&phone, PUT, one), does(&tablet, PUT, other));

            assert_eq!((code(&one), code(&other)), ("-", "-"), "round {round}");
        }
        let kept = answers(&phone, &id).await;
        let kept: Vec<_> = kept.iter().map(|answer| (answer["text"].as_str().unwrap(), &answer["revision"])).collect();
        assert_eq!(kept, [("choice 100", &json!(100)), ("round 100", &json!(100))]);
    }

    async fn of_answers_with_the_same_base_exactly_one_wins(council: &Council) {
        let devices = join_all((0..6).map(|_| council.person("mari.prydderch"))).await;
        let id = begun(&devices[0], &[]).await;
        for round in 0..30 {
            let puts = devices.iter().enumerate().map(|(place, device)| {
                let given = answer("what-matters", json!({ "text": format!("{round} from device {place}") }), Some(round));
                does(device, PUT, json!({ "recordId": id, "answers": [given] }))
            });

            let said = join_all(puts).await;

            let won: Vec<_> = (0..6).filter(|place| code(&said[*place]) == "-").collect();
            assert_eq!(won.len(), 1, "round {round}: {said:#?}");
            assert!(said.iter().all(|answer| ["-", "ANSWER_CHANGED"].contains(&code(answer))));
            let kept = answers(&devices[0], &id).await[0].clone();
            assert_eq!((&kept["text"], &kept["revision"]), (&json!(format!("{round} from device {}", won[0])), &json!(round + 1)));
        }
    }

    async fn two_devices_that_begin_the_same_record_at_once_write_in_one_record(council: &Council) {
        let (phone, tablet) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let form = hub_form(&phone).await;
        for round in 0..60 {
            let id = new_id();
            let put = |given: Value| json!({ "recordId": id, "begin": { "formId": form }, "answers": [given] });
            let (one, other) = (answer("what-matters", json!({ "text": "x" }), None), answer("hear-from-us", json!({ "yesNo": true }), None));

            let (one, other) = tokio::join!(does(&phone, PUT, put(one)), does(&tablet, PUT, put(other)));

            assert_eq!((code(&one), code(&other)), ("-", "-"), "round {round}");
            assert_eq!(answers(&phone, &id).await.len(), 2, "round {round}");
        }
    }

    async fn two_devices_that_complete_at_once_complete_once(council: &Council) {
        let (phone, tablet) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        for _ in 0..20 {
            let id = begun(&phone, &[]).await;
            let done = || json!({ "recordId": id });

            let (one, other) = tokio::join!(does(&phone, COMPLETE, done()), does(&tablet, COMPLETE, done()));

            assert_eq!(one["record"]["completedAt"], other["record"]["completedAt"]);
            let read = phone.good(READ, json!({ "id": id })).await;
            assert_eq!(read["node"]["completedAt"], one["record"]["completedAt"]);
        }
    }
}
