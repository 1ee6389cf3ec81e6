//! Hub cash, as the people who pay out of it and those who answer for it see it.

use async_graphql::{Context, ID, Object, SimpleObject};
use busfare_entity::{
    cash_advance, imprest, imprest_count, imprest_entry, imprest_explanation, imprest_handover,
    words::{AdvanceState, DifferenceOutcome, HandoverState, ImprestMovement},
};

use super::{
    money::{Money, pence},
    people::{Hub, Practitioner},
    spend::Spend,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, AdvancesOutOf, DifferencesOf, OpenHandoverOf},
        scalars::DateTime,
    },
    rules::imprest::answers_for_hubs,
    store::imprest_count::Found,
};

/// A hub's cash: a fixed sum in a tin.
pub struct Imprest(pub imprest::Model);

/// A hub's cash (imprest): a fixed sum, which is in the tin, out with somebody, or spent and not yet put back. The three
/// always add up to it. An app needs the scope `BOOKS_READ`.
#[Object]
impl Imprest {
    /// Its id, `impr_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The hub whose cash it is.
    async fn hub(&self, ctx: &Context<'_>) -> Answer<Hub> {
        loaders::must(ctx.loaders()?, self.0.hub_id).await.map(Hub)
    }

    /// The fixed sum.
    async fn fixed(&self) -> Money {
        pence(self.0.fixed_pence)
    }

    /// What is in the tin, by the book.
    async fn cash(&self) -> Money {
        pence(self.0.cash_pence)
    }

    /// What is out with people who are about to buy.
    async fn advanced(&self) -> Money {
        pence(self.0.advanced_pence)
    }

    /// What was spent and has not been put back: `replenishImprest`.
    async fn unreimbursed(&self) -> Money {
        pence(self.0.unreimbursed_pence)
    }

    /// Who has the tin, once somebody took it over.
    async fn keeper(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match self.0.keeper_id {
            Some(keeper) => loaders::must(ctx.loaders()?, keeper).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }

    /// Cash that is out with somebody, oldest first.
    async fn advances(&self, ctx: &Context<'_>) -> Answer<Vec<CashAdvance>> {
        let rows = loaders::maybe(ctx.loaders()?, AdvancesOutOf(self.0.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(CashAdvance).collect())
    }

    /// Where the tin differs from the book, oldest first: each found by a count and carried until it is put right.
    /// The book is never changed for it.
    async fn differences(&self, ctx: &Context<'_>) -> Answer<Vec<ImprestDifference>> {
        let rows = loaders::maybe(ctx.loaders()?, DifferencesOf(self.0.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(ImprestDifference).collect())
    }

    /// The handover that waits for its receiver, if there is one.
    async fn handover(&self, ctx: &Context<'_>) -> Answer<Option<ImprestHandover>> {
        Ok(loaders::maybe(ctx.loaders()?, OpenHandoverOf(self.0.id)).await?.map(ImprestHandover))
    }

    /// Whether the viewer answers for hubs: she may fill the tin and explain differences. Whoever sees it may count it.
    async fn viewer_answers(&self, ctx: &Context<'_>) -> Answer<bool> {
        Ok(answers_for_hubs(ctx.viewer()?.role))
    }
}

/// Cash that somebody took along before buying.
pub struct CashAdvance(pub cash_advance::Model);

/// Cash that somebody took along before buying. Recording the spend accounts for it; `returnAdvance` brings it back. An app
/// needs the scope `BOOKS_READ`.
#[Object]
impl CashAdvance {
    /// Its id, `advn_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The hub's cash it was taken from, where the viewer may see it.
    async fn imprest(&self, ctx: &Context<'_>) -> Answer<Option<Imprest>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.imprest_id).await?.map(Imprest))
    }

    /// What it was taken for, where the viewer may see it.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.spend_id).await?.map(Spend))
    }

    /// Who took it.
    async fn taken_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.practitioner_id).await.map(Practitioner)
    }

    /// How much.
    async fn amount(&self) -> Money {
        pence(self.0.amount_pence)
    }

    /// Whether it is still out.
    async fn state(&self) -> AdvanceState {
        self.0.state
    }

    /// When it was taken.
    async fn taken_at(&self) -> DateTime {
        DateTime(self.0.taken_at)
    }
}

/// One count of a tin.
pub struct ImprestCount(pub imprest_count::Model);

