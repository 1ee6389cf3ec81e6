//! Makes a photograph fit to be read: grey, lit evenly, level, and with letters as high as the engine likes them.

use image::{GrayImage, Luma, imageops};

/// How high the engine likes capital letters, in pixels.
const LETTER: f32 = 30.0;
/// Most pixels that are looked at; more only takes time.
const MOST_PIXELS: f32 = 6_000_000.0;
/// A letter that is this many pixels high or more, or this few or fewer, is none.
const LETTERS: std::ops::RangeInclusive<usize> = 7..=140;
/// Tilts that are tried, in tenths of a degree.
const TILTS: std::ops::RangeInclusive<i32> = -50..=50;

/// The same picture, ready to be read.
pub fn ready(photo: &GrayImage) -> GrayImage {
    let photo = shrunk(photo);
    let even = evenly_lit(&photo);
    let letters = letters(&even);
    let (scale, tilt) = (scale(&letters, &even), tilt(&letters));
    turned(&even, scale, tilt)
}

/// No larger than makes sense.
fn shrunk(photo: &GrayImage) -> GrayImage {
    let pixels = photo.width() as f32 * photo.height() as f32;
    if pixels <= MOST_PIXELS {
        return photo.clone();
    }
    let by = (MOST_PIXELS / pixels).sqrt();
    let side = |length: u32| ((length as f32 * by) as u32).max(1);
    imageops::thumbnail(photo, side(photo.width()), side(photo.height()))
}

/// Divides by the light of the place, which is the brightness of the paper around it, and stretches what is left.
fn evenly_lit(photo: &GrayImage) -> GrayImage {
    const TILE: u32 = 24;
    let (across, down) = (photo.width().div_ceil(TILE), photo.height().div_ceil(TILE));
    // The paper of a tile is brighter than nine tenths of it.
    let paper = GrayImage::from_fn(across, down, |tile_x, tile_y| {
        let mut counts = [0_u32; 256];
        let mut all = 0;
        for y in tile_y * TILE..((tile_y + 1) * TILE).min(photo.height()) {
            for x in tile_x * TILE..((tile_x + 1) * TILE).min(photo.width()) {
                counts[usize::from(photo.get_pixel(x, y).0[0])] += 1;
                all += 1;
            }
        }
        let mut left = all / 10;
        let shade = (0..=255_u8).rev().find(|shade| {
            let count = counts[usize::from(*shade)];
            let found = count > left;
            left = left.saturating_sub(count);
            found
        });
        Luma([shade.unwrap_or(255)])
    });
    let beside = beside_the_paper(&paper);
    // Where there is more ink than paper, the paper is beside it.
    let paper = spread(&paper);
    let paper = imageops::blur(&paper, 1.2);
    let paper = imageops::resize(&paper, photo.width(), photo.height(), imageops::FilterType::Triangle);
    let mut even = GrayImage::from_fn(photo.width(), photo.height(), |x, y| {
        if beside.get_pixel(x / TILE, y / TILE).0[0] > 0 {
            return Luma([255]);
        }
        let (shade, light) = (u32::from(photo.get_pixel(x, y).0[0]), u32::from(paper.get_pixel(x, y).0[0]).max(24));
        Luma([u8::try_from((shade * 255 / light).min(255)).unwrap_or(255)])
    });
    stretch(&mut even);
    even
}

/// Which tiles are the table and not the paper: darker than what is brightest, and not within the largest bright piece.
/// None are where table and paper cannot be told apart.
fn beside_the_paper(tiles: &GrayImage) -> GrayImage {
    let none = GrayImage::new(tiles.width(), tiles.height());
    let Some(edge) = edge(tiles) else { return none };
    let (width, height) = (tiles.width() as usize, tiles.height() as usize);
    let bright: Vec<bool> = tiles.pixels().map(|tile| tile.0[0] > edge).collect();
    let (mut seen, mut largest, mut open) = (vec![false; bright.len()], Vec::new(), Vec::new());
    for from in 0..bright.len() {
        if seen[from] || !bright[from] {
            continue;
        }
        seen[from] = true;
        open.push(from);
        let mut piece = Vec::new();
        while let Some(tile) = open.pop() {
            piece.push(tile);
            let (x, y) = (tile % width, tile / width);
            for (near_x, near_y) in [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)] {
                let near = near_y.wrapping_mul(width).wrapping_add(near_x);
                if near_x < width && near_y < height && bright[near] && !seen[near] {
                    seen[near] = true;
                    open.push(near);
                }
            }
        }
        if piece.len() > largest.len() {
            largest = piece;
        }
    }
    if largest.len() * 5 < bright.len() {
        return none;
    }
    // Between the first and the last bright tile of a row everything is paper, however much ink is on it.
    let mut table = GrayImage::from_pixel(tiles.width(), tiles.height(), Luma([255]));
    for row in 0..height {
        let in_row = || largest.iter().filter(|tile| **tile / width == row).map(|tile| tile % width);
        if let (Some(first), Some(last)) = (in_row().min(), in_row().max()) {
            for x in first..=last {
                table.put_pixel(x as u32, row as u32, Luma([0]));
            }
        }
    }
    table
}

/// The shade that parts bright tiles from dark ones best; none where the two are much alike.
fn edge(tiles: &GrayImage) -> Option<u8> {
    let mut counts = [0_u64; 256];
    for tile in tiles.pixels() {
        counts[usize::from(tile.0[0])] += 1;
    }
    let all: u64 = counts.iter().sum();
    let weight: u64 = (0..).zip(counts).map(|(shade, count)| shade * count).sum();
    let (mut below, mut dark, mut best) = (0_u64, 0_u64, (0.0_f64, 0_u8, 0.0_f64));
    for (shade, count) in (0..=255_u8).zip(counts) {
        below += count;
        dark += u64::from(shade) * count;
        if below == 0 || below == all {
            continue;
        }
        let apart = (weight - dark) as f64 / (all - below) as f64 - dark as f64 / below as f64;
        let parts = below as f64 * (all - below) as f64 * apart * apart;
        if parts > best.0 {
            best = (parts, shade, apart);
        }
    }
    (best.2 > 60.0).then_some(best.1)
}

