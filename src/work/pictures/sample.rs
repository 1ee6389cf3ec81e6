//! A bus ticket, drawn and photographed: what a phone would send, with the metadata a phone would add.
//!
//! The demo sends it and the tests take it apart, so nobody has to keep a real person's receipt in the repository.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, Rgb, RgbImage, imageops};

/// The camera maker written into the sample's metadata.
pub const SAMPLE_MAKE: &str = "Busfare Sample Camera";
/// The serial number written into the sample's metadata.
pub const SAMPLE_SERIAL: &str = "SN-0042-SAMPLE";

const WIDTH: u32 = 900;
const HEIGHT: u32 = 1200;
const INK: u8 = 40;

/// A photograph of a bus ticket for `fare`, for example `1.15`, as JPEG.
///
/// It is stored lying on its side (1200 by 900 pixels, EXIF orientation 6) with a place, a maker and a serial number, as
/// phones do. The same fare gives the same bytes.
pub fn bus_ticket(fare: &str) -> Vec<u8> {
    let lying = imageops::rotate270(&draw(fare));
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 85)
        .encode(&lying, lying.width(), lying.height(), ExtendedColorType::Rgb8)
        .expect("a picture of this size can always be written into memory");

    let mut photo = jpeg[..2].to_vec();
    photo.extend(exif_segment(6));
    photo.extend_from_slice(&jpeg[2..]);
    photo
}

/// The ticket on a table, with the grain and the uneven light of a real photograph.
fn draw(fare: &str) -> RgbImage {
    let mut grain = Grain(0x5eed);
    let mut photo = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let on_ticket = (110..790).contains(&x) && (140..1060).contains(&y);
        let [r, g, b] = if on_ticket { [236, 232, 214] } else { [112, 84, 60] };
        let light = 20 - i32::try_from((x + y) / 50).unwrap_or(0) + grain.next_in(9);
        let lit = |colour: i32| u8::try_from((colour + light).clamp(0, 255)).unwrap_or(u8::MAX);
        Rgb([lit(r), lit(g), lit(b)])
    });

    write(&mut photo, 150, 220, 10, "BUS TICKET");
    write(&mut photo, 150, 420, 8, "SINGLE");
    write(&mut photo, 150, 580, 12, &format!("£{fare}"));
    write(&mut photo, 150, 800, 6, "2026-03-14 09:05");
    photo
}

/// Writes text with letters `scale` dots high per dot, starting at the upper left corner given.
fn write(photo: &mut RgbImage, left: u32, top: u32, scale: u32, text: &str) {
    let mut start = left;
    for letter in text.chars() {
        for (row, dots) in (0_u32..).zip(glyph(letter)) {
            for column in (0..5).filter(|column| dots & (0b1_0000 >> column) != 0) {
                fill(photo, start + column * scale, top + row * scale, scale);
            }
        }
        start += 6 * scale;
    }
}

/// One square dot of ink. What falls off the edge is cut off.
fn fill(photo: &mut RgbImage, left: u32, top: u32, side: u32) {
    for y in top..(top + side).min(HEIGHT) {
        for x in left..(left + side).min(WIDTH) {
            let Rgb(paper) = *photo.get_pixel(x, y);
            photo.put_pixel(x, y, Rgb(paper.map(|colour| INK + colour / 16)));
        }
    }
}

/// Letters five dots wide and seven high, a row per number. Unknown letters are blank.
fn glyph(letter: char) -> [u8; 7] {
    match letter {
        '0' => [14, 17, 19, 21, 25, 17, 14],
        '1' => [4, 12, 4, 4, 4, 4, 14],
        '2' => [14, 17, 1, 2, 4, 8, 31],
        '3' => [31, 2, 4, 2, 1, 17, 14],
        '4' => [2, 6, 10, 18, 31, 2, 2],
        '5' => [31, 16, 30, 1, 1, 17, 14],
        '6' => [6, 8, 16, 30, 17, 17, 14],
        '7' => [31, 1, 2, 4, 8, 8, 8],
        '8' => [14, 17, 17, 14, 17, 17, 14],
        '9' => [14, 17, 17, 15, 1, 2, 12],
        '.' => [0, 0, 0, 0, 0, 12, 12],
        ':' => [0, 12, 12, 0, 12, 12, 0],
        '-' => [0, 0, 0, 31, 0, 0, 0],
        '£' => [6, 9, 8, 30, 8, 8, 31],
        'B' => [30, 17, 17, 30, 17, 17, 30],
        'C' => [14, 17, 16, 16, 16, 17, 14],
        'E' => [31, 16, 16, 30, 16, 16, 31],
        'G' => [14, 17, 16, 23, 17, 17, 15],
        'I' => [14, 4, 4, 4, 4, 4, 14],
        'K' => [17, 18, 20, 24, 20, 18, 17],
        'L' => [16, 16, 16, 16, 16, 16, 31],
        'N' => [17, 17, 25, 21, 19, 17, 17],
        'S' => [15, 16, 16, 14, 1, 1, 30],
        'T' => [31, 4, 4, 4, 4, 4, 4],
        'U' => [17, 17, 17, 17, 17, 17, 14],
        _ => [0; 7],
    }
}

