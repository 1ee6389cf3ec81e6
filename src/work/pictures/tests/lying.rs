//! Files that are cut short, too large, of another kind, or not what they say they are.

use std::time::{Duration, Instant};

use image::DynamicImage;

use super::super::sample::bus_ticket;
use super::super::{MAX_BYTES, PictureRefusal, UnsupportedKind, prepare, sniff};
use super::kit::*;

fn refusal(bytes: &[u8]) -> PictureRefusal {
    prepare(bytes).expect_err("this should have been refused")
}

#[test]
fn a_picture_that_was_cut_anywhere_is_refused() {
    let mut files = STILLS.to_vec();
    let (ticket, drawing) = (bus_ticket("1.15"), png(&DynamicImage::from(marked(300, 200))));
    files.extend([("ticket", ticket.as_slice()), ("drawing", drawing.as_slice())]);

    for (name, file) in files {
        // What follows the end of the first picture may be lost without harm.
        let whole = if name == "two_pictures" { first_end(file) } else { file.len() };
        let cuts = (0..20).map(|part| whole * part / 20).chain([1, 2, 3, 4, 9].map(|less| whole - less));
        for cut in cuts {
            let said = refusal(&file[..cut]);
            assert!(
                matches!(said, PictureRefusal::Truncated | PictureRefusal::NotAPicture | PictureRefusal::Broken),
                "{name} cut at {cut}: {said:?}"
            );
        }
    }
}

fn first_end(file: &[u8]) -> usize {
    2 + file.windows(2).position(|pair| pair == [0xff, 0xd9]).unwrap()
}

#[test]
fn a_jpeg_that_was_cut_and_closed_again_is_refused_instead_of_stored_half_grey() {
    for name in ["progressive", "restart", "progressive_restart", "gray", "cmyk", "full_colour"] {
        let (_, file) = STILLS.into_iter().find(|(other, _)| *other == name).unwrap();
        let starts = (0..file.len() - 1).filter(|&at| file[at..].starts_with(&[0xff, 0xda])).collect::<Vec<_>>();
        let from = starts[0] + 20;

        for cut in (0..19).map(|part| from + (file.len() - from) * part / 20) {
            let mut closed = file[..cut].to_vec();
            while closed.last() == Some(&0xff) {
                closed.pop();
            }
            closed.extend([0xff, 0xd9]);
            let cut_between_scans = starts.iter().any(|&start| (start.saturating_sub(60)..start + 14).contains(&cut));
            assert!(cut_between_scans || prepare(&closed).is_err(), "{name} cut at {cut} of {}", file.len());
        }
    }
}

#[test]
fn a_header_that_promises_more_than_the_data_holds_is_refused() {
    let file = jpeg(&marked(96, 64));
    let frame = file.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    for (high, wide) in [(128, 96), (80, 96), (64, 192), (2000, 2000)] {
        let mut lying = file.clone();
        lying[frame + 5..frame + 7].copy_from_slice(&u16::to_be_bytes(high));
        lying[frame + 7..frame + 9].copy_from_slice(&u16::to_be_bytes(wide));
        assert_eq!(refusal(&lying), PictureRefusal::Broken, "{wide} by {high}");
    }

    let (_, webp) = STILLS.into_iter().find(|(name, _)| *name == "alpha").unwrap();
    let mut lying = webp.to_vec();
    lying[24] = lying[24].wrapping_add(1);
    assert_eq!(refusal(&lying), PictureRefusal::Broken, "a canvas of another size than its frame");
}

#[test]
fn rubbish_behind_the_right_first_bytes_is_refused() {
    let mut dice = Dice(11);
    let rubbish = (0..5000).map(|_| dice.roll() as u8).collect::<Vec<_>>();

    for magic in [&b"\xff\xd8\xff\xe0"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\xf0\x0f\0\0WEBPVP8 "] {
        prepare(&[magic, &rubbish].concat()).unwrap_err();
        prepare(magic).unwrap_err();
    }

    let file = jpeg(&noise(64, 64));
    let scan = file.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap() + 14;
    let broken = [&file[..scan], &[0xff, 0].repeat(50), &file[scan + 100..]].concat();
    assert_eq!(refusal(&broken), PictureRefusal::Broken);
}

