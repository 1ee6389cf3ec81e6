//! What can be read about the books.

use async_graphql::{Context, Object};

use crate::{
    api::{
        context::{Answer, Asked},
        scalars::Date,
        types::{
            archive::{ReceiptArchive, receipt_archive},
            books::{Books, Ledgers, begun, keeper},
            connection::{ExportBatchConnection, FIRST, MonthCloseConnection, page},
            export::ExportMapping,
        },
    },
    store,
};

/// What can be read about the books.
#[derive(Default)]
pub struct BooksQuery;

#[Object]
impl BooksQuery {
    /// The books of a month, for an enabler or a senior: as they stand while it is open, as they closed after that. An app
    /// needs the scope `BOOKS_READ`.
    async fn books(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Any day of the month, in the organisation's calendar.")] month: Date,
    ) -> Answer<Books> {
        Ok(Books(Ledgers::of(begun(ctx, month).await?)))
    }

    /// Months that closed, for an enabler or a senior, the last one first. An app needs the scope `BOOKS_READ`.
    async fn month_closes(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<MonthCloseConnection> {
        let viewer = keeper(ctx)?;
        let page = page(first, after.as_deref())?;
        let months = store::books::month::page(ctx.reader()?, viewer.organisation, page).await?;
        Ok(MonthCloseConnection::new(months, page))
    }

    /// Exports of the ledger, for an enabler or a senior, newest first. An app needs the scope `BOOKS_READ`.
    async fn export_batches(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(FIRST)", desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Continue after this cursor.")] after: Option<String>,
    ) -> Answer<ExportBatchConnection> {
        let viewer = keeper(ctx)?;
        let page = page(first, after.as_deref())?;
        let batches = store::books::export::page(ctx.reader()?, viewer.organisation, page).await?;
        Ok(ExportBatchConnection::new(batches, page))
    }

    /// The receipts of some days in one file, for an enabler or a senior: everything the viewer may see of them anyway. It is
    /// not an app's to use.
    async fn receipt_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day on which money left, in the organisation's calendar.")] from: Date,
        #[graphql(desc = "The last day; at most 366 are.")] to: Date,
    ) -> Answer<ReceiptArchive> {
        receipt_archive(ctx, from, to)
    }

    /// The columns that the next export is written with, for an enabler or a senior. An app needs the scope `BOOKS_READ`.
    async fn export_mapping(&self, ctx: &Context<'_>) -> Answer<ExportMapping> {
        let viewer = keeper(ctx)?;
        Ok(ExportMapping(store::books::export::mapping(ctx.reader()?, viewer.organisation).await?))
    }
}
