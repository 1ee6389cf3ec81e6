//! Whatever becomes of a form from version to version, what was answered stands under its question.

use std::collections::{BTreeSet, HashSet};

use busfare_entity::words::QuestionKind;
use proptest::prelude::*;

use super::*;
use crate::rules::{
    form::{Asked, Bounds, Choice, Item, Part},
    reading,
    wording::Wording,
};

fn question(link_id: &str, code: &str, inside: Option<&str>) -> Item {
    let asked = Asked {
        code: code.into(),
        prompt: Wording::english(code),
        hint: Wording::default(),
        why_we_ask: Wording::default(),
        kind: QuestionKind::Text,
        choices: vec![],
        bounds: Bounds::default(),
        required: false,
    };
    let part = Part::Question(Box::new(asked));
    Item { link_id: link_id.into(), inside: inside.map(Into::into), shown_when: None, part }
}

fn repeat(link_id: &str) -> Item {
    let part = Part::Repeat { title: Wording::english("Each child"), most: None };
    Item { link_id: link_id.into(), inside: None, shown_when: None, part }
}

fn form(items: Vec<Item>) -> Definition {
    Definition { code: "note".into(), title: Wording::english("A note"), items }
}

fn said(link_id: &str, instance: Option<&str>, said: Said) -> Answered {
    Answered { link_id: link_id.into(), instance: instance.map(Into::into), asked: true, said, problem: None }
}

fn words(link_id: &str, text: &str) -> Answered {
    said(link_id, None, Said::Words(text.into()))
}

fn filled(version: usize, answers: Vec<Answered>) -> Filled {
    Filled { record: format!("recd_{version}"), version, answers }
}

fn made(versions: &[&Definition], records: &[Filled]) -> Table {
    table(versions, records, Language::En).unwrap()
}

/// The cells of questions, without those before them.
fn cells(table: &Table, row: usize) -> Vec<&str> {
    table.rows[row][LEADING.len()..].iter().map(String::as_str).collect()
}

#[test]
fn a_question_that_moved_and_was_renamed_stays_in_its_column() {
    let first = form(vec![question("why", "why", None), question("who", "who", None)]);
    let second =
        form(vec![question("people", "who", None), question("new", "new", None), question("why", "why", None)]);
    let records = [
        filled(0, vec![words("why", "bus"), words("who", "Ceri")]),
        filled(1, vec![words("people", "Aled"), words("new", "yes!"), words("why", "train")]),
    ];

    let table = made(&[&first, &second], &records);

    assert_eq!(table.header, ["record", "version", "part", "number", "problems", "why", "who", "new"]);
    assert_eq!([cells(&table, 0), cells(&table, 1)], [["bus", "Ceri", ""], ["train", "Aled", "yes!"]]);
    assert_eq!(table.rows[1][..5], ["recd_1", "2", "", "", ""]);
}

#[test]
fn each_child_has_a_line_and_no_child_a_column() {
    let form = form(vec![question("why", "why", None), repeat("children"), question("name", "name", Some("children"))]);
    let child = |instance, name: &str| said("name", Some(instance), Said::Words(name.into()));
    let record = filled(0, vec![words("why", "bus"), child("x", "Mali"), child("y", "Idris")]);

    let table = made(&[&form], &[record]);

    let lines: Vec<_> = table.rows.iter().map(|row| [&row[2], &row[3], &row[5], &row[6]].map(String::as_str)).collect();
    assert_eq!(lines, [["", "", "bus", ""], ["children", "1", "", "Mali"], ["children", "2", "", "Idris"]]);
}

#[test]
fn what_was_not_said_or_is_amiss_can_be_read_and_answers_stay_as_they_were_given() {
    let form = form(vec![question("day", "day", None), question("how", "how", None), question("ok", "ok", None)]);
    let mut day = words("day", "30 Feb");
    day.problem = Some(AnswerProblem::NotADate);
    let how = said("how", None, Said::Chosen(vec!["bus".into(), "walk".into()]));
    let ok = said("ok", None, Said::Absent(AbsenceReason::Declined));
    let record = filled(0, vec![day, how, ok]);

    let table = made(&[&form], std::slice::from_ref(&record));

    assert_eq!(table.rows[0][4..], ["day: not a date that exists", "30 Feb", "bus;walk", "(would rather not say)"]);
    let welsh = super::table(&[&form], &[record], Language::Cy).unwrap();
    assert_eq!(welsh.rows[0][4], "day: nid dyddiad sy'n bod");
}

