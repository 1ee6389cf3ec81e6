//! What a phone shows of a service: read from what was published, without what hides or runs, and never more of it than can
//! be read.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use super::Point;
use crate::rules::text;

/// Most characters of a name.
const NAME_CHARS: usize = 200;
/// Most characters of a longer text.
const TEXT_CHARS: usize = 4_000;
/// Most of anything that belongs to one service.
const MOST: usize = 50;

/// A service of the community, as it is shown and searched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// What it is called.
    pub name: String,
    /// Whether it can be gone to.
    pub status: Status,
    /// What it does.
    pub description: String,
    /// Something to know first.
    pub alert: String,
    /// Its page.
    pub url: Option<String>,
    /// Where to write to.
    pub email: Option<String>,
    /// What it costs.
    pub fees: String,
    /// From which age.
    pub minimum_age: Option<u8>,
    /// Up to which age.
    pub maximum_age: Option<u8>,
    /// When somebody last made sure of it.
    pub assured_on: Option<NaiveDate>,
    /// When it was last changed.
    pub modified: Option<DateTime<Utc>>,
    /// Whose it is.
    pub organisation: Option<Organisation>,
    /// Where it is.
    pub places: Vec<Place>,
    /// When it is open.
    pub times: Vec<Times>,
    /// Whom to ask for.
    pub contacts: Vec<Contact>,
    /// Numbers to ring.
    pub phones: Vec<String>,
    /// What it is for.
    pub needs: Vec<Need>,
    /// In which languages.
    pub languages: Vec<String>,
}

/// Whether a service can be gone to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It can.
    #[default]
    Active,
    /// Not now.
    TemporarilyClosed,
    /// Not any more.
    Ended,
}

/// Whose a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id, as its publisher has it.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Where a service is.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What the place is called.
    pub name: String,
    /// Its address, a line each.
    pub address: Vec<String>,
    /// Its postcode.
    pub postcode: Option<String>,
    /// Where on the earth.
    pub point: Option<Point>,
    /// How people get in and about.
    pub accessibility: Vec<String>,
}

/// When a service is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// In words.
    pub description: String,
    /// As a rule of RFC 5545, as far as it is given.
    pub rule: Option<String>,
    /// From when on the wall.
    pub opens_at: Option<String>,
    /// Until when.
    pub closes_at: Option<String>,
}

/// Whom to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Their name.
    pub name: String,
    /// What they do.
    pub title: String,
}

/// What a service is for: a term of a taxonomy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// Its id, as its publisher has it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// In which taxonomy.
    pub taxonomy: String,
}

/// Reads what is shown of a service. What is not of its kind is not there.
pub fn resource(published: &Map<String, Value>) -> Resource {
    let organization = object(published, "organization");
    let locations: Vec<_> = each(published, "service_at_locations").collect();
    Resource {
        name: shown(published, "name", NAME_CHARS),
        status: match published.get("status").and_then(Value::as_str) {
            Some("active") => Status::Active,
            Some("temporarily closed") => Status::TemporarilyClosed,
            _ => Status::Ended,
        },
        description: shown(published, "description", TEXT_CHARS),
        alert: shown(published, "alert", TEXT_CHARS),
        url: web_address(published, "url"),
        email: said(published, "email", NAME_CHARS).filter(|email| is_email(email)),
        fees: shown(published, "fees", TEXT_CHARS),
        minimum_age: age(published, "minimum_age"),
        maximum_age: age(published, "maximum_age"),
        assured_on: said(published, "assured_date", NAME_CHARS).and_then(|text| day(&text)),
        modified: said(published, "last_modified", NAME_CHARS)
            .and_then(|text| DateTime::parse_from_rfc3339(&text).ok())
            .map(|at| at.to_utc()),
        organisation: organization.and_then(organisation),
        places: locations.iter().filter_map(|at| object(at, "location")).map(place).collect(),
        times: each(published, "schedules").map(times).collect(),
        contacts: each(published, "contacts").filter_map(contact).collect(),
        phones: phones(published, organization, &locations),
        needs: needs(published),
        languages: each(published, "languages")
            .filter_map(|language| said(language, "name", NAME_CHARS).or_else(|| said(language, "code", NAME_CHARS)))
            .collect(),
    }
}

fn organisation(organization: &Map<String, Value>) -> Option<Organisation> {
    Some(Organisation { id: said(organization, "id", NAME_CHARS)?, name: said(organization, "name", NAME_CHARS)? })
}

