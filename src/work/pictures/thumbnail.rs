//! A small copy for lists: fifty of them fit in a megabyte.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, RgbImage};

use super::refusal::PictureRefusal;

/// The longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 320;
/// The most bytes a thumbnail takes.
pub const THUMBNAIL_MAX_BYTES: usize = 20_480;

/// Below the last of these, fewer pixels look better than worse ones.
const QUALITIES: [u8; 5] = [80, 65, 50, 35, 20];

pub(super) struct Thumbnail {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// The best small copy that fits: first the quality gives way, then the size.
pub(super) fn thumbnail(image: &DynamicImage) -> Result<Thumbnail, PictureRefusal> {
    let mut small = on_white(shrink(image, THUMBNAIL_SIDE));

    loop {
        for quality in QUALITIES {
            let bytes = encode(&small, quality)?;
            if bytes.len() <= THUMBNAIL_MAX_BYTES {
                return Ok(Thumbnail { bytes, width: small.width(), height: small.height() });
            }
        }
        let side = small.width().max(small.height()) * 3 / 4;
        small = on_white(shrink(&small.into(), side));
    }
}

/// Shrinks to fit, and leaves a picture that already fits as it is.
fn shrink(image: &DynamicImage, side: u32) -> DynamicImage {
    if image.width().max(image.height()) <= side { image.clone() } else { image.thumbnail(side, side) }
}

/// Flattens transparency the way paper would.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }

    let rgba = image.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, alpha] = rgba.get_pixel(x, y).0;
        let over_white = |colour: u8| {
            let mixed = u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from((mixed + 127) / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over_white(r), over_white(g), over_white(b)])
    })
}

fn encode(image: &RgbImage, quality: u8) -> Result<Vec<u8>, PictureRefusal> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(image).map_err(|_| PictureRefusal::Broken)?;
    Ok(bytes)
}