/// Each tile as bright as the brightest beside it.
fn spread(tiles: &GrayImage) -> GrayImage {
    GrayImage::from_fn(tiles.width(), tiles.height(), |x, y| {
        let around = (y.saturating_sub(1)..(y + 2).min(tiles.height()))
            .flat_map(|y| (x.saturating_sub(1)..(x + 2).min(tiles.width())).map(move |x| tiles.get_pixel(x, y).0[0]));
        Luma([around.max().unwrap_or(255)])
    })
}

/// The darkest hundredth becomes black, so that faded ink is read as well.
fn stretch(even: &mut GrayImage) {
    let mut counts = [0_usize; 256];
    for dot in even.pixels() {
        counts[usize::from(dot.0[0])] += 1;
    }
    let mut left = even.len() / 60;
    let mut black = 0_u32;
    for (shade, count) in (0..).zip(counts) {
        black = shade;
        if count > left {
            break;
        }
        left -= count;
    }
    let (black, white) = (black.min(150), 235_u32);
    for dot in even.pixels_mut() {
        let shade = u32::from(dot.0[0]).clamp(black, white);
        dot.0[0] = u8::try_from((shade - black) * 255 / (white - black)).unwrap_or(255);
    }
}

/// A piece of ink as large as a letter: where its foot is and how high it is.
#[derive(Clone, Copy)]
struct Letter {
    x: f32,
    foot: f32,
    height: usize,
}

/// Pieces of ink that hang together and have the size of letters.
fn letters(even: &GrayImage) -> Vec<Letter> {
    let (width, height) = (even.width() as usize, even.height() as usize);
    let mut ink: Vec<bool> = even.pixels().map(|dot| dot.0[0] < 140).collect();
    let (mut letters, mut open) = (Vec::new(), Vec::new());
    for from in 0..ink.len() {
        if !ink[from] {
            continue;
        }
        ink[from] = false;
        open.push(from);
        let (mut left, mut right, mut upper, mut lower, mut count) = (width, 0, height, 0, 0_usize);
        while let Some(dot) = open.pop() {
            let (x, y) = (dot % width, dot / width);
            (left, right, upper, lower, count) = (left.min(x), right.max(x), upper.min(y), lower.max(y), count + 1);
            for (near_x, near_y) in [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)] {
                if near_x < width && near_y < height && ink[near_y * width + near_x] {
                    ink[near_y * width + near_x] = false;
                    open.push(near_y * width + near_x);
                }
            }
        }
        let (wide, high) = (right - left + 1, lower - upper + 1);
        if LETTERS.contains(&high) && wide <= high * 2 && wide * 8 >= high && count * 10 >= wide * high {
            letters.push(Letter { x: (left + right) as f32 / 2.0, foot: lower as f32, height: high });
        }
    }
    letters
}

/// How much larger the picture has to be.
fn scale(letters: &[Letter], even: &GrayImage) -> f32 {
    let mut heights: Vec<_> = letters.iter().map(|letter| letter.height).collect();
    heights.sort_unstable();
    // Capitals and digits are higher than most letters.
    let Some(capital) = heights.get(heights.len() * 7 / 10).filter(|_| heights.len() >= 20) else { return 1.0 };
    let most = (MOST_PIXELS / (even.width() as f32 * even.height() as f32)).sqrt();
    (LETTER / *capital as f32).clamp(0.3, 3.0).min(most.max(0.3))
}

/// By how many radians the lines lean: the tilt at which most letters stand on the same lines.
fn tilt(letters: &[Letter]) -> f32 {
    let mut best = (0.0_f32, 0.0_f32);
    for tenths in TILTS {
        let slope = (tenths as f32 / 10.0).to_radians().tan();
        let mut rows = std::collections::HashMap::<i64, f32>::new();
        for letter in letters.iter().take(4_000) {
            *rows.entry(((letter.foot - letter.x * slope) / 3.0) as i64).or_default() += 1.0;
        }
        let sharp: f32 = rows.values().map(|count| count * count).sum();
        if sharp > best.1 * 1.001 {
            best = (slope.atan(), sharp);
        }
    }
    best.0
}

/// Larger or smaller, and level.
fn turned(even: &GrayImage, scale: f32, tilt: f32) -> GrayImage {
    let side = |length: u32| ((length as f32 * scale).round() as u32).max(1);
    let (width, height) = (side(even.width()), side(even.height()));
    let filter = if scale < 1.0 { imageops::FilterType::Triangle } else { imageops::FilterType::CatmullRom };
    let sized = if (scale - 1.0).abs() < 0.05 { even.clone() } else { imageops::resize(even, width, height, filter) };
    if tilt.abs() < 0.004 {
        return sized;
    }
    let (sin, cos) = tilt.sin_cos();
    let (middle_x, middle_y) = (sized.width() as f32 / 2.0, sized.height() as f32 / 2.0);
    GrayImage::from_fn(sized.width(), sized.height(), |x, y| {
        let (dx, dy) = (x as f32 - middle_x, y as f32 - middle_y);
        Luma([imageops::interpolate_bilinear(&sized, dx * cos - dy * sin + middle_x, dx * sin + dy * cos + middle_y)
            .map_or(255, |dot| dot.0[0])])
    })
}
