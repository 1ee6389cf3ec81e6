//! A new version is in force at once, and changes nothing that was: neither what was decided nor what is used.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use busfare_entity::verdict;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sea_orm::EntityTrait;

use super::*;
use crate::council::on_both;

/// The modest scheme, in which one item may come to £40.
fn forty_pounds() -> String {
    Example::Modest.file().replace("item = 30,", "item = 40,")
}

/// A grant to practitioners that says everything a grant can say.
const EVERYTHING: &str = r#"
title = "Everything"
valid_to = 2199-12-31
[[grant]]
line = "practitioners"
grantor = "angharad.celyn@caerfelin.example"
to = { team = "TEAM" }
purposes = ["travel-card", "bus-fare"]
hubs = ["Caffi'r Bont Café", "Llyfrgell Caerfelin Library"]
methods = ["voucher", "card"]
limits = { item = "30.50", in_24_hours = 60, in_7_days = 100, in_28_days = 300, in_budget_period = 2000, per_person = 500 }
break_glass = 150
decides_for = "team"
hours = { days = ["fri", "sat"], from = "18:00", to = "08:00" }
valid_from = 2026-01-01
valid_to = 2198-12-31
backing = """Everything that can be said,
on two lines."""
[[grant]]
line = "head-of-service"
grantor = "ruth.adebisi-vaughan@caerfelin.example"
to = { person = "angharad.celyn@caerfelin.example" }
decides_for = "organisation"
limits = { item = 5000 }
backing = "And this."
"#;

