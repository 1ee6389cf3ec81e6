//! When hubs are open: by rule, across the clock changes and the bank holidays, and on the days that differ.

use busfare::store;
use busfare_entity::words::HubId;
use serde_json::{Value, json};

use super::{a_session, a_session_in, an_appointment, booked, free, hubs, is_open, told};
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{CHANGE_SESSION, CLOSE_COUNCIL, MOVE_ON, PUT_SESSION, does, in_language, refused, with_key},
};

const OPEN: &str = "query($from: Date!, $to: Date!) { hubSessions { id openings(from: $from, to: $to) { open { on startsAt endsAt differs } closed { on because holiday words } } } }";

/// When a session is open, and when it is closed although its rule has the day.
async fn openings(person: &Person<'_>, session: &str, from: &str, to: &str) -> (Vec<Value>, Vec<Value>) {
    let read = person.good(OPEN, json!({ "from": from, "to": to })).await["hubSessions"].clone();
    let found = read.as_array().unwrap().iter().find(|one| one["id"] == session).unwrap()["openings"].clone();
    (found["open"].as_array().unwrap().clone(), found["closed"].as_array().unwrap().clone())
}

on_both! {
    async fn half_past_nine_stays_half_past_nine_when_the_clocks_change(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = hubs(&mari).await[0].clone();
        let days = json!({ "weekly": { "weekdays": ["SUNDAY"] } });
        let session = is_open(&mari, a_session_in(&hub, json!({ "days": days, "firstOn": "2027-03-21", "name": "Sundays" }))).await;

        let (spring, _) = openings(&mari, &session, "2027-03-21", "2027-03-28").await;
        let (autumn, _) = openings(&mari, &session, "2027-10-24", "2027-10-31").await;

        let starts = |open: &[Value]| open.iter().map(|one| one["startsAt"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(starts(&spring), ["2027-03-21T09:30:00.000Z", "2027-03-28T08:30:00.000Z"]);
        assert_eq!(starts(&autumn), ["2027-10-24T08:30:00.000Z", "2027-10-31T09:30:00.000Z"]);
    }

    async fn it_is_closed_on_bank_holidays_and_when_the_council_says(council: &Council) {
        let (mari, enabler) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let hub = hubs(&mari).await[0].clone();
        let days = json!({ "rule": "FREQ=WEEKLY;BYDAY=MO,FR" });
        let session = is_open(&mari, a_session_in(&hub, json!({ "days": days, "firstOn": "2027-03-01" }))).await;

        // Good Friday is 26 March in 2027, Easter Monday 29 March.
        let (open, closed) = openings(&mari, &session, "2027-03-22", "2027-04-02").await;
        assert_eq!(open.iter().map(|one| one["on"].clone()).collect::<Vec<_>>(), [json!("2027-03-22"), json!("2027-04-02")]);
        let kinds: Vec<_> = closed.iter().map(|one| (one["on"].clone(), one["holiday"].clone())).collect();
        assert_eq!(kinds, [(json!("2027-03-26"), json!("GOOD_FRIDAY")), (json!("2027-03-29"), json!("EASTER_MONDAY"))]);
        let welsh = in_language(council, &mari, "cy", OPEN, json!({ "from": "2027-03-26", "to": "2027-03-26" })).await;
        assert!(welsh["hubSessions"].to_string().contains("Dydd Gwener y Groglith"), "{welsh}");

        let said = does(&enabler, CLOSE_COUNCIL, json!({ "days": [{ "day": "2027-03-22", "is": "CLOSED" }, { "day": "2027-03-26", "is": "OPEN" }] })).await;
        assert_eq!(said["days"], json!({ "nation": "ENGLAND_AND_WALES", "closed": ["2027-03-22"], "open": ["2027-03-26"] }));
        let (open, closed) = openings(&mari, &session, "2027-03-22", "2027-03-29").await;
        assert_eq!((&open[0]["on"], &closed[0]["because"], &closed[0]["on"]), (&json!("2027-03-26"), &json!("COUNCIL"), &json!("2027-03-22")));
        let again = does(&enabler, CLOSE_COUNCIL, json!({ "nation": "SCOTLAND", "days": [{ "day": "2027-03-22", "is": "AS_USUAL" }] })).await;
        assert_eq!(again["days"], json!({ "nation": "SCOTLAND", "closed": [], "open": ["2027-03-26"] }));
        // In Scotland Easter Monday is no bank holiday.
        let (open, _) = openings(&mari, &session, "2027-03-29", "2027-03-29").await;
        assert_eq!(open.len(), 1);
        assert_eq!(mari.problem(CLOSE_COUNCIL, json!({ "input": with_key(json!({ "days": [] })) })).await, "FORBIDDEN");
    }

    async fn a_day_is_closed_moved_or_extra_and_the_last_word_counts(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = hubs(&mari).await[0].clone();
        let days = json!({ "weekly": { "weekdays": ["TUESDAY"], "everyWeeks": 2 } });
        let session = is_open(&mari, a_session_in(&hub, json!({ "days": days, "firstOn": "2027-02-02" }))).await;
        let changes = |change: Value| json!({ "sessionId": session, "change": change });

        does(&mari, CHANGE_SESSION, changes(json!({ "closed": "2027-02-16" }))).await;
        does(&mari, CHANGE_SESSION, changes(json!({ "moved": { "on": "2027-03-02", "day": "2027-03-03", "opens": "14:00", "closes": "15:00" } }))).await;
        let said = does(&mari, CHANGE_SESSION, changes(json!({ "extra": { "day": "2027-02-09", "opens": "10:00", "closes": "12:00" } }))).await;

        assert_eq!(said["session"]["changes"].as_array().unwrap().len(), 3);
        let (open, closed) = openings(&mari, &session, "2027-02-01", "2027-03-16").await;
        let days: Vec<_> = open.iter().map(|one| (one["on"].as_str().unwrap(), one["startsAt"].as_str().unwrap(), one["differs"].clone())).collect();
        assert_eq!(days, [
            ("2027-02-02", "2027-02-02T09:30:00.000Z", Value::Null),
            ("2027-02-09", "2027-02-09T10:00:00.000Z", json!("EXTRA")),
            ("2027-03-02", "2027-03-03T14:00:00.000Z", json!("MOVED")),
            ("2027-03-16", "2027-03-16T09:30:00.000Z", Value::Null),
        ]);
        assert_eq!((closed.len(), &closed[0]["because"]), (1, &json!("HUB")));
        does(&mari, CHANGE_SESSION, changes(json!({ "moved": { "on": "2027-02-16", "day": "2027-02-16", "opens": "09:00", "closes": "09:45" } }))).await;
        assert_eq!(openings(&mari, &session, "2027-02-16", "2027-02-16").await.0[0]["endsAt"], "2027-02-16T09:45:00.000Z");
        for (change, code) in [
            (json!({ "closed": "2027-02-17" }), "NOT_ON_THAT_DAY"),
            (json!({ "extra": { "day": "2027-02-02", "opens": "10:00", "closes": "12:00" } }), "ON_THAT_DAY_ALREADY"),
            (json!({ "extra": { "day": "2027-02-03", "opens": "12:00", "closes": "12:00" } }), "CLOSES_BEFORE_OPENS"),
        ] {
            assert_eq!(refused(&mari, CHANGE_SESSION, changes(change)).await, code);
        }
    }

    async fn whoever_loses_a_time_is_cancelled_by_us_and_whoever_made_it_is_told(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let hub = hubs(&mari).await[1].clone();
        let session = a_session_in(&hub, json!({ "slots": { "minutes": 30, "places": 2 } }));
        is_open(&mari, session.clone()).await;
        // Another day than today, of which some may be over.
        let slots = free(&mari, &hub, 20).await;
        let day = |slot: &Value| slot["startsAt"].as_str().unwrap()[..10].to_owned();
        let of_another_day: Vec<_> = slots.iter().skip_while(|slot| day(slot) == day(&slots[0])).collect();
        let (early, late) = (of_another_day[0], of_another_day[3]);
        assert_eq!(day(early), day(late));
        let (kept, lost) = (booked(&mari, early, None).await, booked(&tomos, late, None).await);

        let mut shorter = session;
        shorter["closes"] = json!("10:30");
        is_open(&mari, shorter).await;

        let read = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Appointment { status because } } }";
        let nodes = mari.good(read, json!({ "ids": [kept, lost] })).await["nodes"].clone();
        assert_eq!(nodes, json!([{ "status": "BOOKED", "because": null }, { "status": "CANCELLED", "because": "WE_CANCELLED" }]));
        assert_eq!((told(&mari).await, told(&tomos).await), (vec![], vec![(json!("APPOINTMENT_LOST"), json!(lost))]));
    }

    async fn what_no_hub_keeps_is_refused_in_words_and_nothing_changes(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hub = hubs(&mari).await[0].clone();
        let before = mari.good("{ hubSessions { id } }", json!({})).await;
        for (changes, code) in [
            (json!({ "name": " " }), "NAME_NEEDED"),
            (json!({ "name": "x".repeat(81) }), "TEXT_TOO_LONG"),
            (json!({ "name": "a\u{202e}b" }), "TEXT_NOT_PLAIN"),
            (json!({ "closes": "09:30" }), "CLOSES_BEFORE_OPENS"),
            (json!({ "days": { "weekly": { "weekdays": [] } } }), "DAYS_NEEDED"),
            (json!({ "days": { "weekly": { "weekdays": ["MONDAY"], "everyWeeks": 53 } } }), "INTERVAL_OUT_OF_RANGE"),
            (json!({ "days": { "weekly": { "weekdays": ["MONDAY"], "everyWeeks": -1 } } }), "INTERVAL_OUT_OF_RANGE"),
            (json!({ "firstOn": "1999-12-31" }), "DAY_OUT_OF_RANGE"),
            (json!({ "lastOn": "2025-01-01" }), "NEVER_HAPPENS"),
            (json!({ "days": { "rule": "FREQ=SECONDLY" } }), "RULE_NOT_KEPT"),
            (json!({ "days": { "rule": "'; DROP TABLE hub_session; --" } }), "RULE_NOT_UNDERSTOOD"),
            (json!({ "days": { "rule": "FREQ=WEEKLY;COUNT=1001" } }), "COUNT_OUT_OF_RANGE"),
            (json!({ "slots": { "minutes": 1 } }), "SLOT_OUT_OF_RANGE"),
            (json!({ "slots": { "minutes": 121 } }), "SLOT_OUT_OF_RANGE"),
            (json!({ "slots": { "minutes": 30, "places": 51 } }), "PLACES_OUT_OF_RANGE"),
        ] {
            assert_eq!(refused(&mari, PUT_SESSION, a_session_in(&hub, changes.clone())).await, code, "{changes}");
        }
        for changes in [json!({ "days": { "once": false } }), json!({ "days": {} }), json!({ "opens": "9.30" }), json!({ "opens": "24:00" }), json!({ "firstOn": 7 }), json!({ "days": { "rule": "FREQ=WEEKLY" }, "lastOn": "2027-01-01" })] {
            let problem = mari.problem(PUT_SESSION, json!({ "input": with_key(a_session_in(&hub, changes.clone())) })).await;
            assert_eq!(problem, "BAD_USER_INPUT", "{changes}");
        }
        let elsewhere = store::mint::id::<HubId>().to_string();
        assert_eq!(mari.problem(PUT_SESSION, json!({ "input": with_key(a_session_in(&elsewhere, json!({}))) })).await, "NOT_FOUND");
        assert_eq!(mari.problem(CHANGE_SESSION, json!({ "input": with_key(json!({ "sessionId": a_session(), "change": { "closed": "2027-01-01" } })) })).await, "NOT_FOUND");
        assert_eq!(mari.good("{ hubSessions { id } }", json!({})).await, before);
    }

    async fn a_session_that_is_sent_again_is_one_session_and_stays_in_its_hub(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let hubs = hubs(&mari).await;
        let mut input = a_session_in(&hubs[0], json!({ "idempotencyKey": key() }));

        let (first, again) = (does(&mari, PUT_SESSION, input.clone()).await, does(&mari, PUT_SESSION, input.clone()).await);

        assert_eq!((&first["replayed"], &again["replayed"], &again["session"]), (&json!(false), &json!(true), &first["session"]));
        assert!(!first["session"]["when"].as_str().unwrap().is_empty());
        input["hubId"] = json!(hubs[1]);
        assert_eq!(refused(&mari, PUT_SESSION, input.clone()).await, "IDEMPOTENCY_KEY_REUSED");
        input["idempotencyKey"] = json!(key());
        assert_eq!(refused(&mari, PUT_SESSION, input).await, "ID_ALREADY_USED");
        let nothing = with_key(json!({ "appointmentId": an_appointment(), "status": "FULFILLED" }));
        assert_eq!(mari.problem(MOVE_ON, json!({ "input": nothing })).await, "NOT_FOUND");
    }
}
