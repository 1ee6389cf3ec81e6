//! Disclosures: what of a record was told to somebody outside, on what basis and until when.

use async_graphql::{Context, ID, Object};
use busfare_entity::{disclosure, words::SharingBasis};

use super::{people::Practitioner, record::Record};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{self, FieldsOf},
        reading,
        scalars::{Date, DateTime},
    },
    rules::calendar,
};

/// What of a record was told to somebody outside.
pub struct Disclosure(pub disclosure::Model);

/// What of a record was told to somebody outside: on what basis, to whom, exactly which answers, and until when. An app needs
/// the scope `RECORDS_READ`.
#[Object]
impl Disclosure {
    /// Its id, `disc_` and 26 characters.
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The record it is of.
    async fn record(&self, ctx: &Context<'_>) -> Answer<Option<Record>> {
        Ok(loaders::maybe(ctx.loaders()?, self.0.record_id).await?.map(Record))
    }

    /// Why it may be told.
    async fn basis(&self) -> SharingBasis {
        self.0.basis
    }

    /// To whom.
    async fn to(&self) -> &str {
        &self.0.recipient
    }

    /// What is told, ready to be read: a line for each answer, as it stood, and nothing else. Answers that the viewer may not
    /// read, or that are gone, are not in it.
    async fn text(&self, ctx: &Context<'_>) -> Answer<String> {
        let Some(record) = loaders::maybe(ctx.loaders()?, self.0.record_id).await? else { return Ok(String::new()) };
        reading::noted(ctx, &record).await?;
        let fields = loaders::maybe(ctx.loaders()?, FieldsOf(self.0.id)).await?.unwrap_or_default();
        let answers = loaders::many(ctx.loaders()?, fields.into_iter()).await?;
        let answers = reading::readable(ctx, &record, answers.into_values().collect()).await?;
        Ok(reading::lines(ctx, &record, &answers).await?.join("\n"))
    }

    /// The last day on which it holds.
    async fn expires_on(&self) -> Date {
        Date(self.0.expires_on)
    }

    /// Whether it still holds today. Afterwards, share again if it is still needed.
    async fn holds(&self, ctx: &Context<'_>) -> Answer<bool> {
        let zone = loaders::must(ctx.loaders()?, ctx.viewer()?.organisation).await?;
        Ok(calendar::day(ctx.now()?, zone) <= self.0.expires_on)
    }

    /// Who told it.
    async fn disclosed_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.disclosed_by).await.map(Practitioner)
    }

    /// When.
    async fn disclosed_at(&self) -> DateTime {
        DateTime(self.0.disclosed_at)
    }
}
