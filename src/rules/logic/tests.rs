//! Logic against its definition, against JSONLogic, and counted against trying everything.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

const FLAT: &str = "flat";
const DOG: &str = "dog";
const ROOMS: &str = "rooms";
const MOVED: &str = "moved";
const HELP: &str = "help";
const NOTES: &str = "notes";

fn compare(question: &str, operator: Operator, value: Operand) -> Predicate {
    Predicate::Compare { question: question.into(), operator, value }
}

fn is_choice(question: &str, code: &str) -> Predicate {
    compare(question, Operator::Equal, Operand::Choice(code.into()))
}

fn places<'a>(items: &'a [(&'a str, Option<Predicate>)]) -> Vec<Place<'a>> {
    items.iter().map(|(link_id, when)| Place { link_id, shown_when: when.as_ref() }).collect()
}

fn codes() -> Vec<String> {
    ["wash", "dress", "shop"].map(String::from).to_vec()
}

#[test]
fn what_hangs_on_a_hidden_answer_is_hidden_too() {
    let items = [
        (FLAT, None),
        (DOG, Some(compare(FLAT, Operator::Equal, Operand::YesNo(true)))),
        (NOTES, Some(compare(DOG, Operator::Equal, Operand::YesNo(true)))),
    ];
    let logic = Logic::read(&places(&items)).unwrap();
    let shown = |flat| logic.shown(|place| [flat, Some(Given::YesNo(true)), None][place]);

    assert_eq!(shown(Some(Given::YesNo(true))), [true, true, true]);
    assert_eq!(shown(Some(Given::YesNo(false))), [true, false, false]);
    assert_eq!(shown(None), [true, false, false]);
}

#[test]
fn no_answer_is_neither_equal_nor_different_nor_more_nor_less() {
    for operator in
        [Operator::Equal, Operator::NotEqual, Operator::Greater, Operator::Less, Operator::AtLeast, Operator::AtMost]
    {
        let items = [(ROOMS, None), (NOTES, Some(compare(ROOMS, operator, Operand::Number(Decimal::ONE))))];
        assert_eq!(Logic::read(&places(&items)).unwrap().shown(|_| None), [true, false], "{operator:?}");
    }
}

#[test]
fn a_circle_is_named_from_its_beginning_to_its_beginning() {
    let answered = |question: &str| Some(Predicate::Answered { question: question.into(), answered: true });
    let items = [(NOTES, answered(FLAT)), (FLAT, answered(DOG)), (DOG, answered(ROOMS)), (ROOMS, answered(FLAT))];
    let circle = [FLAT, DOG, ROOMS, FLAT].map(String::from).to_vec();

    assert_eq!(Logic::read(&places(&items)).unwrap_err(), Unusable::Circle(circle));
    let itself = [(FLAT, answered(FLAT))];
    assert!(matches!(Logic::read(&places(&itself)), Err(Unusable::Circle(_))));
    assert_eq!(Logic::read(&places(&[(FLAT, None), (FLAT, None)])).unwrap_err(), Unusable::Twice(FLAT.into()));
}

#[test]
fn a_condition_that_nobody_can_read_is_refused() {
    let mut deep = Predicate::Answered { question: FLAT.into(), answered: true };
    for _ in 0..DEEPEST {
        deep = Predicate::All { of: vec![deep] };
    }
    let wide = Predicate::Any { of: vec![is_choice(FLAT, "x"); MOST_PARTS] };

    for condition in [deep, wide] {
        let items = [(FLAT, None), (NOTES, Some(condition))];
        assert_eq!(Logic::read(&places(&items)).unwrap_err(), Unusable::TooLarge(NOTES.into()));
    }
}

#[test]
fn a_chain_of_a_hundred_thousand_is_read() {
    let names: Vec<String> = (0..100_000).map(|number| format!("q{number}")).collect();
    let conditions: Vec<_> =
        names[1..].iter().map(|next| Predicate::Answered { question: next.clone(), answered: true }).collect();
    let places: Vec<_> =
        names.iter().enumerate().map(|(at, link_id)| Place { link_id, shown_when: conditions.get(at) }).collect();
    let shown = Logic::read(&places).unwrap().shown(|_| Some(Given::YesNo(true)));

    assert!(shown.into_iter().all(|shown| shown));
}

#[test]
fn flaws_are_named_where_they_are() {
    let codes = vec!["Carer's home".to_owned(), "Own home".to_owned()];
    let domains = [Domain::Choices { codes: &codes, several: false }, Domain::YesNo, Domain::Text, Domain::Text];
    let items = [
        (FLAT, None),
        (DOG, Some(is_choice(FLAT, "Carer\u{2019}s home"))),
        (NOTES, Some(compare(DOG, Operator::Equal, Operand::Text("yes".into())))),
        (HELP, Some(is_choice("tenure", "rented"))),
    ];

    let flaws = lint(&places(&items), &domains);

    assert_eq!(
        flaws.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "`dog` asks whether `flat` is \"Carer\u{2019}s home\", which it does not offer; \"Carer's home\" is nearly the same",
            "`notes` compares `dog` with something of another kind",
            "`help` depends on `tenure`, which is not in this form",
            "nobody is ever shown `dog`, whatever they answer",
            "nobody is ever shown `notes`, whatever they answer",
            "nobody is ever shown `help`, whatever they answer",
        ]
    );
}

#[test]
fn either_or_counts_once() {
    let codes = codes();
    let domains = [Domain::Choices { codes: &codes, several: false }, Domain::Text, Domain::Text, Domain::Text];
    let items = [
        (HELP, None),
        (FLAT, Some(is_choice(HELP, "wash"))),
        (DOG, Some(is_choice(HELP, "dress"))),
        (NOTES, Some(is_choice(HELP, "dress"))),
    ];
    let logic = Logic::read(&places(&items)).unwrap();

    let reach = reach(&logic, &domains, &[Counted::Required, Counted::Required, Counted::Question, Counted::Question]);

    assert_eq!(reach, Reach { max_shown: 3, max_required: 2, exact: true, never_shown: vec![] });
}

/// A form of six questions of all kinds in a random order of dependence, and answers to it.
fn forms() -> impl Strategy<Value = (Vec<Option<Predicate>>, Vec<Vec<usize>>)> {
    let conditions = (0..6usize).map(|at| prop::option::weighted(0.8, condition(at))).collect::<Vec<_>>();
    (conditions, prop::collection::vec(prop::collection::vec(0..16usize, 6), 8))
}

/// A condition on earlier questions only; the first has none that could hold.
fn condition(before: usize) -> BoxedStrategy<Predicate> {
    if before == 0 {
        return Just(Predicate::All { of: vec![] }).boxed();
    }
    let part = (0..before).prop_flat_map(one);
    part.prop_recursive(2, 6, 3, |inner| {
        let of = prop::collection::vec(inner, 0..3);
        (of, any::<bool>()).prop_map(|(of, all)| if all { Predicate::All { of } } else { Predicate::Any { of } })
    })
    .boxed()
}

const NAMES: [&str; 6] = [FLAT, HELP, ROOMS, MOVED, NOTES, DOG];
const OPERATORS: [Operator; 6] =
    [Operator::Equal, Operator::NotEqual, Operator::Greater, Operator::Less, Operator::AtLeast, Operator::AtMost];

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, number + 1).unwrap()
}

