//! What is read, and what is refused.

use busfare_entity::words::QuestionKind;

use super::{Imported, Refused, Sheet, Workbook, read};
use crate::rules::{
    form::{Bounds, Part},
    logic::{Operand, Operator, Predicate},
};

/// A sheet as it is typed: a line for each row, a bar between cells.
fn sheet(name: &str, typed: &str) -> Sheet {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim_matches(' ').to_owned()).collect();
    Sheet { name: name.to_owned(), rows: typed.lines().map(|line| cells(line.trim())).collect() }
}

fn form(survey: &str, choices: &str) -> Result<Imported, Vec<Refused>> {
    read(&Workbook { sheets: vec![sheet("survey", survey), sheet("choices", choices)] })
}

const LISTS: &str = "list name|name|label::English (en)|label::Welsh (cy)
    yes_no|yes|Yes|Ydw
    yes_no|no|No|Nac ydw
    
    things|1|One|Un
    things|2|Two|Dau";

/// What stands in the way, each as it is told.
fn refused(survey: &str) -> String {
    let refused = form(survey, LISTS).unwrap_err();
    refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The condition of a question about others of every kind.
fn when(relevant: &str) -> Result<Predicate, String> {
    let survey = format!(
        "type|name|label|relevant
         text|t|A text
         integer|n|A number
         decimal|f|A fraction
         date|d|A day
         select_one yes_no|one|One of them
         select_multiple things|some|Some of them
         acknowledge|ok|Read it
         note|last|Shown or not|{relevant}"
    );
    match form(&survey, LISTS) {
        Ok(read) => Ok(read.definition.items.last().and_then(|item| item.shown_when.clone()).unwrap()),
        Err(refused) => Err(refused.into_iter().map(|refused| refused.to_string()).collect::<Vec<_>>().join("\n")),
    }
}

fn is(question: &str, operator: Operator, value: Operand) -> Predicate {
    Predicate::Compare { question: question.to_owned(), operator, value }
}

fn answered(question: &str, answered: bool) -> Predicate {
    Predicate::Answered { question: question.to_owned(), answered }
}

fn choice(code: &str) -> Operand {
    Operand::Choice(code.to_owned())
}

fn any(of: Vec<Predicate>) -> Predicate {
    Predicate::Any { of }
}

#[test]
fn a_form_in_two_languages_is_read_with_its_sections_repeats_and_bounds() {
    let book = Workbook {
        sheets: vec![
            sheet(
                " Survey",
                "Type|NAME|label::English (en)|label::Welsh (cy)|hint::English|required|relevant|constraint|appearance
                 begin_group|about|About you|Amdanoch chi|
                 \u{a0}text |first name|What is your name?|Beth yw eich enw?|As you like it|yes||string-length(.) < 51
                 end_group

                 begin repeat|child|Each child|Pob plentyn
                 integer|age|How old?|Faint oed?|||${resident} = 'yes'|. >= 0 and . < 18
                 select_one yes_no|resident|Living here?|Yn byw yma?||TRUE||| minimal
                 end repeat",
            ),
            sheet("CHOICES", LISTS),
            sheet("settings", "form_title|form_id|default_language|version\nFamilies|families|English (en)|3"),
        ],
    };
    let Imported { definition, notes } = read(&book).unwrap();
    let ids: Vec<_> = definition.items.iter().map(|item| (item.link_id.as_str(), item.inside.as_deref())).collect();
    assert_eq!(
        ids,
        [
            ("about", None),
            ("first-name", Some("about")),
            ("child", None),
            ("age", Some("child")),
            ("resident", Some("child"))
        ]
    );
    assert_eq!((definition.code.as_str(), definition.title.en.as_str()), ("families", "Families"));
    let asked = |id| definition.find(id).and_then(|item| item.asked()).unwrap();
    assert_eq!((asked("first-name").required, asked("first-name").bounds.max_chars), (true, Some(50)));
    assert_eq!(
        (asked("first-name").prompt.said_in("cy"), asked("first-name").code.as_str()),
        ("Beth yw eich enw?", "xls.first-name")
    );
    assert_eq!(asked("age").bounds, Bounds { max_chars: None, least: Some(0.into()), most: Some(17.into()) });
    assert_eq!(asked("resident").choices[1].label.said_in("cy"), "Nac ydw");
    assert_eq!(definition.find("age").unwrap().shown_when, Some(is("resident", Operator::Equal, choice("yes"))));
    let notes: Vec<_> = notes.iter().map(|note| format!("{} {} {}", note.sheet, note.row, note.column)).collect();
    assert_eq!(notes, [" Survey 8 I (appearance)", "settings 2 D (version)", "CHOICES 5 A (list name)"]);
}

#[test]
fn conditions_mean_what_xpath_means() {
    use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    assert_eq!(when("${one} = 'yes'"), Ok(is("one", Equal, choice("yes"))));
    assert_eq!(when("'yes' = ${one}"), Ok(is("one", Equal, choice("yes"))));
    // Nothing is unlike anything.
    assert_eq!(when("${one} != 'yes'"), Ok(any(vec![answered("one", false), is("one", NotEqual, choice("yes"))])));
    assert_eq!(when("not(${one} = 'yes')"), when("${one} != 'yes'"));
    assert_eq!(when("not(${one} != 'yes')"), when("${one} = 'yes'"));
    assert_eq!(when("${one} != '' and ${one} != 'yes'"), Ok(is("one", NotEqual, choice("yes"))));
    assert_eq!(when("${t} = ''"), Ok(answered("t", false)));
    assert_eq!(when("not(${t} = '')"), when("string-length(${t}) > 0"));
    let two = Operand::Number(2.into());
    assert_eq!(when("${n} > 2"), Ok(is("n", Greater, two.clone())));
    assert_eq!(when("2 > ${n}"), Ok(is("n", Less, two.clone())));
    assert_eq!(when("not(${f} > '2')"), Ok(any(vec![answered("f", false), is("f", AtMost, two)])));
    let day = Operand::Date(chrono::NaiveDate::from_ymd_opt(2026, 1, 31).unwrap());
    assert_eq!(when("${d} >= date('2026-01-31')"), Ok(is("d", AtLeast, day.clone())));
    assert_eq!(when("${d} = \"2026-01-31\""), Ok(is("d", Equal, day)));
    let some = |code| Predicate::Contains { question: "some".to_owned(), value: choice(code) };
    assert_eq!(when("selected(${some}, '2')"), Ok(some("2")));
    assert_eq!(
        when("not(selected(${some}, '1') or ${ok} = 'OK')"),
        Ok(Predicate::All {
            of: vec![
                any(vec![answered("some", false), is("some", NotEqual, choice("1"))]),
                any(vec![answered("ok", false), is("ok", NotEqual, Operand::YesNo(true))]),
            ]
        })
    );
    assert_eq!(when("true()"), Ok(Predicate::All { of: vec![] }));
}

#[test]
fn a_condition_that_cannot_be_kept_says_why() {
    for (relevant, part) in [
        ("${some} = '1'", "use `selected`"),
        ("${n} = ${f}", "Two answers"),
        ("${nobody} = 1", "There is no question `nobody`"),
        ("${T} = 'x'", "`t` is nearly the same"),
        ("${last} = 'x'", "no question, so it has no answer"),
        ("${d} > today()", "the day it is filled in"),
        ("${d} > '31/01/2026'", "date('2026-01-31')"),
        ("count(${some}) > 1", "`count()` is not understood"),
        ("regex(${t}, 'x')", "`regex()` is not understood"),
        ("if(${n} = 1, true(), false())", "`if()` is not understood"),
        ("${n} + 1 = 2", "Nothing is calculated"),
        ("/data/n = 1", "Paths are not read"),
        (". = 1", "the question's own answer"),
        ("${t}", "stands alone"),
        ("${t} > 'a'", "Only numbers and dates"),
        ("not(contains(${t}, 'a'))", "lacks something"),
        ("${n} = 'many'", "use a number"),
    ] {
        let words = when(relevant).unwrap_err();
        assert!(
            words.starts_with("survey, row 9, column D (relevant): ") && words.contains(part),
            "{relevant}: {words}"
        );
    }
}

#[test]
fn everything_that_is_refused_is_told_at_its_cell() {
    let told = refused(
        "type|name|label|required|default|calculation|read_only|choice_filter|repeat_count
         text||No name
         text|a
         text|b|B|${a} = 1
         text|c|Hello ${a}
         integer|d|D|yes|5|1+1|yes
         select_one nowhere|e|E
         select_one yes_no|f|F||||| x = ${a}
         geopoint|g|Where?
         deviceid|h
         |i|No type
         begin repeat|j|J||||||3
         end group
         text|a|Again
         begin group|k|K",
    );
    let places: Vec<_> = told.lines().map(|line| line.split_once("): ").unwrap().0).collect();
    assert_eq!(
        places,
        [
            "survey, row 2, column B (name",
            "survey, row 3, column C (label",
            "survey, row 4, column D (required",
            "survey, row 5, column C (label",
            "survey, row 6, column E (default",
            "survey, row 6, column F (calculation",
            "survey, row 6, column G (read_only",
            "survey, row 7, column A (type",
            "survey, row 8, column H (choice_filter",
            "survey, row 9, column A (type",
            "survey, row 10, column A (type",
            "survey, row 11, column A (type",
            "survey, row 12, column I (repeat_count",
            "survey, row 13, column A (type",
            "survey, row 14, column B (name",
            "survey, row 15, column A (type",
        ],
        "{told}"
    );
}

#[test]
fn what_makes_no_form_is_told_at_the_row_that_does() {
    let circle = refused("type|name|label|relevant\ntext|a|A|${b} = 'x'\ntext|b|B|${a} = 'x'");
    assert!(circle.starts_with("survey, row 2, column D (relevant): These depend on each other"), "{circle}");
    let nested = refused("type|name|label\nbegin repeat|a|A\nbegin repeat|b|B\nend repeat\nend repeat");
    assert!(nested.starts_with("survey, row 3, column A (type): "), "{nested}");
    let out = "type|name|label|relevant\nbegin repeat|a|A\ntext|b|B\nend repeat\ntext|c|C|${b} = 'x'";
    assert!(refused(out).starts_with("survey, row 5, column D (relevant): "), "{}", refused(out));
    assert!(refused("type|name|label").contains("no rows"));
    assert!(refused("name|label\na|b").contains("`type` is missing"));
    let long: String = (0..1_002).map(|number| format!("\ntext|q{number}|Q")).collect();
    assert!(refused(&format!("type|name|label{long}")).contains("at most 1000 items"));
    assert!(read(&Workbook::default()).unwrap_err()[0].words.contains("no sheet `survey`"));
}

#[test]
fn lists_are_refused_where_they_are_wrong_and_only_where_somebody_asks_for_them() {
    let survey = "type|name|label\nselect_one a|q|Q";
    let told =
        |choices: &str| form(survey, choices).unwrap_err().into_iter().map(|it| it.to_string()).collect::<Vec<_>>();
    let twice = told("list_name|name|label\na|x|X\n\na|x|Y\na||Z\na|y|");
    assert_eq!(twice.len(), 3, "{twice:?}");
    assert!(twice[0].starts_with("choices, row 4, column B (name): The list `a` has `x` in row 2"), "{twice:?}");
    assert!(form(survey, "list_name|name|label\na|x|X\nb|x|X\nb|x|X").is_ok());
    assert!(told("name|label\nx|X")[0].contains("`list_name` is missing") || told("name|label\nx|X").len() == 2);
}

#[test]
fn something_else_is_asked_in_words() {
    let read = form("type|name|label\nselect_multiple things or_other|what|What?", LISTS).unwrap();
    let [select, other] = read.definition.items.as_slice() else { panic!("{read:?}") };
    let codes: Vec<_> = select.asked().unwrap().choices.iter().map(|choice| choice.code.as_str()).collect();
    assert_eq!(codes, ["1", "2", "other"]);
    assert_eq!(select.asked().unwrap().choices[2].label.said_in("cy"), "Arall");
    assert_eq!((other.link_id.as_str(), other.asked().unwrap().kind), ("what-other", QuestionKind::Text));
    assert_eq!(other.shown_when, Some(Predicate::Contains { question: "what".to_owned(), value: choice("other") }));
}

#[test]
fn one_name_in_two_groups_is_told_apart_by_the_way_to_it() {
    let read = form(
        "type|name|label\nbegin group|her|Her\ntext|name|Name?\nend group\nbegin group|him|Him\ntext|name|Name?\nend group",
        LISTS,
    );
    let ids: Vec<_> = read.unwrap().definition.items.into_iter().map(|item| item.link_id).collect();
    assert_eq!(ids, ["her", "her/name", "him", "him/name"]);
    let told = refused("type|name|label\ntext|a_b|One\ntext|A-B|Two");
    assert!(told.contains("by capitals or punctuation alone"), "{told}");
}

#[test]
fn english_stands_first_wherever_its_column_is() {
    let read = form("type|name|label::French|label::English\ntext|a|Bonjour|Hello", LISTS).unwrap();
    let Part::Question(asked) = &read.definition.items[0].part else { panic!("{read:?}") };
    assert_eq!((asked.prompt.en.as_str(), asked.prompt.said_in("fr")), ("Hello", "Bonjour"));
    let read = form("type|name|label::French\ntext|a|Bonjour", "").unwrap();
    assert_eq!(read.definition.items[0].asked().unwrap().prompt.en, "Bonjour");
    assert!(read.notes[0].words.contains("French (fr)"));
}
