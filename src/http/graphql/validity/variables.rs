//! Whether the values of variables fit what a document declares (GraphQL, September 2025, section 6.1.2, "Coercing Variable
//! Values"). The document itself was looked at before; this is all that can be wrong with the next request that uses it.

use apollo_compiler::{
    Name, Schema,
    ast::{Type, VariableDefinition},
    executable::Operation,
    parser::SourceMap,
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::{Name as Given, Pos, ServerError, Value, Variables, indexmap::IndexMap};

use crate::api::{
    error::Problem,
    messages::{Message, message},
};

/// The variables of one operation.
pub(super) struct Declared {
    operation: Option<Name>,
    variables: Vec<One>,
}

struct One {
    definition: VariableDefinition,
    place: Option<Pos>,
}

impl Declared {
    /// As an operation declares them.
    pub(super) fn by(operation: &Operation, sources: &SourceMap) -> Self {
        let place = |name: &Name| name.line_column_range(sources).map(|place| place.start);
        let variables = operation.variables.iter().map(|definition| One {
            definition: VariableDefinition::clone(definition),
            place: place(&definition.name).map(|place| Pos { line: place.line, column: place.column }),
        });
        Self { operation: operation.name.clone(), variables: variables.collect() }
    }

    /// Whether a request means this operation.
    pub(super) fn is_meant_by(&self, name: Option<&str>) -> bool {
        name.is_none_or(|name| self.operation.as_ref().is_some_and(|own| own == name))
    }

    /// What does not fit: of each variable, the first thing that does not.
    pub(super) fn errors(&self, schema: &Schema, values: &Variables) -> Vec<ServerError> {
        let unfit = self.variables.iter().filter_map(|One { definition, place }| {
            let VariableDefinition { name, ty, default_value, .. } = definition;
            let path = Path { before: None, step: Step::Field(name) };
            let unfit = match values.get(name.as_str()) {
                Some(value) => fits(schema, ty, value, path).err()?,
                None if default_value.is_none() && ty.is_non_null() => path.is_missing(ty),
                None => return None,
            };
            let error = async_graphql::Error::from(Problem::bad_user_input(unfit));
            Some(error.into_server_error(place.unwrap_or_default()))
        });
        unfit.collect()
    }
}

/// Where a value is: the variable and what leads into it.
#[derive(Clone, Copy)]
struct Path<'a> {
    before: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Item(usize),
}

impl Path<'_> {
    fn text(&self) -> String {
        let step = match self.step {
            Step::Field(name) => name.to_owned(),
            Step::Item(place) => place.to_string(),
        };
        self.before.map_or_else(|| step.clone(), |before| format!("{}.{step}", before.text()))
    }

    fn takes(&self, ty: &Type) -> Message {
        message!("value-not-taken", value = self.text(), kind = ty.inner_named_type().as_str())
    }

    fn is_missing(&self, ty: &Type) -> Message {
        message!("value-missing", value = self.text(), kind = ty.inner_named_type().as_str())
    }
}

fn fits(schema: &Schema, ty: &Type, value: &Value, path: Path<'_>) -> Result<(), Message> {
    let name = match (ty, value) {
        (Type::Named(_) | Type::List(_), Value::Null) => return Ok(()),
        (Type::NonNullNamed(_) | Type::NonNullList(_), Value::Null) => return Err(path.takes(ty)),
        (Type::List(inner) | Type::NonNullList(inner), Value::List(items)) => {
            let mut items = items.iter().enumerate();
            return items.try_for_each(|(place, item)| {
                fits(schema, inner, item, Path { before: Some(&path), step: Step::Item(place) })
            });
        }
        // One value is a list of one.
        (Type::List(inner) | Type::NonNullList(inner), one) => return fits(schema, inner, one, path),
        (Type::Named(name) | Type::NonNullNamed(name), _) => name,
    };
    let fits = match schema.types.get(name) {
        Some(ExtendedType::Scalar(_)) => is_of_scalar(name, value),
        Some(ExtendedType::Enum(words)) => match value {
            Value::String(word) => words.values.contains_key(word.as_str()),
            Value::Enum(word) => words.values.contains_key(word.as_str()),
            _ => false,
        },
        Some(ExtendedType::InputObject(fields)) => match value {
            Value::Object(given) => return fits_fields(schema, fields, given, path),
            _ => false,
        },
        _ => false,
    };
    if fits { Ok(()) } else { Err(path.takes(ty)) }
}

/// What other scalars take is theirs to say.
fn is_of_scalar(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("Int", Value::Number(number)) => number.as_i64().is_some_and(|whole| i32::try_from(whole).is_ok()),
        ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => true,
        ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
        ("Int" | "Float" | "String" | "Boolean" | "ID", _) => false,
        _ => true,
    }
}

