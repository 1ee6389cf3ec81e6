//! Adopting: forms from elsewhere as drafts on a question bank, where one question has one code, one kind and one list of
//! choices, whichever forms ask it.

use std::collections::HashMap;

use busfare_entity::words::FormTier;

use super::{Asked, Definition, Draft, Part};
use crate::rules::question;

/// Forms on the way into a bank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adopted {
    /// Questions that the bank does not have yet, in the order in which they are asked.
    pub questions: Vec<Asked>,
    /// The forms, in their order.
    pub drafts: Vec<Draft>,
    /// What is asked in other words than the bank's, or under another code: the form, the place, and what about it.
    pub notes: Vec<(String, String, String)>,
}

/// Turns forms into drafts. `bank` has what is asked already, by code. A question that takes another kind of answer than the
/// one with its code is another question, and has its form's code before its own.
pub fn adopt(forms: &[Definition], tier: FormTier, bank: &HashMap<String, Asked>) -> Adopted {
    let mut known = bank.clone();
    let mut adopted = Adopted::default();
    for form in forms {
        let mut form = form.clone();
        for item in &mut form.items {
            let Part::Question(asked) = &mut item.part else { continue };
            let own = fitting(&asked.code);
            let code = match known.get(&own) {
                Some(other) if !same(other, asked) => fitting(&format!("{}.{own}", form.code)),
                _ => own.clone(),
            };
            let mut note = |what: String| adopted.notes.push((form.code.clone(), item.link_id.clone(), what));
            if code != own {
                note(format!("it is `{code}` in the bank, because `{own}` takes another kind of answer"));
            }
            asked.code.clone_from(&code);
            match known.get(&code) {
                Some(other) if other.prompt.en != asked.prompt.en => {
                    note(format!("the bank asks \"{}\" instead of \"{}\"", other.prompt.en, asked.prompt.en));
                }
                Some(_) => {}
                None => {
                    let question = Asked { required: false, ..(**asked).clone() };
                    known.insert(code, question.clone());
                    adopted.questions.push(question);
                }
            }
        }
        adopted.drafts.push(Draft::of(&form, Some(tier), vec![]));
    }
    adopted
}

/// A code as the bank takes one.
fn fitting(code: &str) -> String {
    match question::code(code) {
        Ok(code) => code,
        Err(_) => super::link_id(code).chars().filter(|c| *c != '/').take(question::CODE_CHARS).collect(),
    }
}

/// Whether two questions take the same answers.
fn same(one: &Asked, other: &Asked) -> bool {
    let codes = |asked: &Asked| asked.choices.iter().map(|choice| choice.code.clone()).collect::<Vec<_>>();
    one.kind == other.kind && codes(one) == codes(other)
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::QuestionKind;

    use super::*;
    use crate::rules::{
        form::{Bounds, Item},
        wording::Wording,
    };

    fn form(code: &str, questions: &[(&str, QuestionKind, &str)]) -> Definition {
        let item = |(code, kind, prompt): &(&str, QuestionKind, &str)| {
            let asked = Asked {
                code: (*code).into(),
                prompt: Wording::english(*prompt),
                hint: Wording::default(),
                why_we_ask: Wording::default(),
                kind: *kind,
                choices: vec![],
                bounds: Bounds::default(),
                required: true,
            };
            Item { link_id: (*code).into(), inside: None, shown_when: None, part: Part::Question(Box::new(asked)) }
        };
        let items = questions.iter().map(item).collect();
        Definition { code: code.into(), title: Wording::english(code), items }
    }

    #[test]
    fn one_question_has_one_code_one_kind_and_one_wording() {
        let forms = [
            form("one", &[("start", QuestionKind::Date, "When?"), ("who", QuestionKind::Text, "Who?")]),
            form("two", &[("start", QuestionKind::Text, "Where?"), ("who", QuestionKind::Text, "Who is it?")]),
        ];

        let adopted = adopt(&forms, FormTier::Conversation, &HashMap::new());

        let codes: Vec<_> = adopted.questions.iter().map(|asked| asked.code.as_str()).collect();
        assert_eq!(codes, ["start", "who", "two.start"]);
        assert_eq!(adopted.drafts[1].codes().collect::<Vec<_>>(), ["two.start", "who"]);
        assert_eq!(adopted.notes.len(), 2);
        assert!(adopted.notes[1].2.contains("\"Who?\" instead of \"Who is it?\""), "{:?}", adopted.notes);
        assert!(adopted.questions.iter().all(|asked| !asked.required));
    }

    #[test]
    fn what_the_bank_has_is_not_added_again_and_every_draft_can_be_put_together() {
        let forms = [form("one", &[("start", QuestionKind::Date, "When?"), ("who", QuestionKind::Text, "Who?")])];
        let first = adopt(&forms, FormTier::Conversation, &HashMap::new());
        let bank: HashMap<_, _> = first.questions.iter().map(|asked| (asked.code.clone(), asked.clone())).collect();

        let again = adopt(&forms, FormTier::Conversation, &bank);

        assert_eq!((again.questions.len(), again.notes.len()), (0, 0));
        assert_eq!(again.drafts, first.drafts);
        assert_eq!(again.drafts[0].compose(&bank).unwrap(), forms[0]);
    }
}
