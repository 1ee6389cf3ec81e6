//! Reminders by e-mail: taken, put off, refused, and never sent twice where nobody knows whether one was.

use super::*;
use crate::{
    council::{key, on_both},
    verbs::{NOTE, NOTE_ABSENCE},
};
use busfare::store;
use busfare_entity::{
    appointment,
    words::{AppointmentStatus, DropReason, JobProblem, JobState, OutboxState},
};

on_both! {
    async fn she_is_told_once_a_day_how_many_are_still_to_come_until_none_is(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        let (first, second) = (buys(&mari, "12.00").await, buys(&mari, "13.00").await);
        buys(&mari, "1.15").await;
        let monday = half_past_nine(0);
        assert_eq!(ways.goes_round(monday - TimeDelta::hours(1)).await.0, Reminded::default(), "too early");

        let (reminded, ran) = ways.goes_round(monday).await;

        assert_eq!((reminded, ran), (Reminded { people: 1, messages: 1 }, Ran { done: 1, ..Ran::default() }));
        let letter = sink.letters().remove(0);
        assert_eq!(letter.to, mari.row().email);
        for part in ["From: Busfare <busfare@council.example>", "Subject: 2 receipts or notes are still to come", "Auto-Submitted: auto-generated", "https://app.council.example/", "@council.example>"] {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
        }
        for private in ["12.00", "13.00", "Mari", first.as_str()] {
            assert!(!letter.text.contains(private) || letter.to.contains(private), "{private}: {}", letter.text);
        }
        let id = outbox(council).await.remove(0).id;
        assert!(letter.text.contains(&format!("Message-ID: <{id}@council.example>")), "{}", letter.text);

        // Not twice on a day, and again on the next while something is missing.
        assert_eq!(ways.goes_round(monday + TimeDelta::hours(3)).await, (Reminded::default(), Ran::default()));
        does(&mari, NOTE, json!({ "spendId": first, "reason": "LOST" })).await;
        assert_eq!(ways.goes_round(half_past_nine(1)).await.0.people, 1);
        assert!(sink.letters()[1].text.contains("Subject: One receipt or note is still to come"));
        does(&mari, NOTE, json!({ "spendId": second, "reason": "LOST" })).await;
        assert_eq!(ways.goes_round(half_past_nine(2)).await, (Reminded::default(), Ran::default()));
        assert_eq!(sink.letters().len(), 2);
        let said = mari.good(REMINDERS, json!({})).await["viewer"]["reminders"].clone();
        assert_eq!(said["lastDay"], calendar::day(half_past_nine(1), calendar::HOME).to_string());
    }

    async fn whoever_made_an_appointment_hears_of_it_on_the_working_day_before(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        let (monday, starts_at) = (half_past_nine(0), half_past_nine(1) + TimeDelta::hours(5));
        let her = store::people::as_viewer(mari.row());
        let booked = appointment::Model {
            status: AppointmentStatus::Booked,
            starts_at: Some(starts_at),
            ..store::appointment::blank(store::mint::id(), &her, clock::now())
        };
        let late = appointment::Model { id: store::mint::id(), starts_at: Some(half_past_nine(2)), ..booked.clone() };
        let txn = council.state.db.begin().await.unwrap();
        for row in [booked, late] {
            assert!(store::appointment::add(&txn, row).await.unwrap());
        }
        txn.commit().await.unwrap();

        assert_eq!(ways.goes_round(monday).await.0, Reminded { people: 1, messages: 1 });

        let letter = sink.letters().remove(0);
        assert!(letter.text.contains("Subject: One appointment is soon"), "{}", letter.text);
        assert!(!letter.text.contains("receipt") && !letter.text.contains("photograph"), "{}", letter.text);
        // The day after there are two; when they are over there is nothing to say.
        assert_eq!(ways.goes_round(half_past_nine(1)).await.0.people, 1);
        assert!(sink.letters()[1].text.contains("Subject: 2 appointments are soon"), "{}", sink.letters()[1].text);
        assert_eq!(ways.goes_round(half_past_nine(3)).await.0, Reminded::default());
    }

    async fn what_she_spent_today_or_while_away_or_on_a_day_off_is_not_nagged_about(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        buys(&mari, "12.00").await;
        buys(&tomos, "12.00").await;
        let morning = half_past_nine(0);
        let today = spend::Entity::update_many().col_expr(spend::Column::SpentAt, Expr::value(Some(morning - TimeDelta::hours(1))));
        let txn = council.state.db.begin().await.unwrap();
        today.filter(spend::Column::PractitionerId.eq(tomos.row().id)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        does(&mari, NOTE_ABSENCE, json!({ "practitionerId": mari.row().id.to_string(), "ends": half_past_nine(0) + TimeDelta::hours(2) })).await;
        let sunday = (0..7).map(|days| morning + TimeDelta::days(days)).find(|day| day.weekday() == Weekday::Sun).unwrap();

        assert_eq!(ways.goes_round(morning).await.0, Reminded::default());
        assert_eq!(ways.goes_round(sunday).await.0, Reminded::default());
        assert_eq!(ways.goes_round(morning + TimeDelta::hours(3)).await.0.people, 1, "she is back");
        assert_eq!(ways.goes_round(half_past_nine(1)).await.0.people, 2);
        let mut to: Vec<_> = sink.letters().into_iter().map(|letter| letter.to).collect();
        to.sort();
        assert_eq!(to, [mari.row().email.clone(), mari.row().email.clone(), tomos.row().email.clone()], "and nobody else, whatever her role");
    }

    async fn a_letter_that_is_put_off_is_tried_again_and_dropped_when_its_reason_or_its_day_is_gone(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        let spend = buys(&mari, "12.00").await;
        sink.is(sink::Manner::Later);
        let morning = half_past_nine(0);

        assert_eq!(ways.goes_round(morning).await.1, Ran { put_back: 1, ..Ran::default() });
        assert_eq!(outbox(council).await[0].state, OutboxState::Waiting);
        sink.is(sink::Manner::Takes);
        assert_eq!(ways.delivers(morning + TimeDelta::minutes(1)).await, Ran { done: 1, ..Ran::default() });
        assert_eq!((sink.letters().len(), outbox(council).await[0].state), (1, OutboxState::Sent));

        // The evidence comes before the letter goes.
        sink.is(sink::Manner::Later);
        assert_eq!(ways.goes_round(half_past_nine(1)).await.1, Ran { put_back: 1, ..Ran::default() });
        does(&mari, NOTE, json!({ "spendId": spend, "reason": "LOST" })).await;
        sink.is(sink::Manner::Takes);
        assert_eq!(ways.delivers(half_past_nine(1) + TimeDelta::hours(1)).await, Ran { done: 1, ..Ran::default() });
        // The evening comes before the letter goes.
        buys(&mari, "14.00").await;
        sink.is(sink::Manner::Later);
        assert_eq!(ways.goes_round(half_past_nine(2)).await.1, Ran { put_back: 1, ..Ran::default() });
        sink.is(sink::Manner::Takes);
        assert_eq!(ways.delivers(half_past_nine(2) + TimeDelta::hours(9)).await, Ran { done: 1, ..Ran::default() });

        assert_eq!(sink.letters().len(), 1);
        let mut dropped: Vec<_> = outbox(council).await.into_iter().filter_map(|row| row.dropped).collect();
        dropped.sort();
        assert_eq!(dropped, [DropReason::NothingToSay, DropReason::NotNow]);
        assert_eq!(job::Entity::find().filter(job::Column::SubjectId.is_in(outbox(council).await.into_iter().map(|row| row.id.0))).count(council.state.db.reader()).await.unwrap(), 0);
    }

    async fn a_letter_that_nobody_takes_is_stuck_where_people_see_it(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        buys(&mari, "12.00").await;
        sink.is(sink::Manner::Refuses);

        assert_eq!(ways.goes_round(half_past_nine(0)).await.1, Ran { stuck: 1, ..Ran::default() });

        let seen = gethin.good("{ jobs { nodes { id kind state problem } } }", json!({})).await["jobs"]["nodes"][0].clone();
        assert_eq!((&seen["kind"], &seen["problem"]), (&json!("DELIVER_MESSAGE"), &json!("UNDELIVERABLE")));
        let again = json!({ "idempotencyKey": key(), "jobId": seen["id"] });
        let retried = does(&gethin, "mutation($input: RetryJobInput!) { it: retryJob(input: $input) { job { state } userErrors { code message field retry } replayed } }", again).await;
        assert_eq!(retried["job"]["state"], "WAITING");
        sink.is(sink::Manner::Takes);
        assert_eq!(ways.delivers(half_past_nine(0) + TimeDelta::minutes(5)).await, Ran { done: 1, ..Ran::default() });
        assert_eq!(sink.letters().len(), 1);
    }

    async fn where_nobody_knows_whether_a_letter_went_it_is_not_sent_again(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        buys(&mari, "12.00").await;
        sink.is(sink::Manner::BreaksOff);

        assert_eq!(ways.goes_round(half_past_nine(0)).await.1, Ran { done: 1, ..Ran::default() });

        let row = outbox(council).await.remove(0);
        assert_eq!((row.state, row.dropped), (OutboxState::Dropped, Some(DropReason::NotSure)));
        assert_eq!((sink.letters().len(), ways.delivers(half_past_nine(0) + TimeDelta::hours(6)).await), (1, Ran::default()));
    }

    async fn a_mail_server_that_is_away_is_waited_for(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let mut sink = Sink::open().await;
        sink.port = 9;
        let ways = Ways::open(council, Some(&sink), false);
        buys(&mari, "12.00").await;

        assert_eq!(ways.goes_round(half_past_nine(0)).await.1, Ran { put_back: 1, ..Ran::default() });

        let jobs = job::Entity::find().all(council.state.db.reader()).await.unwrap();
        let job = jobs.iter().find(|job| job.problem.is_some()).unwrap();
        assert_eq!((job.state, job.problem), (JobState::Waiting, Some(JobProblem::NotDelivered)));
        assert_eq!(outbox(council).await[0].state, OutboxState::Waiting);
    }
}
