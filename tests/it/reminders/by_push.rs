//! Reminders to a device: sealed for it, signed by the server, with a number and a link; and a device that is gone goes.

use super::{push_service::Phone, *};
use crate::council::on_both;
use busfare_entity::{
    push_device,
    words::{DropReason, OutboxState},
};

on_both! {
    async fn a_device_is_told_a_number_and_a_link_and_nobody_on_the_way_reads_it(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (sink, service) = (Sink::open().await, PushService::open());
        let (ways, phone) = (Ways::open(council, Some(&sink), true), Phone::at(&service, "mari"));
        let here = ways.listens();
        let registered = ways.does(here, &mari, REGISTER, phone.subscription()).await;
        assert_eq!(registered["pushDevice"]["service"], "127.0.0.1", "{registered:#}");
        buys(&mari, "12.00").await;

        let (reminded, ran) = ways.goes_round(half_past_nine(0)).await;

        assert_eq!((reminded, ran), (Reminded { people: 1, messages: 1 }, Ran { done: 1, ..Ran::default() }));
        let came = service.came().remove(0);
        assert_eq!(phone.opens(&came.body), json!({ "title": "One receipt or note is still to come", "link": "https://app.council.example/", "tag": "missing-evidence" }));
        assert_eq!((came.path.as_str(), came.header("content-encoding"), came.header("topic"), came.header("ttl")), ("/mari", "aes128gcm", "missing-evidence", "28800"));
        let key = ways.post.reach().push_key.unwrap();
        let signed = came.signed_by(&key, &service.origin);
        assert_eq!((&signed["aud"], &signed["sub"]), (&json!(service.origin), &json!("mailto:help@council.example")));
        assert!(sink.letters().is_empty(), "a device is enough");
        service.close().await;
    }

    async fn a_device_that_is_gone_is_forgotten_and_a_letter_goes_the_next_day(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (sink, service) = (Sink::open().await, PushService::open());
        let (ways, phones) = (Ways::open(council, Some(&sink), true), [Phone::at(&service, "old"), Phone::at(&service, "new")]);
        let here = ways.listens();
        for phone in &phones {
            ways.does(here, &mari, REGISTER, phone.subscription()).await;
        }
        buys(&mari, "12.00").await;
        service.answers(410);

        let (reminded, ran) = ways.goes_round(half_past_nine(0)).await;

        assert_eq!((reminded.messages, ran.done, service.came().len()), (2, 2, 2));
        assert_eq!(push_device::Entity::find().count(council.state.db.reader()).await.unwrap(), 0);
        assert!(outbox(council).await.iter().all(|row| row.dropped == Some(DropReason::DeviceGone)));
        assert_eq!(ways.goes_round(half_past_nine(1)).await.0, Reminded { people: 1, messages: 1 });
        assert_eq!((service.came().len(), sink.letters().len()), (2, 1));
        service.close().await;
    }

    async fn a_push_service_that_is_busy_is_waited_for_and_one_that_leads_elsewhere_is_not_followed(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let service = PushService::open();
        let (ways, phone) = (Ways::open(council, None, true), Phone::at(&service, "mari"));
        ways.does(ways.listens(), &mari, REGISTER, phone.subscription()).await;
        buys(&mari, "12.00").await;

        service.answers(503);
        assert_eq!(ways.goes_round(half_past_nine(0)).await.1, Ran { put_back: 1, ..Ran::default() });
        service.answers(429);
        assert_eq!(ways.delivers(half_past_nine(0) + TimeDelta::minutes(1)).await, Ran { put_back: 1, ..Ran::default() });
        service.answers(307);
        assert_eq!(ways.delivers(half_past_nine(0) + TimeDelta::minutes(10)).await, Ran { stuck: 1, ..Ran::default() });

        assert_eq!(service.came().iter().map(|came| came.path.as_str()).collect::<Vec<_>>(), ["/mari"; 3]);
        assert_eq!(outbox(council).await[0].state, OutboxState::Waiting);
        service.close().await;
    }

    async fn a_device_on_which_she_signed_out_is_sent_nothing_and_one_that_changes_hands_is_the_new_ones(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let service = PushService::open();
        let (ways, phone) = (Ways::open(council, None, true), Phone::at(&service, "shared"));
        let here = ways.listens();
        let first = ways.does(here, &mari, REGISTER, phone.subscription()).await["pushDevice"]["id"].clone();
        assert_eq!(ways.does(here, &mari, REGISTER, phone.subscription()).await["pushDevice"]["id"], first, "again is the same");
        buys(&mari, "12.00").await;
        let second = ways.does(here, &tomos, REGISTER, phone.subscription()).await["pushDevice"]["id"].clone();
        assert_ne!(first, second);
        assert_eq!(mari.good(REMINDERS, json!({})).await["viewer"]["reminders"]["devices"], json!([]));
        assert_eq!(ways.goes_round(half_past_nine(0)).await.0, Reminded::default(), "it is not hers any more");

        buys(&tomos, "12.00").await;
        tomos.good("mutation { signOut(input: { everywhere: false }) { signedOut } }", json!({})).await;
        assert_eq!(ways.goes_round(half_past_nine(0)).await.0, Reminded::default());
        assert!(service.came().is_empty());
        service.close().await;
    }

    async fn of_six_devices_the_first_makes_room(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let service = PushService::open();
        let ways = Ways::open(council, None, true);
        let here = ways.listens();
        let mut ids = Vec::new();
        for number in 0..6 {
            let phone = Phone::at(&service, &number.to_string());
            ids.push(ways.does(here, &mari, REGISTER, phone.subscription()).await["pushDevice"]["id"].clone());
        }
        let devices = mari.good(REMINDERS, json!({})).await["viewer"]["reminders"]["devices"].as_array().unwrap().clone();
        let mut left: Vec<_> = devices.iter().map(|device| device["id"].clone()).collect();
        left.reverse();
        assert_eq!(left, ids[1..]);
        service.close().await;
    }
}
