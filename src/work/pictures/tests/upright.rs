//! Pictures stand upright, and small copies stay small.

use image::metadata::Orientation;
use image::{DynamicImage, Rgba, RgbaImage};

use super::super::sample::{exif_segment, tiff_block};
use super::super::{MediaType, Picture, THUMBNAIL_MAX_BYTES, THUMBNAIL_SIDE, prepare};
use super::kit::*;

/// The upright scene, stored the way a phone held in this orientation stores it.
fn as_held(orientation: u8) -> DynamicImage {
    let mut stored = DynamicImage::from(marked(120, 80));
    let undo = match orientation {
        6 => 8,
        8 => 6,
        other => other,
    };
    stored.apply_orientation(Orientation::from_exif(undo).unwrap());
    stored
}

fn assert_upright(picture: &Picture, story: &str) {
    assert_eq!((picture.width, picture.height), (120, 80), "{story}");
    for (bytes, width, height) in [(&picture.bytes, 120, 80), (&picture.sheets[0].thumbnail, 120, 80)] {
        let seen = image::load_from_memory(bytes).unwrap().into_rgb8();
        assert_eq!(seen.dimensions(), (width, height), "{story}");
        let is_red = |x, y| seen.get_pixel(x, y).0[0] > 180;
        let corners = [is_red(4, 4), is_red(width - 5, 4), is_red(4, height - 5), is_red(width - 5, height - 5)];
        assert_eq!(corners, [true, false, false, false], "{story}: the red corner is upper left and nowhere else");
    }
    assert_tells_nothing(&picture.bytes, story);
}

#[test]
fn all_eight_ways_to_hold_a_phone_come_out_upright() {
    for orientation in 1..=8 {
        let stored = as_held(orientation);
        let exif = chunk(b"eXIf", &tiff_block(orientation));
        let sent = [
            ("jpeg", insert(&jpeg(&stored.to_rgb8()), 2, &exif_segment(orientation))),
            ("png", into_png(&png(&stored), &exif)),
            ("webp", webp_with_metadata(&stored.to_rgb8(), orientation)),
        ];

        for (kind, file) in sent {
            let picture = prepare(&file).unwrap();

            assert_upright(&picture, &format!("{kind} held as {orientation}"));
            if orientation != 1 {
                assert_eq!(picture.media_type, MediaType::Jpeg, "an opaque picture that is turned becomes a JPEG");
            }
        }
    }
}

#[test]
fn a_transparent_picture_that_is_turned_stays_transparent() {
    let clear = RgbaImage::from_pixel(40, 20, Rgba([10, 200, 10, 128]));
    let sent = into_png(&png(&clear.into()), &chunk(b"eXIf", &tiff_block(6)));

    let picture = prepare(&sent).unwrap();

    assert_eq!((picture.media_type, picture.width, picture.height), (MediaType::Png, 20, 40));
    assert_eq!(image::load_from_memory(&picture.bytes).unwrap().into_rgba8().get_pixel(3, 3).0, [10, 200, 10, 128]);
}

#[test]
fn an_unreadable_orientation_leaves_the_picture_as_it_is() {
    let exif = [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".as_slice(), &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 99, 0, 0]].concat();
    let plain = jpeg(&marked(64, 48));

    for exif in [exif.as_slice(), b"Exif\0\0MM", b"Exif\0\0II\x2a\0\xff\xff\xff\xff"] {
        assert_eq!(prepare(&insert(&plain, 2, &segment(0xe1, exif))).unwrap().bytes, prepare(&plain).unwrap().bytes);
    }
}

#[test]
fn even_noise_has_a_small_thumbnail() {
    for (width, height) in [(320, 320), (1000, 900), (3000, 40)] {
        let picture = prepare(&jpeg(&noise(width, height))).unwrap();

        assert!(
            picture.sheets[0].thumbnail.len() <= THUMBNAIL_MAX_BYTES,
            "{} bytes",
            picture.sheets[0].thumbnail.len()
        );
        assert!(picture.sheets[0].thumbnail_width.max(picture.sheets[0].thumbnail_height) <= THUMBNAIL_SIDE);
        let seen = image::load_from_memory(&picture.sheets[0].thumbnail).unwrap();
        assert_eq!(
            (seen.width(), seen.height()),
            (picture.sheets[0].thumbnail_width, picture.sheets[0].thumbnail_height)
        );
    }
}

#[test]
fn a_small_picture_is_not_blown_up() {
    let picture = prepare(&jpeg(&marked(50, 30))).unwrap();

    assert_eq!((picture.sheets[0].thumbnail_width, picture.sheets[0].thumbnail_height), (50, 30));
}

#[test]
fn a_thread_of_a_picture_still_has_a_thumbnail() {
    let picture = prepare(&jpeg(&marked(8000, 1))).unwrap();

    assert_eq!((picture.sheets[0].thumbnail_width, picture.sheets[0].thumbnail_height), (320, 1));
}

#[test]
fn transparency_is_white_paper_in_the_thumbnail() {
    let clear = RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 0]));

    let picture = prepare(&png(&clear.into())).unwrap();

    let seen = image::load_from_memory(&picture.sheets[0].thumbnail).unwrap().into_rgb8();
    assert!(seen.pixels().all(|pixel| pixel.0.iter().all(|colour| *colour > 250)));
}