on_both! {
    async fn a_new_version_counts_at_once_and_does_not_start_the_week_anew(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let price = |price: &str| json!({ "unitPrice": price });
        let mut before = Vec::new();
        for _ in 0..3 {
            before.push(asks(&mari, council, "bus-fare", price("30.00")).await["spend"].clone());
        }
        assert_eq!(asks(&mari, council, "bus-fare", price("10.01")).await["spend"]["decision"], "ASKED");

        assert!(matches!(publishes(council, &forty_pounds()).await, Published::New(row) if row.version == 2));

        // £90 of £100 are used, whatever the version; what one item may come to is new.
        let next = asks(&mari, council, "bus-fare", price("10.01")).await["spend"].clone();
        let failed: Vec<_> = next["verdict"]["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false).collect();
        assert_eq!(failed.iter().map(|check| &check["code"]).collect::<Vec<_>>(), ["WINDOW_7D"]);
        let last = asks(&mari, council, "bus-fare", price("10.00")).await["spend"].clone();
        assert_eq!((&last["decision"], &last["verdict"]["schemeVersion"]), (&json!("AUTHORISED_SELF"), &json!(2)));
        let kasia = council.person("kasia.zielonka").await;
        assert_eq!(asks(&kasia, council, "bus-fare", price("40.00")).await["spend"]["decision"], "AUTHORISED_SELF");

        // What was decided under the first version is there as it was, and deciding again says the same.
        for spend in before {
            let seen = mari.good(
                "query($id: ID!) { node(id: $id) { ... on Spend { verdict { schemeVersion backingStatement checks { code ok words } replay { agrees outcome checks { words } } } } } }",
                json!({ "id": spend["id"] }),
            ).await["node"]["verdict"].clone();
            assert_eq!(seen["schemeVersion"], 1);
            assert_eq!((&seen["replay"]["agrees"], &seen["replay"]["outcome"]), (&json!(true), &json!("AUTHORISED_SELF")));
            assert_eq!((&seen["checks"], &seen["backingStatement"]), (&spend["verdict"]["checks"], &spend["verdict"]["backingStatement"]));
        }
    }

    async fn every_verdict_is_proved_by_deciding_again_and_a_forged_one_is_not(council: &Council) {
        let (mari, gethin) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await);
        asks(&mari, council, "bus-fare", json!({})).await;
        for (price, answer) in [("31.00", json!({ "authorise": {} })), ("32.00", json!({ "authorise": { "amount": "20.00" } })), ("33.00", json!({ "decline": { "reason": "CHEAPER_WAY" } }))] {
            let spend = asks(&mari, council, "bus-fare", json!({ "unitPrice": price })).await["spend"].clone();
            let done = crate::verbs::does(&gethin, crate::verbs::DECIDE, json!({ "spendId": spend["id"], "answer": answer })).await;
            assert_eq!(done["userErrors"], json!([]), "{done:#}");
        }
        under(council, Example::LikeToday).await;

        let replays = "{ spends { nodes { verdict { outcome replay { agrees } } } } }";
        let seen = mari.good(replays, json!({})).await;
        let seen = seen["spends"]["nodes"].as_array().unwrap();
        assert_eq!(seen.len(), 4);
        assert!(seen.iter().all(|spend| spend["verdict"]["replay"]["agrees"] == true), "{seen:#?}");

        // Somebody who could write to the table by hand would be found out.
        let mut forged = verdict::Entity::find().all(council.state.db.reader()).await.unwrap().remove(0);
        forged.checks[0]["ok"] = json!(false);
        let again = store::verdict::snapshot(&forged).unwrap().decide();
        assert!(!busfare::rules::replay::agrees(forged.outcome, &store::verdict::checks(&forged).unwrap(), &again));
    }

    async fn everything_a_file_says_is_kept_and_the_signature_covers_it(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let team = mari.good("{ viewer { team { name } } }", json!({})).await["viewer"]["team"]["name"].as_str().unwrap().to_owned();
        let source = EVERYTHING.replace("TEAM", &team.to_uppercase());
        publishes(council, &source).await;

        let version = newest(council, &mari).await;
        let reader = council.state.db.reader();
        let roll = store::scheme::everybody(reader, mari.row().organisation_id).await.unwrap();
        let written = store::scheme::as_written(&version, &roll, calendar::HOME);
        let mut file = scheme::read(source.as_bytes()).0.unwrap();
        // Names are kept as the council writes them, and what began long ago begins when it was signed.
        file.lines[0].grantee = scheme::Grantee::Team(team);
        file.lines[0].valid_from = None;
        assert_eq!(scheme::diff(&file, &written, scheme::Named::AsTyped), Vec::<String>::new());

        // Whatever is changed by hand, the signature is over something else.
        assert_eq!(store::scheme::sign(version.clone(), &council.state.key).unwrap(), version);
        let mut changed = version.clone();
        changed.granted[0].methods.pop();
        let changed = store::scheme::sign(changed, &council.state.key).unwrap();
        assert_ne!(changed.row.content_sha256, version.row.content_sha256);
        let mut source = version.clone();
        source.row.source = source.row.source.map(|source| source + "# and more");
        assert_ne!(store::scheme::sign(source, &council.state.key).unwrap().row.content_sha256, version.row.content_sha256);
    }

    async fn the_scheme_is_there_to_be_read_in_two_languages_with_its_signature(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let seen = mari.good(
            "{ scheme { version { version title signedBy { name } signedAt contentSha256 signature keyId validFrom validTo } source
                grants { line to words cy: words(language: CY) decidesFor grantor { name } backingStatement } } schemes { version } }",
            json!({}),
        ).await;
        let scheme = &seen["scheme"];
        assert_eq!((&scheme["version"]["version"], &scheme["version"]["signedBy"]["name"]), (&json!(1), &json!("Angharad Celyn")));
        assert_eq!(scheme["source"], Example::Modest.file());
        let lines: Vec<_> = scheme["grants"].as_array().unwrap().iter().map(|grant| grant["line"].as_str().unwrap()).collect();
        assert_eq!(lines, ["practitioners", "enablers", "seniors", "head-of-service"]);
        assert_eq!(scheme["grants"][0]["words"], "Every practitioner may decide up to £30.00 for one item and £100.00 in any 7 days. It is for one's own spends only. In an emergency, £150.00 at once. Granted by Angharad Celyn.");
        assert!(scheme["grants"][0]["cy"].as_str().unwrap().starts_with("Pob ymarferydd: cewch benderfynu hyd at £30.00"));
        assert_eq!(seen["schemes"], json!([{ "version": 1 }]));

        // Anybody with the published key can verify it.
        let keys: Value = mari.gets("/.well-known/jwks.json").await.json().await.unwrap();
        let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == scheme["version"]["keyId"]).unwrap();
        let public = UnparsedPublicKey::new(&ED25519, BASE64URL_NOPAD.decode(key["x"].as_str().unwrap().as_bytes()).unwrap());
        let hex = |field: &str| HEXLOWER.decode(scheme["version"][field].as_str().unwrap().as_bytes()).unwrap();
        assert!(public.verify(&hex("contentSha256"), &hex("signature")).is_ok());

        // An earlier version stays readable; one that never was is none.
        under(council, Example::Devolved).await;
        let both = mari.good("{ now: scheme { version { version } } was: scheme(version: 1) { version { title } } none: scheme(version: 99) { source } schemes { version } }", json!({})).await;
        assert_eq!((&both["now"]["version"]["version"], &both["none"]), (&json!(2), &Value::Null));
        assert_eq!(both["was"]["version"]["title"], "Scheme of delegation for family support");
        assert_eq!(both["schemes"], json!([{ "version": 2 }, { "version": 1 }]));
        assert_eq!(council.stranger().problem("{ scheme { source } }", json!({})).await, "UNAUTHENTICATED");
    }

    async fn versions_follow_each_other_however_many_publish_at_once(council: &Council) {
        let files: Vec<_> = (0..8).map(|place| Example::Modest.file().replace("family support\"", &format!("family support {}\"", place / 2))).collect();
        futures_util::future::join_all(files.iter().map(|file| publishes(council, file))).await;

        let mari = council.person("mari.prydderch").await;
        let versions = store::scheme::versions(council.state.db.reader(), mari.row().organisation_id).await.unwrap();
        let numbers: Vec<_> = versions.iter().rev().map(|version| version.version).collect();
        assert_eq!(numbers, (1..=i32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
        assert!((5..=9).contains(&numbers.len()), "{numbers:?}");
        // The same file twice in a row is one version.
        let last = versions[0].source.clone().unwrap();
        assert!(matches!(publishes(council, &last).await, Published::Already(row) if row.version == versions[0].version));
    }

    async fn a_version_for_next_year_waits_and_one_that_has_ended_lets_nobody_decide(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let year = chrono::Datelike::year(&clock::now());
        publishes(council, &format!("valid_from = {}-04-01\n{}", year + 1, forty_pounds())).await;
        assert_eq!(asks(&mari, council, "bus-fare", json!({})).await["spend"]["verdict"]["schemeVersion"], 1);
        assert_eq!(mari.good("{ scheme { version { version } } }", json!({})).await["scheme"]["version"]["version"], 1);

        publishes(council, &format!("valid_to = {}-01-01\n{}", year - 1, forty_pounds())).await;
        assert_eq!(mari.good("{ scheme { source } }", json!({})).await["scheme"], Value::Null);
        assert_eq!(asks(&mari, council, "bus-fare", json!({})).await["userErrors"], json!([{ "code": "NOBODY_CAN_DECIDE" }]));
    }
}
