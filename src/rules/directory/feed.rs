//! Reading a feed of services: one, a list of them, or the standard's page. All of it is looked at before any of it is kept:
//! a feed with a fault is refused whole, and each fault says in which record it is, in which field, and what it is.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use super::{
    resource::{Resource, resource},
    shape::{SERVICE, check},
};
use crate::rules::text;

/// Most services of one feed.
pub const MOST_SERVICES: usize = 50_000;
/// How large one service is at most, as JSON.
pub const SERVICE_BYTES: usize = 512 * 1024;
/// Most faults that are told at once.
pub const MOST_PROBLEMS: usize = 20;
/// Most characters of an id.
const ID_CHARS: usize = 200;

/// What is amiss with a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In which record: its id, or its place where it has none.
    pub record: String,
    /// In which field; empty where it is none alone.
    pub field: String,
    /// What it is.
    pub says: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { record, field, says } = self;
        if field.is_empty() { write!(f, "{record}: {says}") } else { write!(f, "{record}: {field} {says}") }
    }
}

/// One page of a feed, not looked at yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its services.
    pub services: Vec<Value>,
    /// The number of the page after it, if there is one.
    pub next: Option<u64>,
}

/// Takes a page apart. Where it has no envelope there is no next.
pub fn read_page(bytes: &[u8]) -> Result<Page, Problem> {
    // A mark that some editors put before a text is none of it.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|amiss| whole(format!("line {}, column {}", amiss.line(), amiss.column()), &amiss.to_string()))?;
    match value {
        Value::Array(services) => Ok(Page { services, next: None }),
        Value::Object(mut page) if page.contains_key("contents") => {
            let Some(Value::Array(services)) = page.remove("contents") else {
                return Err(whole("contents".into(), "must be a list"));
            };
            let number = |field: &str| page.get(field).and_then(Value::as_u64);
            let next = number("page_number").zip(number("total_pages")).filter(|(page, of)| page < of);
            let last = page.get("last_page").and_then(Value::as_bool).unwrap_or(services.is_empty());
            Ok(Page { services, next: next.filter(|_| !last).map(|(page, _)| page + 1) })
        }
        service @ Value::Object(_) => Ok(Page { services: vec![service], next: None }),
        _ => Err(whole(String::new(), "must be a service, a list of services, or a page of them")),
    }
}

fn whole(field: String, says: &str) -> Problem {
    Problem { record: "the feed".into(), field, says: says.into() }
}

/// A service that can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its id, as its publisher has it.
    pub id: String,
    /// All of it, as it was published.
    pub published: Map<String, Value>,
    /// What is shown and searched.
    pub resource: Resource,
}

/// The pages of a feed, looked at one by one.
#[derive(Debug, Default)]
pub struct Feed {
    records: BTreeMap<String, Record>,
    problems: Vec<Problem>,
    looked_at: usize,
}

impl Feed {
    /// Looks at one more page.
    pub fn add(&mut self, page: Page) {
        for service in page.services {
            self.looked_at += 1;
            if self.looked_at > MOST_SERVICES {
                let says = format!("has more than {MOST_SERVICES} services");
                return self.tell(whole(String::new(), &says));
            }
            self.look_at(service);
        }
    }

    /// Every service once, in the order of their ids; or what is amiss, if anything is. Then none is kept.
    pub fn finish(self) -> Result<Vec<Record>, Vec<Problem>> {
        if self.problems.is_empty() { Ok(self.records.into_values().collect()) } else { Err(self.problems) }
    }

    fn look_at(&mut self, service: Value) {
        let place = format!("record {}", self.looked_at);
        let Value::Object(mut published) = service else {
            let says = "must be an object".into();
            return self.tell(Problem { record: place, field: String::new(), says });
        };
        let id = published.get("id").and_then(Value::as_str).filter(|id| is_an_id(id)).map(str::to_owned);
        let mut amiss = Vec::new();
        check(&SERVICE, &mut published, &mut |field, says| {
            if amiss.len() < MOST_PROBLEMS {
                amiss.push((field, says));
            }
        });
        if id.is_none() && published.get("id").is_some_and(Value::is_string) {
            amiss.push(("id".into(), format!("must have from 1 to {ID_CHARS} plain characters")));
        }
        if !is_small(&published) {
            amiss.push((String::new(), format!("is larger than {SERVICE_BYTES} bytes")));
        }
        let known = id.as_ref().and_then(|id| self.records.get(id));
        if known.is_some_and(|known| known.published != published) {
            amiss.push(("id".into(), "is there twice, and the two differ".into()));
        }

        let record = id.clone().unwrap_or(place);
        if let Some(id) = id.filter(|_| amiss.is_empty()) {
            let resource = resource(&published);
            self.records.insert(record.clone(), Record { id, published, resource });
        }
        for (field, says) in amiss {
            self.tell(Problem { record: record.clone(), field, says });
        }
    }

    fn tell(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

fn is_an_id(id: &str) -> bool {
    (1..=ID_CHARS).contains(&id.chars().count()) && !text::hides_something(id) && !id.contains(['\n', '\r', '\t'])
}

/// Whether a service takes no more room than it may, without writing all of one that does.
fn is_small(published: &Map<String, Value>) -> bool {
    struct Room(usize);
    impl std::io::Write for Room {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    serde_json::to_writer(Room(SERVICE_BYTES), published).is_ok()
}
