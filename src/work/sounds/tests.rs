//! Voice notes come out with nothing but the sound, or are refused in kind words.

use busfare_entity::words::Language;

use super::{
    MAX_BYTES, SoundRefusal, SoundType, prepare,
    sample::{SECRET, pages, voice_note, vorbis, with_tracks},
};
use crate::rules::refusal::MOST_WORDS;

const KINDS: [SoundType; 5] = [SoundType::Mp4, SoundType::Ogg, SoundType::Webm, SoundType::Mp3, SoundType::Wav];

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

#[test]
fn a_voice_note_of_every_kind_is_kept_with_nothing_but_the_sound() {
    for (kind, seconds) in KINDS.into_iter().zip([2, 2, 3, 2, 2]) {
        let sent = voice_note(kind);
        assert!(holds(&sent, SECRET), "{kind:?}");

        let kept = prepare(&sent).unwrap();

        assert_eq!((kept.sound_type, kept.seconds), (kind, Some(seconds)), "{kind:?}");
        assert!(!holds(&kept.bytes, "CANARY"), "{kind:?}");
        assert!(kept.bytes.len() <= sent.len() && kept.original_sha256 != kept.stored_sha256);
        // What is clean stays as it is.
        assert_eq!(prepare(&kept.bytes).unwrap().bytes, kept.bytes, "{kind:?}");
    }
    let kept = prepare(&vorbis()).unwrap();
    assert_eq!((kept.seconds, holds(&kept.bytes, "CANARY")), (Some(3), false));
    assert!(holds(&kept.bytes, "\x05vorbis"));
}

#[test]
fn the_sound_itself_stays_to_the_byte() {
    let sevens = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == 7).count();
    for (kind, most) in [(SoundType::Wav, 32_000), (SoundType::Ogg, 320), (SoundType::Mp4, 400), (SoundType::Webm, 4)] {
        assert!(sevens(&prepare(&voice_note(kind)).unwrap().bytes) >= most, "{kind:?}");
    }
    let kept = prepare(&voice_note(SoundType::Mp3)).unwrap();
    assert_eq!((kept.bytes.len(), &kept.bytes[..4]), (80 * 417, [0xff, 0xfb, 0x90, 0xc4].as_slice()));
}

#[test]
fn what_is_no_voice_note_is_told_so_kindly() {
    let mut other_stream = pages(&[
        (2, 0, b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"),
        (0, 0, b"OpusTags\0\0\0\0\0\0\0\0"),
        (4, 9, b"x"),
    ]);
    other_stream.extend(other_stream.clone());
    let mut damaged = voice_note(SoundType::Ogg);
    damaged[60] ^= 1;
    let cases: Vec<(Vec<u8>, SoundRefusal)> = vec![
        (vec![], SoundRefusal::Empty),
        (b"Dear diary, today".to_vec(), SoundRefusal::NotASound),
        (b"\xff\xd8\xff\xe0 a picture".to_vec(), SoundRefusal::NotASound),
        (b"\0\0\0\x18ftypheic".to_vec(), SoundRefusal::NotASound),
        (b"ID3\x04\0\0\0\0\0\x05hello, and no sound at all".to_vec(), SoundRefusal::NotASound),
        (b"#!AMR\n".to_vec(), SoundRefusal::UnsupportedKind),
        (b"fLaC\0\0\0\x22".to_vec(), SoundRefusal::UnsupportedKind),
        (with_tracks(&["soun", "vide"]), SoundRefusal::Video),
        (with_tracks(&["text"]), SoundRefusal::UnsupportedKind),
        (with_tracks(&[]), SoundRefusal::Broken),
        (other_stream, SoundRefusal::UnsupportedKind),
        (damaged, SoundRefusal::Broken),
        (vec![0; MAX_BYTES + 1], SoundRefusal::TooLarge),
    ];
    for (sent, refusal) in cases {
        assert_eq!(prepare(&sent).unwrap_err(), refusal, "{:?}", &sent[..sent.len().min(20)]);
        let [en, cy] = [Language::En, Language::Cy].map(|language| refusal.words(language));
        assert!(en != cy && en.chars().count() <= MOST_WORDS && cy.chars().count() <= MOST_WORDS, "{en} / {cy}");
    }
}

#[test]
fn a_voice_note_of_more_than_half_an_hour_is_refused() {
    let head = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0".as_slice();
    let lasting =
        |seconds: u64| pages(&[(2, 0, head), (0, 0, b"OpusTags\0\0\0\0\0\0\0\0"), (4, seconds * 48_000, b"x")]);
    assert!(prepare(&lasting(30 * 60)).is_ok());
    assert_eq!(prepare(&lasting(30 * 60 + 1)).unwrap_err(), SoundRefusal::TooLong);
}

#[test]
fn what_is_cut_off_or_damaged_is_kept_or_refused_and_never_more() {
    for sent in KINDS.map(voice_note).into_iter().chain([vorbis()]) {
        for cut in (0..sent.len().min(1_500)).step_by(7).chain([sent.len() - 1, sent.len() / 2]) {
            if let Ok(kept) = prepare(&sent[..cut]) {
                assert!(kept.bytes.len() <= sent.len());
            }
        }
        let mut number: u64 = 88_172_645_463_325_252;
        for _ in 0..300 {
            let mut damaged = sent.clone();
            for _ in 0..3 {
                number ^= number << 13;
                number ^= number >> 7;
                number ^= number << 17;
                let at = usize::try_from(number >> 8).unwrap() % damaged.len().min(1_200);
                damaged[at] = number as u8;
            }
            if let Ok(kept) = prepare(&damaged) {
                assert!(kept.bytes.len() <= damaged.len());
            }
        }
    }
}
