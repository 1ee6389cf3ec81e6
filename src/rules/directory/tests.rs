//! The directory, told as people use it; every service here is made up.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn service(id: &str, name: &str, more: Value) -> Value {
    let mut service = json!({ "id": id, "name": name, "status": "active" });
    for (field, value) in more.as_object().unwrap() {
        service[field] = value.clone();
    }
    service
}

fn read(feed: &Value) -> Result<Vec<Record>, Vec<Problem>> {
    let mut read = Feed::default();
    read.add(read_page(feed.to_string().as_bytes()).map_err(|problem| vec![problem])?);
    read.finish()
}

fn problems(feed: &Value) -> Vec<String> {
    read(feed).unwrap_err().iter().map(ToString::to_string).collect()
}

fn at(latitude: f64, longitude: f64) -> Value {
    json!({ "service_at_locations": [{ "id": "p", "location": {
        "id": "l", "location_type": "physical", "latitude": latitude, "longitude": longitude,
    } }] })
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_feed_is_one_service_a_list_of_them_or_a_page() {
    let one = service("a", "Food bank", json!({}));
    for feed in [one.clone(), json!([one]), json!({ "contents": [one], "page_number": 1, "total_pages": 1 })] {
        let records = read(&feed).unwrap();
        assert_eq!((records.len(), records[0].id.as_str()), (1, "a"));
        assert_eq!(Value::Object(records[0].published.clone()), one);
    }
    let page = |page: u64, of: u64, last: Value| {
        let page = json!({ "contents": [one], "page_number": page, "total_pages": of, "last_page": last });
        read_page(page.to_string().as_bytes()).unwrap().next
    };
    assert_eq!((page(1, 3, json!(false)), page(3, 3, json!(true)), page(2, 3, json!(true))), (Some(2), None, None));
    assert_eq!((page(2, 3, Value::Null), page(u64::MAX, u64::MAX, Value::Null)), (Some(3), None));
    // A publisher who says for ever that there is more has nothing on the page at last.
    assert_eq!(read_page(br#"{"contents":[],"page_number":7,"total_pages":9}"#).unwrap().next, None);
}

#[test]
fn a_fault_names_the_record_and_the_field_and_nothing_is_kept() {
    let fine = service("fine", "Food bank", json!({}));
    let told = problems(&json!([
        fine,
        { "id": "b", "status": "open" },
        { "id": "c", "name": 7, "status": "active", "minimum_age": "12", "schedules": [{ "id": "x" }, { "freq": "DAILY" }] },
        "hello",
        { "name": "No id", "status": "active" },
        { "id": "", "name": "Empty id", "status": "active" },
        service("d", "Art", json!({ "service_at_locations": [{ "id": "p", "location": { "id": "l", "location_type": "moon" } }] })),
    ]));
    assert_eq!(
        told,
        [
            "b: name is missing",
            "b: status must be one of: active, inactive, defunct, temporarily closed",
            "c: name must be a text, and is a number",
            "c: minimum_age must be a number, and is a text",
            "c: schedules[1].id is missing",
            "c: schedules[1].freq must be one of: WEEKLY, MONTHLY",
            "record 4: must be an object",
            "record 5: id is missing",
            "record 6: id must have from 1 to 200 plain characters",
            "d: service_at_locations[0].location.location_type must be one of: physical, postal, virtual",
        ]
    );
}

#[test]
fn the_same_twice_is_once_and_two_that_differ_are_a_fault() {
    let one = service("a", "Food bank", json!({}));
    assert_eq!(read(&json!([one, one])).unwrap().len(), 1);
    let other = service("a", "Food shop", json!({}));
    assert_eq!(problems(&json!([one, other])), ["a: id is there twice, and the two differ"]);
}

#[test]
fn what_is_not_said_may_be_left_out_or_null_and_what_nobody_knows_stays() {
    let feed = service("a", "Food bank", json!({ "email": null, "x_secret": null, "x_more": { "deep": [1, null] } }));
    let records = read(&feed).unwrap();
    let kept = service("a", "Food bank", json!({ "x_secret": null, "x_more": { "deep": [1, null] } }));
    assert_eq!(Value::Object(records[0].published.clone()), kept);
    assert_eq!(
        problems(&json!({ "id": "a", "name": null, "status": "active" })),
        ["a: name must be a text, and is null"]
    );
}

#[test]
fn a_hostile_feed_is_refused_and_costs_little() {
    let whole = service("a", "Food bank", json!({ "description": "x".repeat(100) })).to_string();
    for cut in 1..whole.len() {
        let problem = read_page(&whole.as_bytes()[..cut]).unwrap_err();
        assert!(problem.field.starts_with("line 1, column "), "{problem}");
    }
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read_page(nested.as_bytes()).is_err());
    for odd in ["", "7", "null", "\"a\"", "{\"contents\":7}", "\u{0}", "[1", "{}{}"] {
        let page = read_page(odd.as_bytes()).map(|page| {
            let mut feed = Feed::default();
            feed.add(page);
            feed.finish()
        });
        assert!(!matches!(page, Ok(Ok(_))), "{odd}");
    }
    assert!(read_page(b"\xEF\xBB\xBF[]").is_ok() && read_page(&[0xFF, 0xFE]).is_err());

    let large = service("a", "Food bank", json!({ "x": "y".repeat(SERVICE_BYTES) }));
    assert_eq!(problems(&large), [format!("a: is larger than {SERVICE_BYTES} bytes")]);
    let faults: Vec<_> = (0..1_000).map(|_| json!({ "schedules": vec![json!(0); 50] })).collect();
    assert_eq!(problems(&json!(faults)).len(), MOST_PROBLEMS);
    let mut feed = Feed::default();
    let services = vec![service("a", "Food bank", json!({})); MOST_SERVICES + 1];
    feed.add(Page { services, next: None });
    assert_eq!(feed.finish().unwrap_err()[0].to_string(), format!("the feed: has more than {MOST_SERVICES} services"));
}

#[test]
fn nothing_that_hides_or_runs_is_shown() {
    let feed = service(
        "a",
        "Food\u{202E} bank\u{200B}",
        json!({
            "url": "javascript:alert(1)", "email": "a@b.uk?bcc=c@d.uk", "minimum_age": -3, "maximum_age": 1e300,
            "phones": [{ "number": "01632 960001" }], "contacts": [{ "id": "c", "phones": [{ "number": "01632 960001" }, 7] }],
            "languages": [{ "id": "l", "name": "Welsh" }, { "id": "m" }],
            "assured_date": "2026-13-01", "last_modified": "yesterday",
        }),
    );
    let records = read(&feed).unwrap();
    let shown = &records[0].resource;
    assert_eq!((shown.name.as_str(), &shown.url, &shown.email), ("Food bank", &None, &None));
    assert_eq!((shown.minimum_age, shown.maximum_age, shown.assured_on, shown.modified), (None, None, None, None));
    assert_eq!(
        (shown.phones.as_slice(), shown.languages.as_slice()),
        (&["01632 960001".to_owned()][..], &["Welsh".to_owned()][..])
    );
    assert_eq!(Value::Object(records[0].published.clone()), feed, "what was published stays as it was");
}

#[test]
fn what_nobody_looked_at_for_six_months_is_stale() {
    let assured_on = |date: &str| {
        let records = read(&service("a", "Food bank", json!({ "assured_date": date }))).unwrap();
        assured(&records[0].resource, day("2026-08-31"))
    };
    assert_eq!(assured_on("2026-08-31"), Assured::Fresh(day("2026-08-31")));
    assert_eq!(assured_on("2026-02-28T10:00:00Z"), Assured::Stale(day("2026-02-28")));
    assert_eq!(assured_on("2026-03-01"), Assured::Fresh(day("2026-03-01")));
    assert_eq!((assured_on("2026-09-01"), assured_on("last week")), (Assured::Unknown, Assured::Unknown));
    assert!(assured_on("").is_stale() && !assured_on("2026-08-01").is_stale());
}

#[test]
fn a_service_is_found_by_words_need_and_distance() {
    let term = |id: &str, name: &str| json!({ "attributes": [{ "id": "x", "taxonomy_term": { "id": id, "name": name, "description": "" } }] });
    let with = |mut one: Value, other: Value| {
        other.as_object().unwrap().iter().for_each(|(field, value)| one[field] = value.clone());
        one
    };
    let records = read(&json!([
        service("1", "Caffi Siân", with(at(51.48, -3.18), term("t1", "Food"))),
        service("2", "Food bank", with(at(51.60, -3.18), term("t1", "Food"))),
        service(
            "3",
            "Art group",
            with(at(51.49, -3.18), json!({ "description": "We paint, and share food with Sian's friends." }))
        ),
        service("4", "Old food bank", json!({ "status": "defunct" })),
        service("5", "Advice line", json!({ "description": "Ring us for food vouchers" })),
    ]))
    .unwrap();
    let found = |wanted: Wanted| -> Vec<&str> {
        search(&records, &wanted, 10).into_iter().map(|found| found.record.id.as_str()).collect()
    };
    let words = |words: &str| Wanted { words: words.into(), ..Wanted::default() };

    assert_eq!(found(words("SIAN")), ["1", "3"], "whoever is called so comes first");
    assert_eq!(found(words("foo")), ["2", "5", "3", "1"]);
    assert_eq!(found(words("bank foo")), ["2"]);
    assert_eq!((found(words("nobody")).len(), found(words(" -- ")).len(), found(words("")).len()), (0, 0, 4));
    let need = |need: &str| Wanted { need: Some(need.into()), ..Wanted::default() };
    assert_eq!((found(need("t1")), found(need("food")), found(need("t2"))), (vec!["1", "2"], vec!["1", "2"], vec![]));
    let here = Point::try_new(51.481, -3.18).unwrap();
    let near = |metres| Wanted { near: Some((here, metres)), ..Wanted::default() };
    assert_eq!((found(near(2_000)), found(near(20_000))), (vec!["1", "3"], vec!["1", "3", "2"]));
    let nearest = search(&records, &near(2_000), 1);
    assert_eq!((nearest.len(), nearest[0].metres), (1, Some(111)));
}

#[test]
fn a_distance_is_as_the_crow_flies() {
    let point = |latitude, longitude| Point::try_new(latitude, longitude).unwrap();
    // Cardiff Castle to Swansea Castle, and London to Edinburgh, within half a percent of the ellipsoid's.
    let (near, far) = (
        point(51.4816, -3.1791).metres_to(point(51.6204, -3.9415)),
        point(51.5074, -0.1278).metres_to(point(55.9533, -3.1883)),
    );
    assert!((54_000..55_500).contains(&near) && (532_000..537_500).contains(&far), "{near} {far}");
    assert_eq!(point(90.0, 0.0).metres_to(point(-90.0, 77.0)), 20_015_114);
    for (latitude, longitude) in [(100.0, 101.0), (0.0, 0.0), (f64::NAN, 1.0), (1.0, f64::INFINITY), (-90.1, 0.0)] {
        assert_eq!(Point::try_new(latitude, longitude), None);
    }
}

#[test]
fn a_page_says_where_it_is() {
    let page = envelope(vec![json!(1), json!(2)], 102, 2, 50);
    let fields = ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty"];
    let said: Vec<_> = fields.iter().map(|field| page[field].to_string()).collect();
    assert_eq!(said, ["102", "3", "2", "2", "false", "false", "false"]);
    let ends = |page| envelope(vec![json!(1)], 102, page, 50)["last_page"].clone();
    assert_eq!((ends(2), ends(3), ends(4)), (json!(false), json!(true), json!(true)));
    let none = envelope(vec![], 0, 1, 0);
    assert_eq!(
        (&none["first_page"], &none["last_page"], &none["empty"], &none["total_pages"]),
        (&json!(true), &json!(true), &json!(true), &json!(0))
    );
}

#[test]
fn a_place_is_written_over_the_one_that_was_read_and_keeps_the_rest() {
    let id = uuid::Uuid::from_u128(7);
    let library = Venue {
        name: "Library".into(),
        address: Address {
            street: "1 High Street".into(),
            city: "Ton".into(),
            county: "Gwent".into(),
            postcode: "NP1 1AA".into(),
        },
        point: Point::try_new(51.5, -3.0),
        accessibility: vec!["Ramp at the side door".into()],
    };
    let mut written = as_location(id, &library, None);
    assert_eq!(venue(&mut written), Ok(library.clone()));

    written.insert("x_lift".into(), json!({ "floors": 2 }));
    assert_eq!(as_location(id, &library, Some(&written)), written);
    let moved = Venue { point: None, accessibility: vec![], ..library };
    let mut later = as_location(id, &moved, Some(&written));
    assert_eq!((venue(&mut later), &later["x_lift"]), (Ok(moved), &json!({ "floors": 2 })));
}

fn any_point() -> impl Strategy<Value = Point> {
    (-90.0f64..=90.0, -180.0f64..=180.0).prop_filter_map("nowhere", |(north, east)| Point::try_new(north, east))
}

proptest! {
    #[test]
    fn whatever_is_near_is_in_the_area(from in any_point(), turn in 0.0f64..6.3, away in 0.0f64..300_000.0, slack in 0u32..1_000) {
        let (north, east) = (from.latitude() + turn.sin() * away / 111_000.0, from.longitude() + turn.cos() * away / 111_000.0);
        let Some(to) = Point::try_new(north.clamp(-90.0, 90.0), (east + 540.0).rem_euclid(360.0) - 180.0) else { return Ok(()) };
        let metres = from.metres_to(to);
        prop_assert_eq!(to.metres_to(from), metres);
        let area = around(from, metres + slack);
        let within = |value: f64, (least, most): (f64, f64)| least <= value && value <= most;
        prop_assert!(within(to.latitude(), area.latitudes) && within(to.longitude(), area.longitudes), "{to:?} {area:?}");
    }

    #[test]
    fn an_area_is_not_much_larger_than_it_must_be(north in -70.0f64..70.0, east in -100.0f64..100.0, metres in 1u32..100_000) {
        let from = Point::try_new(north, east).unwrap();
        let area = around(from, metres);
        let corner = Point::try_new(area.latitudes.1, area.longitudes.1).unwrap();
        prop_assert!(from.metres_to(corner) <= metres * 3 / 2 + 10);
    }

    #[test]
    fn any_json_is_read_or_refused(text in "[\\[\\]{}\":,0-9a-z]{0,60}", known in "\\{\"id\":(\"a\"|1),\"name\":(\"b\"|\\[\\]),\"status\":\"active\",\"(schedules|organization|contacts)\":(\\[\\{\\}\\]|\\{\\}|null|7)\\}") {
        for text in [text, known] {
            if let Ok(page) = read_page(text.as_bytes()) {
                let mut feed = Feed::default();
                feed.add(page);
                if let Err(problems) = feed.finish() {
                    prop_assert!(!problems.is_empty() && problems.len() <= MOST_PROBLEMS);
                }
            }
        }
    }

    #[test]
    fn a_service_is_found_by_the_beginning_of_any_of_its_words(name in "[A-Za-zŵŷâé]{1,12}( [a-z]{1,9}){0,3}", length in 1usize..12) {
        let records = read(&service("a", &name, json!({}))).unwrap();
        for word in name.split(' ') {
            let typed: String = word.chars().take(length).collect();
            let wanted = Wanted { words: typed.to_uppercase(), ..Wanted::default() };
            prop_assert_eq!(search(&records, &wanted, 1).len(), 1, "{}", typed);
        }
    }
}

#[test]
fn a_map_is_an_object() {
    let mut empty = Map::new();
    let amiss = venue(&mut empty).unwrap_err();
    assert_eq!(amiss.len(), 2, "an id and a kind are missing: {amiss:?}");
}
