//! Forms that nobody would write, for tests that hold for every form.

use std::collections::BTreeSet;

use busfare_entity::words::QuestionKind;
use chrono::NaiveDate;
use proptest::{
    collection::vec,
    prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof},
};
use rust_decimal::Decimal;

use super::{Asked, Bounds, Choice, Definition, Item, Part};
use crate::rules::{
    logic::{Operand, Operator, Predicate},
    wording::Wording,
};

/// Words with what trips up tables and expressions, but no space around them.
fn words() -> impl Strategy<Value = String> {
    let word = "[A-Za-zŵŷ0-9'\"=+@<&,;|-][A-Za-z ŵŷ'\"=,\n]{0,20}[A-Za-z?.!0-9'\"]";
    prop_oneof![word, Just("=1+1".to_owned()), Just("-".to_owned()), Just("TRUE".to_owned())]
}

fn wording() -> impl Strategy<Value = Wording> {
    (words(), proptest::option::of(words()), proptest::option::of(words()), any::<bool>()).prop_map(
        |(en, cy, pl, stale)| {
            let first = Wording::english(if stale { "What it said before".to_owned() } else { en.clone() });
            let said = cy.into_iter().map(|text| ("cy", text)).chain(pl.into_iter().map(|text| ("pl", text)));
            said.fold(first, |words, (language, text)| words.with(language, text)).reworded(en)
        },
    )
}

fn choices() -> impl Strategy<Value = Vec<Choice>> {
    let code = prop_oneof![5 => "[a-z0-9_.é'-]{1,8}", 1 => "[ a_]{0,3}", 1 => Just("blank".to_owned())];
    vec((code, wording()), 1..5).prop_map(|choices| {
        let mut seen = BTreeSet::new();
        let new = choices.into_iter().filter(|(code, _)| seen.insert(code.clone()));
        new.map(|(code, label)| Choice { code, label }).collect()
    })
}

fn number() -> impl Strategy<Value = Decimal> {
    (-100_000_i64..100_000, 0_u32..4).prop_map(|(number, scale)| Decimal::new(number, scale))
}

fn kind() -> impl Strategy<Value = QuestionKind> {
    use QuestionKind as Kind;
    proptest::sample::select(vec![
        Kind::Text,
        Kind::YesNo,
        Kind::Choice,
        Kind::Date,
        Kind::Number,
        Kind::Choices,
        Kind::Decimal,
        Kind::Time,
        Kind::Photo,
        Kind::Voice,
    ])
}

fn asked() -> BoxedStrategy<Asked> {
    let bounds = (any::<Option<u32>>(), proptest::option::of(number()), proptest::option::of(number()));
    let said = (words(), wording(), proptest::option::of(wording()), proptest::option::of(wording()));
    (said, kind(), choices(), bounds, any::<bool>())
        .prop_map(|((code, prompt, hint, why), kind, choices, (max_chars, least, most), required)| Asked {
            code,
            prompt,
            hint: hint.unwrap_or_default(),
            why_we_ask: why.unwrap_or_default(),
            kind,
            choices: if matches!(kind, QuestionKind::Choice | QuestionKind::Choices) { choices } else { vec![] },
            bounds: Bounds { max_chars, least, most },
            required,
        })
        .boxed()
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        1 => wording().prop_map(|title| Part::Section { title }),
        1 => (wording(), any::<Option<u32>>()).prop_map(|(title, most)| Part::Repeat { title, most }),
        1 => wording().prop_map(|text| Part::Note { text }),
        1 => (wording(), "[a-z.]{1,12}").prop_map(|(title, of)| Part::Echo { title, of }),
        6 => asked().prop_map(|asked| Part::Question(Box::new(asked))),
    ]
}

