//! Records: where answers stand, and the advice at the end. Advice never stops a record.

use std::collections::HashMap;

use busfare_entity::words::{AnswerProblem, Language};
use serde::{Deserialize, Serialize};

use super::{
    answer::{AnswerValue, problem},
    form::{Asked, Definition, Malformed, Shown, shown},
    refusal::say,
};

mod refusal;
mod response;

pub use refusal::RecordRefusal;
pub use response::response;

/// Most answers in one request: twice what the largest tier has questions.
pub const MOST_ANSWERS: usize = 60;
/// Most characters of any one answer, whatever its question allows; a longer answer than the question
/// allows is kept with its problem, one beyond this is not an answer.
pub const ANSWER_CHARS: usize = 4_000;
/// Most characters of a heading of one's own.
pub const HEADING_CHARS: usize = 80;
/// Most characters of what somebody says of herself.
pub const STATEMENT_CHARS: usize = 4_000;
/// Most characters of why an answer was changed.
pub const REASON_CHARS: usize = 280;
/// Most pictures, or voice notes, in one answer.
pub const MOST_CAPTURED: usize = 20;
/// Most characters of what there is to say about them.
pub const CAPTION_CHARS: usize = 280;
/// What the link id of a heading of one's own begins with. No link id of a form has a colon.
pub const IS_OWN: &str = "own:";
/// What the link id begins with that an answer stands under when nothing asks for it any more.
pub const IS_ORPHAN: &str = "was:";
/// Most characters of which of several something is about.
const INSTANCE_CHARS: usize = 36;

/// Where an answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It answers a question of the form.
    Question(&'a Asked),
    /// It stands under a heading of one's own, which no form has to offer.
    Own,
}

impl Standing<'_> {
    /// What is amiss with an answer here.
    pub fn problem(&self, value: &AnswerValue) -> Option<AnswerProblem> {
        match self {
            Self::Question(asked) => problem(value, asked),
            Self::Own => None,
        }
    }
}

/// Where an answer stands in a form, if it may be there at all.
pub fn stands<'a>(
    form: &'a Definition,
    link_id: &str,
    instance: &str,
    value: &AnswerValue,
) -> Result<Standing<'a>, RecordRefusal> {
    let own = link_id.strip_prefix(IS_OWN);
    match (own, value) {
        (Some(name), AnswerValue::Own { .. }) if is_name(name) && instance.is_empty() => return Ok(Standing::Own),
        (Some(_), _) | (None, AnswerValue::Own { .. }) => return Err(RecordRefusal::HeadingNotValid),
        _ => {}
    }
    let posed = form.questions().find(|posed| posed.link_id == link_id).ok_or(RecordRefusal::NoSuchQuestion)?;
    if posed.repeat.is_some() == is_name(instance) && (instance.is_empty() || is_name(instance)) {
        Ok(Standing::Question(posed.asked))
    } else {
        Err(RecordRefusal::InstanceNotValid)
    }
}

fn is_name(text: &str) -> bool {
    (1..=INSTANCE_CHARS).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// What would make a record better. It is complete all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Advice {
    /// A question that matters has neither an answer nor a reason for none.
    Unanswered,
    /// An answer was kept as it is, with its problem.
    Problem(AnswerProblem),
}

/// Something to say about one place of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advised {
    /// Which question, by link id.
    pub link_id: String,
    /// Which of several; empty where there is one.
    pub instance: String,
    /// What.
    pub advice: Advice,
}

/// What to say about a record whose answers stand as they are, by link id and instance. An open question is worth a word
/// only while it is asked and shown.
pub fn advise(
    form: &Definition,
    answers: &HashMap<(&str, &str), &AnswerValue>,
    is_asked: impl Fn(&Asked) -> bool,
) -> Result<Vec<Advised>, Malformed> {
    let logic = form.check()?;
    let said = |Shown { place, instance }: Shown<'_>| {
        let item = &form.items[place];
        let asked = item.asked()?;
        let advice = match answers.get(&(item.link_id.as_str(), instance)) {
            Some(value) => Advice::Problem(problem(value, asked)?),
            None if asked.required && is_asked(asked) => Advice::Unanswered,
            None => return None,
        };
        Some(Advised { link_id: item.link_id.clone(), instance: instance.to_owned(), advice })
    };
    Ok(shown(form, &logic, answers).into_iter().filter_map(said).collect())
}