#[test]
fn bombs_are_refused_from_their_header_alone() {
    let started = Instant::now();
    let huge = 30_000_u32.to_be_bytes();
    let ihdr = |depth, colour| chunk(b"IHDR", &[&huge[..], &huge, &[depth, colour, 0, 0, 0]].concat());
    let png = [b"\x89PNG\r\n\x1a\n".to_vec(), ihdr(8, 6), chunk(b"IDAT", &[0x78, 0x9c]), chunk(b"IEND", b"")].concat();
    let frame = segment(0xc0, &[8, 0x75, 0x30, 0x75, 0x30, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    let jpeg = [b"\xff\xd8".to_vec(), frame, segment(0xda, &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0])].concat();
    let webp =
        [&b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"[..], &[0x2f, 0x75, 0, 0x2f, 0x75, 0], b"VP8L\0\0\0\0"].concat();

    for bomb in [png, jpeg, webp] {
        assert_eq!(refusal(&bomb), PictureRefusal::TooManyPixels);
    }
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_small_header_over_data_that_inflates_without_end_is_harmless() {
    let mut deflated = png(&DynamicImage::new_luma8(16_000, 3_000));
    let ihdr = chunk(b"IHDR", &[0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0]);
    deflated.splice(8..33, ihdr);
    assert!(deflated.len() < 1_000_000);

    let started = Instant::now();
    let kept = prepare(&deflated);
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(kept.map_or(true, |picture| (picture.width, picture.height) == (8, 8)));
}

#[test]
fn a_frame_larger_than_its_canvas_is_refused_before_room_is_made_for_it() {
    let frame = riff_chunk(b"VP8 ", &[0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f, 0, 0]);
    let canvas = riff_chunk(b"VP8X", &[0, 0, 0, 0, 7, 0, 0, 7, 0, 0]);
    let body = [b"WEBP".to_vec(), canvas, frame].concat();

    assert_eq!(refusal(&riff_chunk(b"RIFF", &body)), PictureRefusal::Broken);
}

#[test]
fn files_that_are_not_pictures_we_keep_are_named() {
    let kinds: [(&[u8], PictureRefusal); 13] = [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnsupportedKind::Markup.into()),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", UnsupportedKind::Markup.into()),
        (b"<!doctype html><script>alert(1)</script>", UnsupportedKind::Markup.into()),
        (b"GIF89a\x01\0\x01\0", UnsupportedKind::Gif.into()),
        (b"PK\x03\x04\x14\0", UnsupportedKind::Zip.into()),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf", UnsupportedKind::Avif.into()),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", PictureRefusal::Truncated),
        (b"\0\0\0\x18ftypisom\0\0\0\0", UnsupportedKind::Video.into()),
        (b"II\x2a\0\x08\0\0\0", UnsupportedKind::Tiff.into()),
        (b"#!/bin/sh\n", PictureRefusal::NotAPicture),
        (b"", PictureRefusal::NotAPicture),
        (include_bytes!("fixtures/animated.png"), UnsupportedKind::Animation.into()),
        (include_bytes!("fixtures/animated.webp"), UnsupportedKind::Animation.into()),
    ];

    for (file, expected) in kinds {
        assert_eq!(refusal(file), expected);
    }
    assert_eq!(sniff(b"GIF89a"), None);
}

#[test]
fn too_many_bytes_are_refused_before_anything_else() {
    assert_eq!(refusal(&vec![0xff; MAX_BYTES + 1]), PictureRefusal::TooLarge);
}

#[test]
fn every_refusal_is_short_and_says_what_to_do() {
    use super::super::UnsupportedKind::*;
    let kinds = [UnusualHeic, Avif, Gif, Markup, Zip, Tiff, Video, Animation, UnusualJpeg].map(PictureRefusal::from);
    use PictureRefusal::{
        Broken, Empty, Encrypted, NotAPicture, TooLarge, TooManyPixels, TooManySheets, Truncated, UnpacksTooLarge,
    };
    let all =
        [TooLarge, NotAPicture, TooManyPixels, Empty, Truncated, Broken, Encrypted, TooManySheets, UnpacksTooLarge];
    let all = all.into_iter().chain(kinds);

    for refusal in all {
        let words = refusal.to_string();
        assert!(words.chars().count() <= 140, "{} characters: {words}", words.chars().count());
        assert!(words.to_lowercase().contains("please") || words.contains("choose"), "{words}");
        assert!(refusal.code().chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'));
    }
}
