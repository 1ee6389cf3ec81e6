//! Conditions: what `relevant` says, as a predicate that means the same.
//!
//! XPath takes a question without an answer for an empty text, which is like no value: `${a} != 'x'` is true where `a`
//! has no answer. A predicate that compares with such a question is never true. So what XPath calls unlike is read as "no
//! answer, or another", and what is negated likewise; and `${a} = ''` is read as "no answer". Smaller and larger are
//! never true of an empty text in XPath either. `${a} = 'x'` of a question with several answers asks in XPath whether that
//! is all that was chosen, which no predicate says: it is refused in favour of `selected`.

use std::str::FromStr;

use busfare_entity::words::QuestionKind;
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{expression::Expression, shown};
use crate::rules::logic::{Operand, Operator, Predicate};

/// A question that a condition looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Looked {
    pub(super) link_id: String,
    pub(super) kind: QuestionKind,
}

/// What a name means in a condition; else one sentence.
pub(super) type Scope<'a> = dyn Fn(&str) -> Result<Looked, String> + 'a;

/// The predicate that an expression is; else one sentence about what in it has none.
pub(super) fn predicate(expression: &Expression, scope: &Scope<'_>) -> Result<Predicate, String> {
    Reader { scope }.read(expression, false)
}

struct Reader<'a> {
    scope: &'a Scope<'a>,
}

