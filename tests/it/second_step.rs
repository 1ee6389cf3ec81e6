//! Stories of the second step: whoever has a passkey shows it before she decides on others' money, and nothing else will do.

mod device;

use std::ops::Deref;

use busfare::{rules::second_step::AskedOf, store};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};

use self::device::Device;
use crate::{
    council::{Council, Person, on_both},
    verbs::{DECIDE, does},
};
use busfare_entity::{passkey, passkey_challenge, second_step};

const BEGIN_PASSKEY: &str = "mutation($input: BeginPasskeyInput!) { it: beginPasskey(input: $input) {
    challenge { id options endsAt } userErrors { code message field retry } replayed } }";
const ADD: &str = "mutation($input: AddPasskeyInput!) { it: addPasskey(input: $input) {
    passkey { id name addedAt usedAt } userErrors { code message field retry } replayed } }";
const REMOVE: &str = "mutation($input: RemovePasskeyInput!) { it: removePasskey(input: $input) {
    passkey { id name } userErrors { code message field retry } replayed } }";
const FORGET: &str = "mutation($input: ForgetPasskeysInput!) { it: forgetPasskeys(input: $input) {
    practitioner { id name } userErrors { code message field retry } replayed } }";
const BEGIN_STEP: &str = "mutation($input: BeginSecondStepInput!) { it: beginSecondStep(input: $input) {
    challenge { id options endsAt } userErrors { code message field retry } replayed } }";
const TAKE: &str = "mutation($input: TakeSecondStepInput!) { it: takeSecondStep(input: $input) {
    step { goodUntil } userErrors { code message field retry } replayed } }";
const STEP: &str = "{ viewer { secondStep { offered askedOfYou goodUntil passkeys { id name usedAt } } } }";

/// A council with passkeys, asked of those who have one.
struct Guarded(Council);

impl Guarded {
    async fn on_sqlite() -> Self {
        Self(Council::guarded_on_sqlite(AskedOf::Willing).await)
    }

    async fn on_postgres() -> Option<Self> {
        Council::guarded_on_postgres(AskedOf::Willing).await.map(Self)
    }

    async fn close(self) {
        self.0.close().await;
    }
}

impl Deref for Guarded {
    type Target = Council;

    fn deref(&self) -> &Council {
        &self.0
    }
}

/// Adds a passkey, and gives what `addPasskey` answered.
async fn adds(person: &Person<'_>, device: &mut Device) -> Value {
    let begun = does(person, BEGIN_PASSKEY, json!({})).await;
    assert_eq!(begun["userErrors"], json!([]), "{begun}");
    let credential = device.creates(&begun["challenge"]["options"]);
    let made = json!({ "challengeId": begun["challenge"]["id"], "name": "My phone", "credential": credential });
    does(person, ADD, made).await
}

/// Shows a passkey, and gives what `takeSecondStep` answered.
async fn shows(person: &Person<'_>, device: &mut Device) -> Value {
    let begun = does(person, BEGIN_STEP, json!({})).await;
    assert_eq!(begun["userErrors"], json!([]), "{begun}");
    let credential = device.shows(&begun["challenge"]["options"]);
    does(person, TAKE, json!({ "challengeId": begun["challenge"]["id"], "credential": credential })).await
}

/// A spend of Mari's that waits for Gethin.
async fn asked(council: &Council) -> Value {
    let mari = council.person("mari.prydderch").await;
    mari.requests_spend(json!({ "unitPrice": "45.00" })).await["spend"]["id"].clone()
}

async fn decides(person: &Person<'_>, spend: &Value) -> Value {
    does(person, DECIDE, json!({ "spendId": spend, "answer": { "authorise": {} } })).await
}

fn code(answer: &Value) -> &str {
    answer["userErrors"][0]["code"].as_str().unwrap_or("none")
}