/// A condition whose questions are picked by number among those that may be looked at.
fn condition() -> impl Strategy<Value = (Shape, Vec<u64>)> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Shape::Answered),
        (operator(), number()).prop_map(|(operator, number)| Shape::Compare(operator, number)),
        Just(Shape::Contains),
        operator().prop_map(Shape::Unless),
    ];
    let shape = leaf.prop_recursive(3, 12, 3, |inner| {
        (any::<bool>(), vec(inner, 0..4)).prop_map(|(every, of)| Shape::Join(every, of))
    });
    (shape, vec(any::<u64>(), 1..6))
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator as Is;
    proptest::sample::select(vec![Is::Equal, Is::NotEqual, Is::Greater, Is::Less, Is::AtLeast, Is::AtMost])
}

#[derive(Clone, Debug)]
enum Shape {
    Answered(bool),
    Compare(Operator, Decimal),
    Contains,
    Unless(Operator),
    Join(bool, Vec<Shape>),
}

impl Shape {
    fn about(&self, questions: &[(String, Asked)], picks: &mut impl Iterator<Item = u64>) -> Predicate {
        let pick = usize::try_from(picks.next().unwrap_or(0) % 1_000).unwrap_or(0);
        let (question, asked) = questions[pick % questions.len()].clone();
        let value = |number: Decimal| match asked.kind {
            QuestionKind::Choice | QuestionKind::Choices => Operand::Choice(asked.choices[0].code.clone()),
            QuestionKind::Number | QuestionKind::Decimal => Operand::Number(number),
            QuestionKind::Date => Operand::Date(NaiveDate::from_ymd_opt(2026, 1, 31).unwrap_or_default()),
            QuestionKind::YesNo => Operand::YesNo(pick % 2 == 0),
            _ => Operand::Text(asked.prompt.en.clone()),
        };
        match self {
            Self::Answered(answered) => Predicate::Answered { question, answered: *answered },
            Self::Compare(operator, number) => {
                Predicate::Compare { question, operator: *operator, value: value(*number) }
            }
            Self::Contains => Predicate::Contains { question, value: value(Decimal::ONE) },
            Self::Unless(operator) => {
                let unanswered = Predicate::Answered { question: question.clone(), answered: false };
                let value = value(Decimal::TWO);
                Predicate::Any { of: vec![unanswered, Predicate::Compare { question, operator: *operator, value }] }
            }
            Self::Join(every, of) => {
                let of = of.iter().map(|part| part.about(questions, picks)).collect();
                if *every { Predicate::All { of } } else { Predicate::Any { of } }
            }
        }
    }
}

/// Items one after the other; each may end the section it is in, and looks at questions above that are not repeated.
pub fn definition() -> BoxedStrategy<Definition> {
    let item = (part(), proptest::option::of(condition()), any::<bool>(), any::<bool>());
    (vec(item, 1..14), wording(), words())
        .prop_map(|(drafts, title, code)| {
            let (mut items, mut open, mut questions) = (Vec::new(), Vec::<(String, bool)>::new(), Vec::new());
            for (number, (mut part, condition, ends, slash)) in drafts.into_iter().enumerate() {
                if ends {
                    open.pop();
                }
                let repeated = open.iter().any(|(_, repeat)| *repeat);
                if let (Part::Repeat { title, .. }, true) = (&part, repeated) {
                    part = Part::Section { title: title.clone() };
                }
                let link_id = if slash { format!("{number}/a-{number}") } else { format!("q-{number}") };
                let shown_when = condition
                    .filter(|_| !questions.is_empty())
                    .map(|(shape, picks)| shape.about(&questions, &mut picks.into_iter().cycle()));
                let inside = open.last().map(|(inside, _)| inside.clone());
                match &part {
                    Part::Section { .. } => open.push((link_id.clone(), false)),
                    Part::Repeat { .. } => open.push((link_id.clone(), true)),
                    Part::Question(asked) if !repeated => questions.push((link_id.clone(), (**asked).clone())),
                    _ => {}
                }
                items.push(Item { link_id, inside, shown_when, part });
            }
            Definition { code, title, items }
        })
        .boxed()
}
