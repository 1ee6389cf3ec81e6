//! What may make a picture hard to read. It is advice and nothing else: a poor photograph of the only receipt there is
//! is kept like any other.

use busfare_entity::words::PictureHint as Hint;
use image::{DynamicImage, GrayImage, imageops};

pub use busfare_entity::words::PictureHint;

/// Looked at in this size, longest side, so that thresholds mean the same for every camera.
const SIDE: u32 = 800;
/// The picture is looked at in squares of so many pixels.
const SQUARE: u32 = 25;
/// Paper in a picture that can be read is brighter than this.
const DARK_PAPER: u8 = 75;
/// A square with less contrast than this, as a standard deviation, says nothing about sharpness.
const CONTRAST: f64 = 9.0;
/// How steep the edges of a sharp picture are, as the energy of the second derivative in that of the first.
const SHARP: f64 = 0.45;
/// White so bright that nothing is left in it.
const BURNT: u8 = 250;
/// The part of the picture, in percent, from which burnt squares hide something.
const GLARE_PERCENT: usize = 2;

/// What may make an upright picture hard to read, worst first; nothing where all is well.
pub(super) fn hints(screen: &DynamicImage) -> Vec<Hint> {
    let grey = small_and_grey(screen);
    if grey.width() < 3 * SQUARE || grey.height() < 3 * SQUARE {
        return Vec::new();
    }
    let squares = squares(&grey);
    let mut hints = Vec::new();
    if is_dark(&grey) {
        hints.push(Hint::Dark);
    }
    if is_blurred(&squares) {
        hints.push(Hint::Blurred);
    }
    if has_glare(&grey, &squares) {
        hints.push(Hint::Glare);
    }
    hints
}

fn small_and_grey(screen: &DynamicImage) -> GrayImage {
    let longest = screen.width().max(screen.height());
    if longest <= SIDE {
        return screen.to_luma8();
    }
    screen.thumbnail(SIDE, SIDE).to_luma8()
}

/// What is known of one square.
struct Square {
    mean: f64,
    contrast: f64,
    steepness: f64,
}

fn squares(grey: &GrayImage) -> Vec<Square> {
    // A camera's grain is not sharpness.
    let calm = imageops::blur(grey, 0.7);
    let across = |side: u32| (0..side / SQUARE).map(|place| place * SQUARE);
    across(grey.height())
        .flat_map(|top| across(grey.width()).map(move |left| (left, top)))
        .map(|at| square(&calm, at))
        .collect()
}

fn square(grey: &GrayImage, (left, top): (u32, u32)) -> Square {
    let shade = |x: u32, y: u32| f64::from(grey.get_pixel(x, y).0[0]);
    let (mut sum, mut squared, mut count) = (0.0, 0.0, 0.0);
    let (mut slopes, mut bends) = (0.0, 0.0);
    for y in top.max(1)..(top + SQUARE).min(grey.height() - 1) {
        for x in left.max(1)..(left + SQUARE).min(grey.width() - 1) {
            let here = shade(x, y);
            sum += here;
            squared += here * here;
            count += 1.0;
            let (right, below) = (shade(x + 1, y) - shade(x - 1, y), shade(x, y + 1) - shade(x, y - 1));
            slopes += (right * right + below * below) / 4.0;
            let bend = shade(x + 1, y) + shade(x - 1, y) + shade(x, y + 1) + shade(x, y - 1) - 4.0 * here;
            bends += bend * bend;
        }
    }
    let mean = sum / f64::max(count, 1.0);
    let contrast = (squared / f64::max(count, 1.0) - mean * mean).max(0.0).sqrt();
    Square { mean, contrast, steepness: bends / f64::max(slopes, 1.0) }
}

/// The shade that so many percent of the pixels are not brighter than.
fn percentile(grey: &GrayImage, percent: usize) -> u8 {
    let mut counts = [0_usize; 256];
    for pixel in grey.pixels() {
        counts[usize::from(pixel.0[0])] += 1;
    }
    let wanted = (grey.width() as usize * grey.height() as usize * percent).div_ceil(100);
    let mut seen = 0;
    let shade = counts.iter().position(|count| {
        seen += count;
        seen >= wanted
    });
    u8::try_from(shade.unwrap_or(255)).unwrap_or(u8::MAX)
}

/// Even the brightest tenth is dark.
fn is_dark(grey: &GrayImage) -> bool {
    percentile(grey, 90) < DARK_PAPER
}

/// Where there is something to see, its edges are soft. A picture of nothing is not blurred.
fn is_blurred(squares: &[Square]) -> bool {
    let mut steepness: Vec<f64> =
        squares.iter().filter(|square| square.contrast > CONTRAST).map(|square| square.steepness).collect();
    if steepness.len() * 100 < squares.len() {
        return false;
    }
    steepness.sort_by(f64::total_cmp);
    // The sharper part of it: a table behind the receipt may be out of focus.
    steepness.get(steepness.len() * 3 / 4).is_some_and(|typical| *typical < SHARP)
}

/// Light that a lamp left on paper: wholly white squares on paper that is not white, and a soft edge around them. A page
/// that is white by design has hard edges.
fn has_glare(grey: &GrayImage, squares: &[Square]) -> bool {
    let burnt = squares.iter().filter(|square| square.mean >= f64::from(BURNT) && square.contrast < 3.0).count();
    let share = burnt * 100 / squares.len().max(1);
    let of = |range: std::ops::RangeInclusive<u8>| grey.pixels().filter(|pixel| range.contains(&pixel.0[0])).count();
    let is_soft = of(226..=BURNT - 1) * 25 >= of(BURNT..=u8::MAX);
    (GLARE_PERCENT..60).contains(&share) && is_soft && percentile(grey, 40) < 235
}
