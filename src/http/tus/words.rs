//! What tus headers say, read strictly: a number is digits, a name is one of ours, and everything else is told so.

use actix_web::{
    HttpRequest,
    http::{StatusCode, header::HeaderValue},
};
use busfare_entity::words::{CaptureUse, ReceiptProblem};
use chrono::{DateTime, Utc};
use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

use crate::{
    api::messages::{Message, message},
    http::{
        problem::Refused,
        receipts::{unfit, unheard},
    },
    work::{
        pictures::{MAX_BYTES, PictureRefusal},
        sounds::SoundRefusal,
    },
};

/// The version we speak.
pub(super) const VERSION: &str = "1.0.0";

/// What a creation asks for.
pub(super) struct Begun {
    pub(super) receipt: String,
    pub(super) page: String,
    pub(super) length: i64,
    pub(super) sha256: Option<Vec<u8>>,
}

/// A checksum of one PATCH.
pub(super) enum Promise {
    Sha1(Vec<u8>),
    Sha256(Vec<u8>),
}

pub(super) fn speaks_our_version(http: &HttpRequest) -> Result<(), Refused> {
    if header(http, "tus-resumable")? == Some(VERSION) {
        return Ok(());
    }
    Err(Refused::input(StatusCode::PRECONDITION_FAILED, "TUS_VERSION", message!("tus-version-not-ours")))
}

pub(super) fn begun(http: &HttpRequest) -> Result<Begun, Refused> {
    speaks_our_version(http)?;
    if http.headers().contains_key("upload-defer-length") {
        return Err(bad("LENGTH_NEEDED", message!("upload-length-unsaid")));
    }
    let length = number(http, "upload-length")?
        .filter(|length| *length > 0)
        .ok_or_else(|| bad("LENGTH_NEEDED", message!("upload-length-needed")))?;
    if usize::try_from(length).unwrap_or(usize::MAX) > MAX_BYTES {
        return Err(unfit(PictureRefusal::TooLarge));
    }
    let mut begun = Begun { receipt: String::new(), page: "1".to_owned(), length, sha256: None };
    for pair in header(http, "upload-metadata")?.unwrap_or_default().split(',').map(str::trim) {
        let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
        // Names of files and their types may say anything; they are not read.
        if !["receipt", "page", "sha256"].contains(&name) {
            continue;
        }
        let text = BASE64.decode(value.trim().as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let text = text.ok_or_else(bad_metadata)?;
        match name {
            "receipt" => begun.receipt = text,
            "page" => begun.page = text,
            _ => {
                let hash = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok().filter(|hash| hash.len() == 32);
                begun.sha256 = Some(hash.ok_or_else(bad_metadata)?);
            }
        }
    }
    if begun.receipt.is_empty() { Err(bad_metadata()) } else { Ok(begun) }
}

fn bad_metadata() -> Refused {
    bad("BAD_METADATA", message!("upload-metadata-needed"))
}

/// Where a PATCH says that it begins.
pub(super) fn offset(http: &HttpRequest) -> Result<i64, Refused> {
    number(http, "upload-offset")?.ok_or_else(|| bad("OFFSET_NEEDED", message!("upload-offset-needed")))
}

/// The checksum that a PATCH promises.
pub(super) fn promise(http: &HttpRequest) -> Result<Option<Promise>, Refused> {
    let Some(text) = header(http, "upload-checksum")? else { return Ok(None) };
    let unknown = || bad("BAD_CHECKSUM", message!("upload-checksum-unreadable"));
    let (algorithm, code) = text.split_once(' ').ok_or_else(unknown)?;
    let hash = BASE64.decode(code.trim().as_bytes()).map_err(|_| unknown())?;
    match (algorithm, hash.len()) {
        ("sha1", 20) => Ok(Some(Promise::Sha1(hash))),
        ("sha256", 32) => Ok(Some(Promise::Sha256(hash))),
        _ => Err(unknown()),
    }
}

/// A header that is digits and nothing else; none where it is not sent.
fn number(http: &HttpRequest, name: &'static str) -> Result<Option<i64>, Refused> {
    let Some(text) = header(http, name)? else { return Ok(None) };
    let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.map(Some).ok_or_else(|| bad("NOT_A_NUMBER", message!("header-not-a-number", name = name)))
}

/// The one header of a name. Two are a question nobody should guess the answer to.
fn header<'a>(http: &'a HttpRequest, name: &'static str) -> Result<Option<&'a str>, Refused> {
    let mut all = http.headers().get_all(name);
    let only = all.next();
    if all.next().is_some() {
        return Err(bad("SENT_TWICE", message!("header-twice", name = name)));
    }
    let text = only.map(HeaderValue::to_str).transpose();
    text.map_err(|_| bad("NOT_TEXT", message!("header-not-text", name = name)))
}

pub(super) fn bad(reason: &'static str, words: Message) -> Refused {
    Refused::input(StatusCode::BAD_REQUEST, reason, words)
}

/// The upload is no more.
pub(super) fn over(words: Message) -> Refused {
    Refused::input(StatusCode::GONE, "OVER", words)
}

/// Why the picture of an upload that is whole cannot be kept.
pub(super) fn refused(problem: Option<ReceiptProblem>, captured_for: CaptureUse) -> Refused {
    if captured_for == CaptureUse::VoiceNote
        && let Some(refusal) = problem.and_then(of_sound)
    {
        return unheard(refusal);
    }
    match problem {
        Some(ReceiptProblem::DigestMismatch) => bad("DIGEST_MISMATCH", message!("picture-changed")),
        Some(ReceiptProblem::UnsupportedKind) => {
            Refused::input(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_KIND", message!("picture-kind-unknown"))
        }
        Some(ReceiptProblem::NotAPicture) => unfit(PictureRefusal::NotAPicture),
        Some(ReceiptProblem::TooManyPixels) => unfit(PictureRefusal::TooManyPixels),
        Some(ReceiptProblem::Empty) => unfit(PictureRefusal::Empty),
        Some(ReceiptProblem::Truncated) => unfit(PictureRefusal::Truncated),
        Some(ReceiptProblem::TooLarge) => unfit(PictureRefusal::TooLarge),
        Some(ReceiptProblem::Encrypted) => unfit(PictureRefusal::Encrypted),
        Some(ReceiptProblem::TooManySheets) => unfit(PictureRefusal::TooManySheets),
        Some(ReceiptProblem::UnpacksTooLarge) => unfit(PictureRefusal::UnpacksTooLarge),
        _ => unfit(PictureRefusal::Broken),
    }
}

/// Why a voice note cannot be kept, where that is about the sound.
fn of_sound(problem: ReceiptProblem) -> Option<SoundRefusal> {
    match problem {
        ReceiptProblem::TooLarge => Some(SoundRefusal::TooLarge),
        ReceiptProblem::TooLong => Some(SoundRefusal::TooLong),
        ReceiptProblem::NotASound => Some(SoundRefusal::NotASound),
        ReceiptProblem::UnsupportedKind => Some(SoundRefusal::UnsupportedKind),
        ReceiptProblem::Empty => Some(SoundRefusal::Empty),
        ReceiptProblem::Truncated => Some(SoundRefusal::Truncated),
        ReceiptProblem::Broken => Some(SoundRefusal::Broken),
        _ => None,
    }
}

/// A moment as HTTP writes it.
pub(super) fn date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
