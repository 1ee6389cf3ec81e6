//! Exports: what finance took away, and the columns it takes.

use async_graphql::{Context, ID, Object};
use busfare_entity::{export_batch, export_mapping, reversal, words::CorrectionReason};
use data_encoding::HEXLOWER;

use super::{
    money::{Money, pence},
    people::Practitioner,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders,
        scalars::{Date, DateTime, Url},
    },
    rules::books::mapping,
};

/// One numbered export of the ledger.
pub struct ExportBatch(pub export_batch::Model);

/// One numbered export of the ledger. It never changes, and its file is the same byte for byte every time. An app needs the
/// scope `BOOKS_READ`.
#[Object]
impl ExportBatch {
    /// Its id, `xprt_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its number within the organisation, from 1 and without gaps.
    async fn number(&self) -> i32 {
        i32::try_from(self.0.number).unwrap_or(i32::MAX)
    }

    /// The last local day whose money is in it.
    async fn up_to(&self) -> Date {
        Date(self.0.up_to)
    }

    /// How many lines it has, without the headings.
    async fn line_count(&self) -> i32 {
        i32::try_from(self.0.line_count).unwrap_or(i32::MAX)
    }

    /// The sum of its lines.
    async fn total(&self) -> Money {
        pence(self.0.total_pence)
    }

    /// How many bytes the file has.
    async fn byte_count(&self) -> i32 {
        i32::try_from(self.0.byte_count).unwrap_or(i32::MAX)
    }

    /// SHA-256 of the file, in hexadecimal.
    async fn sha256(&self) -> String {
        HEXLOWER.encode(&self.0.sha256)
    }

    /// Where to `GET` the file (CSV) with the same bearer token, as often as needed.
    async fn download_url(&self) -> Url {
        Url(format!("/exports/{}", self.0.id))
    }

    /// The version of the columns it was written with; nothing for those that come with Busfare.
    async fn mapping_version(&self) -> Option<i32> {
        self.0.mapping_version.map(|version| i32::try_from(version).unwrap_or(i32::MAX))
    }

    /// When it was exported.
    async fn exported_at(&self) -> DateTime {
        DateTime(self.0.exported_at)
    }

    /// Who exported it.
    async fn exported_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.exported_by).await.map(Practitioner)
    }
}

/// The columns that finance takes.
pub struct ExportMapping(pub Option<export_mapping::Model>);

/// The columns that finance takes, as a TOML file. An app needs the scope `BOOKS_READ`.
#[Object]
impl ExportMapping {
    /// Its version, from 1; nothing for the columns that come with Busfare.
    async fn version(&self) -> Option<i32> {
        self.0.as_ref().map(|row| i32::try_from(row.version).unwrap_or(i32::MAX))
    }

    /// The file as it was published.
    async fn source(&self) -> &str {
        self.0.as_ref().map_or(mapping::DEFAULT, |row| &row.source)
    }

    /// When it was published.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.as_ref().map(|row| DateTime(row.published_at))
    }

    /// Who published it.
    async fn published_by(&self, ctx: &Context<'_>) -> Answer<Option<Practitioner>> {
        match &self.0 {
            Some(row) => loaders::must(ctx.loaders()?, row.published_by).await.map(|row| Some(Practitioner(row))),
            None => Ok(None),
        }
    }
}

/// Why a spend in the books was reversed.
pub struct Reversal(pub reversal::Model);

/// Why a spend in the books was reversed, and by how much. An app needs the scope `SPENDS_READ`.
#[Object]
impl Reversal {
    /// How much was taken back.
    async fn amount(&self) -> Money {
        pence(self.0.amount_pence)
    }

    /// Why.
    async fn reason(&self) -> CorrectionReason {
        self.0.reason
    }

    /// A few words with it.
    async fn words(&self) -> Option<&str> {
        self.0.words.as_deref()
    }

    /// When.
    async fn reversed_at(&self) -> DateTime {
        DateTime(self.0.reversed_at)
    }

    /// Who did it.
    async fn reversed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.reversed_by).await.map(Practitioner)
    }
}
