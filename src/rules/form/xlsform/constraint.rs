//! Constraints: what `constraint` says of the question's own answer, as bounds that mean the same; and back.

use busfare_entity::words::QuestionKind;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::expression::{self, Expression};
use crate::rules::{form::Bounds, logic::Operator};

/// What is understood.
const UNDERSTOOD: &str = "write the least and the most of a number as `. >= 1 and . <= 9`, or the length of a text as \
                          `string-length(.) <= 500`";

/// The bounds that a constraint is; else one sentence.
pub(super) fn read(text: &str, kind: QuestionKind) -> Result<Bounds, String> {
    let mut bounds = Bounds::default();
    match expression::read(text)? {
        Expression::And(parts) => parts.iter().try_for_each(|part| bound(part, kind, &mut bounds))?,
        Expression::Call(name, of) if name == "true" && of.is_empty() => {}
        only => bound(&only, kind, &mut bounds)?,
    }
    Ok(bounds)
}

fn bound(part: &Expression, kind: QuestionKind, bounds: &mut Bounds) -> Result<(), String> {
    let other = || Err(format!("This constraint cannot be kept; {UNDERSTOOD}."));
    let Expression::Compare(left, operator, right) = part else {
        return match part {
            Expression::And(parts) => parts.iter().try_for_each(|part| bound(part, kind, bounds)),
            _ => other(),
        };
    };
    let (of, operator, number) = match (&**left, &**right) {
        (of, Expression::Number(number)) => (of, *operator, *number),
        (Expression::Number(number), of) => (of, turned(*operator), *number),
        _ => return other(),
    };
    match of {
        Expression::This if matches!(kind, QuestionKind::Number | QuestionKind::Decimal) => {
            of_number(operator, number, kind == QuestionKind::Number, bounds)
        }
        Expression::Call(name, of) if name == "string-length" && of.as_slice() == [Expression::This] => {
            of_text(operator, number, kind, bounds)
        }
        _ => other(),
    }
}

fn of_number(operator: Operator, number: Decimal, whole: bool, bounds: &mut Bounds) -> Result<(), String> {
    // The next whole number on the other side of one that is itself left out.
    let least = match operator {
        Operator::AtLeast => Some(number),
        Operator::Greater if whole => number.floor().checked_add(Decimal::ONE),
        _ => None,
    };
    let most = match operator {
        Operator::AtMost => Some(number),
        Operator::Less if whole => number.ceil().checked_sub(Decimal::ONE),
        _ => None,
    };
    match (operator, least, most) {
        (_, Some(least), _) => bounds.least = Some(bounds.least.map_or(least, |before| before.max(least))),
        (_, _, Some(most)) => bounds.most = Some(bounds.most.map_or(most, |before| before.min(most))),
        (Operator::Greater | Operator::Less, ..) => {
            return Err("A number that may have a fraction has its bounds within them; use `>=` and `<=`.".to_owned());
        }
        _ => return Err(format!("This constraint cannot be kept; {UNDERSTOOD}.")),
    }
    Ok(())
}

fn of_text(operator: Operator, number: Decimal, kind: QuestionKind, bounds: &mut Bounds) -> Result<(), String> {
    let most = match operator {
        Operator::AtMost => number.floor().to_u32(),
        Operator::Less => number.ceil().checked_sub(Decimal::ONE).and_then(|most| most.to_u32()),
        _ => None,
    };
    match most {
        Some(most) if kind == QuestionKind::Text => {
            bounds.max_chars = Some(bounds.max_chars.map_or(most, |before| before.min(most)));
            Ok(())
        }
        _ => Err(format!("This constraint cannot be kept; {UNDERSTOOD}.")),
    }
}

fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::Greater => Operator::Less,
        Operator::AtLeast => Operator::AtMost,
        Operator::AtMost => Operator::AtLeast,
        same => same,
    }
}

/// The constraint that says these bounds.
pub(super) fn say(bounds: &Bounds) -> String {
    let chars = bounds.max_chars.map(|most| format!("string-length(.) <= {most}"));
    let least = bounds.least.map(|least| format!(". >= {least}"));
    let most = bounds.most.map(|most| format!(". <= {most}"));
    [chars, least, most].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(least: Option<i64>, most: Option<i64>) -> Bounds {
        Bounds { max_chars: None, least: least.map(Decimal::from), most: most.map(Decimal::from) }
    }

    #[test]
    fn bounds_are_read_and_whole_numbers_reach_up_to_them() {
        let whole = |text| read(text, QuestionKind::Number);
        assert_eq!(whole(". <= 72"), Ok(numbers(None, Some(72))));
        assert_eq!(whole(".>-1 and .<18"), Ok(numbers(Some(0), Some(17))));
        assert_eq!(whole("18 >= . and (. >= 3 and . >= 5)"), Ok(numbers(Some(5), Some(18))));
        assert_eq!(whole(". > 0.5"), Ok(numbers(Some(1), None)));
        let text = |text| read(text, QuestionKind::Text).map(|bounds| bounds.max_chars);
        assert_eq!((text("string-length(.) <= 50"), text("string-length(.) < 50")), (Ok(Some(50)), Ok(Some(49))));
    }

    #[test]
    fn what_bounds_cannot_say_is_refused() {
        for (text, kind) in [
            (". > 10.51 and . < 18.39", QuestionKind::Decimal),
            (". >= today()", QuestionKind::Date),
            (". >= 1 or . <= 0", QuestionKind::Number),
            (". = 5", QuestionKind::Number),
            (". <= ${other}", QuestionKind::Decimal),
            ("regex(., '[a-z]+')", QuestionKind::Text),
            ("not(selected(., 'c') and selected(., 'd'))", QuestionKind::Choices),
            ("string-length(.) <= 5", QuestionKind::Number),
            (". <= 5", QuestionKind::Text),
            ("string-length(.) <= 99999999999", QuestionKind::Text),
        ] {
            assert!(read(text, kind).is_err(), "{text}");
        }
    }
}