impl Advice {
    /// What is amiss with the answer; none where there is no answer.
    pub fn problem(self) -> Option<AnswerProblem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Unanswered => None,
        }
    }

    /// The advice in plain words.
    pub fn words(self, language: Language) -> String {
        let (en, cy) = match self {
            Self::Unanswered => (
                "Still open. Answer it, or say why not, whenever you like.",
                "Yn dal ar agor. Atebwch, neu dywedwch pam ddim, pryd bynnag y mynnwch.",
            ),
            Self::Problem(AnswerProblem::TooLong) => {
                ("Kept, and longer than it needs to be.", "Cadwyd, ac yn hirach nag sydd angen.")
            }
            Self::Problem(AnswerProblem::WrongKind) => {
                ("Kept, but not the kind of answer the question takes.", "Cadwyd, ond nid y math o ateb a ddisgwylir.")
            }
            Self::Problem(AnswerProblem::NotAChoice) => {
                ("Kept, but not one of the choices.", "Cadwyd, ond nid un o'r dewisiadau.")
            }
            Self::Problem(AnswerProblem::NotADate) => {
                ("Kept, but not a date that exists.", "Cadwyd, ond nid dyddiad sy'n bod.")
            }
            Self::Problem(AnswerProblem::NotANumber) => ("Kept, but not a number.", "Cadwyd, ond nid rhif."),
            Self::Problem(AnswerProblem::NotATime) => {
                ("Kept, but not a time of day.", "Cadwyd, ond nid amser o'r dydd.")
            }
            Self::Problem(AnswerProblem::TooLittle) => {
                ("Kept, but less than there can be.", "Cadwyd, ond llai nag a all fod.")
            }
            Self::Problem(AnswerProblem::TooMuch) => {
                ("Kept, but more than there can be.", "Cadwyd, ond mwy nag a all fod.")
            }
        };
        say(language, en, cy)
    }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::QuestionKind;

    use super::*;
    use crate::rules::{
        form::{Bounds, Item, Part},
        logic::{Operand, Operator, Predicate},
        reading,
        wording::Wording,
    };

    fn form() -> Definition {
        let question = |link_id: &str, inside: Option<&str>| {
            let asked = Asked {
                code: link_id.into(),
                prompt: Wording::english(link_id),
                hint: Wording::default(),
                why_we_ask: Wording::default(),
                kind: QuestionKind::YesNo,
                choices: vec![],
                bounds: Bounds::default(),
                required: true,
            };
            let part = Part::Question(Box::new(asked));
            Item { link_id: link_id.into(), inside: inside.map(Into::into), shown_when: None, part }
        };
        let part = Part::Repeat { title: Wording::english("Each child"), most: None };
        let each = Item { link_id: "children".into(), inside: None, shown_when: None, part };
        let mut hidden = question("more", None);
        hidden.shown_when =
            Some(Predicate::Compare { question: "any".into(), operator: Operator::Equal, value: Operand::YesNo(true) });
        let items = vec![question("any", None), hidden, each, question("school", Some("children"))];
        Definition { code: "f".into(), title: Wording::default(), items }
    }

    #[test]
    fn an_answer_stands_where_its_form_asks_or_under_a_heading_of_ones_own() {
        let (form, yes) = (form(), AnswerValue::YesNo(true));
        let own = AnswerValue::Own { heading: "A cat".into(), words: "It is grey.".into(), captured: vec![] };
        let stands = |link_id: &str, instance: &str, value: &AnswerValue| stands(&form, link_id, instance, value);

        assert!(matches!(stands("any", "", &yes), Ok(Standing::Question(_))));
        assert!(matches!(stands("school", "child-1", &yes), Ok(Standing::Question(_))));
        assert_eq!(stands("own:1", "", &own), Ok(Standing::Own));
        for (link_id, instance) in [("school", ""), ("any", "child-1"), ("school", "a b"), ("any", "?")] {
            assert_eq!(stands(link_id, instance, &yes), Err(RecordRefusal::InstanceNotValid), "{link_id} {instance}");
        }
        for (link_id, instance, value) in
            [("own:1", "", &yes), ("any", "", &own), ("own:", "", &own), ("own:1", "a", &own)]
        {
            assert_eq!(stands(link_id, instance, value), Err(RecordRefusal::HeadingNotValid), "{link_id} {instance}");
        }
        for link_id in ["children", "nothing", ""] {
            assert_eq!(stands(link_id, "", &yes), Err(RecordRefusal::NoSuchQuestion), "{link_id}");
        }
    }

    #[test]
    fn only_what_is_shown_and_asked_is_worth_a_word() {
        let form = form();
        let (no, yes, wrong) = (AnswerValue::YesNo(false), AnswerValue::YesNo(true), AnswerValue::Text("x".into()));
        let advice = |answers: &[((&'static str, &'static str), &AnswerValue)], asked: bool| {
            let answers = answers.iter().copied().collect();
            let advised = advise(&form, &answers, |_| asked).unwrap();
            advised
                .into_iter()
                .map(|one| format!("{} {} {:?}", one.link_id, one.instance, one.advice))
                .collect::<Vec<_>>()
        };

        assert_eq!(advice(&[], true), ["any  Unanswered"]);
        assert_eq!(advice(&[], false), [""; 0]);
        assert_eq!(advice(&[(("any", ""), &no)], true), [""; 0]);
        assert_eq!(advice(&[(("any", ""), &yes)], true), ["more  Unanswered"]);
        assert_eq!(advice(&[(("any", ""), &no), (("school", "b"), &wrong)], true), ["school b Problem(WrongKind)"]);
    }

    #[test]
    fn every_advice_is_plain() {
        use AnswerProblem::{NotAChoice, NotADate, NotANumber, NotATime, TooLittle, TooLong, TooMuch, WrongKind};
        let problems = [TooLong, WrongKind, NotAChoice, NotADate, NotANumber, NotATime, TooLittle, TooMuch];
        for advice in problems.map(Advice::Problem).into_iter().chain([Advice::Unanswered]) {
            reading::plain(&advice.words(Language::En));
        }
    }
}
