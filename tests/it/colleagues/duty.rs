//! Who is on duty is asked first, if her own say stretches so far.

use busfare_entity::words::Role;
use serde_json::json;

use super::{later, reaches_everybody, told, waits_for};
use crate::{
    council::{Council, on_both},
    verbs::{END_DUTY, PUT_ON_DUTY, REQUEST, does, refused},
};

on_both! {
    async fn the_colleague_on_duty_at_the_hub_is_asked_before_the_team(council: &Council) {
        reaches_everybody(council, Role::Enabler).await;
        let (mari, nia, rosa) = (council.person("mari.prydderch").await, council.person("nia.talfan").await, council.person("rosa.benbow").await);
        let hubs = mari.good("{ hubs { id } }", json!({})).await["hubs"].clone();
        let (here, elsewhere) = (hubs[0]["id"].clone(), hubs[1]["id"].clone());
        let duty = does(&nia, PUT_ON_DUTY, json!({ "practitionerId": rosa.row().id.to_string(), "kind": "HUB", "hubId": here, "ends": later(60) })).await["duty"].clone();
        assert_eq!((&duty["practitioner"]["name"], &duty["hub"]["id"]), (&json!("Rosa Benbow"), &here));
        let purpose = council.purpose("bus-fare").await.to_string();
        let ask = |price: &str, hub| json!({ "purposeId": purpose, "unitPrice": price, "hubId": hub });

        let at_hub = does(&mari, REQUEST, ask("40.00", &here)).await["spend"].clone();
        let preview = mari.good("query($input: PreviewSpendInput!) { it: previewSpend(input: $input) { nearest { name } why } }",
            json!({ "input": ask("40.00", &here) })).await;
        let not_here = does(&mari, REQUEST, ask("40.00", &elsewhere)).await["spend"].clone();
        let above_hers = does(&mari, REQUEST, ask("140.00", &here)).await["spend"].clone();

        assert_eq!(waits_for(&mari, &at_hub).await, told("Rosa Benbow", "HUB_ON_DUTY"));
        assert_eq!(preview["it"], json!({ "nearest": { "name": "Rosa Benbow" }, "why": "HUB_ON_DUTY" }));
        assert_eq!(waits_for(&mari, &not_here).await, told("Gethin Bowmer", "TEAM"));
        assert_eq!(waits_for(&mari, &above_hers).await, told("Nia Talfan", "LEAD"));
        let duties = mari.good("{ duties { id practitioner { name } kind } }", json!({})).await;
        assert_eq!(duties["duties"], json!([{ "id": duty["id"], "practitioner": { "name": "Rosa Benbow" }, "kind": "HUB" }]));

        assert_eq!(refused(&mari, END_DUTY, json!({ "dutyId": duty["id"] })).await, "NOT_YOURS_TO_PUT");
        does(&nia, END_DUTY, json!({ "dutyId": duty["id"] })).await;
        assert_eq!(refused(&nia, END_DUTY, json!({ "dutyId": duty["id"] })).await, "ALREADY_ENDED");
        let after = does(&mari, REQUEST, ask("40.00", &here)).await["spend"].clone();
        assert_eq!(waits_for(&mari, &after).await, told("Gethin Bowmer", "TEAM"));
    }

    async fn the_duty_manager_comes_after_the_lead_and_before_out_of_hours(council: &Council) {
        reaches_everybody(council, Role::Senior).await;
        let (mari, nia, iwan, angharad) = (council.person("mari.prydderch").await, council.person("nia.talfan").await,
            council.person("iwan.tegid").await, council.person("angharad.celyn").await);
        for (who, kind) in [(&angharad, "OUT_OF_HOURS"), (&iwan, "MANAGER")] {
            let put = does(&nia, PUT_ON_DUTY, json!({ "practitionerId": who.row().id.to_string(), "kind": kind, "ends": later(600) })).await;
            assert_eq!(put["userErrors"], json!([]));
        }

        let mut order = Vec::new();
        for away in ["gethin.bowmer", "nia.talfan", "iwan.tegid", "angharad.celyn"] {
            let spend = crate::colleagues::asks(&mari, "40.00").await;
            order.push(waits_for(&mari, &spend).await);
            crate::colleagues::goes_away(&council.person(away).await, None).await;
        }

        let expected = [("Gethin Bowmer", "TEAM"), ("Nia Talfan", "LEAD"), ("Iwan Tegid", "DUTY_MANAGER"), ("Angharad Celyn", "OUT_OF_HOURS")];
        assert_eq!(order, expected.map(|(name, why)| told(name, why)));
    }
}
