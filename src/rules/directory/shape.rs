//! The shape of what Open Referral UK 3 knows: which fields there are, of which kind, and which must be there. Whatever else
//! a publisher adds is left alone. Formats of ids, addresses and dates are not asked for, as the standard's own schemas do
//! not ask for them; whoever uses such a field looks at it then.

use serde_json::{Map, Value};

/// The fields of one kind of object that the standard knows.
#[derive(Debug)]
pub struct Shape {
    needed: &'static [(&'static str, Kind)],
    known: &'static [(&'static str, Kind)],
}

/// What is in a field.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Number,
    OneOf(&'static [&'static str]),
    Object(&'static Shape),
    Each(&'static Shape),
}

use Kind::{Each, Number, Object, OneOf, Text};

const LOCATION_KINDS: Kind = OneOf(&["physical", "postal", "virtual"]);

/// A service with everything that belongs to it.
pub static SERVICE: Shape = Shape {
    needed: &[
        ("id", Text),
        ("name", Text),
        ("status", OneOf(&["active", "inactive", "defunct", "temporarily closed"])),
    ],
    known: &[
        ("organization_id", Text),
        ("description", Text),
        ("url", Text),
        ("email", Text),
        ("fees", Text),
        ("accreditations", Text),
        ("minimum_age", Number),
        ("maximum_age", Number),
        ("assured_date", Text),
        ("assurer_email", Text),
        ("alert", Text),
        ("last_modified", Text),
        ("schedules", Each(&SCHEDULE)),
        ("service_areas", Each(&SERVICE_AREA)),
        ("service_at_locations", Each(&SERVICE_AT_LOCATION)),
        ("languages", Each(&LANGUAGE)),
        ("organization", Object(&ORGANIZATION)),
        ("funding", Each(&FUNDING)),
        ("cost_options", Each(&COST_OPTION)),
        ("contacts", Each(&CONTACT)),
        ("attributes", Each(&ATTRIBUTE)),
    ],
};

static SCHEDULE: Shape = Shape {
    needed: &[("id", Text)],
    known: &[
        ("service_id", Text),
        ("service_at_location_id", Text),
        ("valid_from", Text),
        ("valid_to", Text),
        ("dtstart", Text),
        ("freq", OneOf(&["WEEKLY", "MONTHLY"])),
        ("interval", Number),
        ("byday", Text),
        ("bymonthday", Text),
        ("description", Text),
        ("opens_at", Text),
        ("closes_at", Text),
        ("schedule_link", Text),
        ("attending_type", Text),
        ("notes", Text),
    ],
};

static SERVICE_AREA: Shape = Shape {
    needed: &[("id", Text)],
    known: &[
        ("service_id", Text),
        ("name", Text),
        ("extent", Text),
        ("extent_type", Text),
        ("uri", Text),
        ("service_area", Text),
    ],
};

static SERVICE_AT_LOCATION: Shape = Shape {
    needed: &[("id", Text)],
    known: &[("service_id", Text), ("location_id", Text), ("location", Object(&LOCATION))],
};

/// A place.
pub static LOCATION: Shape = Shape {
    needed: &[("id", Text), ("location_type", LOCATION_KINDS)],
    known: &[
        ("name", Text),
        ("description", Text),
        ("latitude", Number),
        ("longitude", Number),
        ("external_identifier", Text),
        ("external_identifier_type", Text),
        ("addresses", Each(&ADDRESS)),
        ("accessibility", Each(&ACCESSIBILITY)),
        ("attributes", Each(&ATTRIBUTE)),
    ],
};

static ADDRESS: Shape = Shape {
    needed: &[
        ("id", Text),
        ("address_1", Text),
        ("city", Text),
        ("state_province", Text),
        ("postal_code", Text),
        ("country", Text),
        ("address_type", LOCATION_KINDS),
    ],
    known: &[("location_id", Text), ("attention", Text), ("region", Text), ("attributes", Each(&ATTRIBUTE))],
};

static ACCESSIBILITY: Shape = Shape {
    needed: &[("id", Text)],
    known: &[
        ("location_id", Text),
        ("description", Text),
        ("details", Text),
        ("url", Text),
        ("accessibility", Text),
        ("attributes", Each(&ATTRIBUTE)),
    ],
};

static LANGUAGE: Shape = Shape { needed: &[("id", Text)], known: &[("service_id", Text), ("phone_id", Text)] };

static ORGANIZATION: Shape = Shape {
    needed: &[("id", Text), ("name", Text), ("description", Text)],
    known: &[
        ("email", Text),
        ("website", Text),
        ("logo", Text),
        ("uri", Text),
        ("parent_organization_id", Text),
        ("organization_identifiers", Each(&ORGANIZATION_IDENTIFIER)),
        ("attributes", Each(&ATTRIBUTE)),
    ],
};

static ORGANIZATION_IDENTIFIER: Shape = Shape {
    needed: &[("id", Text), ("identifier_type", Text), ("identifier", Text)],
    known: &[("organization_id", Text), ("identifier_scheme", Text), ("attributes", Each(&ATTRIBUTE))],
};

static FUNDING: Shape = Shape { needed: &[("id", Text)], known: &[("service_id", Text), ("source", Text)] };

static COST_OPTION: Shape = Shape {
    needed: &[("id", Text)],
    known: &[
        ("service_id", Text),
        ("valid_from", Text),
        ("valid_to", Text),
        ("option", Text),
        ("amount", Number),
        ("amount_description", Text),
    ],
};

static CONTACT: Shape = Shape {
    needed: &[("id", Text)],
    known: &[("service_id", Text), ("name", Text), ("title", Text), ("attributes", Each(&ATTRIBUTE))],
};

static ATTRIBUTE: Shape = Shape {
    needed: &[("id", Text)],
    known: &[
        ("link_id", Text),
        ("taxonomy_term_id", Text),
        ("link_type", Text),
        ("taxonomy_term", Object(&TAXONOMY_TERM)),
    ],
};

static TAXONOMY_TERM: Shape = Shape {
    needed: &[("id", Text), ("name", Text), ("description", Text)],
    known: &[("parent_id", Text), ("taxonomy", Text), ("taxonomy_id", Text), ("term_uri", Text), ("term", Text)],
};

/// Goes through an object and tells what is amiss, each with the way to the field. A field that need not be there and is
/// null is not there: many publishers write it so, and the standard has it left out.
pub fn check(shape: &'static Shape, object: &mut Map<String, Value>, tell: &mut impl FnMut(String, String)) {
    at(shape, object, "", tell);
}

fn at(shape: &'static Shape, object: &mut Map<String, Value>, path: &str, tell: &mut impl FnMut(String, String)) {
    let way = |field: &str| if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
    for (field, kind) in shape.needed {
        match object.get_mut(*field) {
            Some(value) => kind.check(value, &way(field), tell),
            None => tell(way(field), "is missing".into()),
        }
    }
    for (field, kind) in shape.known {
        match object.get_mut(*field) {
            Some(Value::Null) => _ = object.remove(*field),
            Some(value) => kind.check(value, &way(field), tell),
            None => {}
        }
    }
}

impl Kind {
    fn check(self, value: &mut Value, path: &str, tell: &mut impl FnMut(String, String)) {
        match (self, value) {
            (Text, Value::String(_)) | (Number, Value::Number(_)) => {}
            (OneOf(words), Value::String(word)) if words.contains(&word.as_str()) => {}
            (Object(shape), Value::Object(object)) => at(shape, object, path, tell),
            (Each(shape), Value::Array(items)) => {
                for (number, item) in items.iter_mut().enumerate() {
                    Object(shape).check(item, &format!("{path}[{number}]"), tell);
                }
            }
            (Text, other) => tell(path.into(), format!("must be a text, and is {}", kind_of(other))),
            (Number, other) => tell(path.into(), format!("must be a number, and is {}", kind_of(other))),
            (OneOf(words), _) => tell(path.into(), format!("must be one of: {}", words.join(", "))),
            (Object(_), other) => tell(path.into(), format!("must be an object, and is {}", kind_of(other))),
            (Each(_), other) => tell(path.into(), format!("must be a list, and is {}", kind_of(other))),
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