/// One count of a tin. What was counted stays counted, and the book stays as it is. An app needs the scope `BOOKS_READ`.
#[Object]
impl ImprestCount {
    /// Its id, `coun_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who counted.
    async fn counted_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.counted_by).await.map(Practitioner)
    }

    /// What was in the tin.
    async fn counted(&self) -> Money {
        pence(self.0.counted_pence)
    }

    /// What should have been in it: the book's cash with the differences that were known.
    async fn expected(&self) -> Money {
        pence(self.0.expected_pence)
    }

    /// Counted less expected; negative where cash was missing.
    async fn difference(&self) -> Money {
        pence(self.0.counted_pence - self.0.expected_pence)
    }

    /// A few words of the counter's.
    async fn words(&self) -> Option<&str> {
        self.0.words.as_deref()
    }

    /// When.
    async fn counted_at(&self) -> DateTime {
        DateTime(self.0.counted_at)
    }
}

/// What was said about a difference. An app needs the scope `BOOKS_READ`.
#[derive(SimpleObject)]
pub struct ImprestExplanation {
    /// What came of it.
    pub outcome: DifferenceOutcome,
    /// In whose words.
    pub words: String,
    /// When.
    pub explained_at: DateTime,
}

impl From<imprest_explanation::Model> for ImprestExplanation {
    fn from(row: imprest_explanation::Model) -> Self {
        Self { outcome: row.outcome, words: row.words, explained_at: DateTime(row.explained_at) }
    }
}

/// A difference between the tin and its book.
pub struct ImprestDifference(pub Found);

/// A difference between the tin and its book, found by one count. An app needs the scope `BOOKS_READ`.
#[Object]
impl ImprestDifference {
    /// Counted less expected; negative where cash was missing.
    async fn amount(&self) -> Money {
        pence(self.0.as_difference().pence)
    }

    /// The count that found it; `explainCount` takes its id.
    async fn count(&self) -> ImprestCount {
        ImprestCount(self.0.count.clone())
    }

    /// What was said about it, oldest first; none where nobody knows yet.
    async fn explanations(&self) -> Vec<ImprestExplanation> {
        self.0.explanations.iter().cloned().map(ImprestExplanation::from).collect()
    }
}

/// A tin going from one person to another.
pub struct ImprestHandover(pub imprest_handover::Model);

/// A tin going from one person to another. Each counts for herself, and both counts are kept. An app needs the scope
/// `BOOKS_READ`.
#[Object]
impl ImprestHandover {
    /// Its id, `hdov_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The hub's cash that changes hands, where the viewer may see it.
    async fn imprest(&self, ctx: &Context<'_>) -> Answer<Option<Imprest>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.imprest_id).await?.map(Imprest))
    }

    /// Who gives it.
    async fn giver(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.giver_id).await.map(Practitioner)
    }

    /// Who takes it.
    async fn receiver(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.receiver_id).await.map(Practitioner)
    }

    /// The giver's count.
    async fn given(&self, ctx: &Context<'_>) -> Answer<ImprestCount> {
        loaders::must(ctx.loaders()?, self.0.given_count_id).await.map(ImprestCount)
    }

    /// The receiver's own count, once she has confirmed.
    async fn received(&self, ctx: &Context<'_>) -> Answer<Option<ImprestCount>> {
        match self.0.received_count_id {
            Some(count) => loaders::must(ctx.loaders()?, count).await.map(|row| Some(ImprestCount(row))),
            None => Ok(None),
        }
    }

    /// Whether it waits, is confirmed, or gave way to another.
    async fn state(&self) -> HandoverState {
        self.0.state
    }

    /// When the giver counted.
    async fn given_at(&self) -> DateTime {
        DateTime(self.0.given_at)
    }

    /// When it ended.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

/// One movement in a hub's cash.
pub struct ImprestEntry(pub imprest_entry::Model);

/// One movement in a hub's cash. Entries are never changed, and they add up to what the tin's book says. An app needs the
/// scope `BOOKS_READ`.
#[Object]
impl ImprestEntry {
    /// Its id, `ient_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What kind of movement it is.
    async fn movement(&self) -> ImprestMovement {
        self.0.movement
    }

    /// Change of what is in the tin.
    async fn cash(&self) -> Money {
        pence(self.0.cash_delta_pence)
    }

    /// Change of what is out with somebody.
    async fn advanced(&self) -> Money {
        pence(self.0.advanced_delta_pence)
    }

    /// Change of what was spent and is not put back.
    async fn unreimbursed(&self) -> Money {
        pence(self.0.unreimbursed_delta_pence)
    }

    /// The spend it was for, where the viewer may see it.
    async fn spend(&self, ctx: &Context<'_>) -> Answer<Option<Spend>> {
        match self.0.spend_id {
            Some(spend) => Ok(loaders::maybe(ctx.loaders()?, spend).await?.map(Spend)),
            None => Ok(None),
        }
    }

    /// For a replenishment: what the books call the payment that filled the tin.
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// Who did it.
    async fn by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.by_id).await.map(Practitioner)
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
}
