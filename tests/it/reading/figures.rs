//! How good the readings are, in figures: over receipts whose truth is known, the layouts half of which the rules were
//! made without. `BUSFARE_CORPUS` says how many; the figures are printed.

use std::collections::BTreeMap;

use busfare::{
    rules::{
        duplicate::Look,
        receipt_reading::{Guess, Word, read},
    },
    work::{
        contained::Contained,
        pictures::{self, Picture},
        reading,
    },
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use image::codecs::jpeg::JpegEncoder;

use crate::{
    corpus::{self, layout::Half, purchase::Truth, tags},
    postgres,
};

/// Receipts of each half where nobody says how many.
const FEW: u64 = 18;

/// Receipts of each half.
fn many() -> u64 {
    postgres::setting("BUSFARE_CORPUS").and_then(|many| many.parse::<u64>().ok()).map_or(FEW, |many| many / 2)
}

/// What came of one thing on all receipts that have it.
#[derive(Default)]
struct Figures {
    there: u32,
    suggested: u32,
    right: u32,
    among: u32,
}

impl Figures {
    fn count<T>(&mut self, truth: Option<&T>, guess: &Guess<T>, same: impl Fn(&T, &T) -> bool) {
        // What is suggested where there is nothing is wrong as well.
        self.suggested += u32::from(guess.suggested.is_some());
        let Some(truth) = truth else { return };
        self.there += 1;
        self.right += u32::from(guess.suggested.as_ref().is_some_and(|value| same(value, truth)));
        self.among += u32::from(guess.candidates.iter().any(|one| same(&one.value, truth)));
    }

    fn percent(part: u32, whole: u32) -> f64 {
        if whole == 0 { 100.0 } else { 100.0 * f64::from(part) / f64::from(whole) }
    }

    fn precision(&self) -> f64 {
        Self::percent(self.right, self.suggested)
    }

    fn cover(&self) -> f64 {
        Self::percent(self.suggested, self.there)
    }

    fn chips(&self) -> f64 {
        Self::percent(self.among, self.there)
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words on one receipt of the corpus, after its picture was made fit to keep as any other is.
async fn seen(contained: &Contained, half: Half, number: u64) -> (Truth, Vec<Vec<Word>>) {
    let photographed = tokio::task::spawn_blocking(move || {
        let receipt = corpus::receipt(half, number);
        let kept = pictures::prepare(&receipt.file).unwrap();
        let serial = tags::SERIAL.as_bytes();
        assert!(!kept.bytes.windows(serial.len()).any(|window| window == serial), "the serial number was kept");
        (receipt.truth, kept.bytes)
    });
    let (truth, picture) = photographed.await.unwrap();
    (truth, reading::page(contained, Bytes::from(picture), 1).await.unwrap())
}

async fn figures(contained: &Contained, half: Half, many: u64) -> BTreeMap<&'static str, Figures> {
    let mut all: BTreeMap<&'static str, Figures> = BTreeMap::new();
    let mut each = stream::iter(0..many).map(|number| seen(contained, half, number)).buffer_unordered(2);
    while let Some((truth, passes)) = each.next().await {
        let reading = read(&passes, corpus::today());
        all.entry("total").or_default().count(Some(&truth.total), &reading.total, |a, b| a == b);
        all.entry("day").or_default().count(Some(&truth.day), &reading.day, |a, b| a == b);
        all.entry("time").or_default().count(truth.minute.as_ref(), &reading.minute, |a, b| a == b);
        all.entry("merchant")
            .or_default()
            .count(Some(&truth.merchant), &reading.merchant, |a, b| folded(a) == folded(b));
        all.entry("VAT number").or_default().count(truth.vat_number.as_ref(), &reading.vat_number, |a, b| a == b);
        all.entry("VAT").or_default().count(truth.vat.as_ref(), &reading.vat, |a, b| a == b);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_filled_in_beforehand_is_right_and_the_rest_is_among_four() {
    let data = tempfile::tempdir().unwrap();
    let contained = Contained::fenced_by(env!("CARGO_BIN_EXE_busfare").into(), data.path().join("contained"));
    if !contained.has("tesseract") || !corpus::draw::can_print() {
        eprintln!("SKIPPED: tesseract or every font is missing (apt-get install tesseract-ocr fonts-dejavu-core)");
        return;
    }
    let many = many();
    let engine = reading::engine(&contained).await.unwrap();
    println!("{} {}, {many} receipts of each half", engine.name, engine.version);

    for half in [Half::Tuned, Half::HeldOut] {
        let all = figures(&contained, half, many).await;
        for (name, figures) in &all {
            println!(
                "{half:?} {name:10} on {:3}: filled in {:5.1} %, right {:5.1} %, among four {:5.1} %",
                figures.there,
                figures.cover(),
                figures.precision(),
                figures.chips()
            );
        }
        if half == Half::HeldOut {
            for (name, figures) in &all {
                // One of few may be wrong before a figure says anything.
                let wrong = figures.suggested - figures.right;
                assert!(wrong <= 1 || figures.precision() >= 94.0, "{name} is filled in wrongly {wrong} times");
            }
            assert!(all["total"].cover() >= 40.0 && all["total"].chips() >= 85.0, "the total is found too seldom");
        }
    }
}

/// The same picture as a messenger sends it on: smaller files of the same dots.
fn encoded_anew(picture: &[u8]) -> Vec<u8> {
    let mut anew = Vec::new();
    let picture = image::load_from_memory(picture).unwrap();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut anew, 60)).unwrap();
    anew
}

#[test]
fn no_two_different_receipts_look_the_same_and_a_copy_does() {
    if !corpus::draw::can_print() {
        eprintln!("SKIPPED: every font is missing (apt-get install fonts-dejavu-core)");
        return;
    }
    let many = many();
    let all = [Half::Tuned, Half::HeldOut].into_iter().flat_map(|half| (0..many).map(move |number| (half, number)));
    let look = |kept: &Picture| pictures::look(&kept.sheets[0].thumbnail).unwrap();
    let (mut looks, mut copies): (Vec<Look>, usize) = (Vec::new(), 0);
    for (half, number) in all {
        let kept = pictures::prepare(&corpus::receipt(half, number).file).unwrap();
        let copy = pictures::prepare(&encoded_anew(&kept.bytes)).unwrap();
        copies += usize::from(look(&kept).is_near(&look(&copy)));
        looks.push(look(&kept));
    }
    let pairs =
        || looks.iter().enumerate().flat_map(|(place, one)| looks[..place].iter().map(move |other| (one, other)));
    let (false_pairs, nearest) = (
        pairs().filter(|(one, other)| one.is_near(other)).count(),
        pairs().map(|(one, other)| one.distance(other)).min(),
    );
    println!(
        "{false_pairs} of {} pairs look the same, the nearest {nearest:?} apart; {copies} of {} copies do",
        pairs().count(),
        looks.len()
    );
    assert_eq!(false_pairs, 0);
    assert!(copies * 10 >= looks.len() * 9, "of {} copies only {copies} are known again", looks.len());
}
