//! Stories about the demo: it is believable, it is proportionate, and it is there once.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use busfare_entity::{budget, words::FormContextKind};
use chrono::NaiveDate;
use data_encoding::BASE64URL_NOPAD;

use super::{
    commands::{Journey, post, quoted},
    council::{Council, MOST_IN_A_TEAM, PRACTITIONER, SENIOR},
    forms::{WHAT_FOR, forms},
    money::{PURPOSES, budgets},
    *,
};
use crate::{
    rules::{
        self,
        authority::{Facts, decide},
        form::{Item, Wanted, question_budget},
        reading,
        spend::{About, Ask},
        token::Bearer,
        wording::{Standing, Wording},
    },
    store::{facts, keys},
};

fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00.123456789Z".parse().unwrap()
}

async fn opened(folder: &Path) -> (Db, SigningKey) {
    let db = Db::open_sqlite(folder).await.unwrap();
    db.migrate().await.unwrap();
    (db, keys::open(folder).unwrap())
}

async fn seeded(folder: &Path) -> (Db, SigningKey) {
    let (db, key) = opened(folder).await;
    assert!(seed(&db, &key, noon()).await.unwrap());
    (db, key)
}

async fn budgets_of_everybody(db: &Db) -> Vec<budget::Model> {
    let council = Council::invent("", noon());
    let mut found: HashMap<_, budget::Model> = HashMap::new();
    for person in &council.people {
        let her = store::people::by_email(db.reader(), &person.email).await.unwrap().unwrap();
        let hubs: Vec<_> = store::people::hubs_of(db.reader(), her.organisation_id).await.unwrap();
        let hubs: Vec<_> = hubs.iter().map(|hub| hub.id).collect();
        let on = noon().date_naive();
        let rows = store::budget::within_reach(db.reader(), her.organisation_id, her.team_id, &hubs, on).await.unwrap();
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_key(|row| row.id);
    found
}

#[tokio::test]
async fn seeding_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (db, key) = seeded(folder.path()).await;
    let mari = store::people::by_email(db.reader(), PRACTITIONER).await.unwrap().unwrap();
    let before = (
        store::purpose::all(db.reader(), mari.organisation_id).await.unwrap(),
        store::people::hubs_of(db.reader(), mari.organisation_id).await.unwrap(),
        budgets_of_everybody(&db).await,
    );

    assert!(!seed(&db, &key, noon()).await.unwrap());

    let after = (
        store::purpose::all(db.reader(), mari.organisation_id).await.unwrap(),
        store::people::hubs_of(db.reader(), mari.organisation_id).await.unwrap(),
        budgets_of_everybody(&db).await,
    );
    assert_eq!(before, after);
    assert_eq!(store::people::by_email(db.reader(), PRACTITIONER).await.unwrap().unwrap(), mari);
    assert_eq!((after.0.len(), after.1.len(), after.2.len()), (10, 3, 5));
}

#[tokio::test]
async fn everybody_signs_in_with_the_one_password() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = seeded(folder.path()).await;

    let council = Council::invent("", noon());
    assert_eq!(council.people.len(), 18);
    let mut hashes = Vec::new();
    for person in &council.people {
        let her = store::people::by_email(db.reader(), &person.email).await.unwrap().unwrap();
        let hubs = store::people::hubs_where(db.reader(), her.id).await.unwrap();
        assert!(matches!(hubs.len(), 1 | 2), "{} works in one or two hubs", her.name);
        hashes.push(her.password_hash);
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 1);
    assert!(password::matches(PASSWORD, hashes.first().map(String::as_str)));
}

#[test]
fn each_family_facing_team_is_small_and_complete() {
    use busfare_entity::words::Role;
    let council = Council::invent("", noon());

    assert_eq!(council.family_teams().count(), 2);
    for team in council.family_teams() {
        let roles: Vec<_> =
            council.people.iter().filter(|person| person.team_id == team.id).map(|person| person.role).collect();
        let with = |role| roles.iter().filter(|has| **has == role).count();
        assert!(roles.len() <= MOST_IN_A_TEAM, "{} has {}", team.name, roles.len());
        assert_eq!((with(Role::Practitioner), with(Role::Enabler), with(Role::Senior)), (6, 1, 1));
    }
    for person in &council.people {
        assert!(person.email.is_ascii() && person.email.ends_with("@caerfelin.example"), "{}", person.email);
    }
}

