//! What the front door lets in, what it refuses, and that refusing is cheap.

use std::time::{Duration, Instant};

use async_graphql::Variables;
use busfare_entity::words::Language;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const INTROSPECTION: &str = include_str!("introspection.graphql");

/// Generous for an unoptimised build on a busy machine; the release figure is a quarter of it.
const SLOWEST: Duration = Duration::from_millis(200);

fn ask_for(
    document: &str,
    operation: Option<&str>,
    variables: &Variables,
    limits: &Limits,
) -> Result<Admitted, Refused> {
    admit(&read(document, limits)?, operation, variables, limits)
}

fn ask(document: &str) -> Result<Admitted, Refused> {
    ask_for(document, None, &Variables::default(), &Limits::default())
}

fn ask_with(document: &str, variables: serde_json::Value) -> Result<Admitted, Refused> {
    ask_for(document, None, &Variables::from_json(variables), &Limits::default())
}

fn refusal(document: &str) -> Refused {
    ask(document).map(|admitted| admitted.cost).unwrap_err()
}

#[test]
fn a_plain_question_is_let_in_and_costs_one_for_each_field() {
    let admitted = ask("{ viewer { name team { name } } }").unwrap();
    assert_eq!((admitted.operation_type, admitted.cost, admitted.selections), (OperationType::Query, 4, 4));
}

#[test]
fn a_list_costs_what_its_first_asks_for() {
    assert_eq!(ask("{ spends(first: 10) { nodes { id } } }").unwrap().cost, 1 + 10 * 2);
    assert_eq!(ask("{ spends(first: 0) { nodes { id } } }").unwrap().cost, 1 + 2);
    assert_eq!(ask("{ spends(first: -7) { nodes { id } } }").unwrap().cost, 1 + 2);
    assert_eq!(ask("{ spends(first: 18446744073709551615) { nodes { id } } }").unwrap().cost, 1 + 100 * 2);
}

#[test]
fn a_list_without_a_first_costs_the_usual_page() {
    assert_eq!(ask("{ spends { nodes { id } } }").unwrap().cost, 1 + 25 * 2);
    assert_eq!(ask("{ spends { edges { node { id } } } }").unwrap().cost, 1 + 25 * 3);
    assert_eq!(ask("{ spends { ...P } } fragment P on C { nodes { id } }").unwrap().cost, 1 + 25 * 3);
    assert_eq!(ask("{ spends(first: null) { nodes { id } } }").unwrap().cost, 1 + 25 * 2);
    assert_eq!(ask("{ spends { other { id } } }").unwrap().cost, 3);
}

#[test]
fn a_first_in_a_variable_is_its_value_or_else_its_default() {
    let document = "query Q($n: Int = 3) { spends(first: $n) { nodes { id } } }";
    assert_eq!(ask_with(document, json!({"n": 50})).unwrap().cost, 1 + 50 * 2);
    assert_eq!(ask_with(document, json!({"n": 5000})).unwrap().cost, 1 + 100 * 2);
    assert_eq!(ask_with(document, json!({"n": null})).unwrap().cost, 1 + 25 * 2);
    assert_eq!(ask_with(document, json!({"n": "many"})).unwrap().cost, 1 + 25 * 2);
    assert_eq!(ask(document).unwrap().cost, 1 + 3 * 2);
}

#[test]
fn lists_within_lists_multiply_and_soon_cost_too_much() {
    let document = "{ a(first: 100) { nodes { b(first: 100) { nodes { id } } } } }";
    assert_eq!(refusal(document), Refused::TooCostly { cost: 1 + 100 * (1 + 1 + 100 * 2), limit: 10_000 });
}

#[test]
fn a_cost_past_counting_stays_at_the_most_it_can_be() {
    let limits = Limits { nesting: 99, depth: 99, ..Limits::default() };
    let document = format!("{}{{b}}{}", "{a(first:100)".repeat(11), "}".repeat(11));
    let outcome = ask_for(&document, None, &Variables::default(), &limits);
    assert_eq!(outcome.map(|a| a.cost), Err(Refused::TooCostly { cost: u32::MAX, limit: 10_000 }));
}

#[test]
fn the_standard_introspection_query_is_let_in() {
    let admitted = ask(INTROSPECTION).unwrap();
    assert!(admitted.cost < 1_000, "{}", admitted.cost);
    // One level deeper than the standard goes is still let in.
    assert!(ask(&INTROSPECTION.replace("ofType { kind name }", "ofType { kind name ofType { name } }")).is_ok());
}