impl Reader<'_> {
    /// The expression, or its opposite.
    fn read(&self, expression: &Expression, opposite: bool) -> Result<Predicate, String> {
        let parts = |of: &[Expression]| of.iter().map(|part| self.read(part, opposite)).collect::<Result<_, _>>();
        match expression {
            Expression::And(of) => Ok(if opposite { any(parts(of)?) } else { all(parts(of)?) }),
            Expression::Or(of) => Ok(if opposite { all(parts(of)?) } else { any(parts(of)?) }),
            Expression::Call(name, arguments) => self.call(name, arguments, opposite),
            Expression::Compare(left, operator, right) => match (&**left, &**right) {
                (Expression::Answer(name), value) => self.compare(name, *operator, value, opposite),
                (value, Expression::Answer(name)) => self.compare(name, turned(*operator), value, opposite),
                (Expression::Call(name, of), Expression::Number(number)) => {
                    self.measured(name, of, *operator, *number, opposite)
                }
                (Expression::This, _) | (_, Expression::This) => Err(NOT_THIS.to_owned()),
                (Expression::Call(name, _), _) | (_, Expression::Call(name, _)) => Err(no_function(name)),
                _ => Err("This compares no answer with a value; write it as `${name} = 'value'`.".to_owned()),
            },
            Expression::Answer(name) => Err(format!(
                "`${{{0}}}` stands alone; say what it is compared with, such as `${{{0}}} = 'yes'`.",
                shown(name)
            )),
            Expression::This => Err(NOT_THIS.to_owned()),
            Expression::Text(_) | Expression::Number(_) => {
                Err("A value stands alone here; say which answer is compared with it.".to_owned())
            }
        }
    }

    fn call(&self, name: &str, arguments: &[Expression], opposite: bool) -> Result<Predicate, String> {
        match (name, arguments) {
            ("true", []) => Ok(if opposite { any(vec![]) } else { all(vec![]) }),
            ("false", []) => Ok(if opposite { all(vec![]) } else { any(vec![]) }),
            ("not", [inner]) => self.read(inner, !opposite),
            ("selected", [Expression::Answer(name), value]) => {
                let looked = (self.scope)(name)?;
                let code = match (looked.kind, code(value)) {
                    (QuestionKind::Choice | QuestionKind::Choices, Some(code)) => code,
                    (_, None) => {
                        return Err("`selected` asks for one choice, as in `selected(${name}, 'code')`.".to_owned());
                    }
                    _ => return Err(format!("`selected` asks about choices, and `{}` has none.", shown(name))),
                };
                let question = looked.link_id;
                Ok(match opposite {
                    false => Predicate::Contains { question, value: Operand::Choice(code) },
                    true => unless(question, Operator::NotEqual, Operand::Choice(code)),
                })
            }
            ("contains", [Expression::Answer(name), Expression::Text(part)]) if !part.is_empty() => {
                let Looked { link_id: question, kind } = (self.scope)(name)?;
                match (kind, opposite) {
                    (QuestionKind::Text, false) => {
                        Ok(Predicate::Contains { question, value: Operand::Text(part.clone()) })
                    }
                    (QuestionKind::Text, true) => {
                        Err("Whether a text lacks something cannot be asked here.".to_owned())
                    }
                    _ => Err(format!("`contains` asks about a text, and `{}` is none.", shown(name))),
                }
            }
            ("selected" | "contains", [Expression::This, ..]) => Err(NOT_THIS.to_owned()),
            _ => Err(no_function(name)),
        }
    }

    /// How long an answer is, as far as that says whether there is one.
    fn measured(
        &self,
        name: &str,
        of: &[Expression],
        operator: Operator,
        number: Decimal,
        opposite: bool,
    ) -> Result<Predicate, String> {
        let [Expression::Answer(question)] = of else { return Err(no_function(name)) };
        if !matches!(name, "string-length" | "count-selected") {
            return Err(no_function(name));
        }
        let answered = match (operator, number == Decimal::ZERO, number == Decimal::ONE) {
            (Operator::Greater | Operator::NotEqual, true, _) | (Operator::AtLeast, _, true) => true,
            (Operator::Equal | Operator::AtMost, true, _) | (Operator::Less, _, true) => false,
            _ => return Err(format!("`{name}` is only asked whether it is more than 0.")),
        };
        Ok(Predicate::Answered { question: (self.scope)(question)?.link_id, answered: answered != opposite })
    }

    fn compare(&self, name: &str, operator: Operator, value: &Expression, opposite: bool) -> Result<Predicate, String> {
        let Looked { link_id: question, kind } = (self.scope)(name)?;
        let same = matches!(operator, Operator::Equal | Operator::NotEqual);
        if matches!(value, Expression::Text(text) if text.is_empty()) {
            return match same {
                true => Ok(Predicate::Answered { question, answered: (operator == Operator::NotEqual) != opposite }),
                false => Err("Nothing is more or less than no answer.".to_owned()),
            };
        }
        let value = operand(name, kind, value)?;
        if !same && !matches!(value, Operand::Number(_) | Operand::Date(_)) {
            return Err(format!("Only numbers and dates are more or less, and `{}` is neither.", shown(name)));
        }
        Ok(match (operator, opposite) {
            (Operator::Equal, false) | (Operator::NotEqual, true) => {
                Predicate::Compare { question, operator: Operator::Equal, value }
            }
            (Operator::NotEqual, false) | (Operator::Equal, true) => unless(question, Operator::NotEqual, value),
            (operator, false) => Predicate::Compare { question, operator, value },
            (operator, true) => unless(question, against(operator), value),
        })
    }
}

const NOT_THIS: &str =
    "`.` means the question's own answer, which cannot decide whether it is asked; name another as `${name}`.";

fn no_function(name: &str) -> String {
    match name {
        "today" | "now" => "What is shown cannot depend on the day it is filled in.".to_owned(),
        _ => format!("`{}()` is not understood here; use comparisons, `selected`, `not`, `and` and `or`.", shown(name)),
    }
}