/// A comparison with the question at a place, of a kind that fits it.
fn one(place: usize) -> BoxedStrategy<Predicate> {
    let question = NAMES[place].to_owned();
    let value = match place {
        0 | 5 => any::<bool>().prop_map(Operand::YesNo).boxed(),
        1 => prop::sample::select(codes()).prop_map(Operand::Choice).boxed(),
        2 => (-2..3i64).prop_map(|number| Operand::Number(number.into())).boxed(),
        3 => (0..4u32).prop_map(|number| Operand::Date(day(number))).boxed(),
        _ => prop::sample::select(vec!["a", "ab", "b"]).prop_map(|text| Operand::Text(text.into())).boxed(),
    };
    let operators = if [2, 3].contains(&place) { &OPERATORS[..] } else { &OPERATORS[..2] };
    (value, prop::sample::select(operators.to_vec()), 0..4u8)
        .prop_map(move |(value, operator, form)| match form {
            0 => Predicate::Answered { question: question.clone(), answered: value != Operand::YesNo(true) },
            1 if [1, 4].contains(&place) => Predicate::Contains { question: question.clone(), value },
            _ => Predicate::Compare { question: question.clone(), operator, value },
        })
        .boxed()
}

/// Everything that may be answered in a place and that any condition above could tell apart, and no answer.
fn answers(place: usize) -> Vec<Option<Answer>> {
    let some: Vec<Answer> = match place {
        0 | 5 => vec![Answer::YesNo(true), Answer::YesNo(false)],
        1 => (1..8usize)
            .map(|some| {
                let codes = codes().into_iter().enumerate();
                Answer::Choices(codes.filter(|(bit, _)| some >> bit & 1 == 1).map(|(_, code)| code).collect())
            })
            .collect(),
        2 => (-6..7).map(|half| Answer::Number(Decimal::new(half * 5, 1))).collect(),
        3 => (0..6).map(|number| Answer::Date(day(number))).chain([Answer::Date(day(0).pred_opt().unwrap())]).collect(),
        _ => ["a", "ab", "b", "c", "ba", "aa"].map(|text| Answer::Text(text.into())).to_vec(),
    };
    [None].into_iter().chain(some.into_iter().map(Some)).collect()
}

