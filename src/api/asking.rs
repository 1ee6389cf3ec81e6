//! How somebody writes down what is asked: choices, bounds and conditions.

use async_graphql::{Enum, InputObject, OneofObject};
use serde::Serialize;

use super::{
    context::Answer,
    error::Problem,
    messages::message,
    scalars::{Date, Decimal},
    types::wording::WordingInput,
};
use crate::rules::{
    form::{Bounds, Choice},
    logic::{DEEPEST, Operand, Operator, Predicate},
};

/// One choice of a closed list.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ChoiceInput {
    /// Stable across languages and versions.
    code: String,
    /// What is shown.
    label: WordingInput,
}

impl ChoiceInput {
    /// The choice from the beginning.
    pub fn choice(&self) -> Answer<Choice> {
        Ok(Choice { code: self.code.clone(), label: self.label.wording()? })
    }

    /// The choice as it becomes, where one with its code was there.
    pub fn change(&self, was: &[Choice]) -> Answer<Choice> {
        let label = was.iter().find(|choice| choice.code == self.code).map(|choice| choice.label.clone());
        Ok(Choice { code: self.code.clone(), label: self.label.change(label.unwrap_or_default())? })
    }
}

/// What an answer fits in. One that does not is kept all the same, with its problem.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct BoundsInput {
    /// For text: most characters, 1 to 4000.
    max_chars: Option<i32>,
    /// For a number: the least.
    least: Option<Decimal>,
    /// For a number: the most.
    most: Option<Decimal>,
}

impl BoundsInput {
    /// As rules see them. A length that cannot be is one that no rule accepts.
    pub fn bounds(&self) -> Bounds {
        Bounds {
            max_chars: self.max_chars.map(|most| u32::try_from(most).unwrap_or(0)),
            least: self.least.map(|least| least.0),
            most: self.most.map(|most| most.0),
        }
    }
}

/// How an answer compares to a value, as in HL7 FHIR R4 `enableWhen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
pub enum ConditionOperator {
    /// It is the value.
    Equal,
    /// It is an answer, and not the value.
    NotEqual,
    /// It is more, or later.
    Greater,
    /// It is less, or earlier.
    Less,
    /// It is as much or more.
    AtLeast,
    /// It is as much or less.
    AtMost,
}

impl From<ConditionOperator> for Operator {
    fn from(operator: ConditionOperator) -> Self {
        match operator {
            ConditionOperator::Equal => Self::Equal,
            ConditionOperator::NotEqual => Self::NotEqual,
            ConditionOperator::Greater => Self::Greater,
            ConditionOperator::Less => Self::Less,
            ConditionOperator::AtLeast => Self::AtLeast,
            ConditionOperator::AtMost => Self::AtMost,
        }
    }
}

/// What an answer is compared to; give exactly one.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum OperandInput {
    /// Words, exactly as they are written.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// The code of a choice.
    Choice(String),
    /// A number.
    Number(Decimal),
    /// A day.
    Date(Date),
}

impl From<&OperandInput> for Operand {
    fn from(operand: &OperandInput) -> Self {
        match operand {
            OperandInput::Text(text) => Self::Text(text.clone()),
            OperandInput::YesNo(yes) => Self::YesNo(*yes),
            OperandInput::Choice(code) => Self::Choice(code.clone()),
            OperandInput::Number(number) => Self::Number(number.0),
            OperandInput::Date(day) => Self::Date(day.0),
        }
    }
}

/// A question has an answer, or has none.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AnsweredInput {
    /// The other question's link id.
    question: String,
    /// Which of the two.
    answered: bool,
}

/// A question's answer compares to a value. Of several choices, one at least does.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CompareInput {
    /// The other question's link id.
    question: String,
    /// How.
    operator: ConditionOperator,
    /// To what.
    value: OperandInput,
}

/// The text has this in it, or the choices have this one among them.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ContainsInput {
    /// The other question's link id.
    question: String,
    /// What.
    value: OperandInput,
}

/// When something is shown; give exactly one. The meaning is that of HL7 FHIR R4 `enableWhen`, with `contains` and nesting.
#[derive(Clone, Debug, OneofObject, Serialize)]
pub enum ConditionInput {
    /// A question has an answer, or has none.
    Answered(AnsweredInput),
    /// An answer compares to a value.
    Compare(CompareInput),
    /// An answer has this in it.
    Contains(ContainsInput),
    /// Every one of these is true.
    All(Vec<ConditionInput>),
    /// One of these at least is true.
    Any(Vec<ConditionInput>),
}

impl ConditionInput {
    /// As rules see it.
    pub fn predicate(&self) -> Answer<Predicate> {
        self.at(1)
    }

    fn at(&self, depth: usize) -> Answer<Predicate> {
        if depth > DEEPEST {
            return Err(Problem::bad_user_input(message!("condition-too-nested")));
        }
        let all = |parts: &[Self]| parts.iter().map(|part| part.at(depth + 1)).collect::<Answer<Vec<_>>>();
        Ok(match self {
            Self::Answered(AnsweredInput { question, answered }) => {
                Predicate::Answered { question: question.clone(), answered: *answered }
            }
            Self::Compare(CompareInput { question, operator, value }) => {
                Predicate::Compare { question: question.clone(), operator: (*operator).into(), value: value.into() }
            }
            Self::Contains(ContainsInput { question, value }) => {
                Predicate::Contains { question: question.clone(), value: value.into() }
            }
            Self::All(parts) => Predicate::All { of: all(parts)? },
            Self::Any(parts) => Predicate::Any { of: all(parts)? },
        })
    }
}