/// Where a location is.
pub(super) fn place(location: &Map<String, Value>) -> Place {
    let address = each(location, "addresses").next();
    let lines = ["address_1", "address_2", "city", "region", "state_province"];
    let number = |field: &str| location.get(field).and_then(Value::as_f64);
    Place {
        name: shown(location, "name", NAME_CHARS),
        address: address
            .into_iter()
            .flat_map(|address| lines.map(|line| said(address, line, NAME_CHARS)))
            .flatten()
            .collect(),
        postcode: address.and_then(|address| said(address, "postal_code", NAME_CHARS)),
        point: number("latitude").zip(number("longitude")).and_then(|(north, east)| Point::try_new(north, east)),
        accessibility: each(location, "accessibility")
            .filter_map(|one| said(one, "description", TEXT_CHARS).or_else(|| said(one, "accessibility", TEXT_CHARS)))
            .collect(),
    }
}

fn times(schedule: &Map<String, Value>) -> Times {
    let part = |field: &str, name: &str| said(schedule, field, NAME_CHARS).map(|text| format!(";{name}={text}"));
    let rule = said(schedule, "freq", NAME_CHARS).map(|freq| {
        let interval = schedule.get("interval").and_then(Value::as_u64).filter(|every| *every > 1);
        let interval = interval.map(|every| format!(";INTERVAL={every}"));
        let rest = [interval, part("byday", "BYDAY"), part("bymonthday", "BYMONTHDAY")];
        rest.into_iter().flatten().fold(format!("FREQ={freq}"), |rule, part| rule + &part)
    });
    Times {
        description: shown(schedule, "description", TEXT_CHARS),
        rule,
        opens_at: said(schedule, "opens_at", NAME_CHARS),
        closes_at: said(schedule, "closes_at", NAME_CHARS),
    }
}

fn contact(contact: &Map<String, Value>) -> Option<Contact> {
    let (name, title) = (shown(contact, "name", NAME_CHARS), shown(contact, "title", NAME_CHARS));
    (!name.is_empty() || !title.is_empty()).then_some(Contact { name, title })
}

/// Numbers wherever a publisher may have put them, each once.
fn phones(
    published: &Map<String, Value>,
    organization: Option<&Map<String, Value>>,
    locations: &[&Map<String, Value>],
) -> Vec<String> {
    let contacts = each(published, "contacts");
    let places = locations.iter().filter_map(|at| object(at, "location"));
    let owners =
        std::iter::once(published).chain(contacts).chain(locations.iter().copied()).chain(places).chain(organization);
    let mut numbers: Vec<String> = Vec::new();
    for number in owners.flat_map(|owner| each(owner, "phones")).filter_map(|phone| said(phone, "number", 40)) {
        if !numbers.contains(&number) && numbers.len() < MOST {
            numbers.push(number);
        }
    }
    numbers
}

fn needs(published: &Map<String, Value>) -> Vec<Need> {
    let terms = each(published, "attributes").filter_map(|attribute| object(attribute, "taxonomy_term"));
    let mut needs: Vec<Need> = terms
        .filter_map(|term| {
            let (id, name) = (said(term, "id", NAME_CHARS)?, said(term, "name", NAME_CHARS)?);
            Some(Need { id, name, taxonomy: shown(term, "taxonomy", NAME_CHARS) })
        })
        .collect();
    needs.sort();
    needs.dedup();
    needs
}

/// A date, also where a time follows it.
fn day(text: &str) -> Option<NaiveDate> {
    text.get(..10).and_then(|day| day.parse().ok())
}

fn age(object: &Map<String, Value>, field: &str) -> Option<u8> {
    let years = object.get(field).and_then(Value::as_f64).filter(|years| (0.0..=150.0).contains(years))?;
    Some(years as u8)
}

/// An address that a phone may open: nothing that runs.
fn web_address(object: &Map<String, Value>, field: &str) -> Option<String> {
    let address = said(object, field, 2_000)?;
    let lower = address.to_ascii_lowercase();
    let opens = lower.starts_with("https://") || lower.starts_with("http://");
    (opens && !address.contains(char::is_whitespace)).then_some(address)
}

fn is_email(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && !part.contains([' ', '<', '>', '"', '?', '&', '%', ',', ';', ':', '@']);
    text.split_once('@').is_some_and(|(name, host)| plain(name) && plain(host) && host.contains('.'))
}

fn object<'a>(parent: &'a Map<String, Value>, field: &str) -> Option<&'a Map<String, Value>> {
    parent.get(field).and_then(Value::as_object)
}

pub(super) fn each<'a>(parent: &'a Map<String, Value>, field: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    parent.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).take(MOST)
}

fn said(parent: &Map<String, Value>, field: &str, most: usize) -> Option<String> {
    Some(shown(parent, field, most)).filter(|text| !text.is_empty())
}

fn shown(parent: &Map<String, Value>, field: &str, most: usize) -> String {
    text::shown(parent.get(field).and_then(Value::as_str).unwrap_or_default(), most)
}
