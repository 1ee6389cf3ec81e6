//! Photographing a receipt: folds, faded print, shadow, a tilted phone, an unsteady hand, and a file that says where.

use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};

use super::{chance::Chance, draw::Grey, tags};

/// How well somebody photographs, and how well the printer prints.
pub struct Conditions {
    ink: f32,
    fading: f32,
    folds: Vec<f32>,
    tilt: f32,
    corners: [f32; 8],
    shadow: (f32, f32, f32),
    grain: f32,
    blur: usize,
    zoom: f32,
    table: f32,
    quality: u8,
}

impl Conditions {
    /// Good light and a steady hand.
    pub fn good() -> Self {
        Self {
            ink: 0.0,
            fading: 0.0,
            folds: vec![],
            tilt: 0.5,
            corners: [0.0; 8],
            shadow: (0.05, 0.0, 1.0),
            grain: 0.01,
            blur: 0,
            zoom: 1.0,
            table: 0.3,
            quality: 90,
        }
    }

    /// As they come: most are good, some are bad.
    pub fn any(chance: &mut Chance) -> Self {
        let rough = chance.happens(35);
        let fold_count = chance.whole(0, if rough { 3 } else { 1 });
        Self {
            ink: chance.between(0.0, if rough { 0.45 } else { 0.2 }),
            fading: chance.between(0.0, if rough { 0.35 } else { 0.12 }),
            folds: (0..fold_count).map(|_| chance.between(0.1, 0.9)).collect(),
            tilt: chance.between(-1.0, 1.0) * if rough { 4.0 } else { 1.8 },
            corners: std::array::from_fn(|_| chance.between(0.0, if rough { 0.05 } else { 0.02 })),
            shadow: (
                chance.between(0.0, if rough { 0.45 } else { 0.22 }),
                chance.between(-1.0, 1.0),
                chance.between(-1.0, 1.0),
            ),
            grain: chance.between(0.005, if rough { 0.07 } else { 0.03 }),
            blur: usize::from(rough && chance.happens(50)),
            zoom: chance.between(if rough { 0.62 } else { 0.8 }, 1.6),
            table: chance.between(0.12, 0.75),
            quality: u8::try_from(chance.whole(if rough { 45 } else { 70 }, 92)).unwrap_or(80),
        }
    }
}

/// What the camera makes of a receipt on a table.
pub fn photograph(paper: &Grey, conditions: &Conditions, chance: &mut Chance) -> Vec<u8> {
    let (wide, high) = (paper.width as f32 * conditions.zoom, paper.height as f32 * conditions.zoom);
    let (margin_x, margin_y) = (wide * 0.09 + 12.0, high * 0.06 + 12.0);
    let (width, height) = ((wide + margin_x * 2.0) as usize, (high + margin_y * 2.0) as usize);
    let (sin, cos) = conditions.tilt.to_radians().sin_cos();
    let c = &conditions.corners;
    let mut photo = Grey::blank(width, height, 0.0);
    for y in 0..height {
        for x in 0..width {
            // Back through the tilt and the perspective to the place on the paper.
            let (dx, dy) = (x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0);
            let (u, v) = ((dx * cos + dy * sin) / wide + 0.5, (dy * cos - dx * sin) / high + 0.5);
            let left = c[0] * v + c[1] * (1.0 - v);
            let right = 1.0 - c[2] * v - c[3] * (1.0 - v);
            let upper = c[4] * u + c[5] * (1.0 - u);
            let lower = 1.0 - c[6] * u - c[7] * (1.0 - u);
            let (u, v) = ((u - left) / (right - left), (v - upper) / (lower - upper));
            let on_paper = paper.at(u * (paper.width - 1) as f32, v * (paper.height - 1) as f32);
            let shade = match on_paper {
                Some(shade) => printed(shade, (u, v), conditions),
                None => conditions.table + 0.06 * ((x * 7 + y * 3) as f32 * 0.05).sin(),
            };
            let (strength, across, down) = conditions.shadow;
            let light = 1.0
                - strength
                    * (0.5
                        + 0.5
                            * (across * (x as f32 / width as f32 - 0.5) * 2.0
                                + down * (y as f32 / height as f32 - 0.5) * 2.0)
                                .clamp(-1.0, 1.0));
            photo.shades[y * width + x] = shade * light;
        }
    }
    for _ in 0..conditions.blur {
        photo = blurred(&photo);
    }
    for shade in &mut photo.shades {
        *shade += (chance.between(-1.0, 1.0) + chance.between(-1.0, 1.0)) * conditions.grain;
    }
    let shades: Vec<u8> = photo.shades.iter().map(|shade| (shade.clamp(0.0, 1.0) * 255.0) as u8).collect();
    file(&shades, (width, height), conditions, chance)
}

/// Ink that was weak to begin with, has faded in bands, and folds across it.
fn printed(shade: f32, (u, v): (f32, f32), conditions: &Conditions) -> f32 {
    let weak = conditions.ink + conditions.fading * (0.5 + 0.5 * (v * 9.0 + u * 2.0).sin());
    let mut shade = 0.93 - (1.0 - shade) * (0.93 - weak.min(0.7) * 0.9 - 0.05);
    for fold in &conditions.folds {
        let far = (v - fold).abs() * 120.0;
        if far < 1.0 {
            shade -= 0.22 * (1.0 - far);
        } else if far < 4.0 && v > *fold {
            shade -= 0.05;
        }
    }
    shade
}

fn blurred(photo: &Grey) -> Grey {
    let mut soft = Grey::blank(photo.width, photo.height, 1.0);
    for y in 0..photo.height {
        for x in 0..photo.width {
            let (mut sum, mut count) = (0.0, 0.0);
            for near_y in y.saturating_sub(1)..(y + 2).min(photo.height) {
                for near_x in x.saturating_sub(1)..(x + 2).min(photo.width) {
                    sum += photo.shades[near_y * photo.width + near_x];
                    count += 1.0;
                }
            }
            soft.shades[y * photo.width + x] = sum / count;
        }
    }
    soft
}

/// A file of one of the three kinds; a JPEG lies in one of eight ways and says so, with a place and a serial number.
fn file(shades: &[u8], (width, height): (usize, usize), conditions: &Conditions, chance: &mut Chance) -> Vec<u8> {
    let tint = [1.0, 0.985, 0.95];
    let dots: Vec<u8> = shades.iter().flat_map(|shade| tint.map(|tint| (f32::from(*shade) * tint) as u8)).collect();
    let upright = RgbImage::from_raw(width as u32, height as u32, dots).unwrap();
    let (width, height, mut file) = (upright.width(), upright.height(), Vec::new());
    match chance.whole(0, 9) {
        0 => PngEncoder::new(&mut file).write_image(&upright, width, height, ExtendedColorType::Rgb8).unwrap(),
        1 => {
            WebPEncoder::new_lossless(&mut file).write_image(&upright, width, height, ExtendedColorType::Rgb8).unwrap()
        }
        _ => {
            let orientation = u8::try_from(chance.whole(1, 8)).unwrap();
            let lying = tags::lain_down(DynamicImage::from(upright), orientation);
            JpegEncoder::new_with_quality(&mut file, conditions.quality).encode_image(&lying).unwrap();
            file = tags::with_tags(&file, orientation);
        }
    }
    file
}
