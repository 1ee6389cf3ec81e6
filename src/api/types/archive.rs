//! Archives of receipts: everything there is of evidence in one file, for an auditor.

use async_graphql::{Context, Object, SimpleObject};
use chrono::NaiveDate;

use super::books::keeper;
use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        messages::message,
        scalars::{Date, DateTime, Url},
    },
    rules::{archive::is_a_period, calendar, token::Bearer},
    store,
};

/// What an archive of receipts would have.
pub struct ReceiptArchive {
    from: NaiveDate,
    to: NaiveDate,
}

/// Finds what there is for some days, for whoever sees to the books.
pub fn receipt_archive(ctx: &Context<'_>, from: Date, to: Date) -> Answer<ReceiptArchive> {
    keeper(ctx)?;
    if is_a_period(from.0, to.0) {
        return Ok(ReceiptArchive { from: from.0, to: to.0 });
    }
    Err(Problem::bad_user_input(message!("period-of-days")))
}

/// A ZIP of the receipts of everything that the viewer may see and whose money left in some days: every page under the id of
/// its spend, `index.html` to read without a network, `index.csv` for a spreadsheet, and `SHA256SUMS`. It is made anew with
/// each download. What has not come, what could not be read and what has a note instead is said in the index. It is not an
/// app's to use.
#[Object]
impl ReceiptArchive {
    /// The first local day.
    async fn from(&self) -> Date {
        Date(self.from)
    }

    /// The last local day.
    async fn to(&self) -> Date {
        Date(self.to)
    }

    /// How many spends it would have now. More than 20,000 are refused; ask for fewer days then.
    async fn spend_count(&self, ctx: &Context<'_>) -> Answer<i32> {
        let (viewer, reader) = (ctx.viewer()?, ctx.reader()?);
        let zone = store::people::zone(reader, viewer.organisation).await?;
        let between = calendar::between((self.from, self.to), zone);
        let count = store::archive::count(reader, &viewer, between).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }

    /// Where to `GET` it with the same bearer token. `Accept-Language: cy` has the index in Welsh.
    async fn download_url(&self) -> Url {
        Url(self.path())
    }

    /// A link to it for what cannot send a header, such as a browser.
    async fn link(&self, ctx: &Context<'_>) -> Answer<ArchiveLink> {
        signed(ctx, &self.path())
    }
}

/// A link to a download that is signed for the viewer.
pub(super) fn signed(ctx: &Context<'_>, path: &str) -> Answer<ArchiveLink> {
    let (her, session) = ctx.practitioner()?;
    let bearer = Bearer { practitioner: her.id, session };
    let (token, ends) = ctx.state()?.key.issue_link(bearer, path, ctx.now()?).map_err(Problem::internal)?;
    Ok(ArchiveLink { url: Url(format!("{path}?link={token}")), expires_at: DateTime(ends) })
}

impl ReceiptArchive {
    fn path(&self) -> String {
        format!("/exports/receipts/{}/{}", self.from, self.to)
    }
}

/// An address that gives a download to the viewer who asked for it and to nobody else. It is not an app's to use.
#[derive(SimpleObject)]
pub struct ArchiveLink {
    /// The address. It needs no header, and stops when the viewer is signed out or may not have it any more.
    url: Url,
    /// When it ends: five minutes from now. A download that has begun by then goes on.
    expires_at: DateTime,
}
