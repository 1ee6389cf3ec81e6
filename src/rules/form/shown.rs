//! Shown: which questions of a form are open, given what has been answered, also where something is answered many times.

use std::collections::{BTreeSet, HashMap};

use super::Definition;
use crate::rules::{answer::AnswerValue, logic::Logic};

/// A question where it is shown: its place among the items and, in a part that is repeated, which of several.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown<'a> {
    /// Its place among the items.
    pub place: usize,
    /// Which of several; empty where there is one.
    pub instance: &'a str,
}

/// What is shown, in the form's order; what is repeated, as often as something of it is answered. `answers` are those that
/// stand, by link id and instance.
pub fn shown<'a>(
    form: &Definition,
    logic: &Logic,
    answers: &HashMap<(&'a str, &'a str), &AnswerValue>,
) -> Vec<Shown<'a>> {
    let repeats = form.repeats();
    let given = |place: usize, instance: &'a str| {
        let instance = if repeats[place].is_some() { instance } else { "" };
        answers.get(&(form.items[place].link_id.as_str(), instance)).and_then(|value| value.given())
    };
    let once = logic.shown(|place| given(place, ""));
    let mut found: Vec<Shown<'a>> = (0..form.items.len())
        .filter(|place| once[*place] && repeats[*place].is_none())
        .map(|place| Shown { place, instance: "" })
        .collect();

    let of: HashMap<&str, &str> =
        form.items.iter().zip(&repeats).filter_map(|(item, of)| Some((item.link_id.as_str(), (*of)?))).collect();
    let instances: BTreeSet<(&str, &'a str)> =
        answers.keys().filter_map(|(link_id, instance)| Some((*of.get(link_id)?, *instance))).collect();
    for (repeat, instance) in instances {
        let each = logic.shown(|place| given(place, instance));
        let inside = (0..form.items.len()).filter(|place| each[*place] && repeats[*place] == Some(repeat));
        found.extend(inside.map(|place| Shown { place, instance }));
    }
    found.sort_by(|one, other| (one.place, one.instance).cmp(&(other.place, other.instance)));
    found
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::QuestionKind;

    use super::*;
    use crate::rules::{
        form::{Asked, Bounds, Item, Part},
        logic::{Operand, Operator, Predicate},
        wording::Wording,
    };

    fn question(link_id: &str, inside: Option<&str>, shown_when: Option<Predicate>) -> Item {
        let asked = Asked {
            code: link_id.into(),
            prompt: Wording::english(link_id),
            hint: Wording::default(),
            why_we_ask: Wording::default(),
            kind: QuestionKind::YesNo,
            choices: vec![],
            bounds: Bounds::default(),
            required: false,
        };
        Item {
            link_id: link_id.into(),
            inside: inside.map(Into::into),
            shown_when,
            part: Part::Question(Box::new(asked)),
        }
    }

    fn yes(question: &str) -> Option<Predicate> {
        Some(Predicate::Compare { question: question.into(), operator: Operator::Equal, value: Operand::YesNo(true) })
    }

    #[test]
    fn what_is_repeated_is_shown_for_each_by_the_answers_about_each() {
        let part = Part::Repeat { title: Wording::english("Each child"), most: None };
        let children = Item { link_id: "children".into(), inside: None, shown_when: yes("any"), part };
        let items = vec![
            question("any", None, None),
            children,
            question("school", Some("children"), None),
            question("which", Some("children"), yes("school")),
            question("last", None, None),
        ];
        let form = Definition { code: "f".into(), title: Wording::default(), items };
        let logic = form.check().unwrap();
        let (yes, no) = (AnswerValue::YesNo(true), AnswerValue::YesNo(false));
        let list = |answers: &[((&'static str, &'static str), &AnswerValue)]| {
            let answers: HashMap<_, _> = answers.iter().copied().collect();
            shown(&form, &logic, &answers)
                .into_iter()
                .map(|shown| format!("{}{}", form.items[shown.place].link_id, shown.instance))
                .collect::<Vec<_>>()
        };

        assert_eq!(list(&[]), ["any", "last"]);
        let both = [(("any", ""), &yes), (("school", "a"), &yes), (("school", "b"), &no)];
        assert_eq!(list(&both), ["any", "children", "schoola", "schoolb", "whicha", "last"]);
        let none = [(("any", ""), &no), (("school", "a"), &yes)];
        assert_eq!(list(&none), ["any", "last"]);
    }
}
