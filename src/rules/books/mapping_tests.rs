//! What a column mapping promises, as sentences.

use proptest::prelude::*;

use super::*;
use crate::rules::refusal::MOST_WORDS;

fn problems(source: &str) -> Vec<(usize, MappingFault)> {
    Mapping::read(source).unwrap_err().into_iter().map(|problem| (problem.line, problem.fault)).collect()
}

#[test]
fn the_mapping_that_comes_with_it_can_be_read() {
    let mapping = Mapping::read(DEFAULT).unwrap();
    let headings: Vec<_> = mapping.columns.iter().map(|column| column.heading.as_str()).collect();

    assert_eq!(
        headings,
        ["Batch", "Line", "Date", "Reference", "Cost centre", "Subjective code", "Description", "Amount", "VAT"]
    );
    assert_eq!(mapping.date("2026-11-05".parse().unwrap()), "05/11/2026");
}

#[test]
fn everything_that_is_wrong_is_told_with_its_line() {
    let source = "delimitter = \",\"\n\n[[column]]\nheading = \"Centre\"\nfield = \"cost_center\"\n\n[[column]]\nheading = 7\n\
                  field = \"amount\"\nvalue = \"x\"\n\n[[column]]\nfield = \"date\"\n";

    assert_eq!(
        problems(source),
        [
            (1, MappingFault::NoSuchSetting("delimitter".into())),
            (5, MappingFault::NoSuchField("cost_center".into())),
            (7, MappingFault::FieldOrValue),
            (8, MappingFault::NotThat("heading")),
            (12, MappingFault::NoHeading),
        ]
    );
}

#[test]
fn a_mapping_that_finance_could_not_use_is_refused() {
    let column = "[[column]]\nheading = \"A\"\nfield = \"amount\"\n";
    let with = |line: &str| problems(&format!("{line}\n{column}"));

    assert_eq!(with("date_format = \"%Q\""), [(1, MappingFault::DateFormat)]);
    assert_eq!(with("date_format = \"%H:%M\""), [(1, MappingFault::DateFormat)]);
    assert_eq!(with("delimiter = \"x\""), [(1, MappingFault::Delimiter)]);
    assert_eq!(with("delimiter = 3"), [(1, MappingFault::Delimiter)]);
    assert_eq!(with("date_format = "), [(1, MappingFault::NotToml)]);
    assert_eq!(problems(""), [(1, MappingFault::HowManyColumns)]);
    assert_eq!(problems("column = 1"), [(1, MappingFault::NotThat("column"))]);
    assert_eq!(problems("column = [1]"), [(1, MappingFault::NotThat("column"))]);
    assert_eq!(problems(&column.repeat(2)), [(4, MappingFault::HeadingTwice("A".into()))]);
    assert_eq!(problems(&"#".repeat(MOST_BYTES + 1)), [(1, MappingFault::TooLong)]);
    assert_eq!(
        problems("[[column]]\nheading = \"a\\u202Eb\"\nfield = \"amount\""),
        [(2, MappingFault::Text("heading"))]
    );
}

#[test]
fn every_problem_fits_on_a_phone_in_both_languages() {
    let long = || "x\u{7}".repeat(500);
    for fault in [
        MappingFault::TooLong,
        MappingFault::NotToml,
        MappingFault::NoSuchSetting(long()),
        MappingFault::NoSuchField(long()),
        MappingFault::NotThat("date_format"),
        MappingFault::Text("date_format"),
        MappingFault::FieldOrValue,
        MappingFault::NoHeading,
        MappingFault::HeadingTwice(long()),
        MappingFault::HowManyColumns,
        MappingFault::DateFormat,
        MappingFault::Delimiter,
    ] {
        let problem = MappingProblem { line: 16_384, fault };
        let (en, cy) = (problem.words(Language::En), problem.words(Language::Cy));
        assert!(en != cy && en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} {cy}");
        assert!(!en.chars().any(char::is_control), "{en:?}");
    }
}

proptest! {
    #[test]
    fn no_text_at_all_breaks_the_reading(source in "([a-z\\[\\]=\"# \n%.,0-9]|column|heading|field|\\PC){0,200}") {
        if let Err(problems) = Mapping::read(&source) {
            prop_assert!((1..=MOST_PROBLEMS).contains(&problems.len()));
            let lines = source.lines().count() + 1;
            prop_assert!(problems.iter().all(|problem| (1..=lines).contains(&problem.line)));
        }
    }
}
