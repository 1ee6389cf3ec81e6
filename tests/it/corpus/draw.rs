//! Drawing a receipt: ink on paper, in the fonts that are installed.

use std::{fs, path::Path, sync::LazyLock};

use ab_glyph::{Font, FontVec, PxScale, ScaleFont};

use super::{
    chance::Chance,
    layout::{Half, Printed},
};

/// A grey picture, dark ink being 0.
pub struct Grey {
    pub width: usize,
    pub height: usize,
    pub shades: Vec<f32>,
}

impl Grey {
    pub fn blank(width: usize, height: usize, shade: f32) -> Self {
        Self { width, height, shades: vec![shade; width * height] }
    }

    /// The shade at a place, between the dots; nothing beyond the edge.
    pub fn at(&self, x: f32, y: f32) -> Option<f32> {
        if x < 0.0 || y < 0.0 {
            return None;
        }
        let (left, top) = (x as usize, y as usize);
        if left + 1 >= self.width || top + 1 >= self.height {
            return None;
        }
        let (across, down) = (x - left as f32, y - top as f32);
        let dot = |x: usize, y: usize| self.shades[y * self.width + x];
        let upper = dot(left, top) * (1.0 - across) + dot(left + 1, top) * across;
        let lower = dot(left, top + 1) * (1.0 - across) + dot(left + 1, top + 1) * across;
        Some(upper * (1.0 - down) + lower * down)
    }
}

/// Where Debian puts fonts, and which of them look like a till's. The held-out half is printed in others as well.
const FOLDER: &str = "/usr/share/fonts/truetype";
const TUNED: [&str; 5] = [
    "dejavu/DejaVuSansMono",
    "dejavu/DejaVuSansMono",
    "dejavu/DejaVuSans",
    "dejavu/DejaVuSansMono-Bold",
    "freefont/FreeMonoBold",
];
const HELD_OUT: [&str; 6] = [
    "liberation/LiberationMono-Regular",
    "liberation/LiberationMono-Bold",
    "liberation/LiberationSansNarrow-Bold",
    "liberation/LiberationSans-Regular",
    "freefont/FreeSans",
    "dejavu/DejaVuSansMono-Bold",
];

/// Fonts that are here, of a half; those of the other half where it has none.
static FONTS: LazyLock<[Vec<FontVec>; 2]> = LazyLock::new(|| {
    let load = |name: &&str| FontVec::try_from_vec(fs::read(Path::new(FOLDER).join(format!("{name}.ttf"))).ok()?).ok();
    [TUNED.iter().filter_map(load).collect(), HELD_OUT.iter().filter_map(load).collect()]
});

/// Whether there is any font to print with.
pub fn can_print() -> bool {
    FONTS.iter().any(|fonts| !fonts.is_empty())
}

/// Prints a receipt on paper as wide as its longest line needs.
pub fn print(lines: &[Printed], half: Half, chance: &mut Chance) -> Grey {
    let place = usize::from(half == Half::HeldOut);
    let fonts = if FONTS[place].is_empty() { &FONTS[1 - place] } else { &FONTS[place] };
    let font = chance.one_of(fonts);
    let size = chance.between(24.0, 34.0);
    let leading = size * chance.between(1.12, 1.4);
    let margin = size * chance.between(0.8, 2.0);
    let scale = |line: &Printed| PxScale::from(if line.large { size * 1.45 } else { size });
    let wide = |text: &str, scale: PxScale| {
        let font = font.as_scaled(scale);
        text.chars().map(|letter| font.h_advance(font.glyph_id(letter))).sum::<f32>()
    };
    let rule = |line: &Printed| line.left.len() == 60 && line.left.chars().all(|c| c == '-' || c == '*');
    let needs = |line: &Printed| {
        wide(&line.left, scale(line)) + if line.right.is_empty() { 0.0 } else { wide(&line.right, scale(line)) + size }
    };
    let widest =
        lines.iter().filter(|line| !rule(line)).map(needs).fold(size * 16.0, f32::max) * chance.between(1.0, 1.12);
    let heights: f32 = lines.iter().map(|line| if line.large { leading * 1.5 } else { leading }).sum();
    let mut paper = Grey::blank((widest + margin * 2.0) as usize, (heights + margin * 4.0) as usize, 1.0);

    let mut top = margin * 2.0;
    for line in lines {
        let scale = scale(line);
        let left = if line.centred { margin + (widest - wide(&line.left, scale)) / 2.0 } else { margin };
        let text: String = if rule(line) {
            line.left.chars().take((widest / wide("-", scale).max(1.0)) as usize).collect()
        } else {
            line.left.clone()
        };
        write(&mut paper, font, scale, (if rule(line) { margin } else { left }, top), &text, line.bold);
        if !line.right.is_empty() {
            write(&mut paper, font, scale, (margin + widest - wide(&line.right, scale), top), &line.right, line.bold);
        }
        top += if line.large { leading * 1.5 } else { leading };
    }
    paper
}

fn write(paper: &mut Grey, font: &FontVec, scale: PxScale, (left, top): (f32, f32), text: &str, bold: bool) {
    let scaled = font.as_scaled(scale);
    let mut at = left;
    for letter in text.chars() {
        let id = scaled.glyph_id(letter);
        let glyph = id.with_scale_and_position(scale, ab_glyph::point(at, top + scaled.ascent()));
        at += scaled.h_advance(id);
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let bounds = outline.px_bounds();
        outline.draw(|x, y, ink| {
            for shift in 0..=usize::from(bold) {
                let (x, y) = (bounds.min.x as i64 + i64::from(x) + shift as i64, bounds.min.y as i64 + i64::from(y));
                if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y))
                    && x < paper.width
                    && y < paper.height
                {
                    let dot = &mut paper.shades[y * paper.width + x];
                    *dot = dot.min(1.0 - ink.min(1.0));
                }
            }
        });
    }
}