#[test]
fn everything_is_said_in_welsh_too() {
    let said = PURPOSES.iter().map(|(_, en, cy, ..)| Wording::english(*en).with("cy", *cy));
    let forms = forms(&Council::invent("", noon()), noon()).unwrap();
    let asked = forms.publications.iter().flat_map(|form| {
        let items = form.definition.items.iter().flat_map(Item::wordings);
        items.chain([&form.definition.title]).filter(|words| !words.is_empty()).cloned()
    });

    for words in said.chain(asked) {
        let (en, cy) = (words.said_in("en"), words.said_in("cy"));
        assert!(!en.trim().is_empty() && !cy.trim().is_empty() && en != cy, "{en} / {cy}");
        assert_eq!(words.standing("cy"), Standing::Ready);
    }
}

#[test]
fn every_question_is_fit_to_be_asked_and_some_form_asks_it() {
    let forms = forms(&Council::invent("", noon()), noon()).unwrap();
    let asked: HashSet<&str> = forms
        .publications
        .iter()
        .flat_map(|form| form.definition.questions())
        .map(|posed| posed.asked.code.as_str())
        .collect();

    for (question, wording) in &forms.questions {
        let words = store::bank::asked(wording).unwrap();
        assert_eq!(rules::question::fit(words.clone()).as_ref(), Ok(&words));
        assert!(rules::question::retention(question.retention_days).is_ok());
        assert!(rules::question::review_day(question.review_on, noon().date_naive()).is_ok());
        assert!(asked.contains(question.code.as_str()), "{} is in no form", question.code);
        reading::plain(&words.prompt.en);
        reading::plain(&words.why_we_ask.en);
    }
}

#[tokio::test]
async fn the_forms_are_within_their_budgets_and_offered() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = seeded(folder.path()).await;
    let mari = store::people::by_email(db.reader(), PRACTITIONER).await.unwrap().unwrap();

    for (kind, codes) in [
        (FormContextKind::SpendPurpose, &[("spend-note", 2)][..]),
        (FormContextKind::HubConversation, &[("hub-conversation", 3), ("first-contact", 7)]),
    ] {
        let wanted = Wanted { kind, purpose: None, hub: None, pence: None };
        let today = noon().date_naive();
        let offered = store::form::offered(db.reader(), mari.organisation_id, &wanted, today).await.unwrap();
        let found: Vec<_> = offered.iter().map(|form| (form.template.code.as_str(), form.version.max_shown)).collect();
        assert_eq!(found, codes);
        for form in &offered {
            let content = store::form::content(db.reader(), form.version.id).await.unwrap();
            assert!(content.definition.questions().count() <= question_budget(form.template.tier));
            assert_eq!(form.version.content_sha256.len(), 32);
            assert!(content.definition.questions().all(|posed| content.is_asked(&posed.asked.code, today)));
        }
        // A short form takes a minute in all.
        assert!(offered[0].version.estimated_seconds <= 60, "{} s", offered[0].version.estimated_seconds);
    }
}

#[test]
fn a_first_conversation_asks_seven_things_at_most_and_reads_in_under_a_minute() {
    let forms = forms(&Council::invent("", noon()), noon()).unwrap();
    let first = forms.publications.iter().find(|form| form.template.code == "first-contact").unwrap();
    let (shown, words) = (first.version.max_shown, first.version.reading_words);

    assert!(shown <= 7, "{shown} questions");
    assert!(words * 60 < 60 * 200, "{words} words, at 200 a minute");
}

#[tokio::test]
async fn the_scheme_is_signed_with_the_published_key() {
    let folder = tempfile::tempdir().unwrap();
    let (db, key) = seeded(folder.path()).await;
    let mari = store::people::by_email(db.reader(), PRACTITIONER).await.unwrap().unwrap();
    let scheme = store::authority::scheme_in_force(db.reader(), mari.organisation_id, noon()).await.unwrap().unwrap();

    let jwks = key.jwks();
    let published = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == scheme.key_id.as_str()).unwrap();
    let x = BASE64URL_NOPAD.decode(published["x"].as_str().unwrap().as_bytes()).unwrap();
    let public = UnparsedPublicKey::new(&ED25519, x);
    assert!(public.verify(&scheme.content_sha256, &scheme.signature).is_ok());
    assert!(public.verify(b"something else", &scheme.signature).is_err());

    // What was signed can be written down again from the rows, byte for byte.
    let version = store::scheme::whole(db.reader(), scheme).await.unwrap();
    assert_eq!(version.granted.len(), 4);
    assert_eq!(store::scheme::sign(version.clone(), &key).unwrap(), version);
}

