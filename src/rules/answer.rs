//! Answers: what was said, kept as it was said, with its problem where it has one.

use busfare_entity::words::{AbsenceReason, AnswerProblem, QuestionKind, ReceiptId};
use chrono::{NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    form::{Asked, Bounds},
    logic::Given,
};

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
    /// The codes of some choices.
    Choices(Vec<String>),
    /// A number that may have a fraction, as typed.
    Decimal(String),
    /// A time of day as typed, `HH:MM` when it is one.
    Time(String),
    /// Pictures or a voice note.
    Captured {
        /// The ids they were captured under.
        ids: Vec<ReceiptId>,
        /// What there is to say about them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Under a heading of one's own.
    Own {
        /// The heading.
        heading: String,
        /// What stands under it.
        words: String,
        /// Pictures or a voice note with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        captured: Vec<ReceiptId>,
    },
    /// The question went elsewhere in a newer version of the form, and the answer with it: to this link id.
    Moved(String),
}

/// What is amiss with an answer, if anything. It is kept either way, and a reason for no answer is right for every question.
pub fn problem(value: &AnswerValue, asked: &Asked) -> Option<AnswerProblem> {
    let bounds = &asked.bounds;
    let offered = |code: &String| asked.choices.iter().any(|choice| choice.code == *code);
    let if_not = |fits: bool, problem: AnswerProblem| (!fits).then_some(problem);
    match (asked.kind, value) {
        (_, AnswerValue::Absent(_) | AnswerValue::Moved(_)) => None,
        (QuestionKind::Text, AnswerValue::Text(text)) => {
            let most = bounds.max_chars.and_then(|most| usize::try_from(most).ok());
            most.filter(|most| text.chars().count() > *most).map(|_| AnswerProblem::TooLong)
        }
        (QuestionKind::YesNo, AnswerValue::YesNo(_))
        | (QuestionKind::Photo | QuestionKind::Voice, AnswerValue::Captured { .. }) => None,
        (QuestionKind::Number | QuestionKind::Decimal, AnswerValue::Number(number)) => {
            out_of_bounds((*number).into(), bounds)
        }
        (QuestionKind::Decimal, AnswerValue::Decimal(text)) => match text.parse() {
            Ok(number) => out_of_bounds(number, bounds),
            Err(_) => Some(AnswerProblem::NotANumber),
        },
        (QuestionKind::Choice, AnswerValue::Choice(code)) => if_not(offered(code), AnswerProblem::NotAChoice),
        (QuestionKind::Choices, AnswerValue::Choices(codes)) => {
            if_not(codes.iter().all(offered), AnswerProblem::NotAChoice)
        }
        (QuestionKind::Date, AnswerValue::Date(text)) => {
            if_not(text.parse::<NaiveDate>().is_ok(), AnswerProblem::NotADate)
        }
        (QuestionKind::Time, AnswerValue::Time(text)) => {
            if_not(NaiveTime::parse_from_str(text, "%H:%M").is_ok(), AnswerProblem::NotATime)
        }
        _ => Some(AnswerProblem::WrongKind),
    }
}

fn out_of_bounds(number: Decimal, bounds: &Bounds) -> Option<AnswerProblem> {
    if bounds.least.is_some_and(|least| number < least) {
        return Some(AnswerProblem::TooLittle);
    }
    bounds.most.filter(|most| number > *most).map(|_| AnswerProblem::TooMuch)
}

