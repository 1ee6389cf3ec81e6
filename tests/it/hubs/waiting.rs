//! Those who wait: whoever asked first comes next, once, and days to appointment count them all.

use busfare::{http::clock, work::appointments};
use chrono::{TimeDelta, Utc};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{a_session_in, an_appointment, booked, free, hubs, is_open, told};
use crate::{
    council::{Council, Person, on_both},
    verbs::{BOOK, MOVE_ON, PUT_PERSON, WAIT, WALK_IN, does, refused},
};

/// Puts somebody on the list for hubs, and gives the place's id.
async fn waits(person: &Person<'_>, hubs: &[&str], whom: Option<&str>) -> String {
    let id = an_appointment();
    let said = does(person, WAIT, json!({ "appointmentId": id, "hubIds": hubs, "personId": whom })).await;
    assert_eq!((&said["userErrors"], &said["appointment"]["status"]), (&json!([]), &json!("WAITLIST")), "{said:#}");
    id
}

async fn status(person: &Person<'_>, id: &str) -> Value {
    let read = "query($id: ID!) { node(id: $id) { ... on Appointment { status startsAt } } }";
    person.good(read, json!({ "id": id })).await["node"].clone()
}

on_both! {
    async fn a_time_that_comes_free_goes_to_whoever_asked_first_and_whom_it_fits(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let hubs = hubs(&mari).await;
        is_open(&mari, a_session_in(&hubs[1], json!({ "slots": { "minutes": 120 } }))).await;
        let slot = free(&mari, &hubs[1], 1).await[0].clone();
        let had = booked(&mari, &slot, None).await;
        let elsewhere = waits(&mari, &[&hubs[0]], None).await;
        let first = waits(&tomos, &[&hubs[2], &hubs[1]], None).await;
        let second = waits(&mari, &[], None).await;

        does(&mari, MOVE_ON, json!({ "appointmentId": had, "status": "CANCELLED", "because": "UNWELL" })).await;

        assert_eq!(status(&mari, &first).await, json!({ "status": "BOOKED", "startsAt": slot["startsAt"] }));
        for other in [&elsewhere, &second] {
            assert_eq!(status(&mari, other).await["status"], "WAITLIST");
        }
        assert_eq!(told(&tomos).await, [(json!("APPOINTMENT_FOUND"), json!(first))]);
        let list = mari.good("{ waitingList { id } }", json!({})).await["waitingList"].clone();
        assert_eq!(list, json!([{ "id": elsewhere }, { "id": second }]));
        // Whoever waits can also be given a time by hand.
        let next = free(&mari, &hubs[1], 1).await[0].clone();
        let by_hand = does(&mari, BOOK, json!({ "appointmentId": second, "sessionId": next["session"]["id"], "startsAt": next["startsAt"] })).await;
        assert_eq!(by_hand["appointment"]["status"], "BOOKED", "{by_hand:#}");
    }

    async fn many_times_that_come_free_at_once_are_given_once_each(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = hubs(&mari).await[1].clone();
        is_open(&mari, a_session_in(&hub, json!({ "slots": { "minutes": 15 } }))).await;
        let slots = free(&mari, &hub, 8).await;
        let mut had = vec![];
        for slot in &slots {
            had.push(booked(&mari, slot, None).await);
        }
        let mut list = vec![];
        for _ in 0..5 {
            list.push(waits(&mari, &[&hub], None).await);
        }

        let cancelled = join_all(had.iter().map(|id| does(&mari, MOVE_ON, json!({ "appointmentId": id, "status": "CANCELLED", "because": "WE_CANCELLED" })))).await;

        assert!(cancelled.iter().all(|one| one["userErrors"] == json!([])), "{cancelled:#?}");
        let mut starts = vec![];
        for id in &list {
            let now = status(&mari, id).await;
            assert_eq!(now["status"], "BOOKED");
            starts.push(now["startsAt"].as_str().unwrap().to_owned());
        }
        starts.sort();
        starts.dedup();
        assert_eq!((starts.len(), free(&mari, &hub, 8).await.len()), (5, 8));
    }

    async fn whoever_made_an_appointment_is_reminded_of_it_the_day_before_and_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = hubs(&mari).await[1].clone();
        is_open(&mari, a_session_in(&hub, json!({ "slots": { "minutes": 30 } }))).await;
        let slot = free(&mari, &hub, 1).await[0].clone();
        let id = booked(&mari, &slot, None).await;
        let starts: chrono::DateTime<Utc> = slot["startsAt"].as_str().unwrap().parse().unwrap();
        let db = &council.state.db;

        let too_soon = appointments::remind(db, starts - TimeDelta::hours(25)).await.unwrap();
        let (one, other) = tokio::join!(appointments::remind(db, starts - TimeDelta::hours(23)), appointments::remind(db, starts - TimeDelta::hours(23)));

        assert_eq!((too_soon, one.unwrap() + other.unwrap()), (0, 1));
        assert_eq!(told(&mari).await, [(json!("APPOINTMENT_AHEAD"), json!(id))]);
        assert_eq!(appointments::remind(db, starts - TimeDelta::hours(1)).await.unwrap(), 0);
        assert_eq!(appointments::remind(db, starts).await.unwrap(), 0);
    }

    async fn somebody_waits_once_and_somebody_elses_hub_is_not_found(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = does(&mari, PUT_PERSON, json!({ "displayName": "Ann" })).await["person"]["id"].as_str().unwrap().to_owned();
        let hub = hubs(&mari).await[0].clone();
        waits(&mari, &[&hub], Some(&person)).await;

        assert_eq!(refused(&mari, WAIT, json!({ "appointmentId": an_appointment(), "hubIds": [], "personId": person })).await, "WAITS_ALREADY");
        let elsewhere = busfare::store::mint::id::<busfare_entity::words::HubId>().to_string();
        let input = |hubs: Value| json!({ "input": crate::verbs::with_key(json!({ "appointmentId": an_appointment(), "hubIds": hubs })) });
        assert_eq!(mari.problem(WAIT, input(json!([elsewhere]))).await, "NOT_FOUND");
        assert_eq!(mari.problem(WAIT, input(json!(vec![hub; 21]))).await, "BAD_USER_INPUT");
    }

    async fn days_to_appointment_count_whoever_still_waits_and_tell_of_no_fewer_than_five(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = hubs(&mari).await[0].clone();
        let (from, to) = (clock::now() - TimeDelta::days(1), clock::now() + TimeDelta::days(1));
        let read = "query($from: Date!, $to: Date!) { insight(from: $from, to: $to) { daysToAppointment { hub { id }
            figures { waits met stillWaiting oldestWaitingDays median { days atLeast } within3Days { part whole percent } } } } }";
        let days = json!({ "from": from.date_naive(), "to": to.date_naive() });
        for _ in 0..4 {
            does(&mari, WALK_IN, json!({ "appointmentId": an_appointment(), "hubId": hub })).await;
        }
        let few = mari.good(read, days.clone()).await["insight"]["daysToAppointment"].clone();
        assert!(few.as_array().unwrap().iter().all(|one| one["figures"].is_null()), "{few:#}");

        waits(&mari, &[&hub], None).await;
        let told = mari.good(read, days).await["insight"]["daysToAppointment"].clone();

        let figures = json!({ "waits": 5, "met": 4, "stillWaiting": 1, "oldestWaitingDays": 0, "median": { "days": 0, "atLeast": false }, "within3Days": { "part": 4, "whole": 4, "percent": "100.0" } });
        assert_eq!(told, json!([{ "hub": null, "figures": figures }, { "hub": { "id": hub }, "figures": figures }]));
    }
}
