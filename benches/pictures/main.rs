//! How long a 12-megapixel photograph takes from its bytes to what is stored: stripped, stood upright, a thumbnail and a
//! preview made, both hashed, and its look for finding doubles; next to it `vipsthumbnail` making the same two sizes.
//! `cargo bench --bench pictures`; `BUSFARE_BENCH_ROUNDS=9` for more patience.
//!
//! Each picture is a process of its own on both sides, they take turns, and GNU time says how much memory each needed. Only
//! the ratio within one run means anything on a machine that others use too.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on stops")]

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use busfare::work::pictures;
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use sha2::{Digest, Sha256};

/// Says how much memory a program needed.
const TIME: &str = "/usr/bin/time";
const ROUNDS: usize = 5;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, "ours", photo, at_once] => ours(photo, at_once.parse().unwrap()),
        _ => compare(),
    }
}

/// What is done with a photograph that came, so many at once.
fn ours(photo: &str, at_once: usize) {
    let bytes = std::fs::read(photo).unwrap();
    let one = |bytes: Vec<u8>| {
        let picture = pictures::prepare(&bytes).unwrap();
        let sheet = &picture.sheets[0];
        let hashes = [&sheet.thumbnail, &sheet.preview].map(Sha256::digest);
        std::hint::black_box((hashes, pictures::look(&sheet.thumbnail)));
    };
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            let bytes = bytes.clone();
            scope.spawn(move || one(bytes));
        }
    });
}

fn compare() {
    let rounds = setting("BUSFARE_BENCH_ROUNDS").unwrap_or(ROUNDS);
    let folder = tempfile::tempdir().unwrap();
    println!("{} cores, load {}", std::thread::available_parallelism().unwrap(), load());
    let upright = photograph();
    let turned = [&upright[..2], &orientation(6), &upright[2..]].concat();
    println!("a photograph of 4000 by 3000 pixels, {} KB, {rounds} rounds, medians\n", upright.len() / 1000);
    println!("{:28} {:>22} {:>22} {:>7} {:>18}", "", "ours", "vipsthumbnail", "ratio", "ours, two at once");

    for (what, bytes) in [("as it stands", upright), ("to be turned upright", turned)] {
        let photo = folder.path().join("photo.jpg");
        std::fs::write(&photo, bytes).unwrap();
        let (mut mine, mut theirs, mut two) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            mine.push(measure(folder.path(), &me(&photo, 1)));
            let sizes = ["320", "1600"].map(|side| {
                let command = ["vipsthumbnail", "photo.jpg", "-s", side, "-o", "small.jpg[Q=82,strip]"];
                measure(folder.path(), &command.map(str::to_owned))
            });
            theirs.push((sizes[0].0 + sizes[1].0, sizes[0].1.max(sizes[1].1)));
            two.push(measure(folder.path(), &me(&photo, 2)));
        }
        let [mine, theirs, two] = [mine, theirs, two].map(median);
        let said =
            |(time, kilobytes): (Duration, u64)| format!("{:.0} ms, {} MB", time.as_secs_f64() * 1e3, kilobytes / 1000);
        let ratio = mine.0.as_secs_f64() / theirs.0.as_secs_f64();
        println!("{what:28} {:>22} {:>22} {ratio:>7.2} {:>18}", said(mine), said(theirs), said(two));
    }
    println!("\nload {}", load());
}

fn me(photo: &Path, at_once: usize) -> [String; 4] {
    let me = std::env::current_exe().unwrap();
    [me.display().to_string(), "ours".into(), photo.display().to_string(), at_once.to_string()]
}

/// How long a command took and how many kilobytes it needed.
fn measure(folder: &Path, command: &[String]) -> (Duration, u64) {
    let begun = Instant::now();
    let output = Command::new(TIME).args(["-f", "%M"]).args(command).current_dir(folder).output().unwrap();
    let took = begun.elapsed();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    (took, said.lines().last().unwrap().trim().parse().unwrap())
}

fn median(mut all: Vec<(Duration, u64)>) -> (Duration, u64) {
    let most = all.iter().map(|(_, kilobytes)| *kilobytes).max().unwrap();
    all.sort();
    (all[all.len() / 2].0, most)
}

/// Print on paper on a table, with a camera's grain: neither smooth nor pure noise.
fn photograph() -> Vec<u8> {
    let mut dice = 2026_u32;
    let picture = RgbImage::from_fn(4_000, 3_000, |x, y| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = i32::try_from((dice >> 16) % 15).unwrap() - 7;
        let on_paper = (800..3_200).contains(&x) && (200..2_800).contains(&y);
        let ink = on_paper && (y / 20) % 3 == 0 && (x / 7 * 31 + y / 60 * 17) % 5 < 2;
        let [red, green, blue] = if ink {
            [50, 48, 52]
        } else if on_paper {
            [222, 218, 205]
        } else {
            [112, 84, 60]
        };
        let light = i32::try_from((x + y) / 120).unwrap();
        Rgb([red, green, blue].map(|colour: i32| u8::try_from((colour + grain - light + 20).clamp(0, 255)).unwrap()))
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 92).encode_image(&picture).unwrap();
    bytes
}

/// EXIF that says how the phone was held, and nothing else.
fn orientation(exif: u8) -> Vec<u8> {
    let mut segment = vec![0xff, 0xe1, 0, 34];
    segment.extend(b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
    segment.extend([0, exif, 0, 0, 0, 0, 0, 0]);
    segment
}

fn setting(name: &str) -> Option<usize> {
    #[expect(clippy::disallowed_methods, reason = "a bench has no settings but these")]
    std::env::var(name).ok()?.parse().ok()
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}