#[test]
fn what_nothing_asks_any_more_comes_last_under_its_old_name() {
    let (first, second) = (form(vec![question("x", "old", None)]), form(vec![question("x", "other", None)]));
    let left_behind = Answered { asked: false, ..words("x", "was said") };
    let records = [
        filled(1, vec![words("x", "is said"), left_behind]),
        filled(1, vec![words("never", "who knows")]),
        filled(9, vec![words("x", "no such version")]),
    ];

    let table = made(&[&first, &second], &records);

    assert_eq!(table.header[5..], ["old", "other", "x (no longer asked)", "never (no longer asked)"]);
    assert_eq!(cells(&table, 0), ["", "is said", "was said", ""]);
    assert_eq!((cells(&table, 1)[3], cells(&table, 2)[2]), ("who knows", "no such version"));
}

#[test]
fn a_question_asked_twice_has_two_columns_whichever_stands_first() {
    let first = form(vec![question("a", "name", None), question("b", "name", None)]);
    let second = form(vec![question("b", "name", None), question("a", "name", None)]);
    // Back under a name that another place has had since.
    let third = form(vec![question("c", "name", None), question("b", "name", None)]);
    let fourth = form(vec![question("a", "name", None), question("c", "name", None)]);
    let both = |version, one: &str, two: &str| filled(version, vec![words(one, one), words(two, two)]);

    let records = [both(0, "a", "b"), both(1, "b", "a"), both(2, "c", "b"), both(3, "a", "c")];
    let table = made(&[&first, &second, &third, &fourth], &records);

    assert_eq!(table.header[5..], ["name", "name 2"]);
    let lines: Vec<_> = (0..4).map(|row| cells(&table, row)).collect();
    assert_eq!(lines, [["a", "b"], ["a", "b"], ["c", "b"], ["c", "a"]]);
}

#[test]
fn choices_are_explained_with_those_that_were_dropped() {
    let offering = |codes: &[&str]| {
        let mut item = question("how", "how", None);
        let Part::Question(asked) = &mut item.part else { panic!("a question") };
        asked.choices =
            codes.iter().map(|code| Choice { code: (*code).into(), label: Wording::english(*code) }).collect();
        form(vec![item])
    };
    let table = made(&[&offering(&["bus", "tram"]), &offering(&["walk", "bus"])], &[]);

    let codes: Vec<_> = table.columns[0].choices.iter().map(|choice| choice.code.as_str()).collect();
    assert_eq!(codes, ["walk", "bus", "tram"]);
}

