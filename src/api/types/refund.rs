//! Refunds: what came back of a spend.

use async_graphql::{Context, ID, Object};
use busfare_entity::refund;

use super::{
    budget::Budget,
    money::{Money, pence},
    people::Practitioner,
};
use crate::api::{
    context::{Answer, Asked},
    loaders,
    scalars::DateTime,
};

/// Money that came back of a spend.
pub struct Refund(pub refund::Model);

/// Money that came back of a spend: a negative settlement of its own, never more than left. An app needs the scope
/// `SPENDS_READ`.
#[Object]
impl Refund {
    /// Its id, `rfnd_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// How much came back.
    async fn amount(&self) -> Money {
        pence(self.0.amount_pence)
    }

    /// Why, if that was said.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// The budget it went back to.
    async fn budget(&self, ctx: &Context<'_>) -> Answer<Budget> {
        loaders::must(ctx.loaders()?, self.0.budget_id).await.map(Budget)
    }

    /// Whether the budget that had paid was closed, so that it went to the one that follows.
    async fn into_successor(&self) -> bool {
        self.0.into_successor
    }

    /// Who recorded it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.recorded_by).await.map(Practitioner)
    }

    /// When.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }
}