#[test]
fn the_operation_is_the_one_that_is_named() {
    let document = "query A { a } mutation B { b }";
    let named = |name| ask_for(document, name, &Variables::default(), &Limits::default()).map(|a| a.operation_type);
    assert_eq!(named(Some("B")), Ok(OperationType::Mutation));
    assert_eq!(named(None), Err(Refused::OperationNameNeeded));
    assert_eq!(named(Some("C")), Err(Refused::UnknownOperation { name: "C".into() }));
    assert_eq!(refusal("{ a } query B { b }"), Refused::UnnamedAmongOthers);
    assert_eq!(refusal("fragment F on Q { a }"), Refused::NoOperation);
    assert_eq!(refusal("query A { a } query A { b }"), Refused::OperationTwice { name: "A".into() });
}

#[test]
fn a_variable_that_may_not_be_null_must_be_given() {
    let document = "query Q($id: ID!, $n: Int! = 1) { a(id: $id, n: $n) }";
    let missing = |name: &str| Refused::MissingVariable { name: name.into() };
    assert_eq!(ask_with(document, json!({})).map(|a| a.cost), Err(missing("id")));
    assert_eq!(ask_with(document, json!({"id": null})).map(|a| a.cost), Err(missing("id")));
    assert_eq!(ask_with(document, json!({"id": "1", "n": null})).map(|a| a.cost), Err(missing("n")));
    assert!(ask_with(document, json!({"id": "1"})).is_ok());
}

#[test]
fn a_fragment_that_contains_itself_is_refused_directly_or_through_others() {
    let circle = |name: &str| Refused::CircularFragment { name: name.into() };
    assert_eq!(refusal("{ ...A } fragment A on Q { a ...A }"), circle("A"));
    let through = "{ ...A } fragment A on Q { a { ...B } } fragment B on Q { ... { ...C } } fragment C on Q { ...A }";
    assert_eq!(refusal(through), circle("A"));
    assert_eq!(refusal("{ a } fragment B on Q { ...B }"), circle("B"));
    assert_eq!(refusal("{ ...Z }"), Refused::UnknownFragment { name: "Z".into() });
}

#[test]
fn aliases_are_counted_as_written_and_as_expanded() {
    let thirty: String = (0..30).map(|n| format!("a{n}: x ")).collect();
    assert!(ask(&format!("{{ {thirty} }}")).is_ok());
    assert_eq!(refusal(&format!("{{ {thirty} b: x }}")), Refused::TooManyAliases { limit: 30 });
    let written = format!("{{ x }} fragment A on Q {{ {thirty} }} fragment B on Q {{ b: x }}");
    assert_eq!(refusal(&written), Refused::TooManyAliases { limit: 30 });
    assert_eq!(
        refusal("{ a{...A} b{...A} c{...A} d{...A} } fragment A on Q { a:x b:x c:x d:x e:x f:x g:x h:x }"),
        Refused::TooManyAliases { limit: 30 }
    );
}

#[test]
fn directives_are_counted_wherever_they_may_stand() {
    let six = "@a ".repeat(6);
    for document in [
        format!("{{ x {six} }}"),
        format!("query {six} {{ x }}"),
        format!("query Q($a: Int {six}) {{ x }}"),
        format!("{{ ... {six} {{ x }} }}"),
        format!("{{ ...A {six} }} fragment A on Q {{ x }}"),
        format!("{{ ...A }} fragment A on Q {six} {{ x }}"),
    ] {
        assert_eq!(refusal(&document), Refused::TooManyDirectives { limit: 5 }, "{document}");
        assert!(ask(&document.replace(&six, &"@a ".repeat(5))).is_ok(), "{document}");
    }
}

#[test]
fn twenty_fields_deep_is_let_in_and_twenty_one_is_not() {
    let deep = |levels: usize| format!("{}{}", "{a".repeat(levels), "}".repeat(levels));
    assert!(ask(&deep(20)).is_ok());
    assert_eq!(refusal(&deep(21)), Refused::TooDeep { limit: 20 });
}

#[test]
fn depth_cannot_hide_in_a_chain_of_fragments() {
    let chain = |link: &str, length: usize| {
        let links: String = (0..length)
            .map(|n| format!("fragment F{n} on Q {{ {} }} ", link.replace('#', &(n + 1).to_string())))
            .collect();
        format!("{{ ...F0 }} {links} fragment F{length} on Q {{ x }}")
    };
    assert_eq!(refusal(&chain("a { ...F# }", 25)), Refused::TooNested { limit: 32 });
    assert_eq!(refusal(&chain("...F#", 40)), Refused::TooNested { limit: 32 });
    assert!(ask(&chain("...F#", 29)).is_ok());
}

