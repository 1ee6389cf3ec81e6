//! A receipt: the row at once, the picture when it comes, up to twenty pages of it.

use std::collections::BTreeMap;

use async_graphql::{Context, ID, Object};
use busfare_entity::{
    receipt, receipt_page, receipt_sheet, upload,
    words::{CaptureUse, PreviewState, ReceiptId, ReceiptProblem, ReceiptState},
};
use data_encoding::HEXLOWER;

use super::{
    confirmation::{Attachment, ReceiptConfirmation, SuggestedSpend},
    duplicate::PossibleDuplicate,
    people::Practitioner,
    receipt_reading::ReceiptReading,
    sheet::{PictureAdvice, ReceiptLink, ReceiptPart, ReceiptSheet, link},
    spend::Spend,
};
use crate::{
    api::{
        context::{Answer, Asked},
        loaders::{
            self, DuplicatesOf, PagesOf, ReadingAskedFor, ReadingOf, SaidOf, SheetsOf, SpendsOf, SuggestedFor,
            UploadsTo,
        },
        scalars::{DateTime, Url},
    },
    store::receipt_page::FIRST,
};

/// A picture of a receipt.
pub struct Receipt(pub receipt::Model);

/// A picture of a receipt. The row is here before the bytes are: send them to `uploadUrl` whenever there is signal. An app
/// needs the scope `RECEIPTS_READ`.
#[Object]
impl Receipt {
    /// Its id, `rcpt_` and 26 characters.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it is captured for. Only a receipt is read by machines, compared with others and attached to spends.
    async fn captured_for(&self) -> CaptureUse {
        self.0.captured_for
    }

    /// How far the picture of its first page has come.
    async fn state(&self) -> ReceiptState {
        self.0.state
    }

    /// Why the last picture that came was not kept, or not yet; nothing where all is well. Nothing waits for it.
    async fn problem(&self) -> Option<ReceiptProblem> {
        self.0.problem
    }

    /// How many bytes of its pictures are here, of all pages, as the phone sends them.
    async fn bytes_received(&self, ctx: &Context<'_>) -> Answer<i32> {
        let further = loaders::maybe(ctx.loaders()?, PagesOf(self.0.id)).await?.unwrap_or_default();
        let under_way = loaders::maybe(ctx.loaders()?, UploadsTo(self.0.id)).await?.unwrap_or_default();
        Ok(i32::try_from(received(&self.0, &further, &under_way)).unwrap_or(i32::MAX))
    }

    /// Who captured it.
    async fn captured_by(&self, ctx: &Context<'_>) -> Answer<Practitioner> {
        loaders::must(ctx.loaders()?, self.0.captured_by).await.map(Practitioner)
    }

    /// When the server first heard of it.
    async fn captured_at(&self) -> DateTime {
        DateTime(self.0.captured_at)
    }

    /// Where to `PUT` the picture with the same bearer token: a photo (JPEG, PNG, WebP or HEIC) or a PDF of up to 20 pages,
    /// at most 20 MB; of a voice note the sound: M4A, Ogg (Opus or Vorbis), WebM (Opus), MP3 or WAV, at most 10 MB and 30 minutes. What kind it is, its first bytes say; `Content-Type` is not asked. Repeating is free.
    /// Further pages go to `/receipts/{id}/pages/{number}/content`, up to 20; in pieces, by the tus protocol, to `/uploads`.
    async fn upload_url(&self) -> Url {
        Url(format!("/receipts/{}/content", self.0.id))
    }

    /// Where to `GET` the stored picture with the same bearer token, once it is here.
    async fn content_url(&self) -> Option<Url> {
        self.0.content_key.as_ref().map(|_| Url(format!("/receipts/{}/content", self.0.id)))
    }

    /// Where to `GET` a JPEG of at most 320 pixels and 20 KB with the same bearer token, once it can be shown.
    async fn thumbnail_url(&self) -> Option<Url> {
        self.0.thumbnail_key.as_ref().map(|_| Url(format!("/receipts/{}/thumbnail", self.0.id)))
    }

    /// Where to `GET` a JPEG of at most 1,600 pixels with the same bearer token, once it can be shown. It stands upright,
    /// whatever the stored picture is.
    async fn preview_url(&self) -> Option<Url> {
        let made = self.0.preview == Some(PreviewState::Made);
        made.then(|| Url(format!("/receipts/{}/preview", self.0.id)))
    }

