//! Somebody who was helped says how it was: once, without a name, and it is told of five people and never of fewer.

use busfare_entity::{feedback_answer, feedback_ask};
use futures_util::future::join_all;
use reqwest::StatusCode;
use sea_orm::PaginatorTrait;

use super::*;
use crate::council::on_both;

const VOICES: &str = "query($from: Date!, $to: Date!) { voices(from: $from, to: $to) { team { id } differenceMade { difference count } differenceMadeOthers
    keptOurWord { keptWord count } keptOurWordOthers words } }";

/// The address that somebody is sent.
pub async fn asked(council: &Council) -> String {
    let mari = council.person("mari.prydderch").await;
    let record = a_record(&mari).await;
    let link = done(&mari, ASK, json!({ "about": { "recordId": record } })).await["link"]["url"].clone();
    link.as_str().unwrap().to_owned()
}

/// What the page sends.
pub async fn answers(council: &Council, path: &str, fields: &str) -> reqwest::Response {
    let request = council.http().post(council.url(path)).header("content-type", "application/x-www-form-urlencoded");
    request.body(fields.to_owned()).send().await.unwrap()
}

async fn voices(person: &Person<'_>) -> Vec<Value> {
    person.good(VOICES, json!({ "from": day(0), "to": day(0) })).await["voices"].as_array().unwrap().clone()
}

on_both! {
    async fn an_address_is_for_one_answer_and_nothing_leads_from_it_to_anybody(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let record = a_record(&mari).await;
        let input = json!({ "idempotencyKey": key(), "about": { "recordId": record } });
        let first = done(&mari, ASK, input.clone()).await;
        let again = done(&mari, ASK, input).await;
        assert_eq!((&first["link"], &again["replayed"]), (&again["link"], &json!(true)));
        let url = first["link"]["url"].as_str().unwrap();

        let page = council.http().get(council.url(url)).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let thanks = answers(council, url, "kept=YES&difference=BETTER&words=It+was+quick%0D%0Aand+kind").await;
        assert_eq!(thanks.status(), StatusCode::OK);
        assert!(thanks.text().await.unwrap().contains("<h1>Thank you</h1>"));

        // Used up, and the row of the link is gone: of what was said there is a team, a hub and a month.
        for gone in [council.http().get(council.url(url)).send().await.unwrap(), answers(council, url, "kept=NO").await] {
            assert_eq!(gone.status(), StatusCode::GONE);
            assert!(gone.text().await.unwrap().contains("<h1>We have your words</h1>"));
        }
        let reader = council.state.db.reader();
        assert_eq!(feedback_ask::Entity::find().count(reader).await.unwrap(), 0);
        let kept = feedback_answer::Entity::find().all(reader).await.unwrap();
        assert_eq!((kept.len(), kept[0].words.as_deref(), kept[0].team_id), (1, Some("It was quick\nand kind"), mari.row().team_id));
        assert!(!url.contains(&kept[0].id.to_string()));
        assert_eq!(kept[0].month.format("%d").to_string(), "01");
        let (milliseconds, now) = (kept[0].id.0.as_u128() >> 80, u128::try_from(clock::now().timestamp_millis()).unwrap());
        assert!(milliseconds.abs_diff(now) > 60_000, "an id that tells the time leads back");
    }

    async fn of_many_answers_with_one_address_one_is_kept(council: &Council) {
        let url = asked(council).await;
        let heard = join_all((0..16).map(|_| answers(council, &url, "difference=SAME"))).await;
        let thanked = heard.iter().filter(|heard| heard.status() == StatusCode::OK).count();
        assert_eq!(thanked, 1, "{:?}", heard.iter().map(reqwest::Response::status).collect::<Vec<_>>());
        assert_eq!(feedback_answer::Entity::find().count(council.state.db.reader()).await.unwrap(), 1);
    }

    async fn what_people_say_is_told_of_five_of_them_and_never_of_fewer(council: &Council) {
        let elin = council.person("elin.caradog").await;
        for number in 1..=5 {
            let url = asked(council).await;
            answers(council, &url, &format!("kept=YES&difference=BETTER&words=Words+number+{number}")).await;
            let told = voices(&elin).await;
            assert_eq!(told.len(), 1);
            assert_eq!((told[0]["differenceMade"].is_null(), told[0]["words"].as_array().unwrap().len()), (number < 5, if number < 5 { 0 } else { 5 }));
        }
        let told = voices(&elin).await;
        assert_eq!(told[0]["differenceMade"], json!([{ "difference": "BETTER", "count": 5 }]));
        assert_eq!((&told[0]["keptOurWord"], &told[0]["differenceMadeOthers"]), (&json!([{ "keptWord": "YES", "count": 5 }]), &json!(0)));

        // One who says something else is told of in no part, and takes the others' part along.
        answers(council, &asked(council).await, "difference=WORSE").await;
        let told = voices(&elin).await;
        assert_eq!((&told[0]["differenceMade"], &told[0]["differenceMadeOthers"]), (&json!([]), &json!(6)));
        assert_eq!(told[0]["keptOurWord"], json!([{ "keptWord": "YES", "count": 5 }]));
    }

    async fn one_person_who_answers_five_times_is_one(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = done(&mari, crate::verbs::PUT_PERSON, json!({ "displayName": "Ann" })).await["person"]["id"].clone();
        let hub = mari.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();
        let offer = mari.good("query($id: ID!) { formFor(context: { hubId: $id }) { form { id } } }", json!({ "id": hub })).await;
        for _ in 0..5 {
            let record = new_id();
            let begin = json!({ "formId": offer["formFor"]["form"]["id"], "personId": person });
            done(&mari, PUT, json!({ "recordId": record, "begin": begin, "answers": [] })).await;
            let link = done(&mari, ASK, json!({ "about": { "recordId": record } })).await["link"]["url"].clone();
            answers(council, link.as_str().unwrap(), "difference=BETTER&words=Again").await;
        }
        let told = voices(&mari).await;
        assert_eq!((told.len(), &told[0]["differenceMade"], &told[0]["words"]), (1, &Value::Null, &json!([])));
    }

    async fn links_that_nobody_used_are_forgotten_with_their_time(council: &Council) {
        asked(council).await;
        let (reader, later) = (council.state.db.reader(), clock::now() + TimeDelta::days(61));
        busfare::work::sweep::sweep(&council.state.db, &council.state.blobs, &council.data.path().join("staging"), later).await.unwrap();
        assert_eq!(feedback_ask::Entity::find().count(reader).await.unwrap(), 0);
    }
}
