//! Taking leave: whatever is to go from the schema says since when, and after which day it goes, a year later at least.

use async_graphql_parser::{
    Positioned, parse_schema,
    types::{ConstDirective, TypeKind, TypeSystemDefinition},
};
use async_graphql_value::ConstValue;
use busfare::api;
use chrono::{Months, NaiveDate};

/// Everything that is to go without being said properly, and why.
fn hasty(sdl: &str) -> Vec<String> {
    let mut hasty = Vec::new();
    let mut look = |place: String, directives: &[Positioned<ConstDirective>]| {
        for directive in directives.iter().filter(|it| it.node.name.node == "deprecated") {
            let reason = match directive.node.get_argument("reason").map(|reason| &reason.node) {
                Some(ConstValue::String(reason)) => reason.as_str(),
                _ => "",
            };
            hasty.extend(amiss(reason).map(|why| format!("{place}: {why}")));
        }
    };
    for definition in parse_schema(sdl).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = &definition.node.name.node;
        let fields = match &definition.node.kind {
            TypeKind::Object(object) => &object.fields[..],
            TypeKind::Interface(interface) => &interface.fields[..],
            _ => &[],
        };
        for field in fields {
            let place = format!("{name}.{}", field.node.name.node);
            for argument in &field.node.arguments {
                look(format!("{place}({})", argument.node.name.node), &argument.node.directives);
            }
            look(place, &field.node.directives);
        }
        match &definition.node.kind {
            TypeKind::InputObject(input) => {
                input.fields.iter().for_each(|it| look(format!("{name}.{}", it.node.name.node), &it.node.directives));
            }
            TypeKind::Enum(listed) => {
                listed.values.iter().for_each(|it| look(format!("{name}.{}", it.node.value.node), &it.node.directives));
            }
            _ => {}
        }
    }
    hasty
}

/// What is wrong with a reason: it says "Deprecated since 2026-01-05, goes after 2027-01-05." among other things.
fn amiss(reason: &str) -> Option<&'static str> {
    let day = |after: &str| {
        let text = reason.split_once(after)?.1;
        text.get(..10)?.parse::<NaiveDate>().ok()
    };
    match (day("eprecated since "), day("goes after ")) {
        (None, _) => Some("it does not say since when"),
        (_, None) => Some("it does not say after which day it goes"),
        (Some(since), Some(after)) if since + Months::new(12) > after => Some("it goes within a year"),
        (Some(_), Some(_)) => None,
    }
}

#[test]
fn nothing_goes_from_the_schema_within_a_year_of_being_told() {
    assert_eq!(hasty(api::sdl()), Vec::<String>::new());
}

#[test]
fn what_goes_in_a_hurry_is_found_wherever_it_stands() {
    let sdl = r#"
        type Query {
            good: Int @deprecated(reason: "Ask for better. Deprecated since 2026-01-05, goes after 2027-01-05.")
            silent: Int @deprecated
            hurried(old: Int @deprecated(reason: "Deprecated since 2026-01-05.")): Int
                @deprecated(reason: "Deprecated since 2026-01-05, goes after 2027-01-04.")
        }
        interface Named { name: Int @deprecated(reason: "Deprecated since last year, goes after 2027-01-05.") }
        input Ask { old: Int @deprecated(reason: "Deprecated since 2026-13-05, goes after 2027-01-05.") }
        enum Word { OLD @deprecated(reason: "goes after 2027-01-05") }
    "#;
    assert_eq!(
        hasty(sdl),
        [
            "Query.silent: it does not say since when",
            "Query.hurried(old): it does not say after which day it goes",
            "Query.hurried: it goes within a year",
            "Named.name: it does not say since when",
            "Ask.old: it does not say since when",
            "Word.OLD: it does not say since when",
        ]
    );
}