/// Small steady disorder: the same every time, so that the same fare gives the same photograph.
struct Grain(u32);

impl Grain {
    fn next_in(&mut self, range: u32) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i32::try_from((self.0 >> 16) % range).unwrap_or(0)
    }
}

/// An APP1 segment as a phone writes it: maker, orientation, serial number and the place, in big-endian TIFF.
pub(crate) fn exif_segment(orientation: u8) -> Vec<u8> {
    let tiff = tiff_block(orientation);
    let length = u16::try_from(2 + 6 + tiff.len()).unwrap_or(u16::MAX);

    let mut segment = vec![0xff, 0xe1];
    segment.extend(length.to_be_bytes());
    segment.extend(b"Exif\0\0");
    segment.extend(tiff);
    segment
}

/// The TIFF block alone, as PNG and WebP carry it.
pub(crate) fn tiff_block(orientation: u8) -> Vec<u8> {
    const ASCII: u16 = 2;
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    const RATIONAL: u16 = 5;
    let text = |words: &str| [words.as_bytes(), b"\0"].concat();
    let degrees = |d: u32, m: u32, s: u32| [d, 1, m, 1, s, 1].iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();

    let gps = |at| {
        let place = [
            (1, ASCII, b"N\0".to_vec()),
            (2, RATIONAL, degrees(51, 28, 54)),
            (3, ASCII, b"W\0".to_vec()),
            (4, RATIONAL, degrees(3, 10, 45)),
        ];
        directory(at, &place)
    };
    let camera = |at| directory(at, &[(0xa431, ASCII, text(SAMPLE_SERIAL))]);
    let main = |camera_at: u32, gps_at: u32| {
        let entries = [
            (0x010f, ASCII, text(SAMPLE_MAKE)),
            (0x0112, SHORT, vec![0, orientation]),
            (0x8769, LONG, camera_at.to_be_bytes().to_vec()),
            (0x8825, LONG, gps_at.to_be_bytes().to_vec()),
        ];
        directory(8, &entries)
    };

    // The lengths do not depend on the places, so a first draft gives the places for the second.
    let end = |start: u32, block: &[u8]| start + u32::try_from(block.len()).unwrap_or(0);
    let camera_at = end(8, &main(0, 0));
    let gps_at = end(camera_at, &camera(camera_at));
    [b"MM\0\x2a\0\0\0\x08".to_vec(), main(camera_at, gps_at), camera(camera_at), gps(gps_at)].concat()
}

/// One TIFF directory that starts at `at`: entries first, then the values that do not fit in four bytes.
fn directory(at: u32, entries: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let count = u16::try_from(entries.len()).unwrap_or(0);
    let mut values_at = at + 2 + 12 * u32::from(count) + 4;
    let (mut block, mut values) = (count.to_be_bytes().to_vec(), Vec::new());

    for (tag, kind, value) in entries {
        let unit_bytes = [1, 1, 1, 2, 4, 8][usize::from(*kind)];
        let units = u32::try_from(value.len() / unit_bytes).unwrap_or(0);
        block.extend(tag.to_be_bytes());
        block.extend(kind.to_be_bytes());
        block.extend(units.to_be_bytes());
        if value.len() <= 4 {
            block.extend(value.iter().copied().chain([0; 4]).take(4));
        } else {
            block.extend(values_at.to_be_bytes());
            values_at += u32::try_from(value.len()).unwrap_or(0);
            values.extend_from_slice(value);
        }
    }
    block.extend([0; 4]);
    block.extend(values);
    block
}
