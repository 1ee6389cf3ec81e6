//! Sounds: a voice note comes in, and a sound we may keep comes out.
//!
//! The magic bytes decide what kind it is. Nothing is decoded. What says who, where, when or with what it was recorded goes,
//! by lists of what may stay: tags, titles, covers, chapters, dates, places, and the names of programs and tracks.
//!
//! What remains, because it is in the sound itself: what can be heard; the serial number that MP3 and Vorbis encoders sign
//! their frames with; and in MP4 the bytes between the samples, which no player plays.

mod mp3;
mod mp4;
mod ogg;
pub mod sample;
#[cfg(test)]
mod tests;
mod wav;
mod webm;

use busfare_entity::words::Language;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Most bytes of a voice note: twenty minutes and more as phones record speech.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Longest a voice note may be, where the file says how long it is.
pub const MAX_SECONDS: u64 = 30 * 60;

/// Why we cannot keep what was sent as a voice note. The words are for the person holding the phone.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SoundRefusal {
    /// More bytes than [`MAX_BYTES`].
    #[error("This voice note is larger than 10 MB. Please record it in shorter parts.")]
    TooLarge,
    /// Longer than [`MAX_SECONDS`].
    #[error("This voice note is longer than 30 minutes. Please record it in shorter parts.")]
    TooLong,
    /// The first bytes are not those of any sound we know.
    #[error("This file is not a voice note. Please send M4A, Ogg, WebM, MP3 or WAV.")]
    NotASound,
    /// A sound, coded in a way we do not accept.
    #[error("This kind of sound is not accepted; please record it as M4A, Ogg (Opus), WebM, MP3 or WAV.")]
    UnsupportedKind,
    /// A video.
    #[error("Videos are not accepted; please send the sound alone, as M4A, Ogg, WebM, MP3 or WAV.")]
    Video,
    /// There is nothing to hear.
    #[error("This voice note is empty. Please record it again.")]
    Empty,
    /// The file stops before the sound does.
    #[error("Part of this voice note is missing. Please send it again, or record a new one.")]
    Truncated,
    /// It is not what it says it is.
    #[error("This voice note is damaged and cannot be played. Please send it again, or record a new one.")]
    Broken,
}

impl SoundRefusal {
    /// The closed word for this refusal, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "TOO_LARGE",
            Self::TooLong => "TOO_LONG",
            Self::NotASound => "NOT_A_SOUND",
            Self::UnsupportedKind | Self::Video => "UNSUPPORTED_KIND",
            Self::Empty => "EMPTY",
            Self::Truncated => "TRUNCATED",
            Self::Broken => "BROKEN",
        }
    }

    /// Why, and what to do next.
    pub fn words(self, language: Language) -> String {
        match language {
            Language::En => self.to_string(),
            Language::Cy => self.in_welsh().to_owned(),
        }
    }

    fn in_welsh(self) -> &'static str {
        match self {
            Self::TooLarge => "Mae'r nodyn llais hwn yn fwy na 10 MB. Recordiwch ef mewn rhannau byrrach.",
            Self::TooLong => "Mae'r nodyn llais hwn yn hwy na 30 munud. Recordiwch ef mewn rhannau byrrach.",
            Self::NotASound => "Nid nodyn llais yw'r ffeil hon. Anfonwch M4A, Ogg, WebM, MP3 neu WAV.",
            Self::UnsupportedKind => {
                "Ni dderbynnir y math hwn o sain; recordiwch ef fel M4A, Ogg (Opus), WebM, MP3 neu WAV."
            }
            Self::Video => "Ni dderbynnir fideos; anfonwch y sain yn unig, fel M4A, Ogg, WebM, MP3 neu WAV.",
            Self::Empty => "Mae'r nodyn llais hwn yn wag. Recordiwch ef eto.",
            Self::Truncated => "Mae rhan o'r nodyn llais hwn ar goll. Anfonwch ef eto, neu recordiwch un newydd.",
            Self::Broken => {
                "Mae'r nodyn llais hwn wedi'i ddifrodi ac ni ellir ei chwarae. Anfonwch ef eto, neu recordiwch un newydd."
            }
        }
    }
}

