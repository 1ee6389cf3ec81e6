//! Turns stripped bytes into pixels, and refuses a file that does not hold all the pixels it promised.

use std::io::{Cursor, ErrorKind};

use image::codecs::{png::PngDecoder, webp::WebPDecoder};
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, Limits, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::header::{Header, MAX_SIDE};
use super::refusal::PictureRefusal;
use super::sniff::MediaType;
use super::strip::Clean;

/// Eight bytes a pixel is the widest form there is: four colours of 16 bits.
const WIDEST_PIXEL_BYTES: u64 = 8;
/// What a decoder may need besides pixels: tables, a profile, a row or two.
const WORKING_BYTES: u64 = 8_000_000;
/// Enough one-bits for any half-read code and its value, and then a whole code more.
const ALL_ONES: [u8; 16] = [0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0];

/// Pixels, and the colour profile they are meant for.
pub(super) struct Decoded {
    pub image: DynamicImage,
    pub profile: Option<Vec<u8>>,
}

/// Decodes the whole picture.
pub(super) fn decode(header: &Header, clean: &Clean) -> Result<Decoded, PictureRefusal> {
    match header.media_type {
        MediaType::Jpeg => decode_jpeg(header, clean),
        MediaType::Png => {
            let decoder = PngDecoder::with_limits(Cursor::new(&clean.bytes), limits(header)).map_err(refusal)?;
            decode_with(decoder, header)
        }
        MediaType::Webp => decode_with(WebPDecoder::new(Cursor::new(&clean.bytes)).map_err(refusal)?, header),
        MediaType::Heic | MediaType::Pdf => Err(PictureRefusal::Broken),
    }
}

fn limits(header: &Header) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(header.width);
    limits.max_image_height = Some(header.height);
    limits.max_alloc = Some(header.pixels() * WIDEST_PIXEL_BYTES + WORKING_BYTES);
    limits
}

fn decode_with(mut decoder: impl ImageDecoder, header: &Header) -> Result<Decoded, PictureRefusal> {
    decoder.set_limits(limits(header)).map_err(refusal)?;
    if decoder.dimensions() != (header.width, header.height) {
        return Err(PictureRefusal::Broken);
    }

    let profile = decoder.icc_profile().map_err(refusal)?;
    let image = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    Ok(Decoded { image, profile })
}

/// JPEG goes to the decoder underneath `image`, because only there can leniency be switched off: it fills what is
/// missing with grey.
fn decode_jpeg(header: &Header, clean: &Clean) -> Result<Decoded, PictureRefusal> {
    let guarded = with_guards(clean);
    let side = MAX_SIDE as usize;
    let options = DecoderOptions::default().set_strict_mode(true).set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(guarded.as_slice()), options);
    decoder.decode_headers().map_err(jpeg_refusal)?;
    if decoder.dimensions() != Some((header.width as usize, header.height as usize)) {
        return Err(PictureRefusal::Broken);
    }

    let is_gray = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let wanted = if is_gray { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(wanted));
    let profile = decoder.icc_profile();
    let pixels = decoder.decode().map_err(jpeg_refusal)?;

    let image = if is_gray {
        GrayImage::from_raw(header.width, header.height, pixels).map(DynamicImage::from)
    } else {
        RgbImage::from_raw(header.width, header.height, pixels).map(DynamicImage::from)
    };
    Ok(Decoded { image: image.ok_or(PictureRefusal::Broken)?, profile })
}

/// Ends scans with one-bits, which no JPEG code consists of. A whole scan never reads them; one that was cut short
/// runs into them and fails, where a decoder would otherwise invent grey.
fn with_guards(clean: &Clean) -> Vec<u8> {
    let mut guarded = Vec::with_capacity(clean.bytes.len() + clean.guards.len() * ALL_ONES.len());
    let mut start = 0;
    for &end in &clean.guards {
        guarded.extend_from_slice(&clean.bytes[start..end]);
        guarded.extend(ALL_ONES);
        start = end;
    }
    guarded.extend_from_slice(&clean.bytes[start..]);
    guarded
}

fn jpeg_refusal(error: DecodeErrors) -> PictureRefusal {
    match error {
        DecodeErrors::ExhaustedData => PictureRefusal::Truncated,
        _ => PictureRefusal::Broken,
    }
}

fn refusal(error: ImageError) -> PictureRefusal {
    match error {
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => PictureRefusal::Truncated,
        ImageError::Limits(_) => PictureRefusal::TooManyPixels,
        _ => PictureRefusal::Broken,
    }
}
