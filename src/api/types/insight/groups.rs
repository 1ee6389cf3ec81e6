//! Groups of people, and parts of a whole.

use async_graphql::{Context, Object, SimpleObject};
use busfare_entity::words::TeamId;

use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::Decimal,
        types::{budget::Budget, money::Money, people::Team},
    },
    rules::{self, insight::Group},
};

/// A part of a whole, both as counts.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct Share {
    /// The numerator.
    pub part: i32,
    /// The denominator.
    pub whole: i32,
    /// The part of a hundred, to one decimal place, rounded half up, such as `"1.7"`.
    pub percent: Decimal,
}

/// A part of a whole, both as money.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct MoneyShare {
    /// The numerator.
    pub part: Money,
    /// The denominator.
    pub whole: Money,
    /// The part of a hundred, to one decimal place, rounded half up, such as `"1.7"`.
    pub percent: Decimal,
}

pub(super) fn percent(part: i64, whole: i64) -> Decimal {
    Decimal(rust_decimal::Decimal::new(rules::insight::per_mille(part, whole), 1))
}

/// A part of a whole.
pub fn share(part: i64, whole: i64) -> Share {
    Share { part: int(part), whole: int(whole), percent: percent(part, whole) }
}

pub(super) fn share_of_money(part: rules::money::Money, whole: rules::money::Money) -> MoneyShare {
    MoneyShare { part: part.into(), whole: whole.into(), percent: percent(part.pence(), whole.pence()) }
}

/// How many people or months.
pub(super) fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A number as the wire has it.
pub fn int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Whose figures they are: a team's, a budget's, or the whole organisation's where neither is given.
#[derive(Clone, Copy, Debug)]
pub struct InsightGroup(pub(super) Group);

/// Whose figures they are: a team's, a budget's, or the whole organisation's where neither is given. An app needs the scope
/// `INSIGHT_READ`.
#[Object]
impl InsightGroup {
    /// The team that asked.
    async fn team(&self, ctx: &Context<'_>) -> Answer<Option<Team>> {
        let Group::Team(team) = self.0 else { return Ok(None) };
        loaders::must(ctx.loaders()?, team).await.map(|row| Some(Team(row)))
    }

    /// The budget that was asked of.
    async fn budget(&self, ctx: &Context<'_>) -> Answer<Option<Budget>> {
        let Group::Budget(budget) = self.0 else { return Ok(None) };
        loaders::must(ctx.loaders()?, budget).await.map(|row| Some(Budget(row)))
    }
}

impl InsightGroup {
    /// A team, or the whole organisation.
    pub(super) fn of(team: Option<TeamId>) -> Self {
        Self(team.map_or(Group::Organisation, Group::Team))
    }
}
