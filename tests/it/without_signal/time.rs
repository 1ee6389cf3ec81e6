//! Time: what was decided in time is honoured within the grace; then what is left goes back, once.

use busfare::{http::clock, store, work::allowances};
use busfare_entity::{delegation, spend};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use super::{DRAW, RETURN, draws, fare, hours_pass, nothing_is_lost, outcomes, row, syncs, wire, with};
use crate::{
    council::{Council, on_both},
    verbs::{does, refused},
};

/// Waits until the clock shows another moment, so that before and after are not the same.
async fn the_clock_goes_on() {
    let now = clock::now();
    while clock::now() == now {
        tokio::task::yield_now().await;
    }
}

on_both! {
    async fn a_phone_that_comes_back_late_is_honoured_for_what_it_decided_in_time(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "10.00").await;
        let spend = fare(council, &drawn, "1.00").await;
        let at = |spend: Value, hours: i64| with(&spend, json!({ "decidedAt": wire(clock::now() + TimeDelta::hours(hours)) }));
        // It was drawn 95 hours ago, expired 71 hours ago, and its money goes back in an hour.
        hours_pass(council, &drawn["id"], 95).await;

        let in_time = at(fare(council, &drawn, "1.00").await, -72);
        let at_once = at(fare(council, &drawn, "1.00").await, -94);
        let before = at(fare(council, &drawn, "1.00").await, -96);
        let late = at(fare(council, &drawn, "1.00").await, -70);
        let ahead = at(fare(council, &drawn, "1.00").await, 10_000_000);
        let results = syncs(&mari, &[in_time, before, late, spend, ahead, at_once]).await;

        assert_eq!(outcomes(&results), ["HONOURED", "ASKED", "ASKED", "ASKED", "ASKED", "HONOURED"]);
        assert_eq!(allowances::give_back(&council.state.db, clock::now()).await.unwrap(), 0, "the grace is not over");
        hours_pass(council, &drawn["id"], 2).await;
        assert_eq!(outcomes(&syncs(&mari, &[at(fare(council, &drawn, "1.00").await, -74)]).await), ["ASKED"], "the grace is over");
        nothing_is_lost(council).await;
    }

    async fn what_was_not_needed_goes_back_once_when_the_grace_is_over(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let drawn = draws(&mari, "10.00").await;
        syncs(&mari, &[fare(council, &drawn, "4.00").await]).await;
        let (db, later) = (&council.state.db, clock::now() + TimeDelta::hours(97));

        assert_eq!(allowances::give_back(db, clock::now() + TimeDelta::hours(95)).await.unwrap(), 0);
        let given: u64 = join_all((0..4).map(|_| allowances::give_back(db, later))).await.into_iter().map(Result::unwrap).sum();

        assert_eq!((given, allowances::give_back(db, later).await.unwrap()), (1, 0));
        let row = row(council, &drawn["id"]).await;
        assert_eq!((row.honoured_pence, row.returned_pence), (400, 600));
        nothing_is_lost(council).await;
    }

    async fn an_expired_one_makes_way_for_the_next_and_still_honours_what_it_promised(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let old = draws(&mari, "10.00").await;
        let decided = fare(council, &old, "9.00").await;
        hours_pass(council, &old["id"], 25).await;
        let decided = with(&decided, json!({ "decidedAt": wire(clock::now() - TimeDelta::hours(2)) }));

        let new = draws(&mari, "90.00").await;
        assert_eq!(mari.requests_spend(json!({ "unitPrice": "0.01" })).await["spend"]["decision"], "ASKED");

        let states = mari.good("{ viewer { allowances { id state } } }", json!({})).await;
        assert_eq!(states["viewer"]["allowances"], json!([{ "id": new["id"], "state": "OPEN" }, { "id": old["id"], "state": "ENDED" }]));
        assert_eq!(outcomes(&syncs(&mari, &[decided, fare(council, &new, "1.00").await]).await), ["HONOURED", "HONOURED"]);
        nothing_is_lost(council).await;
    }

    async fn returning_ends_it_and_keeps_back_what_is_still_to_come(council: &Council) {
        let (mari, other_phone) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let drawn = draws(&mari, "10.00").await;
        let (decided, more) = (fare(council, &drawn, "3.00").await, fare(council, &drawn, "0.01").await);

        for (amount, code) in [("-1.00", "AMOUNT_NOT_POSITIVE"), ("0.001", "PART_PENNIES")] {
            assert_eq!(refused(&mari, RETURN, json!({ "allowanceId": drawn["id"], "stillToSync": amount })).await, code);
        }
        let back = does(&other_phone, RETURN, json!({ "allowanceId": drawn["id"], "stillToSync": "3.00" })).await;
        assert_eq!((&back["allowance"]["state"], &back["allowance"]["left"]["amount"], &back["allowance"]["returned"]["amount"]), (&json!("ENDED"), &json!("3.00"), &json!("7.00")));
        let afterwards = fare(council, &drawn, "1.00").await;

        // The return overtook what it was decided for; nothing that was decided after it is honoured.
        assert_eq!(outcomes(&syncs(&mari, &[afterwards, decided.clone(), more]).await), ["ASKED", "HONOURED", "ASKED"]);
        let again = does(&mari, RETURN, json!({ "allowanceId": drawn["id"] })).await;
        assert_eq!((&again["allowance"]["state"], &again["allowance"]["returned"]["amount"]), (&json!("CLOSED"), &json!("7.00")));
        assert_eq!(outcomes(&syncs(&mari, &[decided]).await), ["HONOURED"]);
        nothing_is_lost(council).await;
    }

    async fn what_was_decided_before_a_phone_or_a_say_was_taken_away_stays_honoured(council: &Council) {
        let (lost, mari) = (council.person("mari.prydderch").await, council.person("mari.prydderch").await);
        let of_lost = draws(&lost, "10.00").await;
        let hers = draws(&mari, "10.00").await;
        let before = [fare(council, &of_lost, "1.00").await, fare(council, &hers, "1.00").await];

        the_clock_goes_on().await;
        lost.good("mutation { signOut(input: {}) { __typename } }", json!({})).await;
        the_clock_goes_on().await;
        let of_thief = fare(council, &of_lost, "1.00").await;
        let txn = council.state.db.begin().await.unwrap();
        let revoked = delegation::Entity::update_many().col_expr(delegation::Column::RevokedAt, Expr::value(Some(clock::now())));
        revoked.filter(delegation::Column::Line.ne("")).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        the_clock_goes_on().await;
        let after = fare(council, &hers, "1.00").await;

        let results = syncs(&mari, &[before[0].clone(), before[1].clone(), of_thief, after]).await;
        // Nobody in the scheme has a say any more, so nobody can be asked; the phone keeps them until somebody can.
        assert_eq!(outcomes(&results), ["HONOURED", "HONOURED", "REFUSED", "REFUSED"]);
        assert_eq!((&results[2]["userError"]["code"], &results[2]["userError"]["retry"]), (&json!("NOBODY_CAN_DECIDE"), &json!("LATER")));
        assert_eq!(refused(&mari, DRAW, json!({ "fund": "HUB", "hubId": mari.good("{ viewer { hubs { id } } }", json!({})).await["viewer"]["hubs"][0]["id"], "amount": "1.00" })).await, "ABOVE_YOUR_SAY");
        assert_eq!(spend::Entity::find().count(council.state.db.reader()).await.unwrap(), 2);
        assert_eq!(store::allowance::left_of(&row(council, &of_lost["id"]).await).pence(), 900);
        nothing_is_lost(council).await;
    }
}
