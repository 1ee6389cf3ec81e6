//! Virements, as enablers and seniors see them.

use async_graphql::{Context, ID, Object};
use busfare_entity::virement;

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

/// Money moved from one budget to another.
pub struct Virement(pub virement::Model);

/// Money moved from one budget to another. It is never changed; to undo it, move the money back. An app needs the scope
/// `SPENDS_READ`.
#[Object]
impl Virement {
    /// Its id, `vire_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The budget it left.
    async fn from(&self, ctx: &Context<'_>) -> Answer<Budget> {
        loaders::must(ctx.loaders()?, self.0.from_budget_id).await.map(Budget)
    }

    /// The budget it went to.
    async fn to(&self, ctx: &Context<'_>) -> Answer<Budget> {
        loaders::must(ctx.loaders()?, self.0.to_budget_id).await.map(Budget)
    }

    /// How much.
    async fn amount(&self) -> Money {
        pence(self.0.amount_pence)
    }

    /// Why, in the mover's words.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who moved it.
    async fn moved_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.moved_by).await.map(Practitioner)
    }

    /// What the mover might move at once then.
    async fn limit(&self) -> Money {
        pence(self.0.limit_pence)
    }

    /// When.
    async fn moved_at(&self) -> DateTime {
        DateTime(self.0.moved_at)
    }
}
