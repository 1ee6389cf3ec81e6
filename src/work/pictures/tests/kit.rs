//! What the other tests build with: pictures to send, and places to hide things in them.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage};

use super::super::sample::{SAMPLE_MAKE, SAMPLE_SERIAL, tiff_block};

/// A word that must never be stored.
pub const CANARY: &[u8] = b"CANARY-51.4816N-3.1791W";

/// One real file of each awkward kind, written by other software.
pub const STILLS: [(&str, &[u8]); 12] = [
    ("progressive", include_bytes!("fixtures/progressive.jpg")),
    ("restart", include_bytes!("fixtures/restart.jpg")),
    ("progressive_restart", include_bytes!("fixtures/progressive_restart.jpg")),
    ("gray", include_bytes!("fixtures/gray.jpg")),
    ("cmyk", include_bytes!("fixtures/cmyk.jpg")),
    ("full_colour", include_bytes!("fixtures/full_colour.jpg")),
    ("two_pictures", include_bytes!("fixtures/two_pictures.jpg")),
    ("lossy", include_bytes!("fixtures/lossy.webp")),
    ("lossless", include_bytes!("fixtures/lossless.webp")),
    ("alpha", include_bytes!("fixtures/alpha.webp")),
    ("palette", include_bytes!("fixtures/palette.png")),
    ("own_png", include_bytes!("fixtures/plain.png")),
];

/// Soft colours with one bright red corner, upper left.
pub fn marked(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 4 && y < height / 4 { Rgb([230, 20, 20]) } else { Rgb([40, 120, (x % 97 + y % 89) as u8]) }
    })
}

/// Every pixel different: the worst a JPEG can be asked to hold.
pub fn noise(width: u32, height: u32) -> RgbImage {
    let mut dice = Dice(7);
    RgbImage::from_fn(width, height, |_, _| Rgb([dice.roll() as u8, dice.roll() as u8, dice.roll() as u8]))
}

pub fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(image).unwrap();
    bytes
}

pub fn png(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

/// A WebP in the extended form, with EXIF and XMP.
pub fn webp_with_metadata(image: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder.set_exif_metadata(tiff_block(orientation)).unwrap();
    encoder.write_image(image, image.width(), image.height(), image::ExtendedColorType::Rgb8).unwrap();
    bytes.extend(riff_chunk(b"XMP ", CANARY));
    let length = (bytes.len() - 8) as u32;
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes[20] |= 0x04;
    bytes
}

pub fn riff_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len() % 2];
    [&name[..], &(body.len() as u32).to_le_bytes(), body, &padding].concat()
}

/// A JPEG segment.
pub fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&[0xff, marker][..], &((body.len() + 2) as u16).to_be_bytes(), body].concat()
}

/// A PNG chunk.
pub fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [&name[..], body].concat();
    [&(body.len() as u32).to_be_bytes()[..], &named, &crc32(&named).to_be_bytes()].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// Puts `extra` into `file` at `at`.
pub fn insert(file: &[u8], at: usize, extra: &[u8]) -> Vec<u8> {
    [&file[..at], extra, &file[at..]].concat()
}

/// Puts a `chunk` right after the header of a PNG.
pub fn into_png(file: &[u8], chunk: &[u8]) -> Vec<u8> {
    insert(file, 33, chunk)
}

pub fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Nothing that tells on the person, and no container that could.
pub fn assert_tells_nothing(bytes: &[u8], story: &str) {
    for word in
        [CANARY, SAMPLE_MAKE.as_bytes(), SAMPLE_SERIAL.as_bytes(), b"Exif\0", b"ns.adobe.com", b"MPF\0", b"PK\x03\x04"]
    {
        assert!(!contains(bytes, word), "{story}: {} is still there", String::from_utf8_lossy(word));
    }
    let read = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(bytes));
    assert!(read.is_err(), "{story}: another program still reads EXIF");
}

/// Steady dice: the same rolls every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.roll() as usize % end.max(1)
    }
}
