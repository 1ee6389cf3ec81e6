//! What she says about reminders: hers alone, and told in plain words where it makes no sense.

use super::{push_service::Phone, *};
use crate::{
    council::{key, on_both},
    verbs::{in_language, refused},
};

on_both! {
    async fn she_says_when_and_how_and_it_counts_from_then_on(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        let usual = json!({ "enabled": true, "hour": 9, "quietFrom": 18, "quietTo": 8, "language": "EN", "channel": "ANY", "lastDay": null, "devices": [], "pushKey": null, "emailOffered": false });
        assert_eq!(mari.good(REMINDERS, json!({})).await["viewer"]["reminders"], usual);
        buys(&mari, "12.00").await;

        let wish = json!({ "idempotencyKey": key(), "enabled": true, "hour": 13, "quietFrom": 17, "quietTo": 12, "language": "CY" });
        let set = does(&mari, SET, wish.clone()).await;
        assert_eq!(set["reminders"], json!({ "enabled": true, "hour": 13, "quietFrom": 17, "quietTo": 12, "language": "CY", "channel": "ANY" }));
        assert_eq!(does(&mari, SET, wish.clone()).await["replayed"], true);
        let mut other = wish;
        other["hour"] = 14.into();
        assert_eq!(refused(&mari, SET, other).await, "IDEMPOTENCY_KEY_REUSED");

        assert_eq!(ways.goes_round(half_past_nine(0)).await.0, Reminded::default());
        assert_eq!(ways.goes_round(half_past_nine(0) + TimeDelta::hours(4)).await.0.people, 1);
        assert!(sink.letters()[0].text.contains("Subject: Mae un dderbynneb neu nodyn eto i ddod"), "{}", sink.letters()[0].text);
        does(&mari, SET, json!({ "enabled": false })).await;
        assert_eq!(ways.goes_round(half_past_nine(1) + TimeDelta::hours(4)).await.0, Reminded::default());
        assert_eq!(mari.good(REMINDERS, json!({})).await["viewer"]["reminders"]["hour"], 9, "what is left out is what is usual");
        let tomos = council.person("tomos.ellwood").await;
        assert_eq!(tomos.good(REMINDERS, json!({})).await["viewer"]["reminders"]["enabled"], true, "hers alone");
    }

    async fn what_makes_no_sense_is_told_in_plain_words_and_changes_nothing(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let before = mari.good(REMINDERS, json!({})).await;
        for (wish, code) in [
            (json!({ "enabled": true, "hour": 24 }), "HOUR_NOT_VALID"),
            (json!({ "enabled": true, "hour": -1 }), "HOUR_NOT_VALID"),
            (json!({ "enabled": true, "hour": 2147483647 }), "HOUR_NOT_VALID"),
            (json!({ "enabled": true, "quietFrom": 99 }), "HOUR_NOT_VALID"),
            (json!({ "enabled": true, "quietTo": -7 }), "HOUR_NOT_VALID"),
            (json!({ "enabled": false, "hour": 3 }), "HOUR_IS_QUIET"),
            (json!({ "enabled": true, "channel": "PUSH" }), "PUSH_NOT_OFFERED"),
            (json!({ "enabled": true, "channel": "EMAIL" }), "EMAIL_NOT_OFFERED"),
        ] {
            assert_eq!(refused(&mari, SET, wish.clone()).await, code, "{wish}");
        }
        for wrong in [json!({ "enabled": "yes" }), json!({ "enabled": true, "hour": "nine" }), json!({ "enabled": true, "hour": 9.5 }), json!({}), json!({ "enabled": true, "channel": "PIGEON" }), json!({ "enabled": true, "language": 7 }), Value::Null] {
            let mut input = wrong.clone();
            if let Some(fields) = input.as_object_mut() { fields.insert("idempotencyKey".into(), key().into()); }
            assert_eq!(mari.problem(SET, json!({ "input": input })).await, "BAD_USER_INPUT", "{wrong}");
        }
        assert_eq!(council.stranger().problem(SET, json!({ "input": { "idempotencyKey": key(), "enabled": true } })).await, "UNAUTHENTICATED");
        assert_eq!(mari.good(REMINDERS, json!({})).await, before);
        let welsh = in_language(council, &mari, "cy", SET, json!({ "input": { "idempotencyKey": key(), "enabled": true, "hour": 24 } })).await;
        assert_eq!(welsh["it"]["userErrors"][0]["message"], "Rhif cyfan o 0 i 23 yw awr. Newidiwch ef.");
    }

    async fn nothing_is_registered_that_leads_inside_or_is_no_subscription(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let service = PushService::open();
        let (ways, phone) = (Ways::open(council, None, true), Phone::at(&service, "mari"));
        let here = ways.listens();
        let whole = phone.subscription();
        assert_eq!(refused(&mari, REGISTER, whole.clone()).await, "PUSH_NOT_OFFERED", "the council's own server sends none");
        let with = |field: &str, value: &str| { let mut changed = whole.clone(); changed[field] = value.into(); changed };
        let long = "x".repeat(5_000);
        for (input, code) in [
            (with("endpoint", ""), "ENDPOINT_NOT_VALID"),
            (with("endpoint", "https://localhost/x"), "ENDPOINT_NOT_VALID"),
            (with("endpoint", "https://169.254.169.254/latest/meta-data"), "ENDPOINT_NOT_VALID"),
            (with("endpoint", "http://push.example.com/x"), "ENDPOINT_NOT_VALID"),
            (with("endpoint", "https://[::1]/"), "ENDPOINT_NOT_VALID"),
            (with("endpoint", "https://a:b@push.example.com/"), "ENDPOINT_NOT_VALID"),
            (with("endpoint", "https://push.example.com/\u{202E}x"), "ENDPOINT_NOT_VALID"),
            (with("endpoint", &long), "ENDPOINT_NOT_VALID"),
            (with("p256dh", ""), "KEYS_NOT_VALID"),
            (with("p256dh", "AAAA"), "KEYS_NOT_VALID"),
            (with("p256dh", &long), "KEYS_NOT_VALID"),
            (with("p256dh", "\u{0}"), "KEYS_NOT_VALID"),
            (with("auth", "not base64url!"), "KEYS_NOT_VALID"),
            (with("auth", &"A".repeat(24)), "KEYS_NOT_VALID"),
        ] {
            let answer = ways.does(here, &mari, REGISTER, input.clone()).await;
            assert_eq!((&answer["userErrors"][0]["code"], &answer["pushDevice"]), (&json!(code), &Value::Null), "{input}");
        }
        assert_eq!(mari.good(REMINDERS, json!({})).await["viewer"]["reminders"]["devices"], json!([]));
        assert!(service.came().is_empty());
        service.close().await;
    }

    async fn a_device_is_removed_by_its_owner_alone_and_its_address_is_nowhere(council: &Council) {
        let (mari, tomos, nia) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("nia.talfan").await);
        let service = PushService::open();
        let (ways, phone) = (Ways::open(council, None, true), Phone::at(&service, "a-secret-address"));
        let here = ways.listens();
        let whole = { let mut whole = phone.subscription(); whole["idempotencyKey"] = key().into(); whole };
        let device = ways.does(here, &mari, REGISTER, whole.clone()).await;
        assert_eq!(ways.does(here, &mari, REGISTER, whole).await["replayed"], true);
        let id = device["pushDevice"]["id"].clone();
        let kept = busfare_entity::idempotency::Entity::find().all(council.state.db.reader()).await.unwrap();
        assert!(!kept.iter().any(|row| format!("{row:?}").contains("a-secret-address")), "answers are kept for long");

        for other in [&tomos, &nia] {
            assert_eq!(other.problem(REMOVE, json!({ "input": { "idempotencyKey": key(), "pushDeviceId": id } })).await, "NOT_FOUND");
        }
        for wrong in ["", "pdev_00000000000000000000000000", "spnd_00000000000000000000000000", "pdev_\0"] {
            assert_eq!(mari.problem(REMOVE, json!({ "input": { "idempotencyKey": key(), "pushDeviceId": wrong } })).await, "NOT_FOUND", "{wrong}");
        }
        let one = json!({ "idempotencyKey": key(), "pushDeviceId": id });
        assert_eq!(does(&mari, REMOVE, one.clone()).await["pushDevice"]["id"], id);
        assert_eq!(does(&mari, REMOVE, one).await["replayed"], true);
        assert_eq!(mari.problem(REMOVE, json!({ "input": { "idempotencyKey": key(), "pushDeviceId": id } })).await, "NOT_FOUND");
        service.close().await;
    }
}