fn fits_fields(
    schema: &Schema,
    fields: &InputObjectType,
    given: &IndexMap<Given, Value>,
    path: Path<'_>,
) -> Result<(), Message> {
    let kind = fields.name.as_str();
    let at = |name| Path { before: Some(&path), step: Step::Field(name) };
    if let Some(unknown) = given.keys().find(|name| !fields.fields.contains_key(name.as_str())) {
        return Err(message!("value-unknown", value = at(unknown).text(), kind = kind));
    }
    if fields.directives.has("oneOf") && (given.len() != 1 || given.values().any(|only| *only == Value::Null)) {
        return Err(message!("value-not-one", value = path.text(), kind = kind));
    }
    fields.fields.iter().try_for_each(|(name, field)| match given.get(name.as_str()) {
        Some(value) => fits(schema, &field.ty, value, at(name)),
        None if field.default_value.is_none() && field.ty.is_non_null() => Err(at(name).is_missing(&field.ty)),
        None => Ok(()),
    })
}

#[cfg(test)]
mod tests {
    use apollo_compiler::ExecutableDocument;
    use busfare_entity::words::Language;
    use serde_json::{Value as Json, json};

    use super::*;

    const SCHEMA: &str = "type Query { a(fare: Fare, days: [Int!], id: ID, kind: Kind): Int } scalar Decimal
        enum Kind { BUS TRAIN } input Way @oneOf { stop: String line: Int }
        input Fare { price: Decimal! count: Int! = 1 way: Way stops: [Fare!] }";

    fn said(declared: &str, values: Json) -> Vec<String> {
        let schema = Schema::parse_and_validate(format!("directive @oneOf on INPUT_OBJECT {SCHEMA}"), "s").unwrap();
        let document = ExecutableDocument::parse(&schema, format!("query Q({declared}) {{ a }}"), "d").unwrap();
        let declared = Declared::by(document.operations.iter().next().unwrap(), &document.sources);
        let errors = declared.errors(&schema, &Variables::from_json(values));
        assert!(errors.iter().all(|error| error.locations.len() == 1));
        errors.iter().map(|error| error.source::<Problem>().unwrap().message.told_in(Language::En)).collect()
    }

    #[test]
    fn values_that_fit_are_taken_and_what_is_too_much_is_left_alone() {
        let whole = json!({ "fare": { "price": "1.15", "way": { "stop": "A" }, "stops": [{ "price": 2 }] }, "id": 7,
            "days": [1, -2], "kind": "BUS", "unheard": {} });
        assert!(said("$fare: Fare!, $days: [Int!]!, $id: ID!, $kind: Kind!", whole).is_empty());
        assert!(said("$fare: Fare, $days: [Int!] = [1], $id: ID! = 1", json!({ "fare": null })).is_empty());
        assert!(said("$days: [Int!]", json!({ "days": 3 })).is_empty(), "one value is a list of one");
    }

    #[test]
    fn values_that_do_not_fit_are_named_by_the_way_that_leads_to_them() {
        let fare = |inner: Json| said("$fare: Fare", json!({ "fare": inner })).join("; ");
        for (found, named) in [
            (fare(json!("1.15")), "`fare` does not take"),
            (fare(json!({ "price": 1, "count": 1.5 })), "`fare.count` does not take"),
            (fare(json!({ "price": 1, "count": 2_147_483_648_i64 })), "`fare.count` does not take"),
            (fare(json!({ "price": 1, "count": null })), "`fare.count` does not take"),
            (fare(json!({})), "`fare.price` is missing"),
            (fare(json!({ "price": 1, "prise": 1 })), "`fare.prise` is not a field"),
            (fare(json!({ "price": 1, "way": {} })), "`fare.way` takes exactly one"),
            (fare(json!({ "price": 1, "way": { "stop": "A", "line": 1 } })), "`fare.way` takes exactly one"),
            (fare(json!({ "price": 1, "way": { "stop": null } })), "`fare.way` takes exactly one"),
            (fare(json!({ "price": 1, "stops": [{ "price": 1 }, { "count": 1 }] })), "`fare.stops.1.price` is missing"),
            (said("$days: [Int!]", json!({ "days": [1, "2"] })).join("; "), "`days.1` does not take"),
            (said("$id: ID!", json!({})).join("; "), "`id` is missing"),
            (said("$id: ID!", json!({ "id": null })).join("; "), "`id` does not take"),
            (said("$id: ID!", json!({ "id": 1.5 })).join("; "), "`id` does not take"),
            (said("$kind: Kind", json!({ "kind": "TRAM" })).join("; "), "`kind` does not take"),
            (said("$kind: Kind", json!({ "kind": 1 })).join("; "), "`kind` does not take"),
        ] {
            assert!(found.starts_with(named), "{named}: {found}");
        }
        assert_eq!(said("$id: ID!, $kind: Kind!", json!({})).len(), 2, "each variable is told of");
    }
}
