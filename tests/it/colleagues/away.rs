//! Somebody is away: what waits for her moves on within a minute, to somebody who may decide, and is never lost.

use busfare::{
    http::clock,
    work::asks::{EVERY, Followed, follow_up},
};
use busfare_entity::{ask, practitioner, words::Role};
use chrono::TimeDelta;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{asks, goes_away, later, moment, reaches_everybody, sees, told, waits_for};
use crate::{
    council::{Council, on_both},
    verbs::{DECIDE, END_ABSENCE, NOTE_ABSENCE, REQUEST, does, refused},
};

on_both! {
    async fn what_waits_for_somebody_who_goes_away_goes_to_her_deputy_at_once(council: &Council) {
        reaches_everybody(council, Role::Enabler).await;
        let (mari, gethin, rosa) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("rosa.benbow").await);
        let (small, two) = (asks(&mari, "40.00").await, asks(&mari, "50.00").await);

        let absence = goes_away(&gethin, Some(&rosa)).await;

        assert_eq!((&absence["practitioner"]["name"], &absence["deputy"]["name"]), (&json!("Gethin Bowmer"), &json!("Rosa Benbow")));
        for spend in [&small, &two] {
            assert_eq!(waits_for(&mari, spend).await, told("Rosa Benbow", "DEPUTY"));
            let history = sees(&mari, spend).await["asks"].clone();
            assert_eq!(history, json!([{ "state": "MOVED", "why": "TEAM", "asked": { "name": "Gethin Bowmer" } }, { "state": "OPEN", "why": "DEPUTY", "asked": { "name": "Rosa Benbow" } }]));
        }
        // What is asked from now on is hers too, and she has the same verbs.
        assert_eq!(waits_for(&mari, &asks(&mari, "45.00").await).await, told("Rosa Benbow", "DEPUTY"));
        let yes = json!({ "spendId": small["id"], "answer": { "authorise": {} } });
        assert_eq!(refused(&gethin, DECIDE, yes.clone()).await, "NOT_ASKED_OF_YOU");
        assert_eq!(does(&rosa, DECIDE, yes).await["spend"]["decision"], "AUTHORISED");

        // Back again: what went to the deputy stays there, and new asks are his.
        does(&gethin, END_ABSENCE, json!({ "absenceId": absence["id"] })).await;
        assert_eq!(waits_for(&mari, &two).await, told("Rosa Benbow", "DEPUTY"));
        assert_eq!(waits_for(&mari, &asks(&mari, "46.00").await).await, told("Gethin Bowmer", "TEAM"));
    }

    async fn a_deputy_whose_own_say_does_not_stretch_is_passed_over(council: &Council) {
        let (mari, gethin, nia, iwan) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await,
            council.person("nia.talfan").await, council.person("iwan.tegid").await);
        let (small, large) = (asks(&mari, "40.00").await, asks(&mari, "400.00").await);
        assert_eq!(waits_for(&mari, &large).await, told("Nia Talfan", "LEAD"));

        // Iwan decides for his own team only, and Gethin up to a hundred pounds.
        goes_away(&nia, Some(&gethin)).await;
        goes_away(&gethin, Some(&iwan)).await;

        assert_eq!(waits_for(&mari, &large).await, told("Angharad Celyn", "ORGANISATION"));
        assert_eq!(waits_for(&mari, &small).await, told("Angharad Celyn", "ORGANISATION"));
        let yes = json!({ "spendId": large["id"], "answer": { "authorise": {} } });
        assert_eq!(does(&council.person("angharad.celyn").await, DECIDE, yes).await["spend"]["decision"], "AUTHORISED");
    }

    async fn an_absence_that_begins_later_moves_open_asks_within_a_minute_of_its_beginning(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = asks(&mari, "40.00").await;
        does(&gethin, NOTE_ABSENCE, json!({ "starts": later(60), "ends": later(120) })).await;
        let now = clock::now();
        assert!(EVERY.as_secs() <= 30);

        assert_eq!(follow_up(&council.state.db, now + TimeDelta::minutes(59)).await.unwrap(), Followed::default());
        assert_eq!(waits_for(&mari, &spend).await, told("Gethin Bowmer", "TEAM"));
        assert_eq!(follow_up(&council.state.db, now + TimeDelta::minutes(61)).await.unwrap(), Followed { moved: 1, stuck: 0 });

        assert_eq!(waits_for(&mari, &spend).await, told("Nia Talfan", "LEAD"));
        assert_eq!(follow_up(&council.state.db, now + TimeDelta::minutes(61)).await.unwrap(), Followed::default());
    }

    async fn what_waits_for_somebody_who_has_left_moves_on_too(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let spend = asks(&mari, "40.00").await;
        let txn = council.state.db.begin().await.unwrap();
        let leaves = practitioner::Entity::update_many().col_expr(practitioner::Column::Active, Expr::value(false));
        leaves.filter(practitioner::Column::Id.eq(gethin.row().id)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();

        assert_eq!(follow_up(&council.state.db, clock::now()).await.unwrap(), Followed { moved: 1, stuck: 0 });
        assert_eq!(waits_for(&mari, &spend).await, told("Nia Talfan", "LEAD"));
    }

    async fn where_nobody_may_decide_the_ask_stays_and_break_glass_is_offered(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let spend = asks(&mari, "400.00").await;
        assert_eq!(sees(&mari, &spend).await["breakGlassOffered"], false);
        let angharad = council.person("angharad.celyn").await;
        goes_away(&angharad, None).await;
        let nia = council.person("nia.talfan").await;
        let absence = goes_away(&nia, None).await;

        assert_eq!(waits_for(&mari, &spend).await, told("Nia Talfan", "LEAD"));
        assert_eq!(sees(&mari, &spend).await["breakGlassOffered"], true);
        assert_eq!(follow_up(&council.state.db, clock::now()).await.unwrap(), Followed { moved: 0, stuck: 1 });
        let purpose = council.purpose("bus-fare").await.to_string();
        assert_eq!(refused(&mari, REQUEST, json!({ "purposeId": purpose, "unitPrice": "400.00" })).await, "NOBODY_CAN_DECIDE");

        // Whoever comes back first decides it.
        does(&nia, END_ABSENCE, json!({ "absenceId": absence["id"] })).await;
        assert_eq!(sees(&mari, &spend).await["breakGlassOffered"], false);
        assert_eq!(does(&nia, DECIDE, json!({ "spendId": spend["id"], "answer": { "authorise": {} } })).await["spend"]["decision"], "AUTHORISED");
    }

    async fn an_absence_is_noted_by_herself_or_by_whoever_answers_for_her_team(council: &Council) {
        let (mari, gethin, rosa) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("rosa.benbow").await);
        let of_mari = json!({ "practitionerId": mari.row().id.to_string(), "ends": later(60) });
        let of_gethin = json!({ "practitionerId": gethin.row().id.to_string() });

        assert_eq!(refused(&rosa, NOTE_ABSENCE, of_mari.clone()).await, "NOT_YOURS_TO_SAY");
        assert_eq!(refused(&mari, NOTE_ABSENCE, of_gethin).await, "NOT_YOURS_TO_SAY");
        let noted = does(&gethin, NOTE_ABSENCE, of_mari).await["absence"].clone();
        assert_eq!((&noted["practitioner"]["name"], &noted["notedBy"]["name"]), (&json!("Mari Prydderch"), &json!("Gethin Bowmer")));
        let seen = mari.good("{ absences { id } }", json!({})).await;
        assert_eq!(seen["absences"], json!([{ "id": noted["id"] }]));
        assert_eq!(rosa.good("{ absences { id } }", json!({})).await["absences"], json!([]));
        assert_eq!(rosa.problem(END_ABSENCE, json!({ "input": crate::verbs::with_key(json!({ "absenceId": noted["id"] })) })).await, "NOT_FOUND");

        let mut input = crate::verbs::with_key(json!({ "starts": moment(clock::now() + TimeDelta::days(3)) }));
        let first = does(&mari, NOTE_ABSENCE, input.clone()).await;
        let again = does(&mari, NOTE_ABSENCE, input.clone()).await;
        assert_eq!((&again["replayed"], &again["absence"]), (&json!(true), &first["absence"]));
        input["ends"] = json!(later(9_000));
        assert_eq!(refused(&mari, NOTE_ABSENCE, input).await, "IDEMPOTENCY_KEY_REUSED");
        assert!(ask::Entity::find().all(council.state.db.reader()).await.unwrap().is_empty());
    }
}
