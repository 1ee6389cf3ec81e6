//! Spoken: a predicate as an expression that says it, where there is one.

use std::collections::HashMap;

use busfare_entity::words::QuestionKind;

use super::{condition::against, lists::plain_name};
use crate::rules::logic::{Operand, Operator, Predicate};

/// How questions are named, and of which kind they are, by link id.
pub(super) type Names = HashMap<String, (String, QuestionKind)>;

/// The expression that says a predicate. Nothing where XPath has no words for it, such as for a text that has both kinds of
/// quotation marks in it.
pub(super) fn say(predicate: &Predicate, names: &Names) -> Option<String> {
    let name = |question: &String| names.get(question).map(|(name, _)| format!("${{{name}}}"));
    let several = |question: &String| matches!(names.get(question), Some((_, QuestionKind::Choices)));
    Some(match predicate {
        Predicate::Answered { question, answered: true } => format!("{} != ''", name(question)?),
        Predicate::Answered { question, answered: false } => format!("{} = ''", name(question)?),
        Predicate::Contains { question, value: value @ Operand::Choice(_) } => {
            format!("selected({}, {})", name(question)?, literal(value)?)
        }
        Predicate::Contains { question, value } => format!("contains({}, {})", name(question)?, literal(value)?),
        Predicate::Compare { question, operator: Operator::NotEqual, .. } => {
            format!("({} != '' and {})", name(question)?, unlike(predicate, names)?)
        }
        Predicate::Compare { question, operator: Operator::Equal, value } if several(question) => {
            format!("selected({}, {})", name(question)?, literal(value)?)
        }
        Predicate::Compare { question, operator, value } => {
            format!("{} {} {}", name(question)?, sign(*operator), literal(value)?)
        }
        Predicate::All { of } if of.is_empty() => "true()".to_owned(),
        Predicate::Any { of } if of.is_empty() => "false()".to_owned(),
        Predicate::All { of } => joined(of, " and ", names)?,
        Predicate::Any { of } => match of.as_slice() {
            [
                Predicate::Answered { question, answered: false },
                compared @ Predicate::Compare { question: same, .. },
            ] if question == same && !matches!(compared, Predicate::Compare { operator: Operator::Equal, .. }) => {
                unlike(compared, names)?
            }
            _ => joined(of, " or ", names)?,
        },
    })
}

/// What is true of no answer, and of every one of which the comparison is.
fn unlike(compared: &Predicate, names: &Names) -> Option<String> {
    let Predicate::Compare { question, operator, value } = compared else { return None };
    let (name, kind) = names.get(question)?;
    let value = literal(value)?;
    Some(match (operator, kind) {
        (Operator::NotEqual, QuestionKind::Choices) => format!("not(selected(${{{name}}}, {value}))"),
        (Operator::NotEqual, _) => format!("${{{name}}} != {value}"),
        (operator, _) => format!("not(${{{name}}} {} {value})", sign(against(*operator))),
    })
}

fn joined(of: &[Predicate], by: &str, names: &Names) -> Option<String> {
    let part = |part: &Predicate| {
        let said = say(part, names)?;
        let several = matches!(part, Predicate::All { of } | Predicate::Any { of } if !of.is_empty());
        Some(if several { format!("({said})") } else { said })
    };
    Some(of.iter().map(part).collect::<Option<Vec<_>>>()?.join(by))
}

fn literal(value: &Operand) -> Option<String> {
    Some(match value {
        Operand::Text(text) => quoted(text)?,
        Operand::Choice(code) => quoted(&plain_name(code))?,
        Operand::YesNo(true) => "'yes'".to_owned(),
        Operand::YesNo(false) => "'no'".to_owned(),
        Operand::Number(number) => number.to_string(),
        Operand::Date(day) => format!("date('{}')", day.format("%Y-%m-%d")),
    })
}

fn quoted(text: &str) -> Option<String> {
    match (text.contains('\''), text.contains('"')) {
        (false, _) => Some(format!("'{text}'")),
        (true, false) => Some(format!("\"{text}\"")),
        (true, true) => None,
    }
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Greater => ">",
        Operator::Less => "<",
        Operator::AtLeast => ">=",
        Operator::AtMost => "<=",
    }
}
