//! Uploads on their way in: how long a phone may take, how much it may send, and whether that is what it promised.

use std::{io, time::Duration};

use actix_web::{HttpRequest, http::StatusCode, http::header::CONTENT_LENGTH, web::Payload};
use data_encoding::BASE64;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::{problem::Refused, receipts::unfit};
use crate::{
    api::{
        messages::message,
        upload::{Arriving, Uploaded},
    },
    work::pictures::{MAX_BYTES, PictureRefusal},
};

/// A phone may pause this long between two pieces.
const PAUSE: Duration = Duration::from_secs(10);
/// An upload may take this long in all.
const WHOLE: Duration = Duration::from_secs(300);

/// Why an upload has not arrived.
#[derive(Debug)]
pub(super) enum Unstaged {
    /// The sender must change something, or send it again.
    Refused(Refused),
    /// This machine's disk failed.
    Disk(io::Error),
}

impl From<Refused> for Unstaged {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<io::Error> for Unstaged {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// Receives an upload of at most [`MAX_BYTES`], and checks it against `Repr-Digest` or `Content-Digest` (RFC 9530)
/// where the phone sends one.
pub(super) async fn receive(
    folder: &std::path::Path,
    http: &HttpRequest,
    payload: &mut Payload,
) -> Result<Uploaded, Unstaged> {
    let declared = http.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_BYTES as u64) {
        return Err(unfit(PictureRefusal::TooLarge).into());
    }
    let arriving = Arriving::begin(folder).await?;
    let staged = timeout(WHOLE, copy(payload, arriving)).await.unwrap_or_else(|_late| Err(too_slow().into()))?;

    match promised(http)? {
        Some(promised) if promised != staged.sha256 => {
            Err(Refused::input(StatusCode::BAD_REQUEST, "DIGEST_MISMATCH", message!("picture-changed")).into())
        }
        _ => Ok(staged),
    }
}

async fn copy(payload: &mut Payload, mut arriving: Arriving) -> Result<Uploaded, Unstaged> {
    loop {
        let piece = match timeout(PAUSE, payload.next()).await {
            Err(_late) => return Err(too_slow().into()),
            Ok(None) => break,
            Ok(Some(piece)) => piece.map_err(|_broken_off| {
                Refused::input(StatusCode::BAD_REQUEST, "BROKEN_OFF", message!("picture-broke-off"))
            })?,
        };
        if arriving.bytes_with(&piece) > MAX_BYTES as u64 {
            return Err(unfit(PictureRefusal::TooLarge).into());
        }
        arriving.add(&piece).await?;
    }
    Ok(arriving.end().await?)
}

/// The SHA-256 that a digest header promises.
fn promised(http: &HttpRequest) -> Result<Option<[u8; 32]>, Refused> {
    let unreadable = || Refused::input(StatusCode::BAD_REQUEST, "BAD_DIGEST", message!("digest-unreadable"));
    for name in ["repr-digest", "content-digest"] {
        let Some(header) = http.headers().get(name) else { continue };
        let text = header.to_str().map_err(|_| unreadable())?;
        let Some(member) = text.split(',').map(str::trim).find_map(|member| member.strip_prefix("sha-256=")) else {
            continue;
        };
        let code = member.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).ok_or_else(unreadable)?;
        let bytes = BASE64.decode(code.as_bytes()).map_err(|_| unreadable())?;
        return bytes.try_into().map(Some).map_err(|_| unreadable());
    }
    Ok(None)
}

fn too_slow() -> Refused {
    Refused::input(StatusCode::REQUEST_TIMEOUT, "TOO_SLOW", message!("picture-too-slow"))
}
