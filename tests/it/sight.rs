//! Who may see and do what: one table, printed; and the database agrees with it row by row.

use std::fmt::Write;

use busfare::{
    rules::learning::takes_part,
    rules::sight::{SPEND_ACTIONS, SpendAction, SpendSeen, SpendStanding, Viewer, may, sees_spend},
    store,
};
use busfare_entity::{
    ask, learning, learning_participant, notice, spend,
    words::{Language, LearningId, OrganisationId, PractitionerId, Role, SpendDecision, SpendId, SpendMoney, TeamId},
};
use expect_test::expect_file;
use sea_orm::{EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    council::{Council, key, on_both},
    verbs::{EMERGENCY, does},
};

const ROLES: [Role; 3] = [Role::Practitioner, Role::Enabler, Role::Senior];

fn viewer(id: u128, team: u128, role: Role) -> Viewer {
    Viewer {
        id: PractitionerId(Uuid::from_u128(id)),
        organisation: OrganisationId(Uuid::from_u128(1)),
        team: TeamId(Uuid::from_u128(team)),
        role,
    }
}

/// How somebody may be related to a spend that number 1 in team 1 asked for, and number 2 may be asked about. Number 5 was told of it.
const RELATIONS: [(&str, u128, u128); 5] =
    [("asker", 1, 1), ("asked", 2, 2), ("told", 5, 2), ("same team", 3, 1), ("another team", 4, 2)];

const STATES: [(SpendDecision, SpendMoney); 10] = [
    (SpendDecision::Asked, SpendMoney::Reserved),
    (SpendDecision::Question, SpendMoney::Reserved),
    (SpendDecision::AuthorisedSelf, SpendMoney::Committed),
    (SpendDecision::AuthorisedSelf, SpendMoney::Spent),
    (SpendDecision::AuthorisedSelf, SpendMoney::Released),
    (SpendDecision::Authorised, SpendMoney::Committed),
    (SpendDecision::AuthorisedLess, SpendMoney::Spent),
    (SpendDecision::Declined, SpendMoney::Released),
    (SpendDecision::Withdrawn, SpendMoney::Released),
    (SpendDecision::Emergency, SpendMoney::Committed),
];

#[test]
fn the_authority_matrix_is_as_agreed() {
    let mut table = String::from("Who sees a spend, and what she may do with it. A dot is a no.\n");
    let asked_id = PractitionerId(Uuid::from_u128(2));
    for (decision, money) in STATES {
        writeln!(table, "\n{decision:?}, {money:?}").unwrap();
        table.push_str("  relation      role          sees  may\n");
        for (relation, id, team) in RELATIONS {
            for role in ROLES {
                let viewer = viewer(id, team, role);
                let seen = SpendSeen {
                    organisation: viewer.organisation,
                    asker: PractitionerId(Uuid::from_u128(1)),
                    team: TeamId(Uuid::from_u128(1)),
                    asked: vec![asked_id],
                    told: vec![PractitionerId(Uuid::from_u128(5))],
                };
                let waits = matches!(decision, SpendDecision::Asked | SpendDecision::Question);
                let open_ask = waits.then_some(asked_id);
                let standing = SpendStanding { asker: seen.asker, open_ask, decision, money, raises: false };
                let sees = sees_spend(&viewer, &seen);
                let may: Vec<_> = SPEND_ACTIONS
                    .into_iter()
                    .filter(|action| sees && may(*action, &viewer, &standing).is_ok())
                    .map(|action| format!("{action:?}"))
                    .collect();
                let may = if may.is_empty() { ".".to_owned() } else { may.join(" ") };
                let role = format!("{role:?}");
                writeln!(table, "  {relation:<13} {role:<13} {:<5} {may}", if sees { "yes" } else { "." }).unwrap();
            }
        }
    }
    expect_file!["authority_matrix.txt"].assert_eq(&table);
}