/// Documents that mean harm, each with a name for the failure message.
fn hostile_documents() -> Vec<(&'static str, String)> {
    let fan = |width: usize| {
        let spreads = |n: usize| format!("...F{n} ").repeat(width);
        let links: String = (0..30).map(|n| format!("fragment F{n} on Q {{ {} }}", spreads(n + 1))).collect();
        format!("{{ {} }} {links} fragment F30 on Q {{ a }}", spreads(0))
    };
    let many = |one: &str| one.repeat(16 * 1024 / one.len() - 8);
    vec![
        ("deep list", format!("{{ a(b: {}) }}", "[".repeat(8_000))),
        ("deep object", format!("{{ a(b: {}) }}", "{c:".repeat(5_000))),
        ("deep default", format!("query($v: I = {}) {{ a }}", "[".repeat(8_000))),
        ("deep type", format!("query($v: {}I{}) {{ a }}", "[".repeat(7_000), "]".repeat(7_000))),
        ("deep selections", "{a".repeat(8_000)),
        ("nothing but open brackets", "{".repeat(16_384)),
        ("deep in a comment's shadow", format!("{{ a #\"\n(b: {}", "[".repeat(8_000))),
        ("a bomb of two to the thirty", fan(2)),
        ("a fan of nine to the thirty", fan(9)),
        ("a wide fan", format!("{{ {} }} fragment F on Q {{ {} }}", "...F ".repeat(700), "a ".repeat(900))),
        ("thousands of aliases", format!("{{ {} }}", many("a:b "))),
        ("a thousand aliases", format!("{{ {} }}", "a:b ".repeat(600))),
        ("thousands of directives", format!("{{ a {} }}", many("@a "))),
        ("a thousand directives", format!("{{ a {} }}", "@a".repeat(900))),
        ("thousands of fields", format!("{{ {} }}", many("a "))),
        ("a fragment within itself", "{...A} fragment A on Q{...A}".into()),
        (
            "a circle of fragments",
            format!(
                "{{...F0}}{}",
                (0..120).map(|n| format!("fragment F{n} on Q{{...F{}}}", (n + 1) % 120)).collect::<String>()
            ),
        ),
        ("a huge list", format!("{{ a(b: [{}]) }}", many("1,").split_off(100))),
        ("a string that never ends", format!("{{ a(b: \"{}", "x".repeat(16_000))),
        ("a block that never ends", format!("{{ a(b: \"\"\"{}", "\\\"\"\"".repeat(4_000))),
        ("a thousand empty strings", format!("{{ a(b: [{}]) }}", "\"\"".repeat(6_000))),
        ("nothing", String::new()),
        ("NUL", "\0{ a }".into()),
        ("byte order marks only", "\u{feff}".repeat(5_000)),
        ("a lone surrogate", r#"{ a(b: "\ud800") }"#.into()),
        ("half a pair", r#"{ a(b: "\udc00\ud83d") }"#.into()),
        ("a broken escape", r#"{ a(b: "\q") }"#.into()),
        ("an endless number", format!("{{ a(b: {}) }}", "9".repeat(16_000))),
        ("an endless exponent", format!("{{ a(b: 1e{}) }}", "9".repeat(16_000))),
        ("one byte too many", format!("{{ a {} }}", " ".repeat(16_384))),
        ("a crowd of operations", (0..249).map(|n| format!("query Q{n}{{...F}}")).collect::<String>()),
        (
            "a crowd sharing one fragment",
            format!(
                "{} fragment F on Q {{ {} }}",
                (0..150).map(|n| format!("query Q{n}{{...F}}")).collect::<String>(),
                "a ".repeat(700)
            ),
        ),
        ("a costly tower", "{a(first:100){nodes".repeat(9) + &"}".repeat(18)),
    ]
}

#[test]
fn every_hostile_document_is_refused_quickly_on_a_small_stack() {
    let work = || {
        for (name, document) in hostile_documents() {
            let named = document.contains("query Q0{").then_some("Q0");
            let started = Instant::now();
            let outcome = ask_for(&document, named, &Variables::default(), &Limits::default());
            let took = started.elapsed();
            let refused = outcome.map(|admitted| admitted.cost).expect_err(name);
            assert!(took < SLOWEST, "{name} took {took:?}");
            println!("{:>9.3} ms  {name}: {refused:?}", took.as_secs_f64() * 1e3);
        }
    };
    // A quarter of what a worker thread has.
    std::thread::Builder::new().stack_size(512 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_byte_order_mark_before_an_honest_document_is_white_space() {
    assert!(ask("\u{feff}{ a }").is_ok());
}

#[test]
fn a_syntax_error_says_where() {
    assert_eq!(refusal("{\n  a(\n}"), Refused::Syntax { line: 3, column: 1 });
    assert_eq!(refusal("{"), Refused::Syntax { line: 1, column: 2 });
}

#[test]
fn what_a_caller_named_never_makes_a_message_longer_than_a_phone_can_show() {
    let long = "n".repeat(5_000);
    for refused in [
        Refused::unknown_operation(&long),
        Refused::operation_twice(&long),
        Refused::fragment_twice(&long),
        Refused::unknown_fragment(&long),
        Refused::circular_fragment(&long),
        Refused::missing_variable(&long),
        Refused::Syntax { line: usize::MAX, column: usize::MAX },
    ] {
        let told = [Language::En, Language::Cy].map(|language| refused.message().told_in(language));
        assert!(told.iter().all(|words| words.chars().count() <= 140), "{told:?}");
    }
}

/// Scraps of GraphQL which, strung together, are sometimes a document and mostly nearly one.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "{",
        "}",
        "{ a }",
        "(",
        ")",
        "[",
        "]",
        ":",
        "!",
        "=",
        "$a",
        "@skip(if: true)",
        "...",
        "...A",
        "... on Q",
        "|",
        "&",
        "query",
        "query Q",
        "mutation M",
        "subscription",
        "fragment A on Q",
        "fragment B on Q { ...A }",
        "a",
        "a: b",
        "nodes",
        "(first: 10)",
        "(first: $a)",
        "($a: Int = 1)",
        "($a: [[Int!]]!)",
        "\"",
        "\"\"",
        "\"\"\"",
        "\\\"\"\"",
        "\\",
        "\"\\u00e9\"",
        "\"\\ud800\"",
        "\"\"\"\n  é\n b\n\"\"\"",
        "1",
        "-0.5e-3",
        "1...",
        "true",
        "null",
        "ENUM",
        "{a: [1, {b: 2}]}",
        "#",
        "# \"\n",
        "\n",
        "\r",
        ",",
        "\u{feff}",
        "\0",
        "é",
        "💷",
    ]);
    prop::collection::vec(scrap, 0..60).prop_map(|scraps| scraps.join(" "))
}

/// Scraps that open, close or hide text, around literals deeper than is allowed.
fn hiding_places() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "\"", "\"\"", "\"\"\"", "\\", "\\\"", "\\\\", "\\\"\"\"", "#", "\n", "\r", " ", ",", "1", "n", "\u{feff}",
        "b: ", "@d", "DEEP",
    ]);
    prop::collection::vec(scrap, 0..12).prop_map(|scraps| {
        let deep = format!("{}{}", "[".repeat(33), "]".repeat(33));
        format!("{{ a(b: {}, c: {deep}\n) }}", scraps.concat().replace("DEEP", &deep))
    })
}

