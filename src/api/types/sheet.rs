//! What is shown of a receipt: its sheets, what may make them hard to read, and links to them.

use async_graphql::{Context, Enum, Object, SimpleObject};
use busfare_entity::{
    receipt_sheet,
    words::{PictureHint, PreviewState},
};

use crate::{
    api::{
        context::{Answer, Asked},
        error::Problem,
        scalars::{DateTime, Url},
    },
    rules::{receipt::say_hint, token::Bearer},
    store,
};

/// What a link to a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReceiptPart {
    /// The picture as it is stored.
    Content,
    /// A JPEG of at most 320 pixels and 20 KB.
    Thumbnail,
    /// A JPEG of at most 1,600 pixels.
    Preview,
}

impl ReceiptPart {
    /// Whether there is such a part of a page that is stored.
    pub(super) fn is_there(self, preview: Option<PreviewState>, has_thumbnail: bool) -> bool {
        match self {
            Self::Content => true,
            Self::Thumbnail => has_thumbnail,
            Self::Preview => preview == Some(PreviewState::Made),
        }
    }
}

/// An address that shows one picture to the viewer who asked for it and to nobody else. An app needs the scope
/// `RECEIPTS_READ`.
#[derive(SimpleObject)]
pub struct ReceiptLink {
    /// The address. It needs no header, and stops when the viewer may no longer see the receipt or is signed out.
    url: Url,
    /// When it ends: five minutes from now.
    expires_at: DateTime,
}

pub(super) fn link(ctx: &Context<'_>, page: &str, part: ReceiptPart) -> Answer<ReceiptLink> {
    let (her, session) = ctx.practitioner()?;
    let path = match part {
        ReceiptPart::Content => format!("{page}/content"),
        ReceiptPart::Thumbnail => format!("{page}/thumbnail"),
        ReceiptPart::Preview => format!("{page}/preview"),
    };
    let bearer = Bearer { practitioner: her.id, session };
    let signed = ctx.state()?.key.issue_link(bearer, &path, ctx.now()?);
    let (token, ends) = signed.map_err(Problem::internal)?;
    Ok(ReceiptLink { url: Url(format!("{path}?link={token}")), expires_at: DateTime(ends) })
}

/// One thing to look at on a page of a receipt.
pub struct ReceiptSheet(pub receipt_sheet::Model);

/// One thing to look at on a page of a receipt: the photo, or one sheet of a PDF. An app needs the scope `RECEIPTS_READ`.
#[Object]
impl ReceiptSheet {
    /// Which sheet of its page, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Where to `GET` a JPEG of at most 320 pixels and 20 KB with the same bearer token.
    async fn thumbnail_url(&self) -> Url {
        Url(format!("{}/thumbnail", self.path()))
    }

    /// Where to `GET` a JPEG of at most 1,600 pixels with the same bearer token.
    async fn preview_url(&self) -> Url {
        Url(format!("{}/preview", self.path()))
    }

    /// A link to it for what cannot send a header.
    async fn link(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "SheetPart::Preview", desc = "What it shows.")] part: SheetPart,
    ) -> Answer<ReceiptLink> {
        let part = match part {
            SheetPart::Thumbnail => ReceiptPart::Thumbnail,
            SheetPart::Preview => ReceiptPart::Preview,
        };
        link(ctx, &self.path(), part)
    }

    /// Width of the preview in pixels.
    async fn width(&self) -> i32 {
        self.0.width
    }

    /// Height of the preview in pixels.
    async fn height(&self) -> i32 {
        self.0.height
    }

    /// What may make it hard to read. Advice: it is kept all the same.
    async fn hints(&self, ctx: &Context<'_>) -> Answer<Vec<PictureAdvice>> {
        PictureAdvice::of(ctx, &self.0)
    }
}

impl ReceiptSheet {
    fn path(&self) -> String {
        format!("/receipts/{}/pages/{}/sheets/{}", self.0.receipt_id, self.0.page, self.0.number)
    }
}

/// What a link to a sheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SheetPart {
    /// A JPEG of at most 320 pixels and 20 KB.
    Thumbnail,
    /// A JPEG of at most 1,600 pixels.
    Preview,
}

/// What may make a picture hard to read, and what to do about it if there is time. An app needs the scope `RECEIPTS_READ`.
#[derive(SimpleObject)]
pub struct PictureAdvice {
    /// What it is.
    hint: PictureHint,
    /// The same in a plain sentence, in the viewer's language.
    sentence: String,
}

impl PictureAdvice {
    pub(super) fn of(ctx: &Context<'_>, sheet: &receipt_sheet::Model) -> Answer<Vec<Self>> {
        let language = ctx.language()?;
        let hints = store::receipt_sheet::hints(sheet);
        Ok(hints.into_iter().map(|hint| Self { hint, sentence: say_hint(hint, language) }).collect())
    }
}