#[test]
fn nobody_grants_herself_a_say_and_every_grant_has_its_own_words() {
    let council = Council::invent("", noon());
    for example in Example::ALL {
        let (scheme, problems) = rules::scheme::read(example.file().as_bytes());
        assert_eq!(problems, [], "{example:?}");
        let mut statements = Vec::new();
        for line in scheme.unwrap().lines {
            assert_ne!(line.grantee, rules::scheme::Grantee::Person(line.grantor.clone()));
            let grantor = council.people.iter().find(|person| person.email == line.grantor).unwrap();
            assert!(line.backing.contains(&grantor.name), "{}", line.backing);
            let limit = line.limits[&rules::scheme::Limit::Item].to_string();
            assert!(line.backing.contains(limit.trim_end_matches(".00")), "{limit}: {}", line.backing);
            statements.push(line.backing);
        }
        let all = statements.len();
        statements.sort();
        statements.dedup();
        assert_eq!(statements.len(), all, "{example:?}");
    }
}

#[tokio::test]
async fn each_scheme_is_published_from_its_file_and_reads_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let (db, key) = seeded(folder.path()).await;
    let mari = store::people::by_email(db.reader(), PRACTITIONER).await.unwrap().unwrap();
    let in_force = async || {
        let row = store::authority::scheme_in_force(db.reader(), mari.organisation_id, noon()).await.unwrap().unwrap();
        store::scheme::whole(db.reader(), row).await.unwrap()
    };
    for (version, example) in [
        (1, Example::Modest),
        (2, Example::LikeToday),
        (3, Example::Devolved),
        (3, Example::Devolved),
        (4, Example::Modest),
    ] {
        put_in_force(&db, &key, example, noon()).await.unwrap();
        let found = in_force().await;
        assert_eq!((found.row.version, found.row.source.as_deref()), (version, Some(example.file())));
        let roll = store::scheme::everybody(db.reader(), mari.organisation_id).await.unwrap();
        let written = store::scheme::as_written(&found, &roll, crate::rules::calendar::HOME);
        let (file, _) = rules::scheme::read(example.file().as_bytes());
        assert_eq!(rules::scheme::diff(&file.unwrap(), &written, rules::scheme::Named::AsTyped), Vec::<String>::new());
        assert_eq!(rules::scheme::names(&written, &roll), []);
    }
    // Everybody can ask somebody, and nothing is left open, in each of them.
    let roll = store::scheme::roll(db.reader(), mari.organisation_id).await.unwrap();
    for example in Example::ALL {
        let (scheme, _) = rules::scheme::read(example.file().as_bytes());
        let gaps = rules::scheme::gaps(&scheme.unwrap(), &roll, noon().date_naive()).unwrap();
        assert_eq!(gaps.words(&roll), Vec::<String>::new(), "{example:?}");
    }
}

#[tokio::test]
async fn budget_counters_equal_the_sum_of_their_entries() {
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = seeded(folder.path()).await;

    for budget in budgets_of_everybody(&db).await {
        let entries = store::budget::entries(db.reader(), &[budget.id]).await.unwrap();
        let sum = |delta: fn(&busfare_entity::budget_entry::Model) -> i64| entries.iter().map(delta).sum::<i64>();
        assert_eq!(budget.allocated_pence, sum(|entry| entry.allocated_delta_pence));
        assert_eq!(budget.reserved_pence, sum(|entry| entry.reserved_delta_pence));
        assert_eq!(budget.committed_pence, sum(|entry| entry.committed_delta_pence));
        assert_eq!(budget.settled_pence, sum(|entry| entry.settled_delta_pence));
        assert!(budget.allocated_pence > 0, "{}", budget.name);
    }
}

#[test]
fn every_budget_is_of_the_financial_year_and_one_is_for_emergencies() {
    use busfare_entity::words::{BudgetMode, Fund};
    let council = Council::invent("", noon());
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();

    let budgets = budgets(&council, day("2028-02-29"));

    assert!(budgets.iter().all(|budget| budget.period_end == day("2028-03-31")));
    let modes: Vec<_> =
        budgets.iter().filter(|budget| budget.fund == Fund::Contingency).map(|budget| budget.mode).collect();
    assert_eq!(modes, [BudgetMode::Warn]);
}

