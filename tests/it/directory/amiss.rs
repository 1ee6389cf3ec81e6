//! Bad input about the directory, in every verb and on every path: told in plain words, and nothing changes.

use busfare::store;
use busfare_entity::words::ResourceId;
use serde_json::{Value, json};

use super::opens;
use crate::{
    bad_input::everything,
    council::{Council, key, on_both},
    privacy::{named, record_about},
    verbs::{INTRODUCE, PLACE_HUB, an_app, does, refused, with_key},
};

/// Values that no field takes.
fn rubbish() -> Vec<Value> {
    vec![json!([]), json!({}), json!([["x"]]), json!({ "a": "b" }), json!(true)]
}

on_both! {
    async fn every_verb_about_the_directory_tells_what_is_wrong_in_plain_words(council: &Council) {
        let (mari, gethin, iwan) = (council.person("mari.prydderch").await, council.person("gethin.bowmer").await, council.person("iwan.tegid").await);
        let mut app = council.stranger();
        app.token = Some(an_app(council).await);
        let found = mari.good("{ hubs { id } resources(first: 1) { resource { id } } }", json!({})).await;
        let (resource, hub) = (found["resources"][0]["resource"]["id"].clone(), found["hubs"][0]["id"].clone());
        let person = named(&mari, "Ann").await;
        let record = record_about(&mari, &person, "x").await;
        let introduce = json!({ "resourceId": resource, "recordId": record, "note": "Ask for Ann" });
        let place = json!({ "hubId": hub, "street": "1 Lane", "city": "Ton", "county": "Gwent", "postcode": "NP1 1AA", "latitude": 51.5, "longitude": -3.0, "accessibility": ["Ramp"] });
        let before = everything(council).await;

        for (verb, good, who) in [(INTRODUCE, &introduce, &mari), (PLACE_HUB, &place, &gethin)] {
            for field in good.as_object().unwrap().keys() {
                for value in rubbish() {
                    let mut bad = with_key(good.clone());
                    bad[field] = value;
                    // No notes at all is a way to say that there are none.
                    if bad[field] == json!([]) && field == "accessibility" { continue; }
                    assert_eq!(who.problem(verb, json!({ "input": bad })).await, "BAD_USER_INPUT", "{verb} {field}");
                }
                for hostile in ["'; DROP TABLE resource; --\u{202e}".to_owned(), "\0".into(), "x".repeat(20_000)] {
                    let mut bad = with_key(good.clone());
                    bad[field] = if field == "accessibility" { json!([hostile]) } else { json!(hostile) };
                    let answer = who.sends(verb, json!({ "input": bad })).await;
                    let told = answer["errors"].as_array().map_or(0, Vec::len) + answer["data"]["it"]["userErrors"].as_array().map_or(0, Vec::len);
                    assert_eq!(told, 1, "{verb} {field}: {answer:#}");
                }
            }
            for field in ["resourceId", "recordId", "hubId"].into_iter().filter(|field| good.get(field).is_some()) {
                for id in ["".to_owned(), "rsrc_".into(), store::mint::id::<ResourceId>().to_string(), "hub_00000000000000000000000000".into(), person.clone(), "../../etc/passwd".into()] {
                    let mut nowhere = with_key(good.clone());
                    nowhere[field] = json!(id);
                    assert_eq!(who.problem(verb, json!({ "input": nowhere })).await, "NOT_FOUND", "{verb} {field} {id}");
                }
            }
            for (stranger, code) in [(&council.stranger(), "UNAUTHENTICATED"), (&app, "FORBIDDEN")] {
                assert_eq!(stranger.problem(verb, json!({ "input": with_key(good.clone()) })).await, code, "{verb}");
            }
        }
        let with = |good: &Value, field: &str, value: Value| { let mut bad = good.clone(); bad[field] = value; bad };
        assert_eq!(refused(&mari, INTRODUCE, with(&introduce, "personId", json!(person))).await, "WHOM_NEEDED");
        assert_eq!(refused(&mari, INTRODUCE, json!({ "resourceId": resource })).await, "WHOM_NEEDED");
        assert_eq!(refused(&mari, INTRODUCE, with(&introduce, "note", json!("a".repeat(141)))).await, "TEXT_TOO_LONG");
        assert_eq!(refused(&mari, INTRODUCE, with(&introduce, "note", json!("a\u{202e}"))).await, "TEXT_NOT_PLAIN");
        for (field, value) in [("latitude", json!(91)), ("latitude", json!(1e300)), ("longitude", json!(-180.1)), ("latitude", Value::Null)] {
            assert_eq!(refused(&gethin, PLACE_HUB, with(&place, field, value)).await, "NO_SUCH_POINT", "{field}");
        }
        assert_eq!(refused(&gethin, PLACE_HUB, with(&place, "accessibility", json!(vec!["a"; 21]))).await, "TOO_MANY_NOTES");
        assert_eq!(refused(&gethin, PLACE_HUB, with(&place, "accessibility", json!(["a".repeat(201)]))).await, "TEXT_TOO_LONG");
        assert_eq!(refused(&gethin, PLACE_HUB, with(&place, "city", json!("a".repeat(101)))).await, "TEXT_TOO_LONG");
        assert_eq!(mari.problem(PLACE_HUB, json!({ "input": with_key(place.clone()) })).await, "FORBIDDEN");
        assert_eq!(iwan.problem(INTRODUCE, json!({ "input": with_key(introduce.clone()) })).await, "NOT_FOUND");
        assert_eq!(everything(council).await, before);

        // A key that was used for something else, and the same again.
        let keyed = with(&place, "idempotencyKey", json!(key()));
        let first = does(&gethin, PLACE_HUB, keyed.clone()).await;
        let again = does(&gethin, PLACE_HUB, keyed.clone()).await;
        assert_eq!((&again["hub"], &again["replayed"]), (&first["hub"], &json!(true)));
        assert_eq!(refused(&gethin, PLACE_HUB, with(&keyed, "city", json!("Pen"))).await, "IDEMPOTENCY_KEY_REUSED");
    }

    async fn a_search_that_is_none_is_told_so(council: &Council) {
        let mari = council.person("mari.prydderch").await;
        let find = "query($search: String, $need: String, $near: NearInput, $first: Int) { resources(search: $search, need: $need, near: $near, first: $first) { metres } }";
        let near = |latitude: Value, longitude: Value, within: Value| json!({ "near": { "latitude": latitude, "longitude": longitude, "withinKm": within } });
        for bad in [
            json!({ "first": 0 }), json!({ "first": -1 }), json!({ "first": 51 }), json!({ "first": 2_147_483_648_i64 }), json!({ "first": "1" }),
            json!({ "search": "a".repeat(101) }), json!({ "search": "a\u{202e}" }), json!({ "search": 7 }), json!({ "need": "a".repeat(201) }), json!({ "need": [["x"]] }),
            near(json!(91), json!(0), json!(1)), near(json!(0), json!(0), json!(1)), near(json!(51), json!(181), json!(1)), near(json!("51"), json!(1), json!(1)),
            near(json!(51), json!(-3), json!(0)), near(json!(51), json!(-3), json!(-1)), near(json!(51), json!(-3), json!(1e300)), near(json!(51), json!(-3), json!(101)),
            json!({ "near": { "latitude": 51 } }), json!({ "near": 7 }),
        ] {
            assert_eq!(mari.problem(find, bad.clone()).await, "BAD_USER_INPUT", "{bad}");
        }
        for fine in [json!({ "search": "'; DROP TABLE resource; --" }), json!({ "search": "% _ \\ ~" }), json!({ "need": "\"{}" }), json!({ "search": "ﷺ 漢字 💷" })] {
            mari.good(find, fine).await;
        }
        assert_eq!(council.stranger().problem(find, json!({})).await, "UNAUTHENTICATED");
        let mut app = council.stranger();
        app.token = Some(an_app(council).await);
        assert_eq!(app.good(find, json!({ "first": 2 })).await["resources"].as_array().unwrap().len(), 2);
    }

    async fn a_path_that_leads_nowhere_is_told_so_in_plain_words(council: &Council) {
        let before = everything(council).await;
        let long = format!("?search={}", "a".repeat(5_000));
        for query in ["?page=-1", "?page=0", "?page=x", "?page=1e3", "?page=99999999999999999999", "?per_page=1000000000", "?per_page=0", "?per_page=-1", "?search=a%E2%80%AE", "?search=%00", long.as_str()] {
            let (status, said) = opens(council, query).await;
            let error = &said["errors"][0];
            assert_eq!((status, &error["extensions"]["code"], &error["extensions"]["reason"]), (400, &json!("BAD_USER_INPUT"), &json!("QUERY_NOT_READ")), "{query}");
            assert!((10..=140).contains(&error["message"].as_str().unwrap().chars().count()), "{said:#}");
        }
        for query in ["?page=1000000&per_page=100", "?nothing=of&ours", "?search=%27%3B+DROP+TABLE", "?search=%FF", "?&&=&", "?search=%25%5F"] {
            assert_eq!(opens(council, query).await.0, 200, "{query}");
        }
        for path in ["/nobody", "/%00", "/%E2%80%AE", "/%FF", "/'%3B--", "/..%2F..%2Fetc", "/hub_00000000000000000000000000", &format!("/{}", "x".repeat(5_000))] {
            assert_eq!(opens(council, path).await.0, 404, "{path}");
        }
        assert_eq!(everything(council).await, before);
    }
}