#[derive(Clone, Debug)]
enum Answer {
    Text(String),
    YesNo(bool),
    Choices(Vec<String>),
    Number(Decimal),
    Date(NaiveDate),
}

impl Answer {
    fn given(&self) -> Given<'_> {
        match self {
            Self::Text(text) => Given::Text(text),
            Self::YesNo(yes) => Given::YesNo(*yes),
            Self::Choices(codes) => Given::Choices(codes),
            Self::Number(number) => Given::Number(*number),
            Self::Date(day) => Given::Date(*day),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::YesNo(yes) => json!(yes),
            Self::Choices(codes) => json!(codes),
            Self::Number(number) => json!(number.to_string().parse::<f64>().unwrap()),
            Self::Date(day) => json!(day.to_string()),
        }
    }
}

fn form(conditions: &[Option<Predicate>]) -> Vec<Place<'_>> {
    NAMES.iter().zip(conditions).map(|(link_id, when)| Place { link_id, shown_when: when.as_ref() }).collect()
}

proptest! {
    #[test]
    fn json_logic_agrees_on_every_form((conditions, tries) in forms()) {
        let logic = Logic::read(&form(&conditions)).unwrap();
        for tried in tries {
            let given: Vec<_> = tried.iter().enumerate().map(|(place, which)| {
                let all = answers(place);
                all[which % all.len()].clone()
            }).collect();
            let shown = logic.shown(|place| given[place].as_ref().map(Answer::given));

            // As a client would: in order, on what is answered and shown.
            let mut data = Map::new();
            for (place, condition) in conditions.iter().enumerate() {
                let rule = condition.as_ref().map_or(json!(true), json_logic);
                let theirs = datalogic_rs::eval_str(&rule.to_string(), &Value::Object(data.clone()).to_string()).unwrap();
                prop_assert_eq!(theirs == "true", shown[place], "{} of {:?} on {:?}", NAMES[place], &condition, &data);
                if let (true, Some(answer)) = (shown[place], &given[place]) {
                    data.insert(NAMES[place].into(), answer.json());
                }
            }
        }
    }

    #[test]
    fn the_reach_is_what_trying_everything_finds((conditions, _) in forms()) {
        let codes = codes();
        let choices = Domain::Choices { codes: &codes, several: true };
        let domains = [Domain::YesNo, choices, Domain::Number, Domain::Date, Domain::Text, Domain::YesNo];
        let logic = Logic::read(&form(&conditions)).unwrap();
        let required = [false, true, false, true, true, false];
        let questions = [true, true, false, true, true, true];
        // Only what some condition looks at has to be tried.
        let asked: Vec<&str> = conditions.iter().flatten().flat_map(Predicate::questions).collect();
        let all: Vec<_> = (0..6).map(|place| if asked.contains(&NAMES[place]) { answers(place) } else { vec![None] }).collect();
        let (mut most, mut most_required, mut ever) = (0, 0, [false; 6]);
        let count = all.iter().map(Vec::len).product::<usize>();
        prop_assume!(count < 20_000);
        for number in 0..count {
            let mut rest = number;
            let given: Vec<_> = all.iter().map(|some| {
                let one = some[rest % some.len()].as_ref();
                rest /= some.len();
                one
            }).collect();
            let shown = logic.shown(|place| given[place].map(Answer::given));
            most = most.max(shown.iter().zip(questions).filter(|(shown, question)| **shown && *question).count());
            most_required = most_required.max(shown.iter().zip(required).filter(|(shown, required)| **shown && *required).count());
            ever.iter_mut().zip(shown).for_each(|(ever, shown)| *ever |= shown);
        }

        let counted = [0, 1, 2, 3, 4, 5].map(|place| match (questions[place], required[place]) {
            (false, _) => Counted::Not,
            (true, true) => Counted::Required,
            (true, false) => Counted::Question,
        });
        let reach = reach(&logic, &domains, &counted);

        prop_assert_eq!((reach.max_shown, reach.max_required, reach.exact), (most, most_required, true), "{:?}", &conditions);
        let never: Vec<_> = (0..6).filter(|place| !ever[*place]).collect();
        prop_assert_eq!(reach.never_shown, never);
    }
}
