//! The look of a picture, by which two photographs of one file that were encoded differently are known again.

use image::{
    ImageFormat,
    imageops::{self, FilterType},
};

use crate::rules::duplicate::Look;

/// The look of a thumbnail; none where there is too little in it, or it is none of ours.
pub fn look(thumbnail: &[u8]) -> Option<Look> {
    let picture = image::load_from_memory_with_format(thumbnail, ImageFormat::Jpeg).ok()?;
    let small = imageops::resize(&picture.to_luma16(), 17, 16, FilterType::Triangle);
    let mut grey = [[0; 17]; 16];
    for (x, y, shade) in small.enumerate_pixels() {
        grey[y as usize][x as usize] = shade.0[0];
    }
    Look::of(&grey)
}
