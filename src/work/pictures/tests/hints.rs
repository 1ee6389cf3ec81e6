//! What may make a picture hard to read is said, and a good one is left in peace.

use image::{DynamicImage, GrayImage, Luma, imageops};

use super::super::hints::{PictureHint, hints};
use super::super::sample;
use super::kit::Dice;

/// A receipt on a table: lines of print, paper that is not quite white, and the grain of a camera.
fn receipt() -> GrayImage {
    let mut dice = Dice(11);
    let mut print = vec![false; 1_000 * 1_400];
    for line in (120..1_280).step_by(28) {
        for letter in 0..40_usize {
            for dot in 0..35_usize {
                if dice.below(2) == 0 {
                    let (left, top) = (200 + letter * 15 + dot % 5 * 2, line + dot / 5 * 2);
                    for next in [0, 1, 1_000, 1_001] {
                        print[top * 1_000 + left + next] = true;
                    }
                }
            }
        }
    }
    GrayImage::from_fn(1_000, 1_400, |x, y| {
        let on_paper = (150..850).contains(&x) && (80..1_320).contains(&y);
        let ink = print[y as usize * 1_000 + x as usize];
        let shade = if ink {
            45
        } else if on_paper {
            215
        } else {
            95
        };
        Luma([(shade + dice.below(9)) as u8])
    })
}

fn hints_of(picture: GrayImage) -> Vec<PictureHint> {
    hints(&DynamicImage::from(picture))
}

fn darker(picture: &GrayImage, by: u8) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| Luma([picture.get_pixel(x, y).0[0] / by]))
}

/// A lamp's light on the paper.
fn with_lamp(picture: &GrayImage, radius: f64) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let away = (f64::from(x) - 500.0).hypot(f64::from(y) - 600.0);
        let light = 420.0 * (1.4 - away / radius).clamp(0.0, 1.0);
        Luma([(f64::from(picture.get_pixel(x, y).0[0]) + light).min(255.0) as u8])
    })
}

#[test]
fn a_good_picture_has_no_hints() {
    assert_eq!(hints_of(receipt()), []);
    assert_eq!(hints_of(darker(&receipt(), 2)), [], "a room in the evening");
    assert_eq!(hints_of(imageops::blur(&receipt(), 0.8)), [], "a camera is never quite sharp");
    let ticket = image::load_from_memory(&sample::bus_ticket("1.15")).unwrap();
    assert_eq!(hints(&ticket), []);
}

#[test]
fn a_picture_of_a_screen_or_of_nothing_has_no_hints() {
    let screen = GrayImage::from_fn(800, 600, |x, y| {
        Luma([if (y / 9) % 3 == 0 && (x / 4) % 2 == 0 && x < 600 { 20 } else { 255 }])
    });
    assert_eq!(hints_of(screen), []);
    for shade in [120, 200, 255] {
        assert_eq!(hints_of(GrayImage::from_pixel(800, 600, Luma([shade]))), [], "{shade}");
    }
    assert_eq!(hints_of(GrayImage::from_pixel(3, 3, Luma([0]))), [], "too small to say");
}

#[test]
fn a_blurred_a_dark_and_a_glaring_picture_are_told_apart() {
    for blur in [4.0, 8.0] {
        assert_eq!(hints_of(imageops::blur(&receipt(), blur)), [PictureHint::Blurred], "{blur}");
    }
    for by in [5, 8] {
        assert_eq!(hints_of(darker(&receipt(), by)), [PictureHint::Dark], "{by}");
    }
    for radius in [160.0, 260.0] {
        assert_eq!(hints_of(with_lamp(&receipt(), radius)), [PictureHint::Glare], "{radius}");
    }
}
