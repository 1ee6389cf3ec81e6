//! Passing on: our hubs and what was imported, in the standard's pages, for anybody.

use busfare::store;
use busfare_entity::{hub_place, organisation, words::Nation};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{imports, opens, passed_on, schema, service};
use crate::{
    council::{Council, on_both},
    verbs::{PLACE_HUB, does},
};

const PUT_SESSION: &str =
    "mutation($input: PutHubSessionInput!) { it: putHubSession(input: $input) { session { id } userErrors { code } } }";

/// The ids on a page.
fn ids(page: &Value) -> Vec<String> {
    page["contents"].as_array().unwrap().iter().map(|service| service["id"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn pages_have_every_service_once_and_say_where_they_are(council: &Council) {
        imports(council, &(0..20).map(|number| service(&format!("p-{number:02}"), "Many", json!({}))).collect(), None).await;
        let (_, all) = opens(council, "?per_page=100").await;
        assert_eq!((ids(&all).len(), &all["total_pages"], &all["last_page"]), (29, &json!(1), &json!(true)));

        let mut found = Vec::new();
        for number in 1..=8 {
            let (status, page) = opens(council, &format!("?page={number}&per_page=4")).await;
            let size = if number == 8 { 1 } else { 4 };
            assert_eq!((status, &page["page_number"], &page["size"], &page["last_page"]), (200, &json!(number), &json!(size), &json!(number == 8)));
            found.extend(ids(&page));
        }
        assert_eq!(found, ids(&all));
        let (status, past) = opens(council, "?page=9&per_page=4").await;
        assert_eq!((status, ids(&past).len(), &past["empty"]), (200, 0, &json!(true)));
        let (_, many) = opens(council, "?search=many&per_page=7").await;
        assert_eq!((&many["total_items"], &many["total_pages"], ids(&many).len()), (&json!(20), &json!(3), 7));
        let (_, hubs) = opens(council, "?search=library").await;
        assert_eq!(hubs["contents"][0]["name"], "Llyfrgell Caerfelin Library");
        let (_, debt) = opens(council, "?taxonomy_term_id=caerfelin-debt").await;
        assert_eq!((ids(&debt).len(), &debt["contents"][0]["name"]), (1, &json!("Money matters, Caerfelin")));
    }

    async fn what_has_not_changed_is_not_sent_again_and_any_page_may_ask(council: &Council) {
        imports(council, &service("e", "Once", json!({})), None).await;
        let url = council.url("/open-referral/services/e");
        let first = council.http().get(&url).send().await.unwrap();
        let mark = first.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!((first.status().as_u16(), &first.headers()["cache-control"]), (200, &"public, max-age=60".parse().unwrap()));
        for marks in [mark.clone(), format!("\"x\", {mark}"), format!("W/{mark}"), "*".into()] {
            let again = council.http().get(&url).header("if-none-match", &marks).send().await.unwrap();
            assert_eq!((again.status().as_u16(), again.text().await.unwrap().as_str()), (304, ""), "{marks}");
        }
        imports(council, &service("e", "Twice", json!({})), None).await;
        let changed = council.http().get(&url).header("if-none-match", &mark).send().await.unwrap();
        assert_eq!((changed.status().as_u16(), changed.json::<Value>().await.unwrap()["name"].clone()), (200, json!("Twice")));

        let may = council.http().request(reqwest::Method::OPTIONS, &url).send().await.unwrap();
        assert_eq!((may.status().as_u16(), &may.headers()["access-control-allow-origin"]), (204, &"*".parse().unwrap()));
    }

    async fn our_hubs_are_published_with_place_access_and_times(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        let hubs = gethin.good("{ hubs { id name } }", json!({})).await["hubs"].as_array().unwrap().clone();
        let hub = hubs.into_iter().find(|hub| hub["name"].as_str().unwrap().starts_with("Llyfrgell")).unwrap();
        let place = json!({ "hubId": hub["id"], "street": "2 Mill Lane", "city": "Caerfelin", "county": "Powys", "postcode": "LD0 9ZZ",
            "latitude": 51.95, "longitude": -3.3915, "accessibility": [" Level access ", "Hearing loop"] });
        let placed = does(&gethin, PLACE_HUB, place).await;
        assert_eq!(placed["hub"]["place"], json!({ "name": hub["name"], "address": ["2 Mill Lane", "Caerfelin", "Powys"], "postcode": "LD0 9ZZ",
            "latitude": 51.95, "longitude": -3.3915, "accessibility": ["Level access", "Hearing loop"] }));
        let session = json!({ "idempotencyKey": crate::council::key(), "sessionId": store::mint::id::<busfare_entity::words::HubSessionId>().to_string(), "hubId": hub["id"],
            "name": "Drop-in", "days": { "weekly": { "weekdays": ["TUESDAY"] } }, "firstOn": "2026-11-24", "opens": "09:30", "closes": "11:30" });
        assert_eq!(gethin.good(PUT_SESSION, json!({ "input": session })).await["it"]["userErrors"], json!([]));

        let (_, page) = opens(council, "?search=llyfrgell").await;
        let published = &page["contents"][0];
        assert_eq!(passed_on(council, published["id"].as_str().unwrap()).await.as_ref(), Some(published));
        let location = &published["service_at_locations"][0]["location"];
        assert_eq!((&location["latitude"], &location["accessibility"][1]["description"]), (&json!(51.95), &json!("Hearing loop")));
        let schedules = published["schedules"].as_array().unwrap();
        assert!(schedules.iter().any(|schedule| schedule["byday"] == "TU" && schedule["opens_at"] == "09:30"), "{published:#}");
        assert_eq!(published["organization"]["name"], "Cyngor Caerfelin Council");
        if let Some(schema) = schema() {
            let faults: Vec<_> = schema.iter_errors(published).map(|fault| fault.to_string()).collect();
            assert_eq!(faults, [""; 0]);
        }
        // From somebody who had it from us it is not imported: it is ours.
        assert_eq!(imports(council, published, None).await, store::directory::Imported { ours: 1, ..Default::default() });
    }

    async fn what_else_is_known_of_a_place_stays_when_the_place_is_changed(council: &Council) {
        let gethin = council.person("gethin.bowmer").await;
        let row = hub_place::Entity::find().one(council.state.db.reader()).await.unwrap().unwrap();
        let mut location: Value = serde_json::from_str(&row.location).unwrap();
        location["external_identifier"] = json!("uprn-1");
        location["x_lift"] = json!({ "floors": [1, 2] });
        let (id, txn) = (row.hub_id.to_string(), council.state.db.begin().await.unwrap());
        hub_place::Model { location: location.to_string(), ..row }.into_active_model().reset_all().update(&txn).await.unwrap();
        txn.commit().await.unwrap();

        does(&gethin, PLACE_HUB, json!({ "hubId": id, "street": "New Street" })).await;

        let (_, page) = opens(council, "?per_page=3").await;
        let locations = page["contents"].as_array().unwrap().iter().map(|service| &service["service_at_locations"][0]["location"]);
        let moved = locations.into_iter().find(|location| location["addresses"][0]["address_1"] == "New Street").unwrap();
        assert_eq!((&moved["external_identifier"], &moved["x_lift"], moved.get("latitude")), (&json!("uprn-1"), &json!({ "floors": [1, 2] }), None));
        assert_eq!((&moved["id"], &moved["name"], &moved["accessibility"]), (&location["id"], &location["name"], &json!([])));
    }

    async fn where_several_share_a_database_nobody_s_directory_is_open(council: &Council) {
        assert_eq!(opens(council, "").await.0, 200);
        let another = organisation::Model { id: store::mint::id(), name: "Another".into(), time_zone: "Europe/London".into(), nation: Nation::Scotland, created_at: busfare::http::clock::now() };
        let txn = council.state.db.begin().await.unwrap();
        store::people::add_organisation(&txn, another).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!((opens(council, "").await.0, opens(council, "/cae00000-0000-4000-8000-000000000001").await.0), (404, 404));
    }
}