#[tokio::test]
async fn the_first_fare_is_hers_to_decide() {
    use busfare_entity::words::{Outcome, SpendTiming};
    let folder = tempfile::tempdir().unwrap();
    let (db, _) = seeded(folder.path()).await;
    let mari = store::people::by_email(db.reader(), PRACTITIONER).await.unwrap().unwrap();
    let purposes = store::purpose::all(db.reader(), mari.organisation_id).await.unwrap();
    let fare = purposes.iter().find(|purpose| purpose.code == money::BUS_FARE).unwrap();

    let ask =
        Ask::try_new(fare.id, commands::FARE.parse().unwrap(), 1, SpendTiming::Before, None, About::default()).unwrap();
    let known = facts::about(db.reader(), &mari, &ask, facts::Turn::Look, noon()).await.unwrap();
    let verdict = decide(&ask, &Facts { now: noon(), ..known.facts });

    assert_eq!(verdict.outcome, Outcome::AuthorisedSelf);
    assert!(verdict.grant.unwrap().backing_statement.contains("I stand behind you"));
}

#[tokio::test]
async fn the_greeting_lets_her_in_and_gives_her_a_ticket() {
    let folder = tempfile::tempdir().unwrap();
    let (db, key) = seeded(folder.path()).await;

    let words = greeting(&db, &key, "0.0.0.0:8080".parse().unwrap(), folder.path(), noon()).await.unwrap();

    let exported = |name: &str| {
        let line = words.lines().find_map(|line| line.strip_prefix(&format!("export {name}='"))).unwrap();
        line.trim_end_matches('\'').to_owned()
    };
    for (name, email) in [("PRACTITIONER", PRACTITIONER), ("SENIOR", SENIOR)] {
        let bearer: Bearer = key.verify(&exported(name), noon()).unwrap();
        let viewer = store::people::viewer(db.reader(), bearer).await.unwrap().unwrap();
        assert_eq!(viewer.email, email);
    }
    let app = exported("APP");
    let (id, secret) = app.split_at("app_".len() + 26);
    let hash = store::mint::sha256(secret.strip_prefix('_').unwrap());
    let row = store::app::by_token(db.reader(), id.parse().unwrap(), &hash, noon()).await.unwrap().unwrap();
    assert_eq!(store::app::scopes(&row.scopes).len(), 5);
    assert_eq!(words.matches("\ncurl ").count(), 4);
    assert_eq!(words.matches("http://127.0.0.1:8080/").count(), 4);
    assert!(folder.path().join("demo-ticket.jpg").is_file());

    // The next start lets the app's old token go.
    greeting(&db, &key, "[::]:0".parse().unwrap(), folder.path(), noon()).await.unwrap();
    assert!(store::app::by_token(db.reader(), id.parse().unwrap(), &hash, noon()).await.unwrap().is_none());
}

#[tokio::test]
async fn somebody_elses_data_is_not_a_demo() {
    let folder = tempfile::tempdir().unwrap();
    let (db, key) = opened(folder.path()).await;
    let txn = db.begin().await.unwrap();
    let theirs = Council::invent("", noon()).organisation;
    store::people::add_organisation(&txn, theirs).await.unwrap();
    txn.commit().await.unwrap();

    assert!(!seed(&db, &key, noon()).await.unwrap());
    let refused = greeting(&db, &key, "127.0.0.1:8080".parse().unwrap(), folder.path(), noon()).await;
    assert!(matches!(refused, Err(DemoError::NotTheDemo)));
}

#[test]
fn what_is_pasted_arrives_as_it_was_written() {
    assert_eq!(quoted("Caffi'r Bont; $HOME"), r"'Caffi'\''r Bont; $HOME'");

    let journey = Journey::begin(store::mint::id(), store::mint::id());
    for document in [journey.ask_and_capture(), journey.note(), commands::sign_in(PRACTITIONER, PASSWORD)] {
        async_graphql_parser::parse_query(&document).unwrap();
        let command = post("http://127.0.0.1:8080", Some("PRACTITIONER"), &document);
        let body = command.split_once("-d '").unwrap().1.strip_suffix('\'').unwrap();
        let sent: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(sent["query"], document.as_str());
    }
    assert!(journey.note().contains(WHAT_FOR));
}
