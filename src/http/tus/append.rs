//! One PATCH: its bytes are stored in pieces as they come, and each piece is counted once it is stored. The storing is a
//! task of its own, so that what has come is kept when the phone hangs up in the middle.

use std::{mem, pin::pin, time::Duration};

use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    web::Payload,
};
use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use busfare_entity::{
    upload,
    words::{JobKind, UploadState},
};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::{sync::mpsc, time::timeout};

use super::words::{self, Promise, bad};
use crate::{
    api::messages::message,
    http::problem::Refused,
    store::{
        self,
        blob::{BlobError, Blobs},
        db::DbErr,
        upload::Piece,
    },
    work::{Works, jobs},
};

/// A piece is stored when it is this long: what a kill may cost, and what a slow phone may cost in memory.
const PIECE: usize = 512 * 1024;
/// Packets that wait to be stored, at most some 32 KiB each.
const AT_ONCE: usize = 16;
/// A phone may pause this long between two packets.
const PAUSE: Duration = Duration::from_secs(10);
/// One PATCH may take this long in all; the next goes on where it ended.
const WHOLE: Duration = Duration::from_secs(300);

/// Why a PATCH stopped before its end.
enum Stopped {
    TooLong,
    Elsewhere,
    Mismatch,
    Storage(BlobError),
    Database(DbErr),
}

impl From<BlobError> for Stopped {
    fn from(error: BlobError) -> Self {
        Self::Storage(error)
    }
}

impl From<DbErr> for Stopped {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

/// What comes from the phone.
enum Came {
    Bytes(Bytes),
    End,
}

/// Takes in one PATCH, and has the picture kept where that was the last byte. What comes is listened to from the first
/// moment, while it is still looked up whose upload it is: of what waits in the connection, a phone that hangs up would
/// lose the most.
pub(super) async fn append(
    http: &HttpRequest,
    payload: &mut Payload,
    works: &Works,
    finding: impl Future<Output = Result<upload::Model, Refused>>,
) -> Result<upload::Model, Refused> {
    let (came, coming) = mpsc::channel(AT_ONCE);
    let mut listening = pin!(timeout(WHOLE, listen(payload, came)));
    let mut finding = pin!(async { fits(http, finding.await?) });
    let mut listened = None;
    let (upload, promise) = loop {
        tokio::select! {
            found = &mut finding => break found?,
            heard = &mut listening, if listened.is_none() => listened = Some(heard),
        }
    };

    // Take it in.
    let storing = tokio::spawn(store_all(works.clone(), upload, promise, coming));
    let listened = match listened {
        Some(listened) => listened,
        None => listening.await,
    };
    let stored = storing.await.map_err(Refused::later)?;
    let upload = stored.map_err(refused)?;
    listened.unwrap_or_else(|_late| Err(too_slow()))?;

    // Keep it, where that was the last byte. What fails now is tried again by itself.
    if upload.received == upload.length {
        let kept = jobs::run_about(works, &jobs::hands(), JobKind::KeepPicture, upload.id.0).await;
        if let Err(error) = kept {
            tracing::warn!(%error, "a picture that has arrived is kept later");
        }
    }
    Ok(upload)
}

/// Whether a piece begins where the upload ends, and may be as long as it says.
fn fits(http: &HttpRequest, upload: upload::Model) -> Result<(upload::Model, Option<Promise>), Refused> {
    if http.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != "application/offset+octet-stream") {
        return Err(Refused::input(StatusCode::UNSUPPORTED_MEDIA_TYPE, "CONTENT_TYPE", message!("piece-not-typed")));
    }
    let (from, promise) = (words::offset(http)?, words::promise(http)?);
    if from != upload.received {
        return Err(elsewhere());
    }
    let declared = http.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<i64>().ok());
    if declared.is_some_and(|length| length > upload.length - upload.received) {
        return Err(too_long());
    }
    Ok((upload, promise))
}

