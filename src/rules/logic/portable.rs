//! The same logic as JSONLogic (<https://jsonlogic.com>), for phones that decide without signal.
//!
//! A client evaluates the conditions of a form in the form's order of evaluation, on an object with one member for each
//! question that is answered and shown, by link id. Link ids have no dot in them, so that `var` finds them.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Value, json};

use super::{Operand, Operator, Predicate};

/// A condition as JSONLogic.
pub fn json_logic(predicate: &Predicate) -> Value {
    match predicate {
        Predicate::Answered { question, answered: true } => answered(question),
        Predicate::Answered { question, answered: false } => json!({ "!": [answered(question)] }),
        Predicate::Compare { question, operator, value } => compare(question, *operator, value),
        Predicate::Contains { question, value } => {
            json!({ "and": [answered(question), { "in": [literal(value), { "var": question }] }] })
        }
        Predicate::All { of } if of.is_empty() => json!(true),
        Predicate::Any { of } if of.is_empty() => json!(false),
        Predicate::All { of } => json!({ "and": of.iter().map(json_logic).collect::<Vec<_>>() }),
        Predicate::Any { of } => json!({ "or": of.iter().map(json_logic).collect::<Vec<_>>() }),
    }
}

/// An empty text, a nought and a no are answers; nothing at all is none.
fn answered(question: &str) -> Value {
    json!({ "!==": [{ "var": question }, null] })
}

fn compare(question: &str, operator: Operator, value: &Operand) -> Value {
    let (answer, literal) = (json!({ "var": question }), literal(value));
    // The answer of a question with several choices is a list, and one of them counts.
    let equal = match value {
        Operand::Choice(_) => {
            json!({ "or": [{ "===": [answer, literal] }, { "in": [literal, { "merge": [answer] }] }] })
        }
        _ => json!({ "===": [answer, literal] }),
    };
    let symbol = match operator {
        Operator::Equal => return equal,
        Operator::NotEqual => return json!({ "and": [answered(question), { "!": [equal] }] }),
        Operator::Greater => ">",
        Operator::Less => "<",
        Operator::AtLeast => ">=",
        Operator::AtMost => "<=",
    };
    json!({ "and": [answered(question), { symbol: [answer, literal] }] })
}

/// Days are written YYYY-MM-DD, which compare as texts do.
fn literal(value: &Operand) -> Value {
    match value {
        Operand::Text(text) | Operand::Choice(text) => json!(text),
        Operand::YesNo(yes) => json!(yes),
        Operand::Number(number) => json_number(*number),
        Operand::Date(day) => json!(day.to_string()),
    }
}

/// A number as JSON has it, without a fraction that says nothing. Past fifteen figures, readers of JSON round it.
pub fn json_number(number: Decimal) -> Value {
    number.to_i64().filter(|_| number.is_integer()).map_or_else(|| json!(number.to_f64()), |whole| json!(whole))
}