/// What a value is, as an answer to a question of a kind.
fn operand(name: &str, kind: QuestionKind, value: &Expression) -> Result<Operand, String> {
    if let Expression::Answer(_) = value {
        return Err("Two answers cannot be compared; compare one with a value.".to_owned());
    }
    if matches!(value, Expression::And(_) | Expression::Or(_) | Expression::Compare(..) | Expression::This) {
        return Err("An answer is compared with one value here.".to_owned());
    }
    let day = match value {
        Expression::Call(function, of) if function == "date" => match of.as_slice() {
            [Expression::Text(day)] => Some(day),
            _ => None,
        },
        Expression::Text(day) => Some(day),
        _ => None,
    };
    let yes = match value {
        Expression::Call(function, of) if of.is_empty() => Some(function.as_str()),
        Expression::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let wanted = match (kind, value) {
        (QuestionKind::Choice, _) => match code(value) {
            Some(code) => return Ok(Operand::Choice(code)),
            None => "a choice's name in quotes",
        },
        (QuestionKind::Choices, _) => "`selected`, as it has several answers",
        (QuestionKind::Text, Expression::Text(text)) => return Ok(Operand::Text(text.clone())),
        (QuestionKind::Text, _) => "words in quotes",
        (QuestionKind::Number | QuestionKind::Decimal, Expression::Number(number)) => {
            return Ok(Operand::Number(*number));
        }
        (QuestionKind::Number | QuestionKind::Decimal, Expression::Text(text)) => {
            match Decimal::from_str(text.trim()) {
                Ok(number) => return Ok(Operand::Number(number)),
                Err(_) => "a number",
            }
        }
        (QuestionKind::Number | QuestionKind::Decimal, _) => "a number",
        (QuestionKind::Date, _) => match day.and_then(|day| NaiveDate::parse_from_str(day.trim(), "%Y-%m-%d").ok()) {
            Some(day) => return Ok(Operand::Date(day)),
            None => "a day, such as date('2026-01-31')",
        },
        (QuestionKind::YesNo, _) => match yes.map(str::to_lowercase).as_deref() {
            Some("yes" | "ok" | "true") => return Ok(Operand::YesNo(true)),
            Some("no" | "false") => return Ok(Operand::YesNo(false)),
            _ => "'OK'",
        },
        (QuestionKind::Time | QuestionKind::Photo | QuestionKind::Voice, _) => {
            "'' alone, to see whether it is answered"
        }
    };
    if let Expression::Call(function, _) = value
        && function != "date"
    {
        return Err(no_function(function));
    }
    Err(format!("`{}` is compared with something of another kind; use {wanted}.", shown(name)))
}

/// The code of a choice; many are figures, which XPath lets stand without quotes.
fn code(value: &Expression) -> Option<String> {
    match value {
        Expression::Text(text) => Some(text.trim().to_owned()),
        Expression::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// True of no answer, too.
fn unless(question: String, operator: Operator, value: Operand) -> Predicate {
    let unanswered = Predicate::Answered { question: question.clone(), answered: false };
    any(vec![unanswered, Predicate::Compare { question, operator, value }])
}

/// All of them; where "there is an answer" stands before "no answer, or another", the two are "another".
fn all(parts: Vec<Predicate>) -> Predicate {
    let mut of: Vec<Predicate> = Vec::with_capacity(parts.len());
    let asked = |before: &Predicate, compared: &Predicate| match (before, compared) {
        (Predicate::Answered { question, answered: true }, Predicate::Compare { question: same, operator, .. }) => {
            question == same && *operator == Operator::NotEqual
        }
        _ => false,
    };
    for part in parts {
        match (of.last(), &part) {
            (Some(before), Predicate::Any { of: either }) if either.len() == 2 && asked(before, &either[1]) => {
                let compared = either[1].clone();
                let unanswered = matches!(
                    (&either[0], &compared),
                    (Predicate::Answered { question, answered: false }, Predicate::Compare { question: same, .. })
                        if question == same
                );
                if unanswered {
                    of.pop();
                    of.push(compared);
                } else {
                    of.push(part);
                }
            }
            _ => of.push(part),
        }
    }
    match of.len() {
        1 => of.remove(0),
        _ => Predicate::All { of },
    }
}

fn any(of: Vec<Predicate>) -> Predicate {
    Predicate::Any { of }
}

/// The same with its sides changed.
fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::Greater => Operator::Less,
        Operator::AtLeast => Operator::AtMost,
        Operator::AtMost => Operator::AtLeast,
        same => same,
    }
}

/// True of an answer where the other is not.
pub(super) fn against(operator: Operator) -> Operator {
    match operator {
        Operator::Equal => Operator::NotEqual,
        Operator::NotEqual => Operator::Equal,
        Operator::Less => Operator::AtLeast,
        Operator::AtLeast => Operator::Less,
        Operator::Greater => Operator::AtMost,
        Operator::AtMost => Operator::Greater,
    }
}