on_both! {
    async fn whoever_has_a_passkey_shows_it_before_she_decides_and_then_has_ten_minutes(here: &Guarded) {
        let (gethin, mut device) = (here.person("gethin.bowmer").await, Device::new());
        let (first, second, third) = (asked(here).await, asked(here).await, asked(here).await);
        // Whoever has none is asked for none.
        assert_eq!(decides(&gethin, &first).await["spend"]["decision"], "AUTHORISED");

        let added = adds(&gethin, &mut device).await;
        assert_eq!((&added["passkey"]["name"], &added["userErrors"]), (&json!("My phone"), &json!([])), "{added}");
        let refused = decides(&gethin, &second).await;
        assert_eq!(code(&refused), "SECOND_STEP_NEEDED");
        assert_eq!(refused["userErrors"][0]["message"], "Show your passkey first. It then counts for ten minutes.");

        let taken = shows(&gethin, &mut device).await;
        assert!(taken["step"]["goodUntil"].is_string(), "{taken}");
        for spend in [&second, &third] {
            assert_eq!(decides(&gethin, spend).await["spend"]["decision"], "AUTHORISED");
        }
        let step = gethin.good(STEP, json!({})).await["viewer"]["secondStep"].clone();
        assert_eq!((&step["offered"], &step["askedOfYou"], &step["goodUntil"]), (&json!(true), &json!(true), &taken["step"]["goodUntil"]));
        assert!(step["passkeys"][0]["usedAt"].is_string(), "{step}");
    }

    async fn a_step_ends_and_counts_only_where_it_was_taken(here: &Guarded) {
        let (gethin, mut device) = (here.person("gethin.bowmer").await, Device::new());
        let spend = asked(here).await;
        adds(&gethin, &mut device).await;
        shows(&gethin, &mut device).await;
        // Another device of hers, and a stolen token on it, has shown nothing.
        let elsewhere = here.person("gethin.bowmer").await;
        assert_eq!(code(&decides(&elsewhere, &spend).await), "SECOND_STEP_NEEDED");

        let txn = here.state.db.begin().await.unwrap();
        let before = busfare::http::clock::now() - TimeDelta::minutes(10);
        second_step::Entity::update_many().col_expr(second_step::Column::TakenAt, Expr::value(before)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(code(&decides(&gethin, &spend).await), "SECOND_STEP_NEEDED");
        assert_eq!(gethin.good(STEP, json!({})).await["viewer"]["secondStep"]["goodUntil"], json!(null));

        shows(&gethin, &mut device).await;
        assert_eq!(decides(&gethin, &spend).await["spend"]["decision"], "AUTHORISED");
    }

    async fn what_is_not_an_answer_to_the_challenge_is_not_believed(here: &Guarded) {
        let (gethin, mut device) = (here.person("gethin.bowmer").await, Device::new());
        adds(&gethin, &mut device).await;
        let begun = does(&gethin, BEGIN_STEP, json!({})).await["challenge"].clone();
        let (id, options) = (&begun["id"], &begun["options"]);
        let tried = async |credential: Value| {
            let answer = does(&gethin, TAKE, json!({ "challengeId": id, "credential": credential })).await;
            assert_eq!(answer["step"], json!(null));
            code(&answer).to_owned()
        };

        device.origin = "https://evil.example".into();
        assert_eq!(tried(device.shows(options)).await, "NOT_BELIEVED", "a page elsewhere");
        device.origin = "http://localhost".into();
        device.site = "evil.example".into();
        assert_eq!(tried(device.shows(options)).await, "NOT_BELIEVED", "for another site");
        device.site = "localhost".into();
        device.verifies = false;
        assert_eq!(tried(device.shows(options)).await, "NOT_BELIEVED", "without her finger");
        device.verifies = true;
        assert_eq!(tried(Device::new().shows(options)).await, "NOT_BELIEVED", "somebody else's passkey");
        let mut forged = Device::new().shows(options);
        forged["id"] = device.shows(options)["id"].clone();
        assert_eq!(tried(forged).await, "NOT_BELIEVED", "signed by another key");
        let mut other = options.clone();
        other["publicKey"]["challenge"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into();
        assert_eq!(tried(device.shows(&other)).await, "NOT_BELIEVED", "another challenge");
        let good = device.shows(options);
        for part in ["id", "clientDataJSON", "authenticatorData", "signature"] {
            for rubbish in ["", "AAAA", "%%%", &"A".repeat(10_000)] {
                let mut bad = good.clone();
                bad[part] = rubbish.into();
                assert_eq!(tried(bad).await, "NOT_BELIEVED", "{part}");
            }
        }
        assert_eq!(here.steps().await, 0);

        // The challenge is still there for the answer that is one, and then it is gone.
        let taken = does(&gethin, TAKE, json!({ "challengeId": id, "credential": good })).await;
        assert!(taken["step"]["goodUntil"].is_string(), "{taken}");
        assert_eq!(tried(good).await, "CHALLENGE_GONE");
    }

    async fn a_challenge_is_one_session_s_for_one_use_and_for_five_minutes(here: &Guarded) {
        let (gethin, elsewhere, nia) = (here.person("gethin.bowmer").await, here.person("gethin.bowmer").await, here.person("nia.talfan").await);
        let mut device = Device::new();
        let begun = does(&gethin, BEGIN_PASSKEY, json!({})).await["challenge"].clone();
        let made = json!({ "challengeId": begun["id"], "name": "My phone", "credential": device.creates(&begun["options"]) });
        for person in [&elsewhere, &nia] {
            assert_eq!(code(&does(person, ADD, made.clone()).await), "CHALLENGE_GONE");
        }
        // What was asked for to make one shows none.
        let shown = json!({ "challengeId": begun["id"], "credential": device.shows(&begun["options"]) });
        assert_eq!(code(&does(&gethin, TAKE, shown).await), "CHALLENGE_GONE");
        assert_eq!(does(&gethin, ADD, made.clone()).await["userErrors"], json!([]));
        assert_eq!(code(&does(&gethin, ADD, made).await), "SECOND_STEP_NEEDED");

        // The same passkey for somebody else, and after five minutes.
        assert_eq!(code(&adds(&nia, &mut device).await), "ALREADY_ADDED");
        let begun = does(&nia, BEGIN_PASSKEY, json!({})).await["challenge"].clone();
        let txn = here.state.db.begin().await.unwrap();
        let before = busfare::http::clock::now();
        passkey_challenge::Entity::update_many().col_expr(passkey_challenge::Column::EndsAt, Expr::value(before)).exec(&txn).await.unwrap();
        txn.commit().await.unwrap();
        let made = json!({ "challengeId": begun["id"], "name": "Late", "credential": Device::new().creates(&begun["options"]) });
        assert_eq!(code(&does(&nia, ADD, made).await), "CHALLENGE_GONE");
        for _ in 0..12 {
            does(&nia, BEGIN_PASSKEY, json!({})).await;
        }
        assert_eq!(passkey_challenge::Entity::find().count(here.state.db.reader()).await.unwrap(), 5);
    }

    async fn whoever_has_a_passkey_shows_it_before_she_changes_them(here: &Guarded) {
        let (gethin, mut device) = (here.person("gethin.bowmer").await, Device::new());
        let id = adds(&gethin, &mut device).await["passkey"]["id"].clone();
        assert_eq!(code(&does(&gethin, BEGIN_PASSKEY, json!({})).await), "SECOND_STEP_NEEDED");
        assert_eq!(code(&does(&gethin, REMOVE, json!({ "passkeyId": id })).await), "SECOND_STEP_NEEDED");

        shows(&gethin, &mut device).await;
        for _ in 0..9 {
            assert_eq!(adds(&gethin, &mut Device::new()).await["userErrors"], json!([]));
        }
        assert_eq!(code(&does(&gethin, BEGIN_PASSKEY, json!({})).await), "TOO_MANY");
        assert_eq!(does(&gethin, REMOVE, json!({ "passkeyId": id })).await["passkey"]["id"], id);
        let begun = does(&gethin, BEGIN_STEP, json!({})).await["challenge"].clone();
        let shown = json!({ "challengeId": begun["id"], "credential": device.shows(&begun["options"]) });
        assert_eq!(code(&does(&gethin, TAKE, shown).await), "NOT_BELIEVED", "it opens nothing any more");
    }

    async fn whoever_has_lost_hers_begins_anew_once_a_senior_who_sets_direction_says_so(here: &Guarded) {
        let (gethin, angharad, mari) = (here.person("gethin.bowmer").await, here.person("angharad.celyn").await, here.person("mari.prydderch").await);
        adds(&gethin, &mut Device::new()).await;
        let hers = json!({ "practitionerId": gethin.row().id.to_string() });
        for person in [&mari, &gethin] {
            assert_eq!(code(&does(person, FORGET, hers.clone()).await), "NOT_YOURS_TO_SAY");
        }
        let herself = json!({ "practitionerId": angharad.row().id.to_string() });
        assert_eq!(code(&does(&angharad, FORGET, herself).await), "NOT_YOURS_TO_SAY");

        assert_eq!(does(&angharad, FORGET, hers).await["practitioner"]["name"], gethin.row().name.as_str());
        let left = passkey::Entity::find().filter(passkey::Column::PractitionerId.eq(gethin.row().id));
        assert_eq!(left.count(here.state.db.reader()).await.unwrap(), 0);
        let spend = asked(here).await;
        assert_eq!(decides(&gethin, &spend).await["spend"]["decision"], "AUTHORISED");
    }

    async fn of_many_who_answer_one_challenge_at_once_one_is_believed(here: &Guarded) {
        let (gethin, mut device) = (here.person("gethin.bowmer").await, Device::new());
        adds(&gethin, &mut device).await;
        for _ in 0..10 {
            let begun = does(&gethin, BEGIN_STEP, json!({})).await["challenge"].clone();
            let answer = json!({ "challengeId": begun["id"], "credential": device.shows(&begun["options"]) });
            let answers = join_all((0..8).map(|_| does(&gethin, TAKE, answer.clone()))).await;
            let mut codes: Vec<_> = answers.iter().map(code).collect();
            codes.sort_unstable();
            assert_eq!(codes, [vec!["CHALLENGE_GONE"; 7], vec!["none"]].concat());
        }
    }

    async fn a_lost_reply_costs_nothing(here: &Guarded) {
        let (gethin, mut device) = (here.person("gethin.bowmer").await, Device::new());
        let key = store::mint::id::<uuid::Uuid>().to_string();
        let again = async || {
            let input = json!({ "input": { "idempotencyKey": key } });
            gethin.good(BEGIN_PASSKEY, input).await["it"].clone()
        };
        let (first, second) = (again().await, again().await);
        assert_eq!((&first["challenge"], &second["replayed"]), (&second["challenge"], &json!(true)));
        let made = json!({ "input": { "idempotencyKey": key, "challengeId": first["challenge"]["id"], "name": "My phone",
            "credential": device.creates(&first["challenge"]["options"]) } });
        // A key that was used for another verb is another verb's.
        let other = gethin.good(ADD, made.clone()).await["it"].clone();
        assert_eq!(code(&other), "IDEMPOTENCY_KEY_REUSED");
        let mut made = made;
        made["input"]["idempotencyKey"] = store::mint::id::<uuid::Uuid>().to_string().into();
        let (first, second) = (gethin.good(ADD, made.clone()).await, gethin.good(ADD, made).await);
        assert_eq!((&first["it"]["passkey"], &second["it"]["replayed"]), (&second["it"]["passkey"], &json!(true)));
        assert_eq!(passkey::Entity::find().count(here.state.db.reader()).await.unwrap(), 1);
    }
}

impl Guarded {
    async fn steps(&self) -> u64 {
        second_step::Entity::find().count(self.state.db.reader()).await.unwrap()
    }
}

/// Where everybody is asked, it makes no difference to the rule which database there is.
#[tokio::test(flavor = "multi_thread")]
async fn where_everybody_is_asked_nobody_decides_without_a_passkey() {
    let council = Council::guarded_on_sqlite(AskedOf::Everybody).await;
    let (gethin, mut device) = (council.person("gethin.bowmer").await, Device::new());
    let spend = asked(&council).await;
    let refused = decides(&gethin, &spend).await;
    assert_eq!((code(&refused), &refused["userErrors"][0]["retry"]), ("PASSKEY_NEEDED", &json!("AFTER_CHANGE")));

    adds(&gethin, &mut device).await;
    assert_eq!(code(&decides(&gethin, &spend).await), "SECOND_STEP_NEEDED");
    shows(&gethin, &mut device).await;
    assert_eq!(decides(&gethin, &spend).await["spend"]["decision"], "AUTHORISED");
    council.close().await;
}

/// A server that knows no site has no passkeys, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn where_there_are_no_passkeys_that_is_said() {
    let council = Council::on_sqlite().await;
    let gethin = council.person("gethin.bowmer").await;
    for verb in [BEGIN_PASSKEY, BEGIN_STEP] {
        assert_eq!(code(&does(&gethin, verb, json!({})).await), "NOT_OFFERED");
    }
    assert_eq!(gethin.good(STEP, json!({})).await["viewer"]["secondStep"]["offered"], false);
    council.close().await;
}
