//! Times: claimed once whoever asks, kept, missed without blame, and nobody's name where it is nobody's business.

use busfare::http::clock;
use busfare_entity::{appointment, appointment_step};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{a_session, a_session_in, an_appointment, booked, free, hubs, is_open};
use crate::{
    council::{Council, key, on_both},
    verbs::{BOOK, MOVE_ON, PUT_PERSON, WALK_IN, does, refused, with_key},
};

/// Moves an appointment's time into the past, as if it had been made long ago.
async fn was(council: &Council, id: &str, ago: TimeDelta) {
    let txn = council.state.db.begin().await.unwrap();
    let id: busfare_entity::words::AppointmentId = id.parse().unwrap();
    let now = clock::now();
    appointment::Entity::update_many()
        .col_expr(appointment::Column::StartsAt, Expr::value(Some(now - ago)))
        .col_expr(appointment::Column::EndsAt, Expr::value(Some(now - ago + TimeDelta::minutes(30))))
        .filter(appointment::Column::Id.eq(id))
        .exec(&txn)
        .await
        .unwrap();
    txn.commit().await.unwrap();
}

on_both! {
    async fn of_two_hundred_phones_that_ask_for_one_time_one_has_it_and_the_others_are_offered_the_next(council: &Council) {
        let mut phones = vec![];
        for name in ["mari.prydderch", "tomos.ellwood", "elin.caradog", "nia.talfan"] {
            phones.push(council.person(name).await);
        }
        let hub = hubs(&phones[0]).await[1].clone();
        is_open(&phones[0], a_session_in(&hub, json!({ "slots": { "minutes": 30 } }))).await;
        let slot = free(&phones[0], &hub, 1).await[0].clone();
        let asks = (0..200).map(|phone: usize| {
            let input = json!({ "appointmentId": an_appointment(), "sessionId": slot["session"]["id"], "startsAt": slot["startsAt"] });
            does(&phones[phone % 4], BOOK, input)
        });

        let said = join_all(asks).await;

        let (have, have_not): (Vec<&Value>, Vec<&Value>) = said.iter().partition(|one| one["userErrors"] == json!([]));
        assert_eq!((have.len(), have_not.len()), (1, 199));
        for one in have_not {
            let error = &one["userErrors"][0];
            assert_eq!((&error["code"], &error["retry"]), (&json!("SLOT_TAKEN"), &json!("AFTER_CHANGE")), "{one}");
            assert!(error["message"].as_str().unwrap().contains("The next is on"), "{one}");
        }
        let taken = appointment::Entity::find().filter(appointment::Column::Place.is_not_null()).count(council.state.db.reader()).await.unwrap();
        assert_eq!(taken, 1);
        assert_ne!(free(&phones[0], &hub, 1).await[0]["startsAt"], slot["startsAt"]);
    }

    async fn a_time_with_three_places_is_had_by_three(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = hubs(&mari).await[1].clone();
        is_open(&mari, a_session_in(&hub, json!({ "slots": { "minutes": 60, "places": 3 } }))).await;
        let slot = free(&mari, &hub, 1).await[0].clone();
        assert_eq!(slot["left"], 3);

        let asks = (0..12).map(|_| does(&mari, BOOK, json!({ "appointmentId": an_appointment(), "sessionId": slot["session"]["id"], "startsAt": slot["startsAt"] })));
        let had = join_all(asks).await.iter().filter(|one| one["userErrors"] == json!([])).count();

        assert_eq!(had, 3);
        let ids: Vec<_> = mari.good("query($hub: ID!, $from: Date!, $to: Date!) { appointments(hubId: $hub, from: $from, to: $to) { id status } }",
            json!({ "hub": hub, "from": &slot["startsAt"].as_str().unwrap()[..10], "to": &slot["startsAt"].as_str().unwrap()[..10] })).await["appointments"].as_array().unwrap().clone();
        assert_eq!(ids.len(), 3);
    }

    async fn whoever_walks_in_has_waited_no_day_and_needs_no_name(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = hubs(&mari).await[0].clone();
        let input = json!({ "appointmentId": an_appointment(), "hubId": hub, "idempotencyKey": key() });

        let said = does(&mari, WALK_IN, input.clone()).await;

        let seen = &said["appointment"];
        assert_eq!((&seen["status"], &seen["metAt"], &seen["person"]), (&json!("FULFILLED"), &seen["askedAt"], &Value::Null), "{said:#}");
        assert_eq!(does(&mari, WALK_IN, input).await["replayed"], true);
        let ahead = (clock::now() + TimeDelta::hours(2)).to_rfc3339();
        assert_eq!(refused(&mari, WALK_IN, json!({ "appointmentId": an_appointment(), "hubId": hub, "at": ahead })).await, "NOT_YET");
        let twice = json!({ "appointmentId": seen["id"], "hubId": hub });
        assert_eq!(refused(&mari, WALK_IN, twice).await, "ID_ALREADY_USED");
    }

    async fn what_became_of_it_is_said_step_by_step_and_nobody_is_blamed(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let hub = hubs(&mari).await[1].clone();
        is_open(&mari, a_session_in(&hub, json!({ "slots": { "minutes": 30, "places": 3 } }))).await;
        let slot = free(&mari, &hub, 1).await[0].clone();
        let id = booked(&mari, &slot, None).await;
        let to = |status: &str, because: Value| json!({ "appointmentId": id, "status": status, "because": because });
        assert_eq!(refused(&mari, MOVE_ON, to("NOSHOW", json!("FORGOT"))).await, "NOT_YET");
        was(council, &id, TimeDelta::hours(1)).await;
        for (status, because, code) in [
            ("NOSHOW", Value::Null, "REASON_NEEDED"),
            ("FULFILLED", json!("FORGOT"), "REASON_NOT_NEEDED"),
            ("BOOKED", Value::Null, "NOT_FROM_HERE"),
            ("WAITLIST", Value::Null, "NOT_FROM_HERE"),
        ] {
            assert_eq!(refused(&mari, MOVE_ON, to(status, because)).await, code, "{status}");
        }

        // She was not there, they thought; and there she was.
        let missed = does(&tomos, MOVE_ON, to("NOSHOW", json!("NO_WAY_TO_GET_THERE"))).await["appointment"].clone();
        let came = does(&mari, MOVE_ON, to("FULFILLED", Value::Null)).await["appointment"].clone();

        assert_eq!((&missed["status"], &missed["because"], &missed["fhirStatus"]), (&json!("NOSHOW"), &json!("NO_WAY_TO_GET_THERE"), &json!("noshow")));
        assert!(came["status"] == "FULFILLED" && came["because"].is_null() && came["metAt"].is_string(), "{came:#}");
        assert_eq!(refused(&mari, MOVE_ON, to("CANCELLED", json!("FORGOT"))).await, "NOT_FROM_HERE");
        let steps = appointment_step::Entity::find().count(council.state.db.reader()).await.unwrap();
        assert_eq!(steps, 3);
    }

    async fn a_time_is_refused_that_is_not_there_or_past_or_not_to_be_booked(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hubs = hubs(&mari).await;
        let session = is_open(&mari, a_session_in(&hubs[1], json!({ "slots": { "minutes": 30 } }))).await;
        let drop_in = is_open(&mari, a_session_in(&hubs[1], json!({ "name": "Walk in" }))).await;
        let slot = free(&mari, &hubs[1], 1).await[0].clone();
        let asks = |session: &str, starts: &Value| json!({ "appointmentId": an_appointment(), "sessionId": session, "startsAt": starts });
        for (input, code) in [
            (asks(&session, &json!("2027-02-02T09:31:00Z")), "NO_SUCH_SLOT"),
            (asks(&session, &json!("9999-12-31T23:59:59Z")), "NO_SUCH_SLOT"),
            (asks(&session, &json!("2026-02-02T09:30:00Z")), "SLOT_PAST"),
            (asks(&drop_in, &slot["startsAt"]), "DROP_IN_ONLY"),
        ] {
            assert_eq!(refused(&mari, BOOK, input.clone()).await, code, "{input}");
        }
        for (field, value) in [("startsAt", json!("tomorrow")), ("startsAt", json!(7)), ("personId", json!({}))] {
            let mut input = with_key(asks(&session, &slot["startsAt"]));
            input[field] = value;
            assert_eq!(mari.problem(BOOK, json!({ "input": input })).await, "BAD_USER_INPUT", "{field}");
        }
        assert_eq!(mari.problem(BOOK, json!({ "input": with_key(asks(&a_session(), &slot["startsAt"])) })).await, "NOT_FOUND");
        let id = booked(&mari, &slot, None).await;
        let next = free(&mari, &hubs[1], 1).await[0].clone();
        let mut again = asks(&session, &next["startsAt"]);
        again["appointmentId"] = json!(id);
        assert_eq!(refused(&mari, BOOK, again).await, "ID_ALREADY_USED");
    }

    async fn whom_it_is_for_is_seen_where_they_come_and_nowhere_else(council: &Council) {
        // Elin works in neither of Mari's hubs, nor in her team; Tomos is of Mari's team.
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let named = does(&mari, PUT_PERSON, json!({ "displayName": "Ann" })).await["person"]["id"].clone();
        let hers: Vec<Value> = elin.good("{ viewer { hubs { id } } }", json!({})).await["viewer"]["hubs"].as_array().unwrap().clone();
        let elsewhere = hubs(&mari).await.into_iter().find(|hub| !hers.iter().any(|one| one["id"] == *hub)).unwrap();
        let here = hers[0]["id"].as_str().unwrap().to_owned();
        let read = "query($id: ID!) { node(id: $id) { ... on Appointment { status person { displayName } } } }";
        for (hub, seen) in [(elsewhere, Value::Null), (here, json!({ "displayName": "Ann" }))] {
            is_open(&mari, a_session_in(&hub, json!({ "slots": { "minutes": 30 } }))).await;
            let slot = free(&mari, &hub, 1).await[0].clone();
            let id = booked(&mari, &slot, named.as_str()).await;

            let node = elin.good(read, json!({ "id": id })).await["node"].clone();

            assert_eq!((&node["status"], &node["person"]), (&json!("BOOKED"), &seen), "{hub}");
            assert_eq!(mari.good(read, json!({ "id": id })).await["node"]["person"]["displayName"], "Ann");
            assert_eq!(council.stranger().problem(read, json!({ "id": id })).await, "UNAUTHENTICATED");
        }
    }
}
