//! What is shown of a picture: a copy that fills a screen, and a small one for lists, of which fifty fit in a megabyte.

use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image, images::ImageRef};
use image::{DynamicImage, GrayImage, RgbImage};

use super::encode::{jpeg, small_profile};
use super::hints::{self, PictureHint};
use super::refusal::PictureRefusal;

/// The longest side of a preview, in pixels.
pub const PREVIEW_SIDE: u32 = 1_600;
/// The longest side of a thumbnail, in pixels.
pub const THUMBNAIL_SIDE: u32 = 320;
/// The most bytes a thumbnail takes.
pub const THUMBNAIL_MAX_BYTES: usize = 20_480;

/// Print stays sharp at this one.
const PREVIEW_QUALITY: u8 = 82;
/// Below the last of these, fewer pixels look better than worse ones.
const QUALITIES: [u8; 5] = [80, 65, 50, 35, 20];

/// One thing to look at: a photograph, or one page of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// A JPEG of at most [`THUMBNAIL_MAX_BYTES`] bytes, on white where the picture was transparent.
    pub thumbnail: Vec<u8>,
    /// Width of the thumbnail, in pixels, at most [`THUMBNAIL_SIDE`].
    pub thumbnail_width: u32,
    /// Height of the thumbnail, in pixels, at most [`THUMBNAIL_SIDE`].
    pub thumbnail_height: u32,
    /// A JPEG to fill a screen.
    pub preview: Vec<u8>,
    /// Width of the preview, in pixels, at most [`PREVIEW_SIDE`].
    pub width: u32,
    /// Height of the preview, in pixels, at most [`PREVIEW_SIDE`].
    pub height: u32,
    /// What may make it hard to read.
    pub hints: Vec<PictureHint>,
}

/// Makes what is shown of an upright picture.
pub(super) fn sheet(image: &DynamicImage, profile: Option<&[u8]>) -> Result<Sheet, PictureRefusal> {
    let opaque = flattened(image);
    let screen = shrink(opaque.as_ref().unwrap_or(image), PREVIEW_SIDE)?;
    let screen = screen.as_ref().or(opaque.as_ref()).unwrap_or(image);
    let preview = jpeg(screen, PREVIEW_QUALITY, small_profile(screen, profile))?;
    let thumbnail = thumbnail(screen)?;
    Ok(Sheet {
        thumbnail: thumbnail.0,
        thumbnail_width: thumbnail.1,
        thumbnail_height: thumbnail.2,
        preview,
        width: screen.width(),
        height: screen.height(),
        hints: hints::hints(screen),
    })
}

/// The best small copy that fits: first the quality gives way, then the size.
fn thumbnail(screen: &DynamicImage) -> Result<(Vec<u8>, u32, u32), PictureRefusal> {
    let mut side = THUMBNAIL_SIDE;
    loop {
        let shrunk = shrink(screen, side)?;
        let small = shrunk.as_ref().unwrap_or(screen);
        for quality in QUALITIES {
            let bytes = jpeg(small, quality, None)?;
            if bytes.len() <= THUMBNAIL_MAX_BYTES {
                return Ok((bytes, small.width(), small.height()));
            }
        }
        side = small.width().max(small.height()) * 3 / 4;
    }
}

/// A copy whose longest side is this; none where the picture fits as it is.
fn shrink(image: &DynamicImage, side: u32) -> Result<Option<DynamicImage>, PictureRefusal> {
    let (width, height) = (image.width(), image.height());
    if width.max(height) <= side {
        return Ok(None);
    }
    let scaled = |length: u32| {
        let scaled = u64::from(length) * u64::from(side) + u64::from(width.max(height)) / 2;
        u32::try_from(scaled / u64::from(width.max(height))).unwrap_or(side).max(1)
    };
    let (new_width, new_height) = (scaled(width), scaled(height));
    let kind = if image.color().has_color() { PixelType::U8x3 } else { PixelType::U8 };

    let from = ImageRef::new(width, height, image.as_bytes(), kind).map_err(|_| PictureRefusal::Broken)?;
    let mut to = Image::new(new_width, new_height, kind);
    let how = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Hamming)).use_alpha(false);
    Resizer::new().resize(&from, &mut to, &how).map_err(|_| PictureRefusal::Broken)?;

    let pixels = to.into_vec();
    let shrunk = if image.color().has_color() {
        RgbImage::from_raw(new_width, new_height, pixels).map(DynamicImage::from)
    } else {
        GrayImage::from_raw(new_width, new_height, pixels).map(DynamicImage::from)
    };
    shrunk.map(Some).ok_or(PictureRefusal::Broken)
}

/// The picture as paper would hold it, eight bits deep and opaque; none where it is so already.
fn flattened(image: &DynamicImage) -> Option<DynamicImage> {
    match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => None,
        other if !other.color().has_alpha() && other.color().has_color() => Some(other.to_rgb8().into()),
        other if !other.color().has_alpha() => Some(other.to_luma8().into()),
        other => {
            let rgba = other.to_rgba8();
            let mut rgb = RgbImage::new(rgba.width(), rgba.height());
            for (from, to) in rgba.pixels().zip(rgb.pixels_mut()) {
                let [r, g, b, alpha] = from.0;
                to.0 = [r, g, b].map(|colour| over_white(colour, alpha));
            }
            Some(rgb.into())
        }
    }
}

fn over_white(colour: u8, alpha: u8) -> u8 {
    let mixed = u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
    u8::try_from((mixed + 127) / 255).unwrap_or(u8::MAX)
}
