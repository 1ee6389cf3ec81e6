//! Stewards hear in time: thirty and seven days before a question ends, once, however many servers go round.

use busfare::{http::clock, work::stewards};
use busfare_entity::{practitioner, question, words::PractitionerId};
use chrono::{DateTime, Days, TimeDelta, Utc};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use crate::council::{Council, Person, on_both};

const TOLD: &str = "{ viewer { notices { nodes { kind dueOn spend { id } record { id } question { code } } } } }";

/// At noon some days from now.
fn noon(days: u64) -> DateTime<Utc> {
    let day = clock::now().date_naive() + Days::new(days);
    day.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

/// One round, with how many notices it told.
async fn round(council: &Council, now: DateTime<Utc>) -> u64 {
    stewards::tell(&council.state.db, now).await.unwrap().notices
}

async fn told(person: &Person<'_>) -> Vec<Value> {
    person.good(TOLD, json!({})).await["viewer"]["notices"]["nodes"].as_array().unwrap().clone()
}

/// Leaves one question in the bank that ends on a day, and gives it to somebody.
async fn ends(council: &Council, code: &str, day: chrono::NaiveDate, steward: PractitionerId) {
    let txn = council.state.db.begin().await.unwrap();
    let far = clock::now().date_naive() + Days::new(700);
    let all = question::Entity::update_many().col_expr(question::Column::ReviewOn, Expr::value(far));
    all.exec(&txn).await.unwrap();
    question::Entity::update_many()
        .col_expr(question::Column::ReviewOn, Expr::value(day))
        .col_expr(question::Column::StewardId, Expr::value(steward))
        .col_expr(question::Column::HeldByGroup, Expr::value(false))
        .filter(question::Column::Code.eq(code))
        .exec(&txn)
        .await
        .unwrap();
    txn.commit().await.unwrap();
}

async fn leaves(council: &Council, who: PractitionerId) {
    let txn = council.state.db.begin().await.unwrap();
    let gone = practitioner::Entity::update_many().col_expr(practitioner::Column::Active, Expr::value(false));
    gone.filter(practitioner::Column::Id.eq(who)).exec(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

const CODE: &str = "hub-conversation.what-about";

on_both! {
    async fn a_steward_hears_thirty_and_seven_days_before_and_nobody_hears_twice(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let last = noon(40).date_naive();
        ends(council, CODE, last, mari.row().id).await;

        let mut heard = Vec::new();
        for days in [0, 9, 10, 11, 32, 33, 34, 40, 41] {
            heard.push(round(council, noon(days)).await);
            heard.push(round(council, noon(days)).await);
        }

        assert_eq!(heard, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        let notice = json!({ "kind": "QUESTION_REVIEW_DUE", "dueOn": last, "spend": null, "record": null, "question": { "code": CODE } });
        assert_eq!((told(&mari).await, told(&tomos).await), (vec![notice.clone(), notice], vec![]));
        // Somebody looked at it, so it ends on another day, and that is told when it comes.
        ends(council, CODE, last + Days::new(100), mari.row().id).await;
        assert_eq!((round(council, noon(41)).await, round(council, noon(110)).await), (0, 1));
    }

    async fn many_servers_at_once_tell_each_steward_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let other = council.second_db().await;
        for days in [10, 33] {
            ends(council, CODE, noon(40).date_naive(), mari.row().id).await;
            let rounds = (0..8).map(|place| stewards::tell(if place % 2 == 0 { &council.state.db } else { &other }, noon(days)));

            let told: u64 = join_all(rounds).await.into_iter().map(|round| round.unwrap().notices).sum();

            assert_eq!(told, 1, "day {days}");
        }
        assert_eq!(told(&mari).await.len(), 2);
        other.close().await.unwrap();
    }

    async fn what_somebody_who_left_answered_for_is_the_practice_groups_and_all_of_it_hears(council: &Council) {
        let (tomos, nia) = (council.person("tomos.ellwood").await, council.person("nia.talfan").await);
        ends(council, CODE, noon(20).date_naive(), tomos.row().id).await;
        leaves(council, tomos.row().id).await;
        let group = nia.good("{ practiceGroup { id name } }", json!({})).await["practiceGroup"].as_array().unwrap().len();

        let done = stewards::tell(&council.state.db, noon(0) + TimeDelta::hours(1)).await.unwrap();

        assert_eq!((done.taken_over, done.notices), (1, u64::try_from(group).unwrap()));
        assert!(group > 1 && told(&nia).await[0]["question"]["code"] == CODE);
        let held = question::Entity::find().filter(question::Column::Code.eq(CODE)).one(council.state.db.reader()).await.unwrap().unwrap();
        assert!(held.held_by_group);
        assert_eq!(stewards::tell(&council.state.db, noon(1)).await.unwrap(), stewards::Told::default());
    }
}
