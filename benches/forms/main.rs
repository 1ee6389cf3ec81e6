//! How long it takes to say which questions of a form are shown, next to a JSONLogic engine on the same conditions and the
//! same answers. `cargo bench --bench forms [FILE]`; a file is forms as `busfare forms` reads them, else a form as large as
//! the largest that councils have used is made up.
//!
//! Only the ratio within one run means anything on a machine that others use too.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]

use std::{hint::black_box, time::Instant};

use busfare::rules::{
    form::{Asked, Bounds, Choice, Definition, Item, Part, pathway},
    logic::{Given, Operand, Operator, Predicate, json_logic},
    wording::Wording,
};
use busfare_entity::words::QuestionKind;
use datalogic_rs::{Engine, ParsedData};
use serde_json::{Map, Value};

const ROUNDS: usize = 21;
const EACH: u32 = 500;

fn main() {
    let file = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let forms = match file {
        Some(file) => pathway::read(&std::fs::read(file).unwrap()).unwrap().into_iter().map(|read| read.form).collect(),
        None => vec![invented()],
    };
    let conditions = |form: &Definition| form.items.iter().filter(|item| item.shown_when.is_some()).count();
    println!("{:44} {:>6} {:>10} {:>10} {:>12} {:>7}", "form", "items", "conditions", "ours", "JSONLogic", "ratio");
    for form in &forms {
        let (ours, theirs) = compare(form);
        println!(
            "{:44} {:6} {:10} {:7.2} µs {:9.2} µs {:7.3}",
            form.code,
            form.items.len(),
            conditions(form),
            ours * 1e6,
            theirs * 1e6,
            ours / theirs
        );
    }
}

/// Seconds of ours and of theirs: the middle of rounds that take turns.
fn compare(form: &Definition) -> (f64, f64) {
    let logic = form.logic().unwrap();
    // Every question has its first choice, so that as much as can be is shown.
    let first = |item: &Item| item.asked().and_then(|asked| asked.choices.first().map(|choice| choice.code.clone()));
    let answers: Vec<Option<String>> = form.items.iter().map(first).collect();
    let engine = Engine::new();
    let rules: Vec<_> = form
        .items
        .iter()
        .filter_map(|item| item.shown_when.as_ref())
        .map(|condition| engine.compile(&json_logic(condition).to_string()).unwrap())
        .collect();
    let data: Map<String, Value> = form
        .items
        .iter()
        .zip(&answers)
        .filter_map(|(item, answer)| Some((item.link_id.clone(), Value::String(answer.clone()?))))
        .collect();
    let data = ParsedData::from_json(&Value::Object(data).to_string()).unwrap();

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(seconds(|| {
            black_box(logic.shown(|place| answers[place].as_deref().map(Given::Choice)));
        }));
        let mut session = engine.session();
        theirs.push(seconds(|| {
            for rule in &rules {
                black_box(session.eval_borrowed(rule, &data).unwrap());
            }
            session.reset();
        }));
    }
    (middle(ours), middle(theirs))
}

fn seconds(mut work: impl FnMut()) -> f64 {
    let begun = Instant::now();
    (0..EACH).for_each(|_| work());
    begun.elapsed().as_secs_f64() / f64::from(EACH)
}

fn middle(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// 220 questions, of which two in five hang on one of the three before them.
fn invented() -> Definition {
    let choices = ["Yes", "No", "Not sure"].map(|code| Choice { code: code.into(), label: Wording::english(code) });
    let item = |number: usize| {
        let value = Operand::Choice("Yes".into());
        let question = format!("q{}", number.saturating_sub(1 + number % 3));
        let shown_when =
            (number % 5 < 2 && number > 2).then_some(Predicate::Compare { question, operator: Operator::Equal, value });
        let asked = Asked {
            code: format!("q{number}"),
            prompt: Wording::english("How is it at home?"),
            hint: Wording::default(),
            why_we_ask: Wording::default(),
            kind: QuestionKind::Choice,
            choices: choices.to_vec(),
            bounds: Bounds::default(),
            required: false,
        };
        Item { link_id: format!("q{number}"), inside: None, shown_when, part: Part::Question(Box::new(asked)) }
    };
    Definition { code: "invented".into(), title: Wording::english("Invented"), items: (0..220).map(item).collect() }
}
