//! Files that are a picture and something else as well: a page with a script, an archive, a document. Only the picture is
//! kept, or the whole file is refused; either way nothing of the rest is stored.

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use busfare::work::pictures::{PictureError, sniff};
use image::ImageFormat;

use crate::{
    documents::{document, written},
    kit::{Workshop, marked},
};

/// What must never be stored.
const MARK: &[u8] = b"CANARY-IN-A-POLYGLOT";
/// A web page, an archive, a drawing and a document, each with the mark.
const OTHERS: [&[u8]; 4] = [
    b"<!DOCTYPE html><script>alert('CANARY-IN-A-POLYGLOT')</script>",
    b"PK\x03\x04\x0a\0\0\0\0\0CANARY-IN-A-POLYGLOTPK\x05\x06\0\0\0\0",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='CANARY-IN-A-POLYGLOT'/>",
    b"%PDF-1.4\n1 0 obj << /JS (CANARY-IN-A-POLYGLOT) >> endobj\ntrailer << >>\n%%EOF",
];

fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let encoded = |format: ImageFormat| {
        let mut bytes = Cursor::new(Vec::new());
        marked(160, 120).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    vec![
        ("JPEG", encoded(ImageFormat::Jpeg)),
        ("PNG", encoded(ImageFormat::Png)),
        ("WebP", encoded(ImageFormat::WebP)),
        ("PDF", written(document(1))),
    ]
}

/// The picture with the other before it, behind it, and, in a JPEG, in a comment.
fn both(kind: &str, picture: &[u8], other: &[u8]) -> Vec<Vec<u8>> {
    let mut both = vec![[other, picture].concat(), [picture, other].concat()];
    if kind == "JPEG" {
        let length = u16::try_from(other.len() + 2).unwrap().to_be_bytes();
        both.push([&picture[..2], b"\xff\xfe", &length, other, &picture[2..]].concat());
    }
    both
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_something_else_as_well_is_kept_as_a_picture_alone_or_refused() {
    let workshop = Workshop::open();
    let (mut kept, mut refused, mut longest) = (0, 0, Duration::ZERO);
    for (kind, picture) in pictures() {
        for other in OTHERS {
            for file in both(kind, &picture, other) {
                let begun = Instant::now();
                let outcome = workshop.prepares(&file).await;
                longest = longest.max(begun.elapsed());
                match outcome {
                    Ok(picture_alone) => {
                        let stored = picture_alone.bytes;
                        let marked = stored.windows(MARK.len()).any(|part| part == MARK);
                        assert!(!marked, "{kind} is stored with {}", String::from_utf8_lossy(other));
                        assert_eq!(sniff(&stored), sniff(&picture), "{kind}");
                        kept += 1;
                    }
                    Err(PictureError::Refused(_)) => refused += 1,
                    Err(later) => panic!("{kind}: {later:?}"),
                }
            }
        }
    }
    println!("{kept} kept without the other, {refused} refused, the longest in {longest:?}");
    assert!(kept >= 12 && refused >= 12, "{kept} {refused}");
}
