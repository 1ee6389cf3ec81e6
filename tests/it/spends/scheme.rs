//! The scheme of delegation changes meanwhile: the next request feels it at once, and what was decided stays decided.

use busfare::{http::clock, store};
use busfare_entity::{
    delegation, practitioner, scheme, verdict,
    words::{DecidesFor, GranteeKind, Role},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::json;

use super::asks;
use crate::{
    council::{Council, on_both},
    verbs::{DECIDE, RECORD_SPENT, WITHDRAW, does, refused},
};

/// Takes the say of everybody with a role away.
async fn revokes(council: &Council, role: Role) {
    let txn = council.state.db.begin().await.unwrap();
    let revoked = delegation::Entity::update_many()
        .col_expr(delegation::Column::RevokedAt, Expr::value(Some(clock::now())))
        .filter(delegation::Column::GranteeRole.eq(role));
    assert_eq!(revoked.exec(&txn).await.unwrap().rows_affected, 1);
    txn.commit().await.unwrap();
}

/// Publishes a second version, in which practitioners decide up to £2 and nobody else decides anything.
async fn publishes_a_mean_scheme(council: &Council) {
    let (now, head) = (clock::now(), council.person("angharad.celyn").await);
    let first = scheme::Entity::find().one(council.state.db.reader()).await.unwrap().unwrap();
    let second = scheme::Model { id: store::mint::id(), version: 2, valid_from: now, ..first };
    let two_pounds = delegation::Model {
        id: store::mint::id(),
        organisation_id: second.organisation_id,
        scheme_id: second.id,
        line: "two-pounds".into(),
        grantor_id: head.row().id,
        grantee_kind: GranteeKind::Role,
        grantee_practitioner_id: None,
        grantee_role: Some(Role::Practitioner),
        grantee_team_id: None,
        item_limit_pence: Some(200),
        budget_limit_pence: None,
        person_limit_pence: None,
        break_glass_pence: None,
        days: None,
        from_minute: None,
        to_minute: None,
        decides_for: DecidesFor::NobodyElse,
        backing_statement: "Two pounds are yours.".into(),
        valid_from: now,
        valid_to: None,
        revoked_at: None,
    };
    let txn = council.state.db.begin().await.unwrap();
    store::authority::publish(&txn, second, vec![(two_pounds, vec![])]).await.unwrap();
    txn.commit().await.unwrap();
}

async fn verdicts(council: &Council) -> Vec<verdict::Model> {
    verdict::Entity::find().order_by_asc(verdict::Column::Id).all(council.state.db.reader()).await.unwrap()
}

on_both! {
    async fn a_say_that_is_taken_away_is_gone_with_the_next_request(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let own = asks(&mari, council, "1.15").await;
        let waiting = asks(&mari, council, "31.00").await;
        let decided = verdicts(council).await;

        revokes(council, Role::Practitioner).await;
        let next = asks(&mari, council, "1.15").await;
        assert_eq!((&next["decision"], &next["ask"]["asked"]["name"]), (&json!("ASKED"), &json!("Gethin Bowmer")));
        assert_eq!(mari.good("{ viewer { delegations { id } } }", json!({})).await["viewer"]["delegations"], json!([]));
        revokes(council, Role::Enabler).await;
        assert_eq!(refused(&gethin, DECIDE, json!({ "spendId": waiting["id"], "answer": { "authorise": {} } })).await, "ABOVE_YOUR_SAY");
        assert_eq!(asks(&mari, council, "1.15").await["ask"]["asked"]["name"], "Nia Talfan");

        // What was a yes stays a yes.
        let now = verdicts(council).await;
        assert!(decided.iter().all(|verdict| now.contains(verdict)));
        assert_eq!(does(&mari, RECORD_SPENT, json!({ "spendId": own["id"] })).await["spend"]["money"], "SPENT");
    }

    async fn a_new_scheme_counts_from_the_next_request_and_old_verdicts_name_the_old_one(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let own = asks(&mari, council, "29.00").await;
        assert_eq!(own["verdict"]["schemeVersion"], 1);
        let decided = verdicts(council).await;

        publishes_a_mean_scheme(council).await;

        let purpose = council.purpose("bus-fare").await.to_string();
        assert_eq!(refused(&mari, crate::verbs::REQUEST, json!({ "purposeId": purpose, "unitPrice": "2.01" })).await, "NOBODY_CAN_DECIDE");
        let next = asks(&mari, council, "2.00").await;
        assert_eq!((&next["decision"], &next["verdict"]["schemeVersion"]), (&json!("AUTHORISED_SELF"), &json!(2)));
        let now = verdicts(council).await;
        assert!(decided.iter().all(|verdict| now.contains(verdict)));
        let seen = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { decision money verdict { schemeVersion backingStatement } } } }", json!({ "id": own["id"] })).await;
        assert_eq!((&seen["node"]["money"], &seen["node"]["verdict"]["schemeVersion"]), (&json!("COMMITTED"), &json!(1)));
    }

    async fn a_colleague_who_has_left_is_not_asked(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        let txn = council.state.db.begin().await.unwrap();
        let leaves = practitioner::Entity::update_many().col_expr(practitioner::Column::Active, Expr::value(false));
        leaves.filter(practitioner::Column::Id.eq(gethin.row().id)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();

        assert_eq!(asks(&mari, council, "31.00").await["ask"]["asked"]["name"], "Nia Talfan");
        assert_eq!(gethin.problem("{ viewer { practitioner { id } } }", json!({})).await, "UNAUTHENTICATED");
    }

    async fn what_is_taken_back_or_not_needed_returns_to_the_rolling_week(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let mut spends = Vec::new();
        for _ in 0..3 {
            spends.push(asks(&mari, council, "30.00").await);
        }
        assert_eq!(asks(&mari, council, "10.01").await["decision"], "ASKED");
        does(&mari, WITHDRAW, json!({ "spendId": spends[0]["id"] })).await;
        does(&mari, RECORD_SPENT, json!({ "spendId": spends[1]["id"], "amount": "10.00" })).await;

        let left = mari.good("{ viewer { delegations { used { amount } left { amount } } } }", json!({})).await;

        assert_eq!(left["viewer"]["delegations"], json!([{ "used": { "amount": "40.00" }, "left": { "amount": "30.00" } }]));
        for (price, decision) in [("30.00", "AUTHORISED_SELF"), ("30.00", "AUTHORISED_SELF"), ("0.01", "ASKED")] {
            assert_eq!(asks(&mari, council, price).await["decision"], decision);
        }
    }
}
