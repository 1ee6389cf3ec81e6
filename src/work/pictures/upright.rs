//! Turns a picture the right way up and writes it anew.

use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, ImageError};

use super::decode::Decoded;
use super::encode::{is_for, jpeg};
use super::header::MAX_BYTES;
use super::refusal::PictureRefusal;
use super::sniff::MediaType;

/// Ninety looks like the original on a phone. The others are for pictures so busy that ninety would not fit.
const QUALITIES: [u8; 3] = [90, 75, 50];

/// A picture that stands upright.
pub(super) struct Upright {
    pub(super) media_type: MediaType,
    pub(super) bytes: Vec<u8>,
    pub(super) image: DynamicImage,
    /// Its colour profile.
    pub(super) profile: Option<Vec<u8>>,
}

/// Stands the picture upright: an opaque one becomes a JPEG, a transparent one a PNG.
pub(super) fn turn_and_encode(decoded: Decoded, orientation: Orientation) -> Result<Upright, PictureRefusal> {
    let mut image = as_eight_bits(decoded.image);
    image.apply_orientation(orientation);

    let profile = decoded.profile.filter(|profile| is_for(&image, profile));
    let (media_type, bytes) = if image.color().has_alpha() {
        (MediaType::Png, encode_png(&image, profile.clone())?)
    } else {
        (MediaType::Jpeg, encode_jpeg(&image, profile.as_deref())?)
    };
    Ok(Upright { media_type, bytes, image, profile })
}

/// Photographs are eight bits deep; a fully opaque picture has no use for its transparency.
fn as_eight_bits(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image,
        other if !other.color().has_alpha() => other.into_rgb8().into(),
        other => {
            let rgba = other.into_rgba8();
            if rgba.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
                DynamicImage::from(rgba).into_rgb8().into()
            } else {
                rgba.into()
            }
        }
    }
}

fn encode_jpeg(image: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<u8>, PictureRefusal> {
    for quality in QUALITIES {
        let bytes = jpeg(image, quality, profile)?;
        if bytes.len() <= MAX_BYTES {
            return Ok(bytes);
        }
    }
    Err(PictureRefusal::TooLarge)
}

fn encode_png(image: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Vec<u8>, PictureRefusal> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    set_profile(&mut encoder, profile);
    image.write_with_encoder(encoder).map_err(unwritable)?;

    if bytes.len() > MAX_BYTES { Err(PictureRefusal::TooLarge) } else { Ok(bytes) }
}

/// A profile that cannot be written costs some colour and nothing else, so the picture goes on without it.
fn set_profile(encoder: &mut impl ImageEncoder, profile: Option<Vec<u8>>) {
    if let Some(profile) = profile {
        let _ = encoder.set_icc_profile(profile);
    }
}

/// Writing into memory fails only for shapes the format cannot hold.
fn unwritable(_: ImageError) -> PictureRefusal {
    PictureRefusal::Broken
}