/// The kinds of sound we keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoundType {
    /// `audio/mp4`, which phones call M4A.
    Mp4,
    /// `audio/ogg`, with Opus or Vorbis.
    Ogg,
    /// `audio/webm`, with Opus.
    Webm,
    /// `audio/mpeg`, which is MP3.
    Mp3,
    /// `audio/wav`
    Wav,
}

impl SoundType {
    /// The name used in HTTP headers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mp4 => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Webm => "audio/webm",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
        }
    }
}

/// A sound that is ready to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Sound {
    /// What `bytes` holds.
    pub sound_type: SoundType,
    /// The stored form, without metadata.
    pub bytes: Vec<u8>,
    /// How long it is, where it says so.
    pub seconds: Option<u64>,
    /// SHA-256 of `bytes`.
    pub stored_sha256: [u8; 32],
    /// SHA-256 of what the phone sent, so that a retry is known for what it is.
    pub original_sha256: [u8; 32],
}

/// Sizes and not contents: a voice does not belong in a log.
impl std::fmt::Debug for Sound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { sound_type, bytes, seconds, .. } = self;
        write!(f, "Sound({}, {} bytes, {seconds:?} s)", sound_type.as_str(), bytes.len())
    }
}

/// A sound without its metadata.
struct Clean {
    bytes: Vec<u8>,
    seconds: Option<u64>,
}

/// Makes a sound we may keep out of what a phone sent. Pure: the same bytes give the same answer.
pub fn prepare(original: &[u8]) -> Result<Sound, SoundRefusal> {
    if original.len() > MAX_BYTES {
        return Err(SoundRefusal::TooLarge);
    }
    let sound_type = sniff(original)?;
    let Clean { bytes, seconds } = match sound_type {
        SoundType::Mp4 => mp4::strip(original),
        SoundType::Ogg => ogg::strip(original),
        SoundType::Webm => webm::strip(original),
        SoundType::Mp3 => mp3::strip(original),
        SoundType::Wav => wav::strip(original),
    }?;
    if seconds.is_some_and(|seconds| seconds > MAX_SECONDS) {
        return Err(SoundRefusal::TooLong);
    }
    Ok(Sound {
        sound_type,
        seconds,
        stored_sha256: Sha256::digest(&bytes).into(),
        original_sha256: Sha256::digest(original).into(),
        bytes,
    })
}

/// The kind of sound these bytes begin as, or the kindest true thing to say about them.
fn sniff(bytes: &[u8]) -> Result<SoundType, SoundRefusal> {
    match bytes {
        [] => Err(SoundRefusal::Empty),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Ok(SoundType::Wav),
        [b'O', b'g', b'g', b'S', ..] => Ok(SoundType::Ogg),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Ok(SoundType::Webm),
        // HEIC and AVIF are pictures in the same kind of file.
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'a', b'e' | b'v', ..] => Err(SoundRefusal::NotASound),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Ok(SoundType::Mp4),
        [b'I', b'D', b'3', ..] => Ok(SoundType::Mp3),
        _ if mp3::begins(bytes) => Ok(SoundType::Mp3),
        [b'f', b'L', b'a', b'C', ..] | [b'#', b'!', b'A', b'M', b'R', ..] | [b'c', b'a', b'f', b'f', ..] => {
            Err(SoundRefusal::UnsupportedKind)
        }
        // AAC as it is sent over the air.
        [0xff, 0xf0 | 0xf1 | 0xf8 | 0xf9, ..] => Err(SoundRefusal::UnsupportedKind),
        _ => Err(SoundRefusal::NotASound),
    }
}

/// So many bytes from a place, as a number with the most significant byte first; none where there are not that many.
fn number_at(bytes: &[u8], place: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(place..place.checked_add(length)?)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The same with the least significant byte first.
fn little_at(bytes: &[u8], place: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(place..place.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
