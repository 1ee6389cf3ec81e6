//! Budgets, as far as a practitioner needs to see them before she asks.

use async_graphql::{Context, ID, Object};
use busfare_entity::{
    budget, budget_closing, budget_mode_change,
    words::{BudgetMode, DecidesFor, Fund, Unspent},
};

use super::{
    money::{Money, pence},
    people::Practitioner,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, ClosingOf, ModeOf},
        scalars::{Date, DateTime},
    },
    store,
};

/// Money for a purpose and a period.
pub struct Budget(pub budget::Model);

/// Money for a purpose and a period. An app needs the scope `SPENDS_READ`.
#[Object]
impl Budget {
    /// Its id, `budg_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Which kind of budget it is.
    async fn fund(&self) -> Fund {
        self.0.fund
    }

    /// First day of the period.
    async fn period_start(&self) -> Date {
        Date(self.0.period_start)
    }

    /// Last day of the period.
    async fn period_end(&self) -> Date {
        Date(self.0.period_end)
    }

    /// What was put into it for the period.
    async fn allocated(&self) -> Money {
        pence(self.0.allocated_pence)
    }

    /// Held softly while colleagues decide.
    async fn reserved(&self) -> Money {
        pence(self.0.reserved_pence)
    }

    /// Set aside: authorised and not yet spent.
    async fn committed(&self) -> Money {
        pence(self.0.committed_pence)
    }

    /// Spent.
    async fn settled(&self) -> Money {
        pence(self.0.settled_pence)
    }

    /// What is left to ask for.
    async fn available(&self) -> Money {
        store::budget::available(&self.0).into()
    }

    /// What happens when it runs short.
    async fn mode(&self) -> BudgetMode {
        self.0.mode
    }

    /// By how much it may run over at most.
    async fn tolerance(&self) -> Money {
        pence(self.0.tolerance_pence)
    }

    /// By how much it has run over. What comes back to it pays this first, and it is a part of `allocated`.
    async fn overrun(&self) -> Money {
        pence(self.0.overrun_pence)
    }

    /// Who last said what happens when it runs short, and why.
    async fn mode_change(&self, ctx: &Context<'_>) -> Answer<Option<BudgetModeChange>> {
        Ok(loaders::maybe(ctx.loaders()?, ModeOf(self.0.id)).await?.map(BudgetModeChange))
    }

    /// How its period was closed, once it was. Nothing moves on it any more then.
    async fn closing(&self, ctx: &Context<'_>) -> Answer<Option<BudgetClosing>> {
        Ok(loaders::maybe(ctx.loaders()?, ClosingOf(self.0.id)).await?.map(BudgetClosing))
    }
}

/// A change of what happens when a budget runs short.
pub struct BudgetModeChange(pub budget_mode_change::Model);

/// A change of what happens when a budget runs short: who said so, under what and why. It is never changed. An app needs the
/// scope `SPENDS_READ`.
#[Object]
impl BudgetModeChange {
    /// What happened before.
    async fn old_mode(&self) -> BudgetMode {
        self.0.old_mode
    }

    /// What happens since.
    async fn new_mode(&self) -> BudgetMode {
        self.0.new_mode
    }

    /// By how much it might run over before.
    async fn old_tolerance(&self) -> Money {
        pence(self.0.old_tolerance_pence)
    }

    /// By how much it may run over since.
    async fn new_tolerance(&self) -> Money {
        pence(self.0.new_tolerance_pence)
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The senior who said so.
    async fn changed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.changed_by).await.map(Practitioner)
    }

    /// Whether her delegation covered the team or the organisation.
    async fn covers(&self) -> DecidesFor {
        self.0.covers
    }

    /// When.
    async fn changed_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }
}

/// How a budget's period was closed.
pub struct BudgetClosing(pub budget_closing::Model);

/// How a budget's period was closed: what was carried into the next one, and what lapsed. An app needs the scope
/// `SPENDS_READ`.
#[Object]
impl BudgetClosing {
    /// The budget of the next period, where something was carried into it.
    async fn successor(&self, ctx: &Context<'_>) -> Answer<Option<Budget>> {
        match self.0.successor_id {
            Some(next) => loaders::must(ctx.loaders()?, next).await.map(|row| Some(Budget(row))),
            None => Ok(None),
        }
    }

    /// What became of the unspent money.
    async fn unspent(&self) -> Unspent {
        self.0.unspent
    }

    /// Held for colleagues' decisions, and carried with its asks.
    async fn carried_reserved(&self) -> Money {
        pence(self.0.carried_reserved_pence)
    }

    /// Authorised and not yet spent, and carried as an accrual.
    async fn carried_committed(&self) -> Money {
        pence(self.0.carried_committed_pence)
    }

    /// Neither held nor spent, and carried forward.
    async fn carried_unspent(&self) -> Money {
        pence(self.0.carried_unspent_pence)
    }

    /// Neither held nor spent, and gone.
    async fn lapsed(&self) -> Money {
        pence(self.0.lapsed_pence)
    }

    /// Why it was done so.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// The senior who closed it.
    async fn closed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.closed_by).await.map(Practitioner)
    }

    /// Whether her delegation covered the team or the organisation.
    async fn covers(&self) -> DecidesFor {
        self.0.covers
    }

    /// When.
    async fn closed_at(&self) -> DateTime {
        DateTime(self.0.closed_at)
    }
}
