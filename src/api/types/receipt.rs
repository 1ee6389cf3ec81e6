//! A receipt: the row at once, the picture when it comes.

use async_graphql::{Context, ID, Object};
use busfare_entity::{receipt, words::ReceiptState};
use data_encoding::HEXLOWER;

use super::{
    confirmation::{Attachment, ReceiptConfirmation, SuggestedSpend},
    duplicate::PossibleDuplicate,
    people::Practitioner,
    spend::Spend,
};
use crate::api::{
    context::{Answer, Asked},
    loaders::{self, DuplicatesOf, SaidOf, SpendsOf, SuggestedFor},
    scalars::{DateTime, Url},
};

/// A picture of a receipt.
pub struct Receipt(pub receipt::Model);

/// A picture of a receipt. The row is here before the bytes are: send them to `uploadUrl` whenever there is signal.
#[Object]
impl Receipt {
    /// Its id, `rcpt_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// How far the picture has come.
    async fn state(&self) -> ReceiptState {
        self.0.state
    }

    /// Who captured it.
    async fn captured_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.captured_by).await.map(Practitioner)
    }

    /// When the server first heard of it.
    async fn captured_at(&self) -> DateTime {
        DateTime(self.0.captured_at)
    }

    /// Where to `PUT` the picture (JPEG, PNG or WebP, at most 20 MB) with the same bearer token. Repeating is free.
    async fn upload_url(&self) -> Url {
        Url(format!("/receipts/{}/content", self.0.id))
    }

    /// Where to `GET` the stored picture with the same bearer token, once it is here.
    async fn content_url(&self) -> Option<Url> {
        self.0.content_key.as_ref().map(|_| Url(format!("/receipts/{}/content", self.0.id)))
    }

    /// Where to `GET` a JPEG of at most 320 pixels and 20 KB with the same bearer token, once it is here.
    async fn thumbnail_url(&self) -> Option<Url> {
        self.0.thumbnail_key.as_ref().map(|_| Url(format!("/receipts/{}/thumbnail", self.0.id)))
    }

    /// The type of the stored picture, such as `image/jpeg`.
    async fn media_type(&self) -> Option<&str> {
        self.0.media_type.as_deref()
    }

    /// Width of the stored picture in pixels, upright.
    async fn width(&self) -> Option<i32> {
        self.0.width
    }

    /// Height of the stored picture in pixels, upright.
    async fn height(&self) -> Option<i32> {
        self.0.height
    }

    /// SHA-256 of the bytes the phone sent, in hexadecimal, so that it can tell that they arrived whole.
    async fn original_sha256(&self) -> Option<String> {
        self.0.original_sha256.as_deref().map(|hash| HEXLOWER.encode(hash))
    }

    /// The spends it is evidence for that the viewer may see.
    async fn spends(&self, ctx: &Context<'_>) -> Answer<Vec<Spend>> {
        let links = loaders::maybe(ctx.loaders()?, SpendsOf(self.0.id)).await?;
        Ok(links.unwrap_or_default().into_iter().map(|(_, spend)| Spend(spend)).collect())
    }

    /// The same spends with how much of the receipt each is.
    async fn attachments(&self, ctx: &Context<'_>) -> Answer<Vec<Attachment>> {
        let links = loaders::maybe(ctx.loaders()?, SpendsOf(self.0.id)).await?;
        Ok(links.unwrap_or_default().into_iter().map(|(link, spend)| Attachment(link, spend)).collect())
    }

    /// What a person says it says, if anybody did.
    async fn confirmed(&self, ctx: &Context<'_>) -> Answer<Option<ReceiptConfirmation>> {
        Ok(loaders::maybe(ctx.loaders()?, SaidOf(self.0.id)).await?.map(ReceiptConfirmation))
    }

    /// Which of the viewer's spends it may belong to, the best first, while it belongs to none and she has confirmed its
    /// total: the same amount to the penny and at least one more reason.
    async fn suggested_spends(&self, ctx: &Context<'_>) -> Answer<Vec<SuggestedSpend>> {
        let suggested = loaders::maybe(ctx.loaders()?, SuggestedFor(self.0.id)).await?;
        Ok(suggested.unwrap_or_default().into_iter().map(|(spend, reasons)| SuggestedSpend(spend, reasons)).collect())
    }

    /// Other receipts that may be this one, found by the same file, the same look or the same confirmed purchase.
    async fn possible_duplicates(&self, ctx: &Context<'_>) -> Answer<Vec<PossibleDuplicate>> {
        let found = loaders::maybe(ctx.loaders()?, DuplicatesOf(self.0.id)).await?;
        Ok(found.unwrap_or_default().into_iter().map(PossibleDuplicate).collect())
    }
}
