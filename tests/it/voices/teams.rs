//! Teams stay small enough for everybody to know everybody, whoever joins at the same moment.

use futures_util::future::join_all;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use super::*;
use crate::council::on_both;

/// Every team counts who works in it.
async fn counts_are_right(council: &Council) {
    let reader = council.state.db.reader();
    for row in team::Entity::find().all(reader).await.unwrap() {
        let here = practitioner::Entity::find()
            .filter(practitioner::Column::TeamId.eq(row.id))
            .filter(practitioner::Column::Active.eq(true));
        assert_eq!(i64::from(row.members), i64::try_from(here.count(reader).await.unwrap()).unwrap(), "{}", row.name);
    }
}

/// Joins as a phone does that is told to come back: with the same key.
async fn joins(person: &Person<'_>, who: PractitionerId, team: TeamId) -> Value {
    let input = json!({ "idempotencyKey": key(), "practitionerId": who.to_string(), "teamId": team.to_string() });
    for _ in 0..50 {
        let answer = person.sends(JOIN, json!({ "input": input })).await;
        if answer.get("errors").is_none() {
            return answer["data"]["it"].clone();
        }
        let words = answer["errors"][0].to_string();
        assert!(words.contains("THROTTLED") || words.contains("same idempotency key"), "{words}");
    }
    panic!("told to come back fifty times");
}

on_both! {
    async fn of_a_hundred_who_join_a_team_with_one_place_one_does(council: &Council) {
        let angharad = council.person("angharad.celyn").await;
        let (small, waiting) = (a_team(council, TeamKind::FamilyFacing).await, a_team(council, TeamKind::Referring).await);
        people_in(council, small, 7).await;
        let hundred = people_in(council, waiting, 100).await;

        let answers = join_all(hundred.iter().map(|who| joins(&angharad, *who, small))).await;

        let joined = answers.iter().filter(|answer| answer["practitioner"]["team"]["id"] == small.to_string()).count();
        let full = answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "TEAM_FULL").count();
        assert_eq!((joined, full), (1, 99), "{answers:?}");
        counts_are_right(council).await;

        // Whoever leaves, or does not work here any more, makes room for one.
        let of_it = store::team::people(council.state.db.reader(), angharad.row().organisation_id, &[small]).await.unwrap();
        let (first, second) = (of_it[0].id, of_it[1].id);
        assert_eq!(joins(&angharad, first, waiting).await["userErrors"], json!([]));
        let others: Vec<_> = hundred.iter().filter(|who| of_it.iter().all(|row| row.id != **who)).copied().collect();
        assert_eq!(joins(&angharad, others[0], small).await["userErrors"], json!([]));
        assert_eq!(joins(&angharad, others[1], small).await["userErrors"][0]["code"], "TEAM_FULL");
        let txn = council.state.db.begin().await.unwrap();
        let leaves = practitioner::Entity::update_many().col_expr(practitioner::Column::Active, Expr::value(false));
        leaves.filter(practitioner::Column::Id.eq(second)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(joins(&angharad, others[1], small).await["userErrors"], json!([]));
        counts_are_right(council).await;
    }

    async fn the_database_refuses_a_ninth_whatever_the_code_above_it_tries(council: &Council) {
        let (small, large) = (a_team(council, TeamKind::FamilyFacing).await, a_team(council, TeamKind::Enabler).await);
        people_in(council, small, 8).await;
        let others = people_in(council, large, 9).await;
        let txn = council.state.db.begin().await.unwrap();
        assert!(store::team::move_to(&txn, others[0], small).await.is_err());
        drop(txn);
        let txn = council.state.db.begin().await.unwrap();
        assert!(store::team::change(&txn, large, "Large", TeamKind::FamilyFacing).await.is_err());
        drop(txn);
        counts_are_right(council).await;
    }

    async fn seniors_say_who_is_in_their_team_and_what_it_is_for(council: &Council) {
        let (angharad, nia, mari) = (council.person("angharad.celyn").await, council.person("nia.talfan").await, council.person("mari.prydderch").await);
        let id = store::mint::id::<TeamId>().to_string();
        for kind in ["FAMILY_FACING", "REFERRING", "ENABLER", "INSIGHT", "STRATEGY"] {
            let put = once(&angharad, PUT_TEAM, json!({ "teamId": id, "name": "Caerfelin North Families", "kind": kind })).await;
            assert_eq!((&put["team"]["kind"], &put["team"]["people"]), (&json!(kind), &json!([])));
            assert_eq!(put["team"]["placesLeft"], if kind == "FAMILY_FACING" { json!(8) } else { Value::Null });
        }
        let teams = mari.good("{ teams { name kind placesLeft people { name team { id } } } }", json!({})).await;
        let names: Vec<_> = teams["teams"].as_array().unwrap().iter().map(|team| team["name"].as_str().unwrap()).collect();
        assert!(names.contains(&"Caerfelin North Families") && names.is_sorted(), "{names:?}");

        // A senior says so of her own team; a practitioner of none.
        let hers = nia.row().team_id.to_string();
        assert_eq!(no(&nia, PUT_TEAM, json!({ "teamId": id, "name": "Ours", "kind": "INSIGHT" })).await, "NOT_YOURS_TO_SAY");
        done(&nia, PUT_TEAM, json!({ "teamId": hers, "name": "Caerfelin East", "kind": "FAMILY_FACING" })).await;
        assert_eq!(no(&mari, PUT_TEAM, json!({ "teamId": hers, "name": "Mine", "kind": "FAMILY_FACING" })).await, "NOT_YOURS_TO_SAY");
        let mine = mari.row().id.to_string();
        assert_eq!(no(&mari, JOIN, json!({ "practitionerId": mine, "teamId": id })).await, "NOT_YOURS_TO_SAY");
        once(&nia, JOIN, json!({ "practitionerId": mine, "teamId": id })).await;
        assert_eq!(no(&angharad, JOIN, json!({ "practitionerId": mine, "teamId": id })).await, "IN_TEAM_ALREADY");
        let seen = mari.good("{ viewer { practitioner { team { id } } } }", json!({})).await;
        assert_eq!(seen["viewer"]["practitioner"]["team"]["id"], json!(id));
        counts_are_right(council).await;

        // A team of nine does not become one that works with families.
        let large = a_team(council, TeamKind::Referring).await;
        people_in(council, large, 9).await;
        let family = json!({ "teamId": large.to_string(), "name": "Nine", "kind": "FAMILY_FACING" });
        assert_eq!(no(&angharad, PUT_TEAM, family).await, "TOO_MANY_FOR_KIND");
    }
}
