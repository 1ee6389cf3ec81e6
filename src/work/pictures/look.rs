//! The look of a picture, by which two photographs of one file that were encoded differently are known again.

use image::{ImageFormat, imageops::FilterType};

use crate::rules::duplicate::Look;

/// The look of a thumbnail; none where there is too little in it, or it is none of ours.
pub fn look(thumbnail: &[u8]) -> Option<Look> {
    let picture = image::load_from_memory_with_format(thumbnail, ImageFormat::Jpeg).ok()?;
    let small = picture.resize_exact(17, 16, FilterType::Triangle).to_luma8();
    let mut grey = [[0; 17]; 16];
    for (x, y, shade) in small.enumerate_pixels() {
        grey[y as usize][x as usize] = shade.0[0];
    }
    Look::of(&grey)
}