impl AnswerValue {
    /// The answer as conditions see it: none where there is a reason for none, or where it stands elsewhere.
    pub fn given(&self) -> Option<Given<'_>> {
        match self {
            Self::Text(text) | Self::Time(text) => Some(Given::Text(text)),
            Self::YesNo(yes) => Some(Given::YesNo(*yes)),
            Self::Choice(code) => Some(Given::Choice(code)),
            Self::Choices(codes) => Some(Given::Choices(codes)),
            Self::Date(text) => Some(text.parse().map_or(Given::Text(text), Given::Date)),
            Self::Number(number) => Some(Given::Number((*number).into())),
            Self::Decimal(text) => Some(text.parse().map_or(Given::Text(text), Given::Number)),
            Self::Captured { .. } => Some(Given::YesNo(true)),
            Self::Own { words, .. } => Some(Given::Text(words)),
            Self::Absent(_) | Self::Moved(_) => None,
        }
    }

    /// Whether it only says where the answer went.
    pub fn has_moved(&self) -> bool {
        matches!(self, Self::Moved(_))
    }

    /// What was captured for it, by the ids.
    pub fn captured(&self) -> &[ReceiptId] {
        match self {
            Self::Captured { ids, .. } | Self::Own { captured: ids, .. } => ids,
            _ => &[],
        }
    }

    /// The codes of the choices that were made, for asking whether they are still offered.
    pub fn chosen(&self) -> Vec<String> {
        match self {
            Self::Choice(code) => vec![code.clone()],
            Self::Choices(codes) => codes.clone(),
            _ => vec![],
        }
    }

    /// What kind of question it answers; none where it answers none.
    pub fn kind(&self) -> Option<QuestionKind> {
        match self {
            Self::Text(_) => Some(QuestionKind::Text),
            Self::YesNo(_) => Some(QuestionKind::YesNo),
            Self::Choice(_) => Some(QuestionKind::Choice),
            Self::Choices(_) => Some(QuestionKind::Choices),
            Self::Date(_) => Some(QuestionKind::Date),
            Self::Time(_) => Some(QuestionKind::Time),
            Self::Number(_) => Some(QuestionKind::Number),
            Self::Decimal(_) => Some(QuestionKind::Decimal),
            Self::Captured { .. } => Some(QuestionKind::Photo),
            Self::Absent(_) | Self::Own { .. } | Self::Moved(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{form::Choice, wording::Wording};

    fn takes(kind: QuestionKind) -> Asked {
        Asked {
            code: "q".into(),
            prompt: Wording::english("What?"),
            hint: Wording::default(),
            why_we_ask: Wording::default(),
            kind,
            choices: ["yes", "often"]
                .map(|code| Choice { code: code.into(), label: Wording::english(code) })
                .into_iter()
                .collect(),
            bounds: Bounds { max_chars: Some(5), least: Some(1.into()), most: Some(10.into()) },
            required: false,
        }
    }

    const KINDS: [QuestionKind; 10] = [
        QuestionKind::Text,
        QuestionKind::YesNo,
        QuestionKind::Choice,
        QuestionKind::Date,
        QuestionKind::Number,
        QuestionKind::Choices,
        QuestionKind::Decimal,
        QuestionKind::Time,
        QuestionKind::Photo,
        QuestionKind::Voice,
    ];

    #[test]
    fn every_question_takes_a_reason_for_no_answer() {
        for kind in KINDS {
            assert_eq!(problem(&AnswerValue::Absent(AbsenceReason::Declined), &takes(kind)), None);
        }
    }

    #[test]
    fn what_is_amiss_is_named_and_nothing_is_lost() {
        use AnswerProblem::{NotAChoice, NotADate, NotANumber, NotATime, TooLittle, TooLong, TooMuch, WrongKind};
        let text = |text: &str| AnswerValue::Text(text.into());
        let choices = |codes: &[&str]| AnswerValue::Choices(codes.iter().map(|code| (*code).into()).collect());
        let cases = [
            (QuestionKind::Text, text("five!"), None),
            (QuestionKind::Text, text("sixsix"), Some(TooLong)),
            (QuestionKind::Number, text("x"), Some(WrongKind)),
            (QuestionKind::Number, AnswerValue::Number(0), Some(TooLittle)),
            (QuestionKind::Number, AnswerValue::Number(11), Some(TooMuch)),
            (QuestionKind::Number, AnswerValue::Decimal("2.5".into()), Some(WrongKind)),
            (QuestionKind::Decimal, AnswerValue::Decimal("2.5".into()), None),
            (QuestionKind::Decimal, AnswerValue::Decimal("10.01".into()), Some(TooMuch)),
            (QuestionKind::Decimal, AnswerValue::Decimal("two".into()), Some(NotANumber)),
            (QuestionKind::Decimal, AnswerValue::Number(10), None),
            (QuestionKind::Choice, AnswerValue::Choice("no".into()), Some(NotAChoice)),
            (QuestionKind::Choices, choices(&["yes", "often"]), None),
            (QuestionKind::Choices, choices(&["yes", "no"]), Some(NotAChoice)),
            (QuestionKind::Choices, choices(&[]), None),
            (QuestionKind::Date, AnswerValue::Date("2026-02-30".into()), Some(NotADate)),
            (QuestionKind::Date, AnswerValue::Date("2026-02-28".into()), None),
            (QuestionKind::Time, AnswerValue::Time("24:10".into()), Some(NotATime)),
            (QuestionKind::Time, AnswerValue::Time("23:10".into()), None),
            (QuestionKind::Photo, AnswerValue::Captured { ids: vec![], caption: None }, None),
            (QuestionKind::Photo, text("see paper"), Some(WrongKind)),
        ];
        for (kind, value, expected) in cases {
            assert_eq!(problem(&value, &takes(kind)), expected, "{kind:?} {value:?}");
        }
    }

    #[test]
    fn conditions_see_no_reason_for_no_answer_and_what_does_not_fit_as_words() {
        assert_eq!(AnswerValue::Absent(AbsenceReason::Unknown).given(), None);
        assert_eq!(AnswerValue::Moved("elsewhere".into()).given(), None);
        assert_eq!(AnswerValue::Decimal("two".into()).given(), Some(Given::Text("two")));
        assert_eq!(AnswerValue::Date("2026-02-30".into()).given(), Some(Given::Text("2026-02-30")));
    }
}
