//! Once a day and no more: two servers, many rounds at once, and one that is killed in the middle.

use std::sync::atomic::Ordering;

use futures_util::future::join_all;

use super::*;
use crate::council::on_both;
use busfare::store;
use busfare_entity::words::{DropReason, OutboxState};

const EVERYBODY: [&str; 6] =
    ["mari.prydderch", "tomos.ellwood", "amina.warsame", "kasia.zielonka", "gethin.bowmer", "nia.talfan"];

on_both! {
    async fn many_rounds_on_two_servers_at_once_remind_each_person_once(council: &Council) {
        for name in EVERYBODY {
            buys(&council.person(name).await, "12.00").await;
        }
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        let other = council.second_db().await;
        let (now, reach) = (half_past_nine(0), ways.post.reach());
        let dbs = [&council.state.db, &other];

        let rounds = join_all((0..12).map(|round| digests::remind(dbs[round % 2], &reach, now))).await;
        let told: u64 = rounds.into_iter().map(|round| round.unwrap().people).sum();
        let works = dbs.map(|db| Works { db: db.clone(), ..ways.works(now) });
        let hands = jobs::hands();
        let ran = join_all((0..8).map(|place| jobs::run_due(&works[place % 2], &hands))).await;
        let done: u64 = ran.into_iter().map(|ran| ran.unwrap().done).sum();

        assert_eq!((told, done), (6, 6));
        assert_eq!(digest::Entity::find().count(council.state.db.reader()).await.unwrap(), 6);
        let mut to: Vec<_> = sink.letters().into_iter().map(|letter| letter.to).collect();
        to.sort();
        to.dedup();
        assert_eq!((to.len(), sink.offered.load(Ordering::SeqCst)), (6, 6));
        other.close().await.unwrap();
    }

    async fn a_round_that_is_killed_half_way_has_reminded_or_has_not(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        buys(&mari, "12.00").await;
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        let (now, day) = (half_past_nine(0), calendar::day(half_past_nine(0), calendar::HOME));

        // Killed after her day was claimed and before the message was written: nothing of it is there.
        let txn = council.state.db.begin().await.unwrap();
        assert!(store::reminder::claim_day(&txn, mari.row().id, day, now).await.unwrap());
        drop(txn);
        assert_eq!((digest::Entity::find().count(council.state.db.reader()).await.unwrap(), outbox(council).await.len()), (0, 0));

        // Killed after the message was marked and before its end was written: it may have gone, so it does not again.
        let works = ways.works(now);
        digests::remind(&works.db, &ways.post.reach(), now).await.unwrap();
        let id = outbox(council).await[0].id;
        let txn = council.state.db.begin().await.unwrap();
        assert!(store::job::take(&txn, now).await.unwrap().is_some());
        assert!(store::outbox::advance(&txn, id, OutboxState::Waiting, OutboxState::Sending).await.unwrap());
        txn.commit().await.unwrap();
        let later = now + TimeDelta::minutes(10);
        assert_eq!(ways.delivers(later).await, Ran { done: 1, ..Ran::default() });
        let row = outbox(council).await.remove(0);
        assert_eq!((row.state, row.dropped, sink.letters().len()), (OutboxState::Dropped, Some(DropReason::NotSure), 0));
        assert_eq!(ways.goes_round(later).await.0, Reminded::default(), "her day is over");
        assert_eq!(ways.goes_round(half_past_nine(1)).await.1, Ran { done: 1, ..Ran::default() });
        assert_eq!(sink.letters().len(), 1);
    }

    async fn the_database_itself_lets_there_be_one_digest_a_day(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let (now, day) = (clock::now(), clock::now().date_naive());
        let claims = |day| async move {
            let txn = council.state.db.begin().await.unwrap();
            let claimed = store::reminder::claim_day(&txn, council.person("mari.prydderch").await.row().id, day, now).await.unwrap();
            txn.commit().await.unwrap();
            claimed
        };
        let _ = &mari;
        assert!(claims(day).await && !claims(day).await && claims(day.succ_opt().unwrap()).await);
        let twin = digest::ActiveModel { practitioner_id: sea_orm::Set(mari.row().id), local_day: sea_orm::Set(day), made_at: sea_orm::Set(now) };
        assert!(digest::Entity::insert(twin).exec_without_returning(&council.state.db.begin().await.unwrap()).await.is_err());
    }

    async fn somebody_who_has_left_is_told_nothing_and_what_has_ended_is_swept(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        buys(&mari, "12.00").await;
        let sink = Sink::open().await;
        let ways = Ways::open(council, Some(&sink), false);
        digests::remind(&council.state.db, &ways.post.reach(), half_past_nine(0)).await.unwrap();
        let leaves = practitioner::Entity::update_many().col_expr(practitioner::Column::Active, Expr::value(false));
        let txn = council.state.db.begin().await.unwrap();
        leaves.filter(practitioner::Column::Id.eq(mari.row().id)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();

        assert_eq!(ways.delivers(half_past_nine(0)).await.done, 1);
        assert_eq!((outbox(council).await[0].dropped, sink.letters().len()), (Some(DropReason::NotNow), 0));
        let works = ways.works(half_past_nine(0) + TimeDelta::days(120));
        let swept = busfare::work::sweep::sweep(&works.db, &works.blobs, &works.staging, works.now()).await.unwrap();
        assert_eq!((swept.messages, outbox(council).await.len()), (2, 0));
    }
}