#[test]
fn nothing_in_the_table_runs() {
    let hostile = "=HYPERLINK(\"http://x\")";
    let form = form(vec![question("a", hostile, None), question("b", "record", None), question("c", "-5", None)]);
    let mut answer = said("a", Some("@SUM(A1)"), Said::Chosen(vec!["+cmd|' /C calc'!A0".into()]));
    answer.problem = Some(AnswerProblem::NotAChoice);
    let record = Filled { record: "-2+3".into(), ..filled(0, vec![words("a", hostile), answer, words("b", "-5")]) };

    let table = made(&[&form], &[record]);

    assert_eq!(table.header[5..], ["'=HYPERLINK(\"http://x\")", "record 2", "-5"]);
    for cell in table.header.iter().chain(table.rows.iter().flatten()).filter(|cell| *cell != "-5") {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
    assert_eq!(table.rows[0][6], "-5", "a number stays a number");
}

#[test]
fn a_table_that_no_spreadsheet_opens_is_refused_in_plain_words() {
    let answers = (0..MOST_COLUMNS).map(|number| words(&format!("q{number}"), "x")).collect();
    assert_eq!(table(&[], &[filled(0, answers)], Language::En), Err(TableRefusal::TooManyColumns));
    let [en, cy] = [Language::En, Language::Cy].map(|language| TableRefusal::TooManyColumns.words(language));
    assert!(en.chars().count() <= 140 && cy.chars().count() <= 140 && en != cy);
    reading::plain(&en);
}

/// What one version changes: places leave, come, are renamed, and stand in another order.
type Change = (Vec<usize>, Vec<(usize, bool)>, Vec<usize>, u64);

fn versions(changes: Vec<Change>) -> Vec<Definition> {
    let (mut places, mut named) = (Vec::<(String, usize, bool)>::new(), 0);
    let mut versions = Vec::new();
    for (leave, come, renamed, turn) in changes {
        for place in leave.into_iter().filter(|place| *place < places.len()).collect::<BTreeSet<_>>().into_iter().rev()
        {
            places.remove(place);
        }
        for (code, repeated) in come {
            named += 1;
            places.push((format!("link-{named}"), code, repeated));
        }
        for place in renamed {
            named += 1;
            places.get_mut(place).into_iter().for_each(|place| place.0 = format!("link-{named}"));
        }
        let mut order: Vec<_> = places.clone();
        order.sort_by_key(|(link_id, ..)| {
            link_id.bytes().fold(turn, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
        });
        let questions = order
            .iter()
            .map(|(link_id, code, repeated)| question(link_id, &format!("code{code}"), repeated.then_some("each")));
        versions.push(form([repeat("each")].into_iter().chain(questions).collect()));
    }
    versions
}

fn ten_versions() -> impl Strategy<Value = Vec<Definition>> {
    let few = || prop::collection::vec(0usize..12, 0..3);
    let change = (few(), prop::collection::vec((0usize..10, prop::bool::weighted(0.3)), 0..5), few(), any::<u64>());
    prop::collection::vec(change, 10).prop_map(versions)
}

/// Every place answered, each answer saying which version, question and place it is of.
fn answered(versions: &[Definition]) -> Vec<Filled> {
    let of = |(version, form): (usize, &Definition)| {
        let answer = |posed: crate::rules::form::Posed<'_>| {
            let text = format!("{version} {} {}", posed.asked.code, posed.link_id);
            let instances = if posed.repeat.is_some() { vec![Some("x"), Some("y")] } else { vec![None] };
            instances.into_iter().map(move |it| said(posed.link_id, it, Said::Words(text.clone()))).collect::<Vec<_>>()
        };
        filled(version, form.questions().flat_map(answer).collect())
    };
    versions.iter().enumerate().map(of).collect()
}

proptest! {
    #[test]
    fn no_cell_shifts_over_ten_versions(versions in ten_versions()) {
        let records = answered(&versions);
        let all: Vec<&Definition> = versions.iter().collect();
        let table = made(&all, &records);

        prop_assert_eq!(table.header.iter().collect::<HashSet<_>>().len(), table.header.len(), "no heading twice");
        let mut told = 0;
        // The column that a place of a question had, in the version in which it was last seen.
        let mut before: HashMap<(String, String), (usize, usize)> = HashMap::new();
        for row in &table.rows {
            prop_assert_eq!(row.len(), table.header.len());
            let cells = row.iter().zip(&table.header).enumerate().skip(LEADING.len());
            for (column, (cell, heading)) in cells.filter(|(_, (cell, _))| !cell.is_empty()) {
                let parts: Vec<&str> = cell.split(' ').collect();
                prop_assert_eq!(parts.len(), 3, "two answers in one cell: {}", cell);
                let version: usize = parts[0].parse().unwrap();
                prop_assert_eq!(heading.split(' ').next(), Some(parts[1]), "{} stands under {}", cell, heading);
                let of = (parts[1].to_owned(), parts[2].to_owned());
                if let Some((seen, was)) = before.insert(of, (version, column)) {
                    prop_assert!(was == column || version > seen + 1, "{} has changed columns", cell);
                }
                told += 1;
            }
        }
        prop_assert_eq!(told, records.iter().map(|record| record.answers.len()).sum::<usize>(), "every answer is there");
    }

    #[test]
    fn a_new_version_adds_columns_and_moves_none(versions in ten_versions()) {
        let all: Vec<&Definition> = versions.iter().collect();
        let records = answered(&versions);
        let mut before = made(&[], &[]);
        for upto in 1..=all.len() {
            let now = made(&all[..upto], &records[..upto]);
            prop_assert!(now.header.starts_with(&before.header));
            for (old, new) in before.rows.iter().zip(&now.rows) {
                prop_assert!(new.starts_with(old) && new[old.len()..].iter().all(String::is_empty));
            }
            before = now;
        }
    }
}
