//! Tables of records: those of one form, across all its versions, for a spreadsheet.

use async_graphql::{Context, Enum, ID, Object};
use busfare_entity::words::FormVersionId;
use chrono::NaiveDate;

use super::{
    archive::{self, ArchiveLink},
    form::Form,
};
use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        loaders,
        messages::message,
        scalars::{Date, Url},
    },
    rules::{archive::is_a_period, calendar},
    store,
};

/// What a table of records is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RecordTableFormat {
    /// Text in UTF-8, which says so in its first three bytes, with commas; one line for each row.
    Csv,
    /// A workbook: one sheet with the records, and one with what was asked and what the codes mean.
    Xlsx,
}

/// What a table of records would have.
pub struct RecordTable {
    form: FormVersionId,
    from: NaiveDate,
    to: NaiveDate,
}

/// Finds what there is of a form in some days.
pub async fn record_table(ctx: &Context<'_>, form: &ID, from: Date, to: Date) -> Answer<RecordTable> {
    let (viewer, form) = (ctx.viewer()?, id(form)?);
    if store::form::by_ids(ctx.reader()?, viewer.organisation, &[form]).await?.is_empty() {
        return Err(Problem::not_found());
    }
    if is_a_period(from.0, to.0) {
        return Ok(RecordTable { form, from: from.0, to: to.0 });
    }
    Err(Problem::bad_user_input(message!("period-of-days")))
}

/// The records of one form that were begun in some days, in all its versions, as a table: a column for each question, in the
/// same place whatever became of the form, and a line for each record and for each of what repeats in it. It has the answers
/// that the viewer may read: of her own and her team's records, and for an enabler or a senior what questions leave to the
/// whole organisation. Headings of people's own, and answers that nothing asks for any more, come last. It is not an app's to
/// use.
#[Object]
impl RecordTable {
    /// The form, in the version it was asked for by. The others are in the table too.
    async fn form(&self, ctx: &Context<'_>) -> Answer<Form> {
        loaders::must(ctx.loaders()?, self.form).await.map(Form)
    }

    /// The first local day.
    async fn from(&self) -> Date {
        Date(self.from)
    }

    /// The last local day.
    async fn to(&self) -> Date {
        Date(self.to)
    }

    /// How many records it would have now. More than 5,000, or 400,000 cells, are refused; ask for fewer days then.
    async fn record_count(&self, ctx: &Context<'_>) -> Answer<i32> {
        let (viewer, reader) = (ctx.viewer()?, ctx.reader()?);
        let zone = store::people::zone(reader, viewer.organisation).await?;
        let form: Form = loaders::must(ctx.loaders()?, self.form).await.map(Form)?;
        let between = calendar::between((self.from, self.to), zone);
        let count = store::record_table::count(reader, &viewer, (form.0.template.id, between)).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }

    /// Where to `GET` it with the same bearer token. `Accept-Language: cy` has its own words in Welsh.
    async fn download_url(
        &self,
        #[graphql(default_with = "RecordTableFormat::Csv", desc = "What it is written as.")] format: RecordTableFormat,
    ) -> Url {
        Url(self.path(format))
    }

    /// A link to it for what cannot send a header, such as a browser.
    async fn link(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "RecordTableFormat::Csv", desc = "What it is written as.")] format: RecordTableFormat,
    ) -> Answer<ArchiveLink> {
        archive::signed(ctx, &self.path(format))
    }
}

impl RecordTable {
    fn path(&self, format: RecordTableFormat) -> String {
        let format = match format {
            RecordTableFormat::Csv => "csv",
            RecordTableFormat::Xlsx => "xlsx",
        };
        format!("/exports/records/{}/{}/{}/{format}", self.form, self.from, self.to)
    }
}
