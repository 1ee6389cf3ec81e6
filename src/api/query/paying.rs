//! What can be read about hub cash, cards and money owed to workers.

use async_graphql::{Context, Enum, ID, Object};
use busfare_entity::words::ImprestId;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        types::{
            card::Card,
            connection::{FIRST, ImprestCountConnection, ImprestEntryConnection, StatementLineConnection, page},
            imprest::Imprest,
            payment::ReimbursementConnection,
        },
    },
    store::{self, card::Which},
};

/// Which lines of card statements to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StatementLineState {
    /// Those that belong to no spend yet.
    Open,
    /// Those that somebody matched with a spend.
    Matched,
    /// All of them.
    Any,
}

/// What can be read about ways of paying.
#[derive(Default)]
pub struct PayingQuery;

/// What can be read about ways of paying.
#[Object]
impl PayingQuery {
    /// The cash of the hubs you work in; where you are an enabler or a senior, of every hub. An app needs the scope
    /// `BOOKS_READ`.
    async fn imprests(&self, ctx: &Context<'_>) -> Answer<Vec<Imprest>> {
        let rows = store::imprest::all(ctx.reader()?, &ctx.viewer()?).await?;
        Ok(rows.into_iter().map(Imprest).collect())
    }

    /// The movements in a hub's cash, newest first. They add up to what its book says. An app needs the scope `BOOKS_READ`.
    async fn imprest_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose cash, from `imprests`.")] imprest_id: ID,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<ImprestEntryConnection> {
        let (of, page) = (tin_in_sight(ctx, &imprest_id).await?, page(first, after.as_deref())?);
        let rows = store::imprest::entries(ctx.reader()?, of, page).await?;
        Ok(ImprestEntryConnection::new(rows, page))
    }

    /// The counts of a hub's cash, newest first, with what each found. An app needs the scope `BOOKS_READ`.
    async fn imprest_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose cash, from `imprests`.")] imprest_id: ID,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<ImprestCountConnection> {
        let (of, page) = (tin_in_sight(ctx, &imprest_id).await?, page(first, after.as_deref())?);
        let rows = store::imprest_count::page(ctx.reader()?, of, page).await?;
        Ok(ImprestCountConnection::new(rows, page))
    }

    /// The cards you may see: your own and those of your hubs; where you are an enabler or a senior, every card. An app needs
    /// the scope `BOOKS_READ`.
    async fn cards(&self, ctx: &Context<'_>) -> Answer<Vec<Card>> {
        let rows = store::card::all(ctx.reader()?, &ctx.viewer()?).await?;
        Ok(rows.into_iter().map(Card).collect())
    }

    /// The lines of the statements of those cards, the newest import first. An app needs the scope `BOOKS_READ`.
    async fn statement_lines(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            default_with = "Some(StatementLineState::Open)",
            desc = "Which of them; the open ones where none is given."
        )]
        state: Option<StatementLineState>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<StatementLineConnection> {
        let page = page(first, after.as_deref())?;
        let which = match state.unwrap_or(StatementLineState::Open) {
            StatementLineState::Open => Which::Open,
            StatementLineState::Matched => Which::Matched,
            StatementLineState::Any => Which::All,
        };
        let rows = store::card::lines(ctx.reader()?, &ctx.viewer()?, which, page).await?;
        Ok(StatementLineConnection::new(rows, page))
    }

    /// Money owed to workers who paid for a spend themselves, the oldest first: your own, and your team's where you are its
    /// enabler or senior. Nobody should wait longer than five working days. An app needs the scope `BOOKS_READ`.
    async fn reimbursements(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<ReimbursementConnection> {
        ReimbursementConnection::read(ctx, page(first, after.as_deref())?).await
    }
}

async fn tin_in_sight(ctx: &Context<'_>, imprest_id: &ID) -> Answer<ImprestId> {
    let viewer = ctx.viewer()?;
    let tin = store::imprest::find(ctx.reader()?, &viewer, id(imprest_id)?).await?.ok_or_else(Problem::not_found)?;
    Ok(tin.id)
}
