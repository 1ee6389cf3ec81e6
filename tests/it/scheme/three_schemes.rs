//! One travel card for £30, one practitioner, three schemes of delegation: the README tells the same story.

use std::path::Path;

use super::*;
use crate::council::on_both;

/// What the README says about each scheme: the sentence on the phone, and the checks behind it.
fn readme_says(example: &str) -> String {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, told) = readme.split_once(&format!("$ busfare demo --scheme {example}\n")).expect("the README tells it");
    told.split("```").next().unwrap().split("\n$ ").next().unwrap().trim().to_owned()
}

/// The same, from an answer of the server.
fn told(spend: &Value) -> String {
    let asked = spend["ask"]["asked"]["name"].as_str().map(|name| format!("Asked: {name}.\n")).unwrap_or_default();
    let words = |check: &Value| check["words"].as_str().unwrap().to_owned();
    let checks = spend["verdict"]["checks"].as_array().unwrap().iter().map(|check| format!("- {}\n", words(check)));
    format!("{}\n{asked}{}", spend["sentence"].as_str().unwrap(), checks.collect::<String>()).trim().to_owned()
}

on_both! {
    async fn the_same_travel_card_under_three_schemes_is_three_stories(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let family: busfare_entity::words::PersonId = store::mint::id();
        let card = || json!({ "unitPrice": "30.00", "personId": family.to_string() });
        let mut versions = Vec::new();
        for (example, name, decision) in [
            (Example::LikeToday, "like-today", "ASKED"),
            (Example::Modest, "modest", "AUTHORISED_SELF"),
            (Example::Devolved, "devolved", "AUTHORISED_SELF"),
        ] {
            under(council, example).await;
            let spend = asks(&mari, council, "travel-card", card()).await["spend"].clone();
            assert_eq!(spend["decision"], decision, "{name}: {spend:#}");
            assert_eq!(told(&spend), readme_says(name), "{name}");
            versions.push(spend["verdict"]["schemeVersion"].clone());
            if decision == "ASKED" {
                // The manager is asked, nobody else, and nothing stands behind a yes that was not given.
                assert_eq!(spend["ask"]["asked"]["name"], "Nia Talfan");
                assert_eq!(spend["verdict"]["backingStatement"], Value::Null);
            } else {
                assert_eq!(spend["verdict"]["backedBy"]["name"], "Angharad Celyn");
            }
        }
        assert_eq!(versions, [Value::Null, json!(3), json!(4)]);
    }

    async fn devolved_a_family_is_helped_up_to_ten_thousand_pounds_and_no_further(council: &Council) {
        under(council, Example::Devolved).await;
        let (mari, kasia) = (council.person("mari.prydderch").await, council.person("kasia.zielonka").await);
        let families: [busfare_entity::words::PersonId; 2] = [store::mint::id(), store::mint::id()];
        let help = |family: usize, price: &str| json!({ "unitPrice": price, "personId": families[family].to_string() });
        for _ in 0..4 {
            let spend = asks(&mari, council, "household-item", help(0, "2500.00")).await["spend"].clone();
            assert_eq!(spend["decision"], "AUTHORISED_SELF", "{spend:#}");
        }

        // A penny more for this family is asked of a colleague; which limit bound is said.
        let more = asks(&mari, council, "bus-fare", help(0, "0.01")).await["spend"].clone();
        assert_eq!(more["decision"], "ASKED", "{more:#}");
        let failed: Vec<_> = more["verdict"]["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false).collect();
        assert_eq!(failed.iter().map(|check| &check["code"]).collect::<Vec<_>>(), ["PERSON_HELPED"]);

        // Another family, and another practitioner's say, are not touched by it.
        assert_eq!(asks(&mari, council, "bus-fare", help(1, "1.15")).await["spend"]["decision"], "AUTHORISED_SELF");
        assert_eq!(asks(&kasia, council, "bus-fare", help(0, "1.15")).await["spend"]["decision"], "AUTHORISED_SELF");
    }

    async fn like_today_a_hub_s_milk_above_twenty_pounds_goes_past_the_manager(council: &Council) {
        under(council, Example::LikeToday).await;
        let mari = council.person("mari.prydderch").await;
        let hubs = mari.good("{ viewer { hubs { id } } }", json!({})).await;
        let hub = hubs["viewer"]["hubs"][0]["id"].clone();
        for (price, asked) in [("20.00", "Nia Talfan"), ("20.01", "Angharad Celyn")] {
            let spend = asks(&mari, council, "hub-refreshments", json!({ "unitPrice": price, "hubId": hub })).await["spend"].clone();
            assert_eq!((&spend["decision"], &spend["ask"]["asked"]["name"]), (&json!("ASKED"), &json!(asked)), "{spend:#}");
        }
        let too_much = asks(&mari, council, "travel-card", json!({ "unitPrice": "1000.01" })).await;
        assert_eq!(too_much["userErrors"], json!([{ "code": "NOBODY_CAN_DECIDE" }]));
    }
}