async fn listen(payload: &mut Payload, came: mpsc::Sender<Came>) -> Result<(), Refused> {
    loop {
        match timeout(PAUSE, payload.next()).await {
            Err(_late) => return Err(too_slow()),
            Ok(None) => {
                let _ = came.send(Came::End).await;
                return Ok(());
            }
            Ok(Some(Err(_broken_off))) => {
                return Err(bad("BROKEN_OFF", message!("piece-broke-off")));
            }
            // Where nobody listens any more, why is in the answer of whoever did.
            Ok(Some(Ok(bytes))) => {
                if came.send(Came::Bytes(bytes)).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

/// Stores what comes, and answers with the upload as it stands then.
async fn store_all(
    works: Works,
    mut upload: upload::Model,
    promise: Option<Promise>,
    mut coming: mpsc::Receiver<Came>,
) -> Result<upload::Model, Stopped> {
    let mut held = Held { works, pieces: Vec::new(), bytes: 0 };
    let taken = take_in(&mut held, &mut upload, promise, &mut coming).await;
    // What is stored and was never counted is nobody's.
    held.works.blobs.take_back(store::upload::names(&held.pieces)).await;
    taken.map(|()| upload)
}

/// Pieces that are stored and not counted yet.
struct Held {
    works: Works,
    pieces: Vec<Piece>,
    bytes: i64,
}

async fn take_in(
    held: &mut Held,
    upload: &mut upload::Model,
    promise: Option<Promise>,
    coming: &mut mpsc::Receiver<Came>,
) -> Result<(), Stopped> {
    let mut hash = promise.as_ref().map(|promise| match promise {
        Promise::Sha1(_) => digest::Context::new(&SHA1_FOR_LEGACY_USE_ONLY),
        Promise::Sha256(_) => digest::Context::new(&SHA256),
    });
    let (mut buffer, mut ended) = (Vec::new(), false);
    while let Some(came) = coming.recv().await {
        let Came::Bytes(bytes) = came else {
            ended = true;
            break;
        };
        if let Some(hash) = &mut hash {
            hash.update(&bytes);
        }
        buffer.extend_from_slice(&bytes);
        let here = upload.received + held.bytes + length(&buffer);
        if here > upload.length {
            return Err(Stopped::TooLong);
        }
        // The last piece waits for the end, so that too much is known before it counts.
        if buffer.len() >= PIECE && here < upload.length {
            held.store(upload, mem::take(&mut buffer)).await?;
            if promise.is_none() {
                held.count(upload).await?;
            }
        }
    }
    if let (Some(Promise::Sha1(promised) | Promise::Sha256(promised)), Some(hash)) = (promise, hash) {
        // Of a piece that must be whole, a part is nothing.
        if !ended {
            return Ok(());
        }
        if hash.finish().as_ref() != promised {
            return Err(Stopped::Mismatch);
        }
    }
    if !buffer.is_empty() {
        held.store(upload, buffer).await?;
    }
    held.count(upload).await
}

impl Held {
    async fn store(&mut self, upload: &upload::Model, bytes: Vec<u8>) -> Result<(), Stopped> {
        let piece = Piece { blob_key: Blobs::name(), bytes: length(&bytes) };
        self.works.blobs.put(upload.organisation_id, &piece.blob_key, &bytes).await?;
        self.bytes += piece.bytes;
        self.pieces.push(piece);
        Ok(())
    }

    /// Counts what is stored, if the upload still ends where these pieces begin.
    async fn count(&mut self, upload: &mut upload::Model) -> Result<(), Stopped> {
        if self.pieces.is_empty() {
            return Ok(());
        }
        let txn = self.works.db.begin().await?;
        if !store::upload::grow(&txn, upload, &self.pieces, self.works.now()).await? {
            return Err(Stopped::Elsewhere);
        }
        // From here on they may be counted, so nobody deletes them: where the answer is lost, the sweep decides.
        self.pieces.clear();
        txn.commit().await?;
        upload.received += mem::take(&mut self.bytes);
        if upload.received == upload.length {
            upload.state = UploadState::Arrived;
        }
        Ok(())
    }
}

fn length(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}

fn refused(stopped: Stopped) -> Refused {
    match stopped {
        Stopped::TooLong => too_long(),
        Stopped::Elsewhere => elsewhere(),
        Stopped::Mismatch => {
            let status = StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST);
            Refused::input(status, "CHECKSUM_MISMATCH", message!("piece-changed"))
        }
        Stopped::Storage(error) => Refused::storage(error),
        Stopped::Database(error) => error.into(),
    }
}

fn elsewhere() -> Refused {
    Refused::conflict("WRONG_OFFSET", message!("piece-elsewhere"))
}

fn too_long() -> Refused {
    Refused::input(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LONG", message!("piece-too-long"))
}

fn too_slow() -> Refused {
    Refused::input(StatusCode::REQUEST_TIMEOUT, "TOO_SLOW", message!("piece-too-slow"))
}
