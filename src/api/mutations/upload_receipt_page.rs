//! uploadReceiptPage: a page of a receipt inside the request, for apps that upload as multipart. Phones send it to the
//! receipt's `uploadUrl`, which goes on where it broke off.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    receipt, upload,
    words::{ReceiptId, UploadState},
};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        messages::message,
        scalars::Uuid,
        state::State,
        types::{receipt::Receipt, user_error::ReceiptUserError},
        upload::{Upload, Uploaded},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        receipt::{MOST_PAGES, ReceiptRefusal, UPLOAD_LIFE},
        sight::Viewer,
    },
    store::{
        self,
        blob::Blobs,
        db::DatabaseTransaction,
        receipt_page::{self, FIRST},
        upload::Piece,
    },
};

/// How much of a file is in memory at once.
const PIECE: usize = 512 * 1024;

/// What `uploadReceiptPage` takes.
#[derive(Clone, Debug, InputObject)]
pub struct UploadReceiptPageInput {
    /// A new UUID for this request. Sending it again with the same input and file is free and has the same answer.
    idempotency_key: Uuid,
    /// The receipt. It need not have been captured before: whoever sends a page first has captured it.
    receipt_id: ID,
    /// Which page, from 1 to 20.
    #[graphql(default = 1)]
    page: i32,
    /// The picture: JPEG, PNG, WebP, HEIC or PDF, at most 20 MB.
    file: Upload,
    /// SHA-256 of the file in hexadecimal, if you want to be sure that it came whole.
    sha256: Option<String>,
}

/// What makes two requests the same: what was said, and which file came with it.
#[derive(Serialize)]
struct Said {
    receipt: ReceiptId,
    page: i32,
    file: String,
}

payload! {
    /// What `uploadReceiptPage` answers.
    UploadReceiptPagePayload {
        /// The receipt. Every byte is here; `state` and `problem` say soon whether the picture could be kept.
        receipt: Receipt(receipt::Model),
        refused: ReceiptUserError(ReceiptRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct UploadReceiptPage;

#[Object]
impl UploadReceiptPage {
    /// Uploads a page of a receipt inside the request, as multipart. It goes the same way as one that is sent to `uploadUrl`:
    /// without its metadata, sealed, and compared with others. An app needs the scope `RECEIPTS_WRITE`.
    async fn upload_receipt_page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The page.")] input: UploadReceiptPageInput,
    ) -> Answer<UploadReceiptPagePayload> {
        UploadReceiptPagePayload::answer(ctx, take(ctx, input).await)
    }
}

async fn take(ctx: &Context<'_>, input: UploadReceiptPageInput) -> Verb<receipt::Model, ReceiptRefusal> {
    // Which page of whose receipt?
    let (viewer, state, now) = (ctx.viewer()?, ctx.state()?, ctx.now()?);
    let receipt: ReceiptId = id(&input.receipt_id)?;
    let file = input.file.file(ctx)?;
    let said = Said { receipt, page: input.page, file: HEXLOWER_PERMISSIVE.encode(&file.sha256) };
    if !(FIRST..=MOST_PAGES).contains(&input.page) {
        return Err(ReceiptRefusal::PageNotValid.into());
    }
    if input.sha256.as_deref().is_some_and(|promised| !promised.eq_ignore_ascii_case(&said.file)) {
        return Err(ReceiptRefusal::DigestMismatch.into());
    }
    let taken = store::receipt::taken(state.db.reader(), receipt).await?;
    if file.bytes == 0 || taken.is_some_and(|taken| taken.captured_by != viewer.id) {
        return Err(if file.bytes == 0 { empty() } else { Problem::not_found() }.into());
    }

    // Its bytes are stored before any row refers to them, and without a transaction that others would wait for.
    let mut pieces = Pieces { state, stored: Vec::new() };
    if let Err(problem) = pieces.store(&viewer, file).await {
        pieces.take_back().await;
        return Err(problem.into());
    }
    let taken = count(ctx, &viewer, (said, input.idempotency_key), file, &pieces.stored, now).await;
    if !matches!(&taken, Ok((_, true))) {
        pieces.take_back().await;
    }
    taken.map(|(done, _)| done)
}

/// One transaction: the row, its upload and the job that keeps it. Whether the pieces are counted.
async fn count(
    ctx: &Context<'_>,
    viewer: &Viewer,
    (said, key): (Said, Uuid),
    file: &Uploaded,
    pieces: &[Piece],
    now: DateTime<Utc>,
) -> Result<(Done<receipt::Model>, bool), Stop<ReceiptRefusal>> {
    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "uploadReceiptPage", key, &said).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(receipt) => return Ok((Done::before(receipt), false)),
        Turn::Reused => return Err(ReceiptRefusal::IdempotencyKeyReused.into()),
    };

    // Is there a picture already?
    let receipt = store::receipt::hers_or_new(&txn, viewer, said.receipt, now).await?.ok_or_else(Problem::not_found)?;
    let there = receipt_page::stored(&txn, &receipt, said.page).await?;
    let counted = match there {
        Some(there) if there.original_sha256 != file.sha256 => return Err(ReceiptRefusal::AnotherPicture.into()),
        Some(_) => false,
        None => begin(&txn, viewer, &said, file, pieces, now).await?,
    };

    // Remember.
    let receipt = store::receipt::taken(&txn, said.receipt).await?.ok_or_else(Problem::not_found)?;
    idempotent::keep(&txn, &key, &receipt).await?;
    txn.commit().await?;
    Ok((Done::now(receipt), counted))
}

/// An upload that is whole from the beginning. False where the very same is on its way already.
async fn begin(
    txn: &DatabaseTransaction,
    viewer: &Viewer,
    said: &Said,
    file: &Uploaded,
    pieces: &[Piece],
    now: DateTime<Utc>,
) -> Result<bool, Stop<ReceiptRefusal>> {
    let row = upload::Model {
        id: store::mint::id(),
        organisation_id: viewer.organisation,
        practitioner_id: viewer.id,
        receipt_id: said.receipt,
        page: said.page,
        state: UploadState::Arriving,
        length: i64::try_from(file.bytes).unwrap_or(i64::MAX),
        received: 0,
        sha256: Some(file.sha256.to_vec()),
        problem: None,
        created_at: now,
        expires_at: now + UPLOAD_LIFE,
    };
    let same = store::upload::the_same(txn, &row, now).await?;
    if same.is_some_and(|same| same.state != UploadState::Arriving) {
        return Ok(false);
    }
    store::upload::begin(txn, row.clone()).await?;
    Ok(store::upload::grow(txn, &row, pieces, now).await?)
}

/// Pieces that are stored, and that nothing counts yet.
struct Pieces<'a> {
    state: &'a State,
    stored: Vec<Piece>,
}

impl Pieces<'_> {
    async fn store(&mut self, viewer: &Viewer, file: &Uploaded) -> Answer<()> {
        let mut reading = file.read().await.map_err(Problem::not_stored)?;
        while let Some(bytes) = reading.next(PIECE).await.map_err(Problem::not_stored)? {
            let piece = Piece { blob_key: Blobs::name(), bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX) };
            self.state.blobs.put(viewer.organisation, &piece.blob_key, &bytes).await.map_err(Problem::not_stored)?;
            self.stored.push(piece);
        }
        Ok(())
    }

    async fn take_back(&self) {
        self.state.blobs.take_back(store::upload::names(&self.stored)).await;
    }
}

fn empty() -> Problem {
    Problem::bad_user_input(message!("file-empty"))
}
