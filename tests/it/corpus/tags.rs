//! What a phone writes beside a picture: which way it was held, where that was, and which phone it is.

use image::DynamicImage;

/// A place and a serial number that must not be found in anything that is kept.
pub const SERIAL: &str = "CORPUS-SERIAL-7781";

/// The picture as the camera stores it when it is held in one of the eight ways.
pub fn lain_down(upright: DynamicImage, orientation: u8) -> DynamicImage {
    match orientation {
        2 => upright.fliph(),
        3 => upright.rotate180(),
        4 => upright.flipv(),
        5 => upright.rotate270().flipv(),
        6 => upright.rotate270(),
        7 => upright.rotate90().flipv(),
        8 => upright.rotate90(),
        _ => upright,
    }
}

/// The same JPEG with EXIF (orientation, place, serial number) and XMP.
pub fn with_tags(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut tagged = jpeg[..2].to_vec();
    tagged.extend(segment(&exif(orientation)));
    let xmp = format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>{SERIAL}</a></x:xmpmeta>");
    tagged.extend(segment(xmp.as_bytes()));
    tagged.extend_from_slice(&jpeg[2..]);
    tagged
}

fn segment(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, 0xe1], &length[..], content].concat()
}

/// Big-endian TIFF: one directory with an orientation, one with a serial number, one with a place.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let at = |offset: u32| offset.to_be_bytes();
    let serial = [SERIAL.as_bytes(), b"\0"].concat();
    // The header is 8 bytes; a directory of n entries takes 2 + 12 n + 4.
    let (exif_at, gps_at) = (8 + 2 + 36 + 4, 8 + 2 + 36 + 4 + 2 + 12 + 4);
    let serial_at = gps_at + 2 + 24 + 4;
    let place_at = serial_at + u32::try_from(serial.len()).unwrap();
    let mut tiff = b"MM\0*\0\0\0\x08".to_vec();
    tiff.extend([0, 3]);
    tiff.extend(entry(0x0112, 3, 1, [0, orientation, 0, 0]));
    tiff.extend(entry(0x8769, 4, 1, at(exif_at)));
    tiff.extend(entry(0x8825, 4, 1, at(gps_at)));
    tiff.extend(at(0));
    tiff.extend([0, 1]);
    tiff.extend(entry(0xa431, 2, u32::try_from(serial.len()).unwrap(), at(serial_at)));
    tiff.extend(at(0));
    tiff.extend([0, 2]);
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(0x0002, 5, 3, at(place_at)));
    tiff.extend(at(0));
    tiff.extend(serial);
    for (number, of) in [(51_u32, 1_u32), (37, 1), (4_012, 100)] {
        tiff.extend([number.to_be_bytes(), of.to_be_bytes()].concat());
    }
    [b"Exif\0\0".as_slice(), &tiff].concat()
}
