//! Of what use questions are and how long forms take: of five people or of nobody.

use async_graphql::SimpleObject;
use busfare_entity::words::AnswerUse;

use super::insight::{Share, share};
use crate::rules::{activity::Times, usefulness::Usefulness};

/// Of what use the answers to a question were, in the last ninety days that make whole months of thirty days. An app needs
/// the scope `FORMS_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct QuestionUsefulness {
    /// How many people gave those answers; never fewer than five.
    pub people: i32,
    /// How many of all answers were of any use: opened by somebody else, cited in a decision, exported, or used by a rule.
    pub used: Share,
    /// How many were of each use. One answer may be of several.
    pub by_use: Vec<UseCount>,
    /// Whether the practice group is asked to look at retiring it: under 5 % of at least 50 answers were of use.
    pub proposes_retirement: bool,
}

/// How many answers were of one use. An app needs the scope `FORMS_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct UseCount {
    /// How they were used.
    pub how: AnswerUse,
    /// How many answers.
    pub answers: i32,
}

impl From<Usefulness> for QuestionUsefulness {
    fn from(told: Usefulness) -> Self {
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            people: i32::try_from(told.people).unwrap_or(i32::MAX),
            used: share(told.used, told.given),
            proposes_retirement: told.proposes_retirement(),
            by_use: told.by_use.into_iter().map(|(how, answers)| UseCount { how, answers: count(answers) }).collect(),
        }
    }
}

/// How long it takes to fill a form in, without the time in which nothing happened. Told of five people or of nobody. An app
/// needs the scope `FORMS_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct FormTimes {
    /// How many people filled it in; never fewer than five.
    pub people: i32,
    /// How many records.
    pub records: i32,
    /// Seconds for one in the middle.
    pub median_seconds: i32,
    /// Seconds at most for nine of ten.
    pub p90_seconds: i32,
}

impl From<Times> for FormTimes {
    fn from(told: Times) -> Self {
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            people: i32::try_from(told.people).unwrap_or(i32::MAX),
            records: count(told.records),
            median_seconds: count(told.median_seconds),
            p90_seconds: count(told.p90_seconds),
        }
    }
}
