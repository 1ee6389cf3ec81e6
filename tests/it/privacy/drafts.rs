//! Drafts that nobody finishes: kept for thirty days at the least, and gone after a warning, unless their owners keep them.

use busfare::{work::retention, work::retention::Round};
use busfare_entity::record;
use chrono::Days;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::kept::{becomes, begun, form, noon, round, stands, today};
use crate::{
    council::{Council, Person, on_both},
    verbs::{COMPLETE, EXTEND, HOLD, does, refused, with_key},
};

const TOLD: &str = "{ viewer { notices { nodes { kind dueOn record { id openUntil } } } } }";

async fn told(person: &Person<'_>) -> Vec<Value> {
    person.good(TOLD, json!({})).await["viewer"]["notices"]["nodes"].as_array().unwrap().clone()
}

fn warned(warned: usize) -> Round {
    Round { warned, ..Round::default() }
}

fn gone() -> Round {
    Round { records: 1, ..Round::default() }
}

on_both! {
    async fn a_draft_stays_for_thirty_days_and_goes_only_after_its_owner_was_warned(council: &Council) {
        let (mari, tomos) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await);
        let id = begun(&mari, &form(council).await, &["long"]).await;

        for days in [0, 1, 29, 30, 31, 75] {
            assert_eq!(round(council, days).await, Round::default(), "day {days}");
        }
        assert_eq!((round(council, 76).await, round(council, 76).await, round(council, 77).await), (warned(1), warned(0), warned(0)));
        let notice = json!({ "kind": "DRAFT_EXPIRES", "dueOn": today() + Days::new(90), "record": { "id": id, "openUntil": null } });
        assert_eq!((told(&mari).await, told(&tomos).await), (vec![notice], vec![]));
        assert_eq!(round(council, 90).await, Round::default());
        assert_eq!(stands(&mari, &id).await.unwrap(), ["long"]);
        assert_eq!((round(council, 91).await, round(council, 92).await), (gone(), Round::default()));
        assert_eq!((stands(&mari, &id).await, told(&mari).await), (None, vec![]));
    }

    async fn a_warning_that_comes_late_still_leaves_two_weeks(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = begun(&mari, &form(council).await, &["long"]).await;

        assert_eq!((round(council, 200).await, round(council, 214).await, round(council, 215).await), (warned(1), warned(0), gone()));
        assert_eq!(stands(&mari, &id).await, None);
    }

    async fn its_owner_keeps_a_draft_for_longer_and_nobody_else_does(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let form = form(council).await;
        let id = begun(&mari, &form, &["long"]).await;
        assert_eq!(refused(&tomos, EXTEND, json!({ "recordId": id })).await, "NOT_YOUR_DRAFT");
        assert_eq!(elin.problem(EXTEND, json!({ "input": with_key(json!({ "recordId": id })) })).await, "NOT_FOUND");

        let once = with_key(json!({ "recordId": id }));
        for replayed in [false, true] {
            let extended = does(&mari, EXTEND, once.clone()).await;
            assert_eq!((&extended["record"], &extended["replayed"]), (&json!({ "id": id, "openUntil": today() + Days::new(120) }), &json!(replayed)));
        }
        assert_eq!((round(council, 76).await, round(council, 105).await), (warned(0), warned(0)));
        assert_eq!(round(council, 106).await, warned(1));
        // Warned, she extends again; and is warned again in time.
        does(&mari, EXTEND, json!({ "recordId": id })).await;
        assert_eq!((round(council, 121).await, round(council, 136).await, round(council, 150).await, round(council, 151).await), (warned(0), warned(1), warned(0), gone()));
        assert_eq!(stands(&mari, &id).await, None);

        let (kept, done) = (begun(&mari, &form, &["long"]).await, begun(&mari, &form, &["long"]).await);
        for _ in 0..10 {
            assert_eq!(does(&mari, EXTEND, json!({ "recordId": kept })).await["userErrors"], json!([]));
        }
        assert_eq!(refused(&mari, EXTEND, json!({ "recordId": kept })).await, "KEPT_LONGEST_ALREADY");
        does(&mari, COMPLETE, json!({ "recordId": done })).await;
        assert_eq!(refused(&mari, EXTEND, json!({ "recordId": done })).await, "NOT_A_DRAFT");
    }

    async fn whoever_writes_in_a_draft_again_begins_its_time_again(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let id = begun(&mari, &form(council).await, &["short", "long"]).await;
        // What is kept for forty days goes from under nobody's hands before that, and the rest keeps its day.
        assert_eq!((round(council, 40).await, round(council, 41).await), (Round::default(), Round { answers: 1, ..Round::default() }));
        assert_eq!((stands(&mari, &id).await.unwrap(), round(council, 76).await), (vec!["long".to_owned()], warned(1)));
        becomes(council, &id, record::Column::SavedOn, today() + Days::new(80)).await;

        assert_eq!((round(council, 91).await, round(council, 155).await, round(council, 156).await), (warned(0), warned(0), warned(1)));
        assert_eq!((round(council, 170).await, round(council, 171).await), (warned(0), gone()));
    }

    async fn many_servers_at_once_warn_an_owner_once_and_of_what_is_held_nobody(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let form = form(council).await;
        let (id, held) = (begun(&mari, &form, &["long"]).await, begun(&mari, &form, &["long"]).await);
        does(&nia, HOLD, json!({ "recordId": held, "held": true, "reason": "An inquiry asks for it." })).await;
        let other = council.second_db().await;
        let dbs = [&council.state.db, &other, &council.state.db, &other];

        let rounds = join_all(dbs.map(|db| retention::keep(db, &council.state.blobs, noon(76)))).await;

        assert_eq!(rounds.into_iter().map(|round| round.unwrap().warned).sum::<usize>(), 1);
        let told: Vec<_> = told(&mari).await.into_iter().map(|notice| notice["record"]["id"].clone()).collect();
        assert_eq!(told, [json!(id)]);
        assert_eq!(round(council, 100).await, gone());
        assert_eq!(round(council, 5_000).await, Round::default());
        assert_eq!(stands(&mari, &held).await.unwrap(), ["long"]);
        other.close().await.unwrap();
    }
}
