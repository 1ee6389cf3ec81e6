//! Calendars: a hub's times on the phone, with nobody's name, until the address is closed.

use serde_json::{Value, json};

use super::{a_session_in, booked, free, hubs, is_open};
use crate::{
    council::{Council, key, on_both},
    verbs::{CLOSE_CALENDAR, MOVE_ON, OPEN_CALENDAR, PUT_PERSON, does, with_key},
};

on_both! {
    async fn a_calendar_is_followed_without_names_until_it_is_closed(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let hub = hubs(&mari).await[1].clone();
        is_open(&mari, a_session_in(&hub, json!({ "slots": { "minutes": 30 } }))).await;
        let person = does(&mari, PUT_PERSON, json!({ "displayName": "Zachariah" })).await["person"]["id"].as_str().unwrap().to_owned();
        let slots = free(&mari, &hub, 2).await;
        booked(&mari, &slots[0], Some(&person)).await;
        let off = booked(&mari, &slots[1], Some(&person)).await;
        does(&mari, MOVE_ON, json!({ "appointmentId": off, "status": "CANCELLED", "because": "UNWELL" })).await;
        let input = json!({ "hubId": hub, "idempotencyKey": key() });

        let opened = does(&mari, OPEN_CALENDAR, input.clone()).await["calendar"].clone();

        let address = council.url(opened["url"].as_str().unwrap());
        let answer = reqwest::get(&address).await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/calendar; charset=utf-8");
        assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
        let text = answer.text().await.unwrap();
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
        assert!(text.contains("STATUS:CANCELLED") && !text.contains("Zachariah") && !text.contains("Mari"), "{text}");
        assert!(text.lines().filter(|line| *line == "BEGIN:VEVENT").count() > 100, "{}", text.len());

        // The address is told once; whoever opened it closes it, and from then on it leads nowhere.
        let again = does(&mari, OPEN_CALENDAR, input).await;
        assert_eq!((&again["replayed"], &again["calendar"]["url"]), (&json!(true), &Value::Null));
        assert_eq!(mari.good("{ calendars { url } }", json!({})).await["calendars"], json!([{ "url": null }]));
        let close = with_key(json!({ "calendarId": opened["id"] }));
        assert_eq!(tomos.problem(CLOSE_CALENDAR, json!({ "input": close.clone() })).await, "NOT_FOUND");
        assert!(does(&mari, CLOSE_CALENDAR, close).await["calendar"]["closedAt"].is_string());
        let gone = reqwest::get(&address).await.unwrap();
        assert_eq!(gone.status(), 404);
        for wrong in ["x.ics", "", ".ics", "%00.ics", "..%2F..%2Fetc%2Fpasswd.ics", &format!("{}.ics", "a".repeat(5_000))] {
            let status = reqwest::get(council.url(&format!("/calendars/{wrong}"))).await.unwrap().status();
            assert!(status == 404 || status == 400 || status == 414, "{wrong}: {status}");
        }
    }
}
