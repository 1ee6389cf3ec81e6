//! Drawing a receipt: ink on paper, in the fonts that are installed.

use std::{fs, path::Path, sync::LazyLock};

use swash::{
    FontRef,
    scale::{Render, ScaleContext, Source},
    zeno::Vector,
};

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

/// Files of fonts that are here, of a half; those of the other half where it has none.
static FONTS: LazyLock<[Vec<Vec<u8>>; 2]> = LazyLock::new(|| {
    let load = |name: &&str| {
        let file = fs::read(Path::new(FOLDER).join(format!("{name}.ttf"))).ok()?;
        FontRef::from_index(&file, 0).is_some().then_some(file)
    };
    [TUNED.iter().filter_map(load).collect(), HELD_OUT.iter().filter_map(load).collect()]
});

/// A font at a size. A size is the height of a line in dots, from the highest letter to the lowest.
#[derive(Clone, Copy)]
struct Face<'a> {
    font: FontRef<'a>,
    dots_per_em: f32,
    ascent: f32,
}

impl<'a> Face<'a> {
    fn of(font: FontRef<'a>, size: f32) -> Self {
        let metrics = font.metrics(&[]);
        let dots_per_em = size * f32::from(metrics.units_per_em) / (metrics.ascent + metrics.descent);
        Self { font, dots_per_em, ascent: metrics.scale(dots_per_em).ascent }
    }

    fn advance(&self, letter: char) -> f32 {
        let widths = self.font.glyph_metrics(&[]).scale(self.dots_per_em);
        widths.advance_width(self.font.charmap().map(letter))
    }

    fn wide(&self, text: &str) -> f32 {
        text.chars().map(|letter| self.advance(letter)).sum()
    }
}

/// Whether there is any font to print with.
pub fn can_print() -> bool {
    FONTS.iter().any(|fonts| !fonts.is_empty())
}

/// Prints a receipt on paper as wide as its longest line needs.
pub fn print(lines: &[Printed], half: Half, chance: &mut Chance) -> Grey {
    let place = usize::from(half == Half::HeldOut);
    let fonts = if FONTS[place].is_empty() { &FONTS[1 - place] } else { &FONTS[place] };
    let font = FontRef::from_index(chance.one_of(fonts).as_slice(), 0).expect("a font that was loaded");
    let size = chance.between(24.0, 34.0);
    let leading = size * chance.between(1.12, 1.4);
    let margin = size * chance.between(0.8, 2.0);
    let (usual, large) = (Face::of(font, size), Face::of(font, size * 1.45));
    let face = |line: &Printed| if line.large { large } else { usual };
    let rule = |line: &Printed| line.left.len() == 60 && line.left.chars().all(|c| c == '-' || c == '*');
    let needs = |line: &Printed| {
        face(line).wide(&line.left) + if line.right.is_empty() { 0.0 } else { face(line).wide(&line.right) + size }
    };
    let widest =
        lines.iter().filter(|line| !rule(line)).map(needs).fold(size * 16.0, f32::max) * chance.between(1.0, 1.12);
    let heights: f32 = lines.iter().map(|line| if line.large { leading * 1.5 } else { leading }).sum();
    let mut paper = Grey::blank((widest + margin * 2.0) as usize, (heights + margin * 4.0) as usize, 1.0);

    let mut top = margin * 2.0;
    for line in lines {
        let face = face(line);
        let left = if line.centred { margin + (widest - face.wide(&line.left)) / 2.0 } else { margin };
        let text: String = if rule(line) {
            line.left.chars().take((widest / face.wide("-").max(1.0)) as usize).collect()
        } else {
            line.left.clone()
        };
        write(&mut paper, face, (if rule(line) { margin } else { left }, top), &text, line.bold);
        if !line.right.is_empty() {
            write(&mut paper, face, (margin + widest - face.wide(&line.right), top), &line.right, line.bold);
        }
        top += if line.large { leading * 1.5 } else { leading };
    }
    paper
}

fn write(paper: &mut Grey, face: Face<'_>, (left, top): (f32, f32), text: &str, bold: bool) {
    let mut context = ScaleContext::new();
    let mut scaler = context.builder(face.font).size(face.dots_per_em).build();
    let baseline = top + face.ascent;
    let mut at = left;
    for letter in text.chars() {
        let between_dots = Vector::new(at.fract(), -baseline.fract());
        let glyph = face.font.charmap().map(letter);
        let drawn = Render::new(&[Source::Outline]).offset(between_dots).render(&mut scaler, glyph);
        let (x, y) = (at.trunc() as i32, baseline.trunc() as i32);
        at += face.advance(letter);
        let Some(drawn) = drawn else { continue };
        let place = drawn.placement;
        let dots = (0..place.height as i32).flat_map(|down| (0..place.width as i32).map(move |across| (across, down)));
        for ((across, down), ink) in dots.zip(&drawn.data) {
            for shift in 0..=i32::from(bold) {
                let (x, y) = (x + place.left + across + shift, y - place.top + down);
                if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y))
                    && x < paper.width
                    && y < paper.height
                {
                    let dot = &mut paper.shades[y * paper.width + x];
                    *dot = dot.min(1.0 - f32::from(*ink) / 255.0);
                }
            }
        }
    }
}