/// How deep the literals of a parsed document go.
fn deepest_literal(value: &async_graphql_value::Value) -> usize {
    match value {
        async_graphql_value::Value::List(items) => 1 + items.iter().map(deepest_literal).max().unwrap_or(0),
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_at_all_makes_the_front_door_panic(document in any::<String>(), name in any::<Option<String>>()) {
        let _ = ask_for(&document, name.as_deref(), &Variables::default(), &Limits::default());
    }

    #[test]
    fn no_string_of_scraps_makes_the_front_door_panic(document in scraps()) {
        let _ = ask(&document);
        let _ = ask(&document.replace(' ', ""));
    }

    #[test]
    fn no_honest_wrapping_of_scraps_makes_the_front_door_panic(document in scraps()) {
        let _ = ask(&format!("query Q {{ a(b: {document}) {{ {document} }} }}"));
    }

    #[test]
    fn no_literal_can_hide_from_the_lexer_what_the_parser_then_finds(document in hiding_places()) {
        if let Ok(parsed) = parse_query(&document) {
            let deepest = parsed.operations.iter().flat_map(|(_, operation)| &operation.node.selection_set.node.items);
            let deepest = deepest.filter_map(|item| match &item.node {
                async_graphql_parser::types::Selection::Field(field) => {
                    field.node.arguments.iter().map(|(_, value)| deepest_literal(&value.node)).max()
                }
                _ => None,
            });
            // Two more brackets are open around any literal: the selection set and the arguments.
            let is_deep = deepest.max().unwrap_or(0) + 2 > 32;
            prop_assert_eq!(is_deep, ask(&document) .map(|a| a.cost) == Err(Refused::TooNested { limit: 32 }), "{}", document);
        }
    }

    #[test]
    fn no_text_at_all_makes_the_json_measure_panic(text in any::<String>()) {
        let _ = measure_json(&text, &Limits::default());
    }
}
