//! Answers: what was said, kept as it was said, with its problem where it has one.

use busfare_entity::words::{AbsenceReason, AnswerProblem, QuestionKind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What somebody answered, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "camelCase")]
pub enum AnswerValue {
    /// A few words; also a date as it was typed.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// The code of a choice.
    Choice(String),
    /// A calendar date as typed, `YYYY-MM-DD` when it is one.
    Date(String),
    /// A whole number.
    Number(i64),
    /// Not answered, and why.
    Absent(AbsenceReason),
}

/// One choice of a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable across languages and versions.
    pub code: String,
    /// English label.
    pub en: String,
    /// Welsh label.
    pub cy: String,
}

/// What a question takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Takes {
    /// Which kind of answer.
    pub kind: QuestionKind,
    /// For text: most characters.
    pub max_chars: Option<usize>,
    /// For a choice: the list.
    pub choices: Vec<Choice>,
}

/// What is amiss with an answer, if anything. It is kept either way, and a reason for no answer
/// is right for every question.
pub fn problem(value: &AnswerValue, takes: &Takes) -> Option<AnswerProblem> {
    match (takes.kind, value) {
        (_, AnswerValue::Absent(_)) => None,
        (QuestionKind::Text, AnswerValue::Text(text)) => {
            takes.max_chars.filter(|most| text.chars().count() > *most).map(|_| AnswerProblem::TooLong)
        }
        (QuestionKind::YesNo, AnswerValue::YesNo(_)) | (QuestionKind::Number, AnswerValue::Number(_)) => None,
        (QuestionKind::Choice, AnswerValue::Choice(code)) => {
            let known = takes.choices.iter().any(|choice| choice.code == *code);
            (!known).then_some(AnswerProblem::NotAChoice)
        }
        (QuestionKind::Date, AnswerValue::Date(text)) => {
            text.parse::<NaiveDate>().is_err().then_some(AnswerProblem::NotADate)
        }
        _ => Some(AnswerProblem::WrongKind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(kind: QuestionKind) -> Takes {
        let choices = vec![Choice { code: "yes".into(), en: "Yes".into(), cy: "Do".into() }];
        Takes { kind, max_chars: Some(5), choices }
    }

    #[test]
    fn every_question_takes_a_reason_for_no_answer() {
        for kind in
            [QuestionKind::Text, QuestionKind::YesNo, QuestionKind::Choice, QuestionKind::Date, QuestionKind::Number]
        {
            assert_eq!(problem(&AnswerValue::Absent(AbsenceReason::Declined), &takes(kind)), None);
        }
    }

    #[test]
    fn what_is_amiss_is_named_and_nothing_is_lost() {
        let text = |text: &str| AnswerValue::Text(text.into());

        assert_eq!(problem(&text("five!"), &takes(QuestionKind::Text)), None);
        assert_eq!(problem(&text("sixsix"), &takes(QuestionKind::Text)), Some(AnswerProblem::TooLong));
        assert_eq!(problem(&text("x"), &takes(QuestionKind::Number)), Some(AnswerProblem::WrongKind));
        assert_eq!(
            problem(&AnswerValue::Choice("no".into()), &takes(QuestionKind::Choice)),
            Some(AnswerProblem::NotAChoice)
        );
        assert_eq!(
            problem(&AnswerValue::Date("2026-02-30".into()), &takes(QuestionKind::Date)),
            Some(AnswerProblem::NotADate)
        );
        assert_eq!(problem(&AnswerValue::Date("2026-02-28".into()), &takes(QuestionKind::Date)), None);
    }
}
