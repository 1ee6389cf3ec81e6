//! Stories of what people say afterwards, and of what a team says, learns and keeps to.

use busfare::{http::clock, store};
use busfare_entity::{
    practitioner, team,
    words::{PractitionerId, Role, TeamId, TeamKind},
};
use chrono::{NaiveDate, TimeDelta};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::{
    council::{Council, Person, key},
    recording::new_id,
    verbs::{PUT, does},
};

mod amiss;
pub mod feedback;
mod follow_ups;
mod page;
mod policies;
mod sampled;
mod staff;
mod teams;

macro_rules! verbs {
    ($($name:ident = $verb:literal($input:literal) $answer:literal;)+) => {$(
        const $name: &str = concat!("mutation($input: ", $input, "!) { it: ", $verb, "(input: $input) { ", $answer,
            " userErrors { code message field retry } replayed } }");
    )+};
}

verbs! {
    PUT_TEAM = "putTeam"("PutTeamInput") "team { id name kind placesLeft people { name } }";
    JOIN = "moveToTeam"("MoveToTeamInput") "practitioner { id team { id } }";
    PROMISE = "promise"("PromiseInput") "promise { id what dueOn due state madeBy { name } record { id } settledBy { name } settledOn }";
    SETTLE = "settlePromise"("SettlePromiseInput") "promise { id state due settledBy { name } settledOn }";
    SAY = "say"("SayInput") "said { id words saidBy { name } dueOn late done answer }";
    ANSWER_SAID = "answerSaid"("AnswerSaidInput") "said { id done answer answeredBy { name } answeredAt late }";
    PUT_POLICY = "putPolicy"("PutPolicyInput") "policy { id title words wordCount state owner { name } startsOn reviewOn toldOn replaces { id } }";
    ANNOUNCE = "announcePolicy"("AnnouncePolicyInput") "policy { id state toldOn }";
    COMMENT = "commentOnPolicy"("CommentOnPolicyInput") "policy { id comments { words author { name } } }";
    END_POLICY = "endPolicy"("EndPolicyInput") "policy { id state endedOn }";
    REFLECT = "reflect"("ReflectInput") "reflection { id question askedBy { name } participants { name } notes { words } }";
    THINK = "addReflection"("AddReflectionInput") "reflection { id notes { words decided author { name } } }";
    ASK = "askFeedback"("AskFeedbackInput") "link { url expiresAt }";
}

/// Today and so many days more, or fewer.
fn day(more: i64) -> String {
    date(more).to_string()
}

fn date(more: i64) -> NaiveDate {
    busfare::rules::calendar::day(clock::now(), busfare::rules::calendar::HOME) + TimeDelta::days(more)
}

/// Does something that must be done.
async fn done(person: &Person<'_>, verb: &str, input: Value) -> Value {
    let answer = does(person, verb, input).await;
    assert_eq!(answer["userErrors"], json!([]), "{answer:#}");
    answer
}

/// The code of the one refusal of a verb.
async fn no(person: &Person<'_>, verb: &str, input: Value) -> String {
    let answer = does(person, verb, input).await;
    let errors = answer["userErrors"].as_array().unwrap();
    assert_eq!((errors.len(), &answer["replayed"]), (1, &json!(false)), "{answer:#}");
    let message = errors[0]["message"].as_str().unwrap().chars().count();
    assert!((10..=140).contains(&message), "{answer:#}");
    errors[0]["code"].as_str().unwrap().to_owned()
}

/// What is not hers is not there.
async fn not_found(person: &Person<'_>, verb: &str, mut input: Value) {
    input["idempotencyKey"] = key().into();
    assert_eq!(person.problem(verb, json!({ "input": input })).await, "NOT_FOUND", "{input}");
}

/// The same request twice is one.
async fn once(person: &Person<'_>, verb: &str, mut input: Value) -> Value {
    input["idempotencyKey"] = key().into();
    let first = done(person, verb, input.clone()).await;
    let again = done(person, verb, input.clone()).await;
    assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
    let without = |mut answer: Value| {
        answer["replayed"].take();
        answer
    };
    let first = without(first);
    assert_eq!(without(again), first);
    let spaced = |(name, value): (&String, &Value)| {
        Some((name.clone(), value.as_str().filter(|text| text.contains(' '))?.to_owned()))
    };
    if let Some((name, words)) = input.as_object().unwrap().iter().find_map(spaced) {
        input[name] = format!("{words} more").into();
        assert_eq!(no(person, verb, input).await, "IDEMPOTENCY_KEY_REUSED");
    }
    first
}

/// A record of hers.
async fn a_record(person: &Person<'_>) -> String {
    let hub = person.good("{ hubs { id } }", json!({})).await["hubs"][0]["id"].clone();
    let offer =
        person.good("query($id: ID!) { formFor(context: { hubId: $id }) { form { id } } }", json!({ "id": hub })).await;
    let (id, form) = (new_id(), offer["formFor"]["form"]["id"].clone());
    done(person, PUT, json!({ "recordId": id, "begin": { "formId": form, "hubId": hub }, "answers": [] })).await;
    id
}

/// A team that was not set up by anybody.
async fn a_team(council: &Council, kind: TeamKind) -> TeamId {
    let organisation_id = council.person("mari.prydderch").await.row().organisation_id;
    let id = store::mint::id();
    let row = team::Model { id, organisation_id, name: "Another".into(), kind, members: 0, created_at: clock::now() };
    let txn = council.state.db.begin().await.unwrap();
    team::Entity::insert(row.into_active_model()).exec_without_returning(&txn).await.unwrap();
    txn.commit().await.unwrap();
    id
}

/// So many people more in a team.
async fn people_in(council: &Council, team_id: TeamId, count: usize) -> Vec<PractitionerId> {
    let organisation_id = council.person("mari.prydderch").await.row().organisation_id;
    let rows: Vec<_> = (0..count)
        .map(|number| {
            let id: PractitionerId = store::mint::id();
            let (name, email) = (format!("Somebody {number}"), format!("{id}@caerfelin.example"));
            let (role, created_at) = (Role::Practitioner, clock::now());
            let password_hash = "none".into();
            practitioner::Model {
                id,
                organisation_id,
                team_id,
                name,
                email,
                password_hash,
                role,
                active: true,
                created_at,
            }
        })
        .collect();
    let ids = rows.iter().map(|row| row.id).collect();
    let txn = council.state.db.begin().await.unwrap();
    store::people::add_practitioners(&txn, rows).await.unwrap();
    txn.commit().await.unwrap();
    ids
}
