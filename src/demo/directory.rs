//! Who else can help in Caerfelin, and where its hubs are. All of it is invented.

use chrono::{DateTime, Days, Utc};
use serde_json::{Value, json};

use super::{DemoError, council::Council};
use crate::{
    rules::directory::{Address, Feed, Page, Point, Venue},
    store::{self, db::DatabaseTransaction},
};

/// Whose services they are, as at `busfare directory import --all-of`.
const ALL_OF: &str = "Caerfelin";

/// A service, told shortly.
struct Told {
    id: u8,
    name: &'static str,
    description: &'static str,
    needs: &'static [&'static str],
    phone: &'static str,
    at: (f64, f64),
    street: &'static str,
    getting_in: &'static [&'static str],
    open: (&'static str, &'static str),
    /// How many days ago somebody made sure of it.
    assured: u64,
}

const SERVICES: [Told; 6] = [
    Told {
        id: 1,
        name: "Pantri Caerfelin Pantry",
        description: "Five pounds buys about twenty pounds of food. No voucher and no questions; bring a bag.",
        needs: &["Food"],
        phone: "01632 960011",
        at: (51.9511, -3.3894),
        street: "Old Chapel, 9 Bridge Street",
        getting_in: &["Level access from the yard", "Help to carry things to the bus"],
        open: ("TU,FR", "Tuesdays and Fridays, 10:00 to 14:00"),
        assured: 20,
    },
    Told {
        id: 2,
        name: "Caffi Siarad",
        description: "Somebody to talk to over tea, and a warm room. Children are welcome.",
        needs: &["Company", "Warm place"],
        phone: "01632 960012",
        at: (51.9498, -3.3921),
        street: "Scout Hut, Mill Lane",
        getting_in: &["One step; a ramp is put out when you ask"],
        open: ("WE", "Wednesdays, 13:00 to 16:00"),
        assured: 61,
    },
    Told {
        id: 3,
        name: "Money matters, Caerfelin",
        description: "Free advice about debt, bills and what you can claim. Ring first; they also come to you.",
        needs: &["Debt", "Benefits"],
        phone: "01632 960013",
        at: (51.9503, -3.3877),
        street: "Upper floor, 3 Market Square",
        getting_in: &["Lift at the back", "Hearing loop"],
        open: ("MO,TH", "Mondays and Thursdays, 09:30 to 12:30"),
        assured: 5,
    },
    Told {
        id: 4,
        name: "Y Sied: the shed",
        description: "Men and women mend things together. Tools are there; no skill is needed.",
        needs: &["Company"],
        phone: "01632 960014",
        at: (51.9467, -3.4010),
        street: "Unit 4, The Sidings",
        getting_in: &["Level access", "Wide door", "Parking in front"],
        open: ("TH", "Thursdays, 10:00 to 15:00"),
        assured: 260,
    },
    Told {
        id: 5,
        name: "School clothes swap",
        description: "Outgrown uniforms and coats, washed and for nothing.",
        needs: &["Clothes"],
        phone: "01632 960015",
        at: (51.9540, -3.3850),
        street: "St Tegfan's hall, Church Row",
        getting_in: &["Level access", "Accessible toilet", "Quiet hour from nine to ten"],
        open: ("SA", "Saturdays, 09:00 to 12:00"),
        assured: 92,
    },
    Told {
        id: 6,
        name: "Bws y Bryn community bus",
        description: "Door to door for those who cannot use the bus that there is. Book a day before.",
        needs: &["Transport"],
        phone: "01632 960016",
        at: (51.9605, -3.4122),
        street: "The Depot, Hill Road",
        getting_in: &["The bus has a ramp and room for two wheelchairs"],
        open: ("MO,TU,WE,TH,FR", "Weekdays, 08:30 to 17:00"),
        assured: 33,
    },
];

/// A hub's address in parts, its point, and how people get in.
struct At {
    street: &'static str,
    point: (f64, f64),
    getting_in: &'static [&'static str],
}

/// Where the hubs are, in the order in which the council has them.
const HUBS: [At; 3] = [
    At {
        street: "2 Mill Lane",
        point: (51.9500, -3.3915),
        getting_in: &["Level access", "Accessible toilet", "Hearing loop at the desk"],
    },
    At {
        street: "17 Bridge Street",
        point: (51.9509, -3.3890),
        getting_in: &["One step at the door", "Quiet corner until eleven"],
    },
    At {
        street: "Market Square",
        point: (51.9502, -3.3879),
        getting_in: &["Ramp at the side door", "Lift to every floor", "Parking for blue badges"],
    },
];

/// Keeps the services and the places, by the same way in as a real feed.
pub async fn remember(txn: &DatabaseTransaction, council: &Council, now: DateTime<Utc>) -> Result<(), DemoError> {
    let mut feed = Feed::default();
    feed.add(Page { services: SERVICES.iter().map(|told| service(told, now)).collect(), next: None });
    let amiss = |problems: Vec<_>| DemoError::Directory(problems.iter().map(ToString::to_string).collect());
    let records = feed.finish().map_err(amiss)?;
    store::directory::import(txn, council.organisation.id, &records, Some(ALL_OF), now).await?;
    for (hub, At { street, point, getting_in }) in council.hubs.iter().zip(&HUBS) {
        let venue = Venue {
            name: hub.name.clone(),
            address: Address {
                street: (*street).into(),
                city: "Caerfelin".into(),
                county: "Powys".into(),
                postcode: "LD0 9ZZ".into(),
            },
            point: Point::try_new(point.0, point.1),
            accessibility: getting_in.iter().map(|text| (*text).to_owned()).collect(),
        };
        store::directory::place_hub(txn, hub, &venue, (council.head_of_service.id, now)).await?;
    }
    Ok(())
}

/// A service as its publisher would have it.
fn service(told: &Told, now: DateTime<Utc>) -> Value {
    let id = |part: u32| format!("cae0{part:04x}-0000-4000-8000-0000000000{:02x}", told.id);
    let assured = now.date_naive() - Days::new(told.assured);
    let terms: Vec<Value> = (20..)
        .zip(told.needs)
        .map(|(part, need)| {
            let term = json!({ "id": format!("caerfelin-{}", need.to_lowercase().replace(' ', "-")), "name": need,
                "description": need, "taxonomy": "Caerfelin needs" });
            json!({ "id": id(part), "link_type": "need", "taxonomy_term": term })
        })
        .collect();
    let getting_in: Vec<Value> =
        (40..).zip(told.getting_in).map(|(part, text)| json!({ "id": id(part), "description": text })).collect();
    json!({
        "id": id(0),
        "name": told.name,
        "description": told.description,
        "status": "active",
        "assured_date": assured,
        "organization": { "id": id(1), "name": told.name, "description": told.description },
        "phones": [{ "id": id(2), "number": told.phone }],
        "schedules": [{ "id": id(3), "freq": "WEEKLY", "byday": told.open.0, "description": told.open.1 }],
        "attributes": terms,
        "service_at_locations": [{ "id": id(4), "location": {
            "id": id(5),
            "location_type": "physical",
            "name": told.name,
            "latitude": told.at.0,
            "longitude": told.at.1,
            "addresses": [{ "id": id(6), "address_1": told.street, "city": "Caerfelin", "state_province": "Powys",
                "postal_code": "LD0 9ZZ", "country": "GB", "address_type": "physical" }],
            "accessibility": getting_in,
        } }],
    })
}
