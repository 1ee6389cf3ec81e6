//! Warnings: read first by whoever goes there, with what they rest on, and over by themselves.

use busfare::http::clock;
use busfare_entity::person_warning;
use chrono::{Days, NaiveDate};
use futures_util::future::join_all;
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};

use super::named;
use crate::{
    council::{Council, Person, key, on_both},
    verbs::{END_WARNING, WARN, does, refused, with_key},
};

fn day(after: u64) -> NaiveDate {
    clock::now().date_naive() + Days::new(after)
}

fn dog(person: &str) -> Value {
    json!({ "personId": person, "kind": "ANIMAL", "evidence": "A large dog was loose in the yard on Monday.", "reviewOn": day(60) })
}

/// What stands about somebody: on their page, and where a form begins.
async fn stands(person: &Person<'_>, about: &str) -> (Vec<Value>, Vec<Value>) {
    let read = "query($id: ID!) { node(id: $id) { ... on Person { warnings { kind } } } hubs { id } }";
    let read = person.good(read, json!({ "id": about })).await;
    let first_screen = "query($hub: ID!, $id: ID!) { formFor(context: { hubId: $hub }, about: { personId: $id }) { warnings { kind } } }";
    let offer =
        person.good(first_screen, json!({ "hub": read["hubs"][0]["id"], "id": about })).await["formFor"].clone();
    let kinds = |warnings: &Value| {
        warnings.as_array().cloned().unwrap_or_default().iter().map(|one| one["kind"].clone()).collect()
    };
    (kinds(&read["node"]["warnings"]), kinds(&offer["warnings"]))
}

on_both! {
    async fn whoever_goes_there_next_knows_first(council: &Council) {
        let (mari, tomos, elin) = (council.person("mari.prydderch").await, council.person("tomos.ellwood").await, council.person("elin.caradog").await);
        let person = named(&mari, "Ann").await;
        assert_eq!(stands(&tomos, &person).await, (vec![], vec![]));

        let raised = does(&mari, WARN, dog(&person)).await["warning"].clone();
        let mut untold = dog(&person);
        untold["kind"] = json!("SAFE_CONTACT");
        untold["whyNotTold"] = json!("Telling them may put them in danger.");
        let second = does(&tomos, WARN, untold).await["warning"].clone();

        assert_eq!((&raised["told"], &raised["whyNotTold"], &raised["raisedBy"]["name"]), (&json!(true), &Value::Null, &json!("Mari Prydderch")));
        assert_eq!((&second["told"], &second["whyNotTold"]), (&json!(false), &json!("Telling them may put them in danger.")));
        let both = vec![json!("SAFE_CONTACT"), json!("ANIMAL")];
        assert_eq!(stands(&tomos, &person).await, (both.clone(), both));
        assert_eq!(stands(&elin, &person).await, (vec![], vec![]));
        assert_eq!(elin.problem(WARN, json!({ "input": with_key(dog(&person)) })).await, "NOT_FOUND");
        let end = json!({ "warningId": raised["id"], "reason": "The dog has moved away." });
        assert_eq!(elin.problem(END_WARNING, json!({ "input": with_key(end.clone()) })).await, "NOT_FOUND");

        let ended = does(&tomos, END_WARNING, end).await["warning"].clone();
        assert!(ended["endedAt"].is_string() && ended["endedBecause"] == "The dog has moved away.");
        let later = does(&mari, END_WARNING, json!({ "warningId": raised["id"], "reason": "Another reason altogether." })).await["warning"].clone();
        assert_eq!(later, ended);
        assert_eq!(stands(&tomos, &person).await, (vec![json!("SAFE_CONTACT")], vec![json!("SAFE_CONTACT")]));
    }

    async fn a_warning_lapses_by_itself_the_day_after_its_review(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = named(&mari, "Ann").await;
        does(&mari, WARN, dog(&person)).await;
        // At this hour it is the same day in London or one later, and the story is told on either.
        let today = busfare::rules::calendar::day(clock::now(), busfare::rules::calendar::HOME);
        for (review, standing) in [(today, 1), (today - Days::new(1), 0)] {
            let txn = council.state.db.begin().await.unwrap();
            person_warning::Entity::update_many().col_expr(person_warning::Column::ReviewOn, Expr::value(review)).exec(&txn).await.unwrap();
            txn.commit().await.unwrap();

            let (page, first_screen) = stands(&mari, &person).await;

            assert_eq!((page.len(), first_screen.len()), (standing, standing), "{review}");
        }
    }

    async fn a_warning_says_enough_and_no_more_stand_than_can_be_read(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = named(&mari, "Ann").await;
        for (field, value, code) in [
            ("evidence", json!("dog"), "EVIDENCE_NEEDED"),
            ("evidence", json!("aaaaaaaaaaaaaaaaaaaaa"), "EVIDENCE_NEEDED"),
            ("evidence", json!("dog ".repeat(200)), "TEXT_TOO_LONG"),
            ("evidence", json!("a dog\u{202e} in the yard"), "TEXT_NOT_PLAIN"),
            ("whyNotTold", json!(""), "WHY_NOT_TOLD_NEEDED"),
            ("reviewOn", json!(day(0)), "REVIEW_OUT_OF_RANGE"),
            ("reviewOn", json!(day(200)), "REVIEW_OUT_OF_RANGE"),
        ] {
            let mut wrong = dog(&person);
            wrong[field] = value;
            assert_eq!(refused(&mari, WARN, wrong).await, code, "{field}");
        }
        let one = does(&mari, WARN, dog(&person)).await["warning"]["id"].clone();
        assert_eq!(refused(&mari, END_WARNING, json!({ "warningId": one, "reason": "gone" })).await, "REASON_NEEDED");

        // Many at once: twenty stand, and the others are told why not.
        let said = join_all((0..25).map(|_| does(&mari, WARN, dog(&person)))).await;
        let refusals = said.iter().filter(|one| one["userErrors"][0]["code"] == "TOO_MANY_WARNINGS").count();
        assert_eq!((refusals, stands(&mari, &person).await.0.len()), (6, 20));
    }

    async fn the_same_warning_again_is_one_warning_and_keeps_no_words_elsewhere(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let person = named(&mari, "Ann").await;
        let mut input = dog(&person);
        input["idempotencyKey"] = json!(key());

        let (first, again) = (does(&mari, WARN, input.clone()).await, does(&mari, WARN, input).await);

        assert_eq!((&again["replayed"], &again["warning"]), (&json!(true), &first["warning"]));
        assert_eq!(stands(&mari, &person).await.0.len(), 1);
        for row in busfare_entity::idempotency::Entity::find().all(council.state.db.reader()).await.unwrap() {
            assert!(!format!("{row:?}").contains("loose in the yard"), "{row:?}");
        }
    }
}
