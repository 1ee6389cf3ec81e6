//! Spending: what was spent, beside the budget and beside the time before.

use async_graphql::SimpleObject;

use super::groups::{InsightGroup, MoneyShare, count, share_of_money};
use crate::{
    api::{scalars::Decimal, types::money::Money},
    rules::{self, insight::Figures},
};

/// What a group spends. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct Spending {
    /// Whose figures these are.
    pub group: InsightGroup,
    /// The figures; none where too few people took part.
    pub figures: Option<SpendingFigures>,
}

/// What a group spends: of everything that it asked for in the months that are told and that got a yes. What was carried into
/// the budget of another period is not in it. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Debug, SimpleObject)]
pub struct SpendingFigures {
    /// How many people asked; five at least.
    pub people: i32,
    /// How many months are told.
    pub months: i32,
    /// What was authorised, as the first yes had it.
    pub authorised: Money,
    /// What was spent until now, less what came back; of the allocation for the days of the months that are told. The allocation
    /// is the budget's; a team's is that of its own budgets, and the organisation's that of all budgets.
    pub of_budget: MoneyShare,
    /// The same of as many months before; none where too few people took part.
    pub before: Option<SpendingBefore>,
    /// By how much more was spent a month than before, of what was spent then, in percent to one decimal place; less is
    /// negative. None where nothing was spent before.
    pub change_percent: Option<Decimal>,
}

/// What a group spent in as many months before. An app needs the scope `INSIGHT_READ`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct SpendingBefore {
    /// How many people asked; five at least.
    pub people: i32,
    /// How many months are told.
    pub months: i32,
    /// What was spent, less what came back.
    pub spent: Money,
}

impl SpendingFigures {
    /// What was spent of a budget, and before.
    pub(super) fn of(told: &Figures, allocated: rules::money::Money, before: Option<&Figures>) -> Self {
        let change = before.and_then(|before| rules::insight::change_per_mille(told, before));
        Self {
            people: count(told.people),
            months: count(told.months.len()),
            authorised: told.amount.into(),
            of_budget: share_of_money(told.spent, allocated),
            before: before.map(|told| SpendingBefore {
                people: count(told.people),
                months: count(told.months.len()),
                spent: told.spent.into(),
            }),
            change_percent: change.map(|change| Decimal(rust_decimal::Decimal::new(change, 1))),
        }
    }
}
