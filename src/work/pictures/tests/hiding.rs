//! What hides in pictures: places, names, serial numbers, other files. None of it is kept.

use image::DynamicImage;

use super::super::sample::{bus_ticket, exif_segment, tiff_block};
use super::super::{MediaType, THUMBNAIL_MAX_BYTES, prepare};
use super::kit::*;

#[test]
fn a_ticket_from_a_phone_is_kept_upright_and_tells_nothing() {
    let photo = bus_ticket("1.15");
    let sent = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&photo)).unwrap();
    for tag in [exif::Tag::Make, exif::Tag::GPSLatitude, exif::Tag::GPSLongitude, exif::Tag::BodySerialNumber] {
        assert!(sent.fields().any(|field| field.tag == tag), "the sample should carry {tag}");
    }

    let picture = prepare(&photo).unwrap();

    assert_eq!((picture.media_type, picture.width, picture.height), (MediaType::Jpeg, 900, 1200));
    assert_eq!((picture.sheets[0].thumbnail_width, picture.sheets[0].thumbnail_height), (240, 320));
    assert!(picture.metadata_removed);
    assert_ne!(picture.original_sha256, picture.stored_sha256);
    assert_tells_nothing(&picture.bytes, "stored");
    assert_tells_nothing(&picture.sheets[0].thumbnail, "thumbnail");
    assert!(picture.sheets[0].thumbnail.len() <= THUMBNAIL_MAX_BYTES);
}

#[test]
fn a_camera_jpeg_with_every_kind_of_metadata_keeps_only_its_picture() {
    let plain = jpeg(&marked(200, 100));
    let small_inside = jpeg(&marked(32, 16));
    let exif_with_thumbnail = [&exif_segment(1)[4..], &small_inside, CANARY].concat();
    let extras = [
        segment(0xe1, &exif_with_thumbnail),
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", CANARY].concat()),
        segment(0xe1, &[b"http://ns.adobe.com/xmp/extension/\0", CANARY].concat()),
        segment(0xe2, &[b"MPF\0", CANARY].concat()),
        segment(0xe2, &[b"urn:iso:std:iso:ts:21496:-1\0", CANARY].concat()),
        segment(0xe0, &[b"JFXX\0\x10", small_inside.as_slice(), CANARY].concat()),
        segment(0xed, &[b"Photoshop 3.0\08BIM\x04\x04", CANARY].concat()),
        segment(0xeb, &[b"JP", CANARY].concat()),
        segment(0xfe, CANARY),
    ];
    let trailer = [b"PK\x03\x04", CANARY, &plain, b"MotionPhoto_Data"].concat();
    let mut sent = insert(&plain, 2, &extras.concat());
    sent.extend(trailer);

    let picture = prepare(&sent).unwrap();

    assert_tells_nothing(&picture.bytes, "stored");
    assert!(picture.metadata_removed);
    assert_eq!(picture.bytes, prepare(&plain).unwrap().bytes, "what is left is the plain picture");
}

#[test]
fn metadata_between_the_scans_of_a_progressive_jpeg_goes_too() {
    let plain = STILLS[0].1;
    let second_scan = (700..plain.len()).filter(|&at| plain[at..].starts_with(&[0xff, 0xda])).nth(1).unwrap();
    let sent = insert(plain, second_scan, &[segment(0xfe, CANARY), segment(0xe1, CANARY)].concat());

    let picture = prepare(&sent).unwrap();

    assert_tells_nothing(&picture.bytes, "stored");
    assert_eq!(picture.bytes, prepare(plain).unwrap().bytes);
}

#[test]
fn a_colour_profile_stays_and_the_small_jfif_picture_goes() {
    let profile = [b"ICC_PROFILE\0\x01\x01".as_slice(), &[0; 128]].concat();
    let plain = jpeg(&marked(64, 64));
    let jfif_end = 4 + usize::from(u16::from_be_bytes([plain[4], plain[5]]));
    let small_picture = [b"JFIF\0\x01\x02\0\0\x01\0\x01\x02\x02".as_slice(), b"CANARY-51.48"].concat();
    let sent = [&plain[..2], &segment(0xe0, &small_picture), &segment(0xe2, &profile), &plain[jfif_end..]].concat();

    let picture = prepare(&sent).unwrap();

    assert!(contains(&picture.bytes, b"ICC_PROFILE"));
    assert!(!contains(&picture.bytes, b"CANARY"));
}

#[test]
fn png_text_time_and_trailers_go() {
    let plain = png(&DynamicImage::from(marked(80, 60)));
    let extras = [
        chunk(b"tEXt", &[b"Comment\0", CANARY].concat()),
        chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", CANARY].concat()),
        chunk(b"zTXt", &[b"Raw profile type exif\0\0", CANARY].concat()),
        chunk(b"eXIf", &tiff_block(1)),
        chunk(b"tIME", &[7, 0xea, 3, 14, 9, 5, 0]),
        chunk(b"prVt", CANARY),
    ];
    let sent = [into_png(&plain, &extras.concat()), b"PK\x03\x04".to_vec(), CANARY.to_vec()].concat();

    let picture = prepare(&sent).unwrap();

    assert_tells_nothing(&picture.bytes, "stored");
    assert_eq!(picture.bytes, plain);
    assert!(picture.metadata_removed);
    assert!(!prepare(&plain).unwrap().metadata_removed);
}

#[test]
fn webp_exif_xmp_and_trailers_go() {
    let mut sent = webp_with_metadata(&marked(80, 60), 1);
    sent.extend([b"PK\x03\x04", CANARY].concat());

    let picture = prepare(&sent).unwrap();

    assert_eq!(picture.media_type, MediaType::Webp);
    assert_eq!(picture.bytes[20] & 0x2c, 0, "the flags no longer promise a profile, EXIF or XMP");
    assert_tells_nothing(&picture.bytes, "stored");
    let (kept, drawn) = (image::load_from_memory(&picture.bytes).unwrap(), marked(80, 60));
    assert_eq!(kept.into_rgb8(), drawn);
}

#[test]
fn pictures_by_other_software_keep_every_pixel() {
    for (name, sent) in STILLS {
        let picture = prepare(sent).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));

        let (before, after) =
            (image::load_from_memory(sent).unwrap(), image::load_from_memory(&picture.bytes).unwrap());
        assert!(before == after, "{name} changed");
        assert_eq!((picture.width, picture.height), (before.width(), before.height()), "{name}");
        assert!(picture.bytes.len() <= sent.len(), "{name} grew");
        assert_eq!(prepare(&picture.bytes).unwrap().bytes, picture.bytes, "{name}: nothing is left to take out");
    }
}

#[test]
fn the_second_picture_in_a_file_is_not_kept() {
    let (_, sent) = STILLS[6];

    let picture = prepare(sent).unwrap();

    assert!(picture.bytes.len() < sent.len() * 2 / 3);
    assert_tells_nothing(&picture.bytes, "stored");
}
