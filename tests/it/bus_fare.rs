//! The main job: £1.15 at the bus stop, the ticket, the note, and all of it seen again.

use busfare::work::pictures::sample;
use serde_json::json;

use crate::council::{Council, key, on_both};

on_both! {
    async fn a_spend_within_your_authority_is_yours_at_once(council: &Council) {
        let mari = council.person("mari.prydderch").await;

        let answer = mari.requests_spend(json!({ "reason": "Bus to the first appointment" })).await;

        let spend = &answer["spend"];
        assert_eq!(spend["decision"], "AUTHORISED_SELF");
        assert_eq!(spend["money"], "COMMITTED");
        assert_eq!(spend["total"], json!({ "amount": "1.15", "currency": "GBP" }));
        assert_eq!(spend["verdict"]["outcome"], "AUTHORISED_SELF");
        assert!(spend["verdict"]["backingStatement"].as_str().unwrap().len() > 20);
        assert!(spend["verdict"]["backedBy"]["name"].is_string());
        let checks = spend["verdict"]["checks"].as_array().unwrap();
        assert!(checks.len() >= 4 && checks.iter().all(|check| check["ok"] == true), "{checks:#?}");
        assert_eq!(answer["userErrors"], json!([]));
    }
}
