//! What is written reads as the same.

use proptest::{
    collection::vec,
    prelude::{Strategy, any, prop_assert_eq, prop_oneof, proptest},
};

use super::{MOST_REFUSALS, Sheet, Workbook, read, write};
use crate::rules::form::made_up::definition;

/// Cells out of what forms are made of, in any order.
fn cell() -> impl Strategy<Value = String> {
    let known = [
        "type",
        "name",
        "label",
        "label::Welsh (cy)",
        "label:",
        "::",
        "bind:",
        "relevant",
        "constraint",
        "list name",
        "hint",
        "required",
        "text",
        "select_one a",
        "select_multiple a or_other",
        "begin group",
        "end group",
        "begin repeat",
        "end repeat",
        "note",
        "integer",
        "a",
        "b",
        "a_other",
        "other",
        "${a} = 'x'",
        "${b} != ''",
        "not(selected(${a}, 'b'))",
        ". >= 1 and . < 79228162514264337593543950335",
        ". > -79228162514264337593543950335",
        "yes",
        "",
        "",
        "",
        "\u{a0}",
        "ŵ",
    ];
    prop_oneof![6 => proptest::sample::select(known.map(str::to_owned).to_vec()), 1 => ".{0,12}"]
}

proptest! {
    #[test]
    fn whatever_is_in_the_tables_it_is_a_form_or_refused(
        rows in vec(vec(cell(), 0..7), 0..9),
        choices in vec(vec(cell(), 0..4), 0..5),
        settings in vec(vec(cell(), 0..4), 0..3),
        headed in any::<bool>(),
    ) {
        let headed = |header: &[&str], rows: Vec<Vec<String>>| {
            let header = header.iter().map(|cell| (*cell).to_owned()).collect();
            if headed { [vec![header], rows].concat() } else { rows }
        };
        let survey = ["type", "name", "label", "relevant", "constraint", "required"];
        let sheet = |name: &str, rows| Sheet { name: name.to_owned(), rows };
        let book = Workbook {
            sheets: vec![
                sheet("survey", headed(&survey, rows)),
                sheet("choices", headed(&["list_name", "name", "label"], choices)),
                sheet("settings", headed(&["form_title", "form_id", "default_language"], settings)),
            ],
        };
        match read(&book) {
            Ok(form) => {
                proptest::prop_assert!(form.definition.check().is_ok());
                prop_assert_eq!(read(&write(&form.definition)).map(|again| again.definition), Ok(form.definition));
            }
            Err(refused) => proptest::prop_assert!((1..=MOST_REFUSALS).contains(&refused.len())),
        }
    }

    #[test]
    fn a_form_that_is_written_reads_as_the_same_form(form in definition()) {
        proptest::prop_assume!(form.check().is_ok());
        let book = write(&form);
        let read = read(&book);
        prop_assert_eq!(read.map(|read| read.definition), Ok(form), "{:#?}", book);
    }
}
