//! Pictures become JPEG here, all of them, so that how is said once.

use image::DynamicImage;
use jpeg_encoder::{ColorType, Encoder};

use super::refusal::PictureRefusal;

/// A profile larger than this costs a phone more than its colours are worth.
const SMALL_PROFILE: usize = 4_096;

/// Writes an opaque picture of eight bits a colour as JPEG, with its colours' profile where it has one.
pub(super) fn jpeg(image: &DynamicImage, quality: u8, profile: Option<&[u8]>) -> Result<Vec<u8>, PictureRefusal> {
    let (pixels, colours) = match image {
        DynamicImage::ImageLuma8(grey) => (grey.as_raw(), ColorType::Luma),
        DynamicImage::ImageRgb8(rgb) => (rgb.as_raw(), ColorType::Rgb),
        // Nobody asks for another; one that did would get no picture rather than a wrong one.
        _ => return Err(PictureRefusal::Broken),
    };
    let side = |side: u32| u16::try_from(side).map_err(|_| PictureRefusal::TooManyPixels);
    let (width, height) = (side(image.width())?, side(image.height())?);

    let mut bytes = Vec::with_capacity(pixels.len() / 8);
    let mut encoder = Encoder::new(&mut bytes, quality);
    if let Some(profile) = profile {
        // One that cannot be written costs some colour and nothing else.
        let _ = encoder.add_icc_profile(profile);
    }
    encoder.encode(pixels, width, height, colours).map_err(|_| PictureRefusal::Broken)?;
    Ok(bytes)
}

/// A profile made for four inks would turn decoded colours into nonsense.
pub(super) fn is_for(image: &DynamicImage, profile: &[u8]) -> bool {
    let space: &[u8] = if image.color().has_color() { b"RGB " } else { b"GRAY" };
    profile.get(16..20) == Some(space)
}

/// The profile for a copy, if it is for these colours and small.
pub(super) fn small_profile<'a>(image: &DynamicImage, profile: Option<&'a [u8]>) -> Option<&'a [u8]> {
    profile.filter(|profile| profile.len() <= SMALL_PROFILE && is_for(image, profile))
}