    /// How far what is shown of its first page has come; nothing until that is stored. Nothing waits for it.
    async fn preview_state(&self) -> Option<PreviewState> {
        self.0.preview
    }

    /// A link to the first page for what cannot send a header; nothing until that is here and can be shown.
    async fn link(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "ReceiptPart::Content", desc = "What it shows.")] part: ReceiptPart,
    ) -> Answer<Option<ReceiptLink>> {
        match &self.0.content_key {
            Some(_) if part.is_there(self.0.preview, self.0.thumbnail_key.is_some()) => {
                link(ctx, &format!("/receipts/{}", self.0.id), part).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The type of what is stored: `image/jpeg`, `image/png`, `image/webp`, `image/heic` or `application/pdf`; of a voice note
    /// `audio/mp4`, `audio/ogg`, `audio/webm`, `audio/mpeg` or `audio/wav`.
    async fn media_type(&self) -> Option<&str> {
        self.0.media_type.as_deref()
    }

    /// Width of the stored picture in pixels, upright; of a PDF's first sheet in points, 72 to the inch; none of a sound.
    async fn width(&self) -> Option<i32> {
        self.0.width.filter(|width| *width > 0)
    }

    /// Height of the stored picture in pixels, upright; of a PDF's first sheet in points, 72 to the inch; none of a sound.
    async fn height(&self) -> Option<i32> {
        self.0.height.filter(|height| *height > 0)
    }

    /// SHA-256 of the bytes the phone sent, in hexadecimal, so that it can tell that they arrived whole.
    async fn original_sha256(&self) -> Option<String> {
        self.0.original_sha256.as_deref().map(|hash| HEXLOWER.encode(hash))
    }

    /// Its pages that are stored, in order, the first among them.
    async fn pages(&self, ctx: &Context<'_>) -> Answer<Vec<ReceiptPage>> {
        let further = loaders::maybe(ctx.loaders()?, PagesOf(self.0.id)).await?.unwrap_or_default();
        Ok(first_page(&self.0).into_iter().chain(further.into_iter().map(further_page)).collect())
    }

    /// What may make its first page hard to read, such as blur or glare. Advice: it is kept all the same, and nothing waits
    /// for a better one.
    async fn hints(&self, ctx: &Context<'_>) -> Answer<Vec<PictureAdvice>> {
        let sheets = sheets_of(ctx, self.0.id, FIRST).await?;
        sheets.first().map_or(Ok(Vec::new()), |first| PictureAdvice::of(ctx, first))
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

    /// What a machine makes of it, once there is a picture: suggestions to confirm and nothing more.
    async fn reading(&self, ctx: &Context<'_>) -> Answer<Option<ReceiptReading>> {
        if self.0.captured_for != CaptureUse::Receipt {
            return Ok(None);
        }
        let row = loaders::maybe(ctx.loaders()?, ReadingOf(self.0.id)).await?;
        let asked_for = loaders::maybe(ctx.loaders()?, ReadingAskedFor(self.0.id)).await?;
        let pictured = self.0.content_key.is_some() || row.is_some() || asked_for.is_some();
        Ok(pictured.then_some(ReceiptReading { row, asked_for }))
    }

    /// Which of the viewer's spends it may belong to, the best first, while it belongs to none: the same amount to the
    /// penny, as she confirmed it or, before that, as the picture seems to say, and at least one more reason.
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

/// One page of a receipt that is stored.
pub struct ReceiptPage {
    receipt: ReceiptId,
    number: i32,
    media_type: String,
    width: i32,
    height: i32,
    original_sha256: Vec<u8>,
    has_thumbnail: bool,
    preview: PreviewState,
    sheet_count: i32,
}

/// One page of a receipt that is stored: a photo with one sheet, or a PDF with up to twenty. An app needs the scope
/// `RECEIPTS_READ`.
#[Object]
impl ReceiptPage {
    /// Which page, from 1.
    async fn number(&self) -> i32 {
        self.number
    }

    /// Where to `GET` the stored picture with the same bearer token.
    async fn content_url(&self) -> Url {
        Url(format!("{}/content", self.path()))
    }

    /// Where to `GET` a JPEG of its first sheet of at most 320 pixels and 20 KB with the same bearer token, once it can be
    /// shown.
    async fn thumbnail_url(&self) -> Option<Url> {
        self.has_thumbnail.then(|| Url(format!("{}/thumbnail", self.path())))
    }

    /// Where to `GET` a JPEG of its first sheet of at most 1,600 pixels with the same bearer token, once it can be shown.
    async fn preview_url(&self) -> Option<Url> {
        (self.preview == PreviewState::Made).then(|| Url(format!("{}/preview", self.path())))
    }

    /// How far what is shown of it has come.
    async fn preview_state(&self) -> PreviewState {
        self.preview
    }

    /// How many sheets there are to look at: one, or as many as the PDF has.
    async fn sheet_count(&self) -> i32 {
        self.sheet_count
    }

    /// What can be looked at, in order; nothing until it can be shown.
    async fn sheets(&self, ctx: &Context<'_>) -> Answer<Vec<ReceiptSheet>> {
        let sheets = sheets_of(ctx, self.receipt, self.number).await?;
        Ok(sheets.into_iter().map(ReceiptSheet).collect())
    }

    /// A link to the page for what cannot send a header; nothing where it cannot be shown yet.
    async fn link(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "ReceiptPart::Content", desc = "What it shows.")] part: ReceiptPart,
    ) -> Answer<Option<ReceiptLink>> {
        let is_there = part.is_there(Some(self.preview), self.has_thumbnail);
        is_there.then(|| link(ctx, &self.path(), part)).transpose()
    }

    /// The type of what is stored: `image/jpeg`, `image/png`, `image/webp`, `image/heic` or `application/pdf`.
    async fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Width of the stored picture in pixels, upright; of a PDF's first sheet in points, 72 to the inch.
    async fn width(&self) -> i32 {
        self.width
    }

    /// Height of the stored picture in pixels, upright; of a PDF's first sheet in points, 72 to the inch.
    async fn height(&self) -> i32 {
        self.height
    }

    /// SHA-256 of the bytes the phone sent, in hexadecimal.
    async fn original_sha256(&self) -> String {
        HEXLOWER.encode(&self.original_sha256)
    }
}

impl ReceiptPage {
    fn path(&self) -> String {
        format!("/receipts/{}/pages/{}", self.receipt, self.number)
    }
}

fn first_page(row: &receipt::Model) -> Option<ReceiptPage> {
    Some(ReceiptPage {
        receipt: row.id,
        number: FIRST,
        media_type: row.media_type.clone()?,
        width: row.width?,
        height: row.height?,
        original_sha256: row.original_sha256.clone()?,
        has_thumbnail: row.thumbnail_key.is_some(),
        preview: row.preview.unwrap_or(PreviewState::Waiting),
        sheet_count: row.sheet_count.unwrap_or(1),
    })
}

fn further_page(row: receipt_page::Model) -> ReceiptPage {
    ReceiptPage {
        receipt: row.receipt_id,
        number: row.number,
        media_type: row.media_type,
        width: row.width,
        height: row.height,
        original_sha256: row.original_sha256,
        has_thumbnail: row.thumbnail_key.is_some(),
        preview: row.preview,
        sheet_count: row.sheet_count,
    }
}

async fn sheets_of(ctx: &Context<'_>, receipt: ReceiptId, page: i32) -> Answer<Vec<receipt_sheet::Model>> {
    let all = loaders::maybe(ctx.loaders()?, SheetsOf(receipt)).await?.unwrap_or_default();
    Ok(all.into_iter().filter(|sheet| sheet.page == page).collect())
}

/// What is here of every page: of one that is stored its whole length, of another what its furthest upload has brought.
pub fn received(first: &receipt::Model, further: &[receipt_page::Model], under_way: &[upload::Model]) -> i64 {
    let mut pages: BTreeMap<i32, i64> = BTreeMap::new();
    for upload in under_way {
        let here = pages.entry(upload.page).or_default();
        *here = upload.received.max(*here);
    }
    pages.extend(further.iter().map(|page| (page.number, page.original_bytes)));
    pages.extend(first.original_bytes.map(|bytes| (FIRST, bytes)));
    pages.values().sum()
}