on_both! {
    async fn a_row_is_in_scope_if_and_only_if_the_rules_allow_it(council: &Council) {
        let names = ["mari.prydderch", "tomos.ellwood", "gethin.bowmer", "nia.talfan", "elin.caradog", "rosa.benbow", "iwan.tegid", "angharad.celyn"];
        for name in names {
            let person = council.person(name).await;
            for price in ["1.15", "31.00", "120.00", "600.00"] {
                person.requests_spend(json!({ "unitPrice": price })).await;
            }
            let purpose = council.purpose("bus-fare").await.to_string();
            does(&person, EMERGENCY, json!({ "purposeId": purpose, "unitPrice": "9.00", "sentence": "No bus" })).await;
        }
        let reader = council.state.db.reader();
        let spends = spend::Entity::find().all(reader).await.unwrap();
        let asks = ask::Entity::find().all(reader).await.unwrap();
        let notices = notice::Entity::find().all(reader).await.unwrap();
        let learnings = learning::Entity::find().all(reader).await.unwrap();
        let taking_part = learning_participant::Entity::find().all(reader).await.unwrap();
        assert_eq!((notices.len(), learnings.len()), (names.len(), names.len()));
        assert!(spends.len() > 20 && asks.len() > 8, "{} spends, {} asks", spends.len(), asks.len());

        for row in busfare_entity::practitioner::Entity::find().all(reader).await.unwrap() {
            for organisation in [row.organisation_id, OrganisationId(Uuid::from_u128(1))] {
                let viewer = Viewer { organisation, ..store::people::as_viewer(&row) };
                let mut in_scope: Vec<SpendId> = spend::Entity::find().filter(store::spend::in_sight(&viewer))
                    .all(reader).await.unwrap().into_iter().map(|spend| spend.id).collect();
                let mut allowed: Vec<SpendId> = spends.iter().filter(|spend| sees_spend(&viewer, &SpendSeen {
                    organisation: spend.organisation_id,
                    asker: spend.practitioner_id,
                    team: spend.team_id,
                    asked: asks.iter().filter(|ask| ask.spend_id == spend.id).map(|ask| ask.asked_id).collect(),
                    told: notices.iter().filter(|notice| notice.spend_id == Some(spend.id)).map(|notice| notice.told_id).collect(),
                })).map(|spend| spend.id).collect();
                in_scope.sort_unstable();
                allowed.sort_unstable();
                assert_eq!(in_scope, allowed, "{}", row.email);

                let mut in_scope: Vec<LearningId> = learning::Entity::find().filter(store::learning::in_sight(&viewer))
                    .all(reader).await.unwrap().into_iter().map(|learning| learning.id).collect();
                let mut allowed: Vec<LearningId> = learnings.iter().filter(|learning| {
                    let people: Vec<_> = taking_part.iter().filter(|part| part.learning_id == learning.id).map(|part| part.practitioner_id).collect();
                    takes_part(&viewer, learning.organisation_id, &people)
                }).map(|learning| learning.id).collect();
                in_scope.sort_unstable();
                allowed.sort_unstable();
                assert_eq!(in_scope, allowed, "{}", row.email);
            }
        }
    }

    async fn what_you_may_not_see_is_not_found_in_the_same_words_as_what_is_not_there(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let hers = mari.requests_spend(json!({})).await["spend"]["id"].as_str().unwrap().to_owned();
        let nowhere = store::mint::id::<SpendId>().to_string();

        for document in [
            "mutation($id: ID!, $key: UUID!) { withdrawSpend(input: { idempotencyKey: $key, spendId: $id }) { replayed } }",
            "mutation($id: ID!, $key: UUID!) { recordSpent(input: { idempotencyKey: $key, spendId: $id }) { replayed } }",
            "mutation($id: ID!, $key: UUID!) { decideSpend(input: { idempotencyKey: $key, spendId: $id, answer: { authorise: {} } }) { replayed } }",
            "mutation($id: ID!, $key: UUID!) { captureReceipt(input: { idempotencyKey: $key, spendId: $id }) { replayed } }",
            "mutation($id: ID!, $key: UUID!) { noteNoReceipt(input: { idempotencyKey: $key, spendId: $id, reason: LOST }) { replayed } }",
            "query($id: ID!) { formFor(context: { spendId: $id }) { because } }",
        ] {
            let mut words = Vec::new();
            for id in [hers.as_str(), nowhere.as_str(), "spnd_", "purp_00000000000000000000000000", "'; DROP TABLE spend; --"] {
                let mut variables = json!({ "id": id, "key": key() });
                if document.starts_with("query") { variables = json!({ "id": id }); }
                let mut answer = elin.sends(document, variables).await;
                assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND", "{document} {id}: {answer:#}");
                answer["errors"][0]["extensions"].as_object_mut().unwrap().remove("requestId");
                words.push(answer["errors"].to_string());
            }
            assert!(words.iter().all(|other| *other == words[0]), "{words:#?}");
        }
        let node = elin.good("query($id: ID!) { node(id: $id) { id } nodes(ids: [$id, $id]) { id } }", json!({ "id": hers })).await;
        assert_eq!(node, json!({ "node": null, "nodes": [null, null] }));
        let untouched = mari.good("query($id: ID!) { node(id: $id) { ... on Spend { decision money } } }", json!({ "id": hers })).await;
        assert_eq!(untouched["node"], json!({ "decision": "AUTHORISED_SELF", "money": "COMMITTED" }));
    }

    async fn two_people_who_ask_for_the_same_thing_at_once_each_get_their_own_answer(council: &Council) {
        let (mari, elin) = (council.person("mari.prydderch").await, council.person("elin.caradog").await);
        let id = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let document = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { ... on Spend { id verdict { outcome } } } }";
        for _ in 0..50 {
            let (hers, not_hers) = tokio::join!(mari.good(document, json!({ "id": id })), elin.good(document, json!({ "id": id })));
            assert_eq!(hers["node"]["id"], id);
            assert_eq!(not_hers, json!({ "node": null, "nodes": [null] }));
        }
    }

    async fn the_phone_is_told_what_the_mutation_would_say(council: &Council) {
        let people = ["mari.prydderch", "gethin.bowmer", "nia.talfan"];
        let mari = council.person("mari.prydderch").await;
        let spends = [
            mari.requests_spend(json!({})).await,
            mari.requests_spend(json!({ "timing": "AFTER" })).await,
            mari.requests_spend(json!({ "unitPrice": "31.00" })).await,
        ];
        for name in people {
            let person = council.person(name).await;
            for spend in &spends {
                let id = spend["spend"]["id"].as_str().unwrap();
                let told = person.good("query($id: ID!) { node(id: $id) { ... on Spend { viewerCan { decide { allowed reason } recordSpent { allowed reason } } } } }", json!({ "id": id })).await;
                let can = &told["node"]["viewerCan"];
                for (action, word) in [(SpendAction::Decide, "decide"), (SpendAction::RecordSpent, "recordSpent")] {
                    let document = if action == SpendAction::Decide {
                        "mutation($key: UUID!, $id: ID!) { it: decideSpend(input: { idempotencyKey: $key, spendId: $id, answer: { authorise: { amount: \"0.001\" } } }) { userErrors { code message } } }"
                    } else {
                        "mutation($key: UUID!, $id: ID!) { it: recordSpent(input: { idempotencyKey: $key, spendId: $id, amount: \"999999.00\" }) { userErrors { code message } } }"
                    };
                    // An input that no rule about the amount accepts shows whether the guard let it through, and changes nothing.
                    let said = person.good(document, json!({ "key": key(), "id": id })).await["it"]["userErrors"][0].clone();
                    let let_through = ["PART_PENNIES", "ABOVE_AUTHORISED"].contains(&said["code"].as_str().unwrap());
                    assert_eq!(can[word]["allowed"], let_through, "{name} {word} {said}");
                    if !let_through { assert_eq!(can[word]["reason"], said["message"]); }
                }
            }
        }
    }
}

#[test]
fn every_refused_action_has_its_reason_in_both_languages() {
    let standing = SpendStanding {
        asker: PractitionerId(Uuid::from_u128(1)),
        open_ask: None,
        decision: SpendDecision::Withdrawn,
        money: SpendMoney::Released,
        raises: false,
    };
    // Asking for the same again is always hers, and here nobody else looks.
    for action in SPEND_ACTIONS {
        for language in [Language::En, Language::Cy] {
            let (allowed, reason) =
                busfare::rules::sight::may_in_words(action, &viewer(9, 9, Role::Senior), &standing, language);
            assert!(!allowed && reason.is_some_and(|words| words.len() > 10), "{action:?}");
        }
    }
}
