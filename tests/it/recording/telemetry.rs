//! What the work shows of questions and forms: of five people or of nobody, and never of one.

use busfare::{http::clock, rules::usefulness, store};
use busfare_entity::{
    answer, practitioner, question, record, record_activity,
    words::{AnswerCause, FormVersionId, Language, PractitionerId},
};
use chrono::{DateTime, Days, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{answer as answered, begun, hub_form};
use crate::{
    council::{Council, on_both},
    verbs::{CITE, PUT, does},
};

const TOLD: &str = "query($id: ID!) { node(id: $id) { ... on Question { usefulness { people used { part whole percent } byUse { how answers } proposesRetirement } } } }";
const TIMES: &str =
    "query($id: ID!) { node(id: $id) { ... on Form { times { people records medianSeconds p90Seconds } } } }";

/// A moment in the days that are looked at today.
fn then() -> DateTime<Utc> {
    let (first, _) = usefulness::window(clock::now().date_naive()).unwrap();
    (first + Days::new(5)).and_hms_opt(12, 0, 0).unwrap().and_utc()
}

async fn people(council: &Council, most: u64) -> Vec<practitioner::Model> {
    use sea_orm::QuerySelect;
    let reader = council.state.db.reader();
    practitioner::Entity::find().order_by_asc(practitioner::Column::Id).limit(most).all(reader).await.unwrap()
}

async fn the_question(council: &Council) -> question::Model {
    let code = question::Column::Code.eq("hub-conversation.what-matters");
    question::Entity::find().filter(code).one(council.state.db.reader()).await.unwrap().unwrap()
}

/// Records in which people answered a question, each of them as often.
async fn have_answered(
    council: &Council,
    form: FormVersionId,
    who: &[practitioner::Model],
    each: usize,
) -> Vec<answer::Model> {
    let (question, at) = (the_question(council).await, then());
    let txn = council.state.db.begin().await.unwrap();
    let mut answers = vec![];
    for (place, her) in who.iter().flat_map(|her| std::iter::repeat_n(her, each)).enumerate() {
        let row = record::Model {
            id: store::mint::id(),
            organisation_id: her.organisation_id,
            form_version_id: form,
            practitioner_id: her.id,
            team_id: her.team_id,
            spend_id: None,
            hub_id: None,
            language: Language::En,
            started_at: at,
            completed_at: Some(at),
            open_until: None,
            restricted_at: None,
            restricted_by: None,
            held_at: None,
            saved_on: None,
            warned_on: None,
            look_on: at.date_naive(),
            emptied_on: None,
            seconds: 0,
            answered: None,
            spared: None,
        };
        let (id, record_id, practitioner_id) = (store::mint::id(), row.id, her.id);
        assert!(store::record::add(&txn, row).await.unwrap());
        let seconds = 20 + i32::try_from(place).unwrap() * 10;
        let activity = record_activity::Model { id, record_id, practitioner_id, seconds, noted_at: at };
        store::record::spend_time(&txn, activity).await.unwrap();
        answers.push(answer::Model {
            id: store::mint::id(),
            record_id,
            link_id: "what-matters".into(),
            instance: String::new(),
            revision: 1,
            value: json!({ "kind": "text", "value": "A warm room" }),
            problem: None,
            cause: AnswerCause::Given,
            reason: None,
            question_id: Some(question.id),
            from_answer_id: None,
            answered_by: her.id,
            answered_at: at + TimeDelta::seconds(1),
        });
    }
    store::answer::append(&txn, answers.clone()).await.unwrap();
    txn.commit().await.unwrap();
    answers
}

on_both! {
    async fn how_long_a_form_takes_is_told_of_five_people_and_of_no_fewer(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let form = hub_form(&mari).await;
        have_answered(council, form.parse().unwrap(), &people(council, 4).await, 2).await;
        assert_eq!(mari.good(TIMES, json!({ "id": form })).await["node"]["times"], Value::Null);

        have_answered(council, form.parse().unwrap(), &people(council, 5).await, 1).await;

        let told = mari.good(TIMES, json!({ "id": form })).await["node"]["times"].clone();
        assert_eq!((&told["people"], &told["records"]), (&json!(5), &json!(13)));
        assert!(told["medianSeconds"].as_i64().unwrap() <= told["p90Seconds"].as_i64().unwrap());
    }

    async fn a_question_whose_answers_nobody_uses_is_proposed_for_retirement_and_is_not_after_they_are(council: &Council) {
        let (mari, nia) = (council.person("mari.prydderch").await, council.person("nia.talfan").await);
        let form = hub_form(&mari).await;
        let question = the_question(council).await.id.to_string();
        let told = async || mari.good(TOLD, json!({ "id": question })).await["node"]["usefulness"].clone();
        have_answered(council, form.parse().unwrap(), &people(council, 4).await, 10).await;
        assert_eq!(told().await, Value::Null);
        let given = have_answered(council, form.parse().unwrap(), &people(council, 5).await, 10).await;
        let none = json!({ "people": 5, "used": { "part": 0, "whole": 90, "percent": "0.0" }, "byUse": [], "proposesRetirement": true });
        assert_eq!(told().await, none);
        let proposed = nia.good("{ retirementProposals { id } }", json!({})).await["retirementProposals"].clone();
        assert_eq!(proposed, json!([{ "id": question }]));

        // Five of them were of use to a decision within the days.
        let by: PractitionerId = people(council, 6).await.pop().unwrap().id;
        let used = given.iter().take(5).map(|row| busfare_entity::answer_use::Model {
            answer_id: row.id, how: busfare_entity::words::AnswerUse::CitedInDecision, used_by: by, used_on: then().date_naive() });
        let txn = council.state.db.begin().await.unwrap();
        store::usefulness::note(&txn, used.clone().collect()).await.unwrap();
        store::usefulness::note(&txn, used.collect()).await.unwrap();
        txn.commit().await.unwrap();
        let now = told().await;
        // Whoever reads a colleague's record opens the answers in it; her own make nothing more useful.
        assert_eq!((&now["used"]["part"], &now["byUse"], &now["proposesRetirement"]), (&json!(5), &json!([{ "how": "CITED_IN_DECISION", "answers": 5 }]), &json!(false)));
        assert_eq!(nia.good("{ retirementProposals { id } }", json!({})).await["retirementProposals"], json!([]));
    }

    async fn a_decision_says_what_it_leaned_on_if_it_likes(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let id = begun(&mari, &[answered("what-matters", json!({ "text": "A warm room" }), None)]).await;
        let answers = mari.good("query($id: ID!) { node(id: $id) { ... on Record { answers { id } } } }", json!({ "id": id })).await["node"]["answers"].clone();
        let cite = json!({ "spendId": spend, "answerIds": [answers[0]["id"]] });

        assert_eq!(does(&mari, CITE, cite.clone()).await["userErrors"], json!([]));
        assert_eq!(does(&mari, CITE, cite.clone()).await["userErrors"], json!([]));
        assert_eq!(elin.problem(CITE, json!({ "input": crate::verbs::with_key(cite) })).await, "NOT_FOUND");
        assert_eq!(does(&mari, CITE, json!({ "spendId": spend, "answerIds": [] })).await["userErrors"][0]["code"], "TOO_MANY_ANSWERS");
        let rows = busfare_entity::answer_use::Entity::find().all(council.state.db.reader()).await.unwrap();
        assert_eq!(rows.len(), 1);
        does(&mari, PUT, json!({ "recordId": id, "answers": [] })).await;
    }
}
