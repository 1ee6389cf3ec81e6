//! Two devices at once: what does not collide is all kept, and of what collides exactly one wins and the other is told.

use std::collections::HashSet;

use busfare_entity::{answer, answer_aside, words::RecordId};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{
    READ, answer, answers, begun, hub_form, new_id,
    written::{adds, asks, publishes},
};
use crate::{
    council::{Council, Person, on_both},
    postgres::setting,
    verbs::{COMPLETE, PUT, does, with_key},
};

/// Publishes a form that asks for a date and a number.
pub async fn a_form_with_a_date_and_a_number(council: &Council) -> String {
    let nia = council.person("nia.talfan").await;
    let mut items = vec![];
    for (link_id, kind) in [("when", "DATE"), ("how-many", "NUMBER")] {
        adds(&nia, &format!("dates.{link_id}"), kind, json!({})).await;
        items.push(asks(link_id, &format!("dates.{link_id}")));
    }
    publishes(&nia, json!({ "code": "dates", "tier": "DROP_IN", "items": items })).await
}

/// Saves some answers one after the other, as a number says, and gives every word that was sent.
async fn goes_through_its_list(phone: &Person<'_>, record: String, seed: u64) -> Vec<String> {
    let (mut sent, mut seen, mut chance) = (vec![], 0, seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for step in 0..4 {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let words = format!("{seed} {step}");
        let base = match chance % 3 {
            0 => Some(seen),
            1 => Some(0),
            _ => None,
        };
        let input = with_key(
            json!({ "recordId": record, "answers": [answer("what-matters", json!({ "text": words }), base)] }),
        );
        for _ in 0..=(chance >> 8) % 2 {
            let said = phone.good(PUT, json!({ "input": input })).await["it"].clone();
            assert_eq!(said["userErrors"], json!([]), "{said:#}");
            seen = said["record"]["answers"][0]["revision"].as_i64().unwrap_or(0) as i32;
        }
        sent.push(words);
    }
    sent
}

/// Every word that is kept of a record: what stands, what stood, and what came too late.
async fn words_of(council: &Council, id: &str) -> HashSet<String> {
    let (reader, id): (_, RecordId) = (council.state.db.reader(), id.parse().unwrap());
    let rows = answer::Entity::find().filter(answer::Column::RecordId.eq(id)).all(reader).await.unwrap();
    let aside = answer_aside::Entity::find().filter(answer_aside::Column::RecordId.eq(id)).all(reader).await.unwrap();
    let said = rows.into_iter().map(|row| row.value).chain(aside.into_iter().map(|row| row.value));
    said.map(|value| value["value"].as_str().unwrap().to_owned()).collect()
}

/// How many answers wait in a record for somebody to look at both.
async fn waiting(person: &Person<'_>, id: &str) -> usize {
    let read = "query($id: ID!) { node(id: $id) { ... on Record { conflicts { linkId } } } }";
    person.good(read, json!({ "id": id })).await["node"]["conflicts"].as_array().unwrap().len()
}

fn code(answer: &Value) -> &str {
    answer["userErrors"][0]["code"].as_str().unwrap_or("-")
}

on_both! {
    async fn an_answer_that_changed_meanwhile_is_kept_beside_it_and_nothing_is_saved_over(council: &Council) {
        let (phone, tablet) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let id = begun(&phone, &[answer("what-matters", json!({ "text": "one" }), Some(0))]).await;
        let put = |words: &str, base: Option<i32>| json!({ "recordId": id, "answers": [answer("what-matters", json!({ "text": words }), base), answer("hear-from-us", json!({ "yesNo": true }), None)] });
        does(&tablet, PUT, json!({ "recordId": id, "answers": [answer("what-matters", json!({ "text": "two" }), Some(1))] })).await;

        for (place, base) in [0, 1, 3, -1, i32::MAX].into_iter().enumerate() {
            let words = format!("three, based on {base}");
            let said = does(&phone, PUT, put(&words, Some(base))).await;
            // What did not collide is saved, and both of what did are there.
            let both = json!([{ "linkId": "what-matters", "baseRevision": base, "aside": { "text": words }, "standing": { "text": "two", "revision": 2 } }]);
            assert_eq!((&said["userErrors"], &said["conflicts"], &said["record"]["answers"][1]["yesNo"]), (&json!([]), &both, &json!(true)));
            assert_eq!(waiting(&tablet, &id).await, place + 1);
        }
        let kept = answers(&phone, &id).await;
        assert_eq!((kept.len(), &kept[0]["text"], &kept[0]["revision"]), (2, &json!("two"), &json!(2)));

        // Somebody has seen both: what she says now stands, and nothing waits any more.
        let settled = does(&phone, PUT, put("two and three", Some(2))).await;
        assert_eq!((&settled["record"]["answers"][0]["text"], &settled["conflicts"]), (&json!("two and three"), &json!([])));
        assert_eq!(waiting(&phone, &id).await, 0);
        let over = does(&phone, PUT, put("four", None)).await["record"]["answers"].clone();
        assert_eq!((&over[0]["text"], &over[0]["revision"]), (&json!("four"), &json!(4)));
    }

    async fn the_same_answer_from_two_devices_is_one_answer(council: &Council) {
        let (phone, tablet) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let id = begun(&phone, &[]).await;
        for device in [&phone, &tablet, &phone] {
            let said = does(device, PUT, json!({ "recordId": id, "answers": [answer("what-matters", json!({ "text": "one" }), Some(0))] })).await;
            assert_eq!((&said["conflicts"], &said["record"]["answers"][0]["revision"]), (&json!([]), &json!(1)));
        }
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

    async fn of_answers_with_the_same_base_exactly_one_stands_and_the_others_wait_beside_it(council: &Council) {
        let devices = join_all((0..6).map(|_| council.person("mari.prydderch"))).await;
        let id = begun(&devices[0], &[]).await;
        for round in 0..30 {
            let puts = devices.iter().enumerate().map(|(place, device)| {
                let given = answer("what-matters", json!({ "text": format!("{round} from device {place}") }), Some(round));
                does(device, PUT, json!({ "recordId": id, "answers": [given] }))
            });

            let said = join_all(puts).await;

            assert!(said.iter().all(|answer| code(answer) == "-"));
            let won: Vec<_> = (0..6).filter(|place| said[*place]["conflicts"] == json!([])).collect();
            assert_eq!(won.len(), 1, "round {round}: {said:#?}");
            // The five others wait beside it, each in its own words.
            assert_eq!(waiting(&devices[0], &id).await, 5);
            let kept = answers(&devices[0], &id).await[0].clone();
            assert_eq!((&kept["text"], &kept["revision"]), (&json!(format!("{round} from device {}", won[0])), &json!(round + 1)));
        }
    }

    async fn however_two_devices_take_turns_every_word_is_somewhere(council: &Council) {
        let devices = [council.person("mari.prydderch").await, council.person("mari.prydderch").await];
        let form = hub_form(&devices[0]).await;
        let rounds: u64 = setting("BUSFARE_INTERLEAVINGS").and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
        for round in 0..rounds {
            let id = new_id();
            does(&devices[0], PUT, json!({ "recordId": id, "begin": { "formId": form }, "answers": [] })).await;
            // Each device goes through its own list, some of it on what it saw long ago, and sends some of it twice.
            let told = devices.iter().enumerate().map(|(device, phone)| goes_through_its_list(phone, id.clone(), round * 2 + device as u64));
            let sent: HashSet<String> = join_all(told).await.into_iter().flatten().collect();

            let kept = words_of(council, &id).await;
            assert_eq!(kept, sent, "round {round}");
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
