//! HEIC as phones send it: kept without its metadata, never decoded by the server, and shown upright where there is a
//! converter.

use busfare::work::pictures::{MediaType, PictureRefusal, UnsupportedKind, prepare, showing::can_show};
use tempfile::TempDir;

use crate::kit::{Workshop, held, here, is_upright, marked, runs};

const TOOLS: [&str; 3] = ["heif-enc", "heif-convert", "exiftool"];
/// What a phone hides in a picture.
const HIDDEN: [&str; 7] = [
    "-GPSLatitude=51.4816",
    "-GPSLatitudeRef=N",
    "-SerialNumber=SN-0042-CANARY",
    "-Make=CanaryMake",
    "-XMP:Creator=CanaryAuthor",
    "-XMP:City=CanaryCity",
    "-UserComment=CanaryComment",
];

/// A HEIC of a picture, as a camera that was held in this way makes it.
pub fn heic(width: u32, height: u32, exif: u8, more: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    held(&marked(width, height), exif).save(folder.path().join("in.jpg")).unwrap();
    let orientation = format!("-Orientation#={exif}");
    runs(&folder, "exiftool", &[&["-q", "-overwrite_original", &orientation], &HIDDEN[..], &["in.jpg"]].concat());
    runs(&folder, "heif-enc", &[more, &["-q", "40", "in.jpg", "-o", "out.heic"]].concat());
    // Some of it the encoder took over; the rest is put in again.
    runs(&folder, "exiftool", &[&["-q", "-overwrite_original"], &HIDDEN[..], &["out.heic"]].concat());
    std::fs::read(folder.path().join("out.heic")).unwrap()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn a_heic_is_kept_without_what_a_phone_hides_in_it_and_shown() {
    if !here(&TOOLS) {
        return;
    }
    let workshop = Workshop::open();
    let sent = heic(640, 480, 1, &[]);
    assert!(holds(&sent, b"SN-0042-CANARY") && holds(&sent, b"CanaryCity"));

    let picture = workshop.keeps(&sent).await;

    assert_eq!((picture.media_type, picture.width, picture.height), (MediaType::Heic, 640, 480));
    assert!(picture.metadata_removed && picture.sheets.is_empty() && picture.sheet_count == 1);
    for word in [&b"CANARY"[..], b"Canary", b"Exif\0", b"ns.adobe.com", b"x:xmpmeta"] {
        assert!(!holds(&picture.bytes, word), "{}", String::from_utf8_lossy(word));
    }
    // What is left is the picture, bit for bit: another program sees the same.
    assert_eq!(seen_elsewhere(&picture.bytes), seen_elsewhere(&sent));
    let again = workshop.keeps(&picture.bytes).await;
    assert!(again.bytes == picture.bytes && !again.metadata_removed);
    let sheets = workshop.shows(&picture).await;
    assert_eq!((sheets.len(), sheets[0].width, sheets[0].height), (1, 640, 480));
    assert!(is_upright(&sheets[0].preview) && is_upright(&sheets[0].thumbnail));
}

/// What the converter makes of it, in pixels.
fn seen_elsewhere(heic: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.heic"), heic).unwrap();
    runs(&folder, "heif-convert", &["in.heic", "out.png"]);
    image::open(folder.path().join("out.png")).unwrap().into_rgb8().into_raw()
}

/// The encoder says nothing of how a phone was held, so a word that a picture can do without becomes a turn or a mirror.
fn said_to_be(mut heic: Vec<u8>, (word, number): (&[u8; 4], u8)) -> Vec<u8> {
    let at = heic.windows(4).position(|window| window == b"pixi").unwrap();
    heic[at..at + 4].copy_from_slice(word);
    heic[at + 4] = number;
    heic
}

#[tokio::test]
async fn a_heic_stands_upright_however_the_phone_was_held() {
    if !here(&TOOLS) {
        return;
    }
    let workshop = Workshop::open();
    for (exif, turn) in [(1, 0), (3, 2), (6, 3), (8, 1)] {
        let picture = workshop.keeps(&said_to_be(heic(240, 160, exif, &[]), (b"irot", turn))).await;
        let sheets = workshop.shows(&picture).await;
        assert_eq!((picture.width, picture.height), (240, 160), "orientation {exif}");
        assert_eq!((sheets[0].width, sheets[0].height), (240, 160), "orientation {exif}");
        assert!(is_upright(&sheets[0].preview), "orientation {exif}");
    }

    // Turns and mirrors, each as another program shows them.
    let plain = heic(240, 160, 1, &[]);
    let mut corners = std::collections::BTreeSet::new();
    for way in [(b"irot", 0), (b"irot", 1), (b"irot", 2), (b"irot", 3), (b"imir", 0), (b"imir", 1)] {
        let held = said_to_be(plain.clone(), way);
        let picture = workshop.keeps(&held).await;
        let sheets = workshop.shows(&picture).await;
        let elsewhere = image::RgbImage::from_raw(picture.width, picture.height, seen_elsewhere(&held)).unwrap();
        assert_eq!((sheets[0].width, sheets[0].height), (picture.width, picture.height), "{way:?}");
        let shown = image::load_from_memory(&sheets[0].preview).unwrap().into_rgb8();
        assert_eq!(red_corner(&shown), red_corner(&elsewhere), "{way:?}");
        corners.insert((red_corner(&shown), picture.width > picture.height));
    }
    assert_eq!(corners.len(), 6, "each is another");
}

/// Which corner is red: whether it is on the right, and whether it is low.
fn red_corner(picture: &image::RgbImage) -> (bool, bool) {
    let (right, low) = (picture.width() - 9, picture.height() - 9);
    let corners = [(false, false), (true, false), (false, true), (true, true)];
    let red = |(on_right, is_low): &(bool, bool)| {
        let image::Rgb([red, green, _]) =
            *picture.get_pixel(if *on_right { right } else { 9 }, if *is_low { low } else { 9 });
        red > 150 && green < 90
    };
    corners.into_iter().find(red).unwrap()
}

#[tokio::test]
async fn small_copies_and_transparency_are_told_apart() {
    if !here(&TOOLS) {
        return;
    }
    let workshop = Workshop::open();
    let with_copy = heic(640, 480, 1, &["-t", "128"]);
    let picture = workshop.keeps(&with_copy).await;
    assert!(is_upright(&workshop.shows(&picture).await[0].preview));
    assert!(zeros(&picture.bytes) > zeros(&with_copy) + 200, "the small copy is gone");

    let folder = tempfile::tempdir().unwrap();
    let glass = image::RgbaImage::from_fn(256, 256, |x, _| image::Rgba([200, 30, 30, if x < 128 { 255 } else { 0 }]));
    glass.save(folder.path().join("in.png")).unwrap();
    runs(&folder, "heif-enc", &["-q", "40", "in.png", "-o", "out.heic"]);
    let sent = std::fs::read(folder.path().join("out.heic")).unwrap();
    let picture = workshop.keeps(&sent).await;
    assert_eq!(seen_with_glass(&picture.bytes), seen_with_glass(&sent), "what is seen through stays so");
    assert_eq!(workshop.shows(&picture).await.len(), 1);
}

fn zeros(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == 0).count()
}

fn seen_with_glass(heic: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.heic"), heic).unwrap();
    runs(&folder, "heif-convert", &["in.heic", "out.png"]);
    image::open(folder.path().join("out.png")).unwrap().into_rgba8().into_raw()
}

#[test]
fn a_heic_that_lies_is_refused() {
    if !here(&TOOLS) {
        return;
    }
    let sent = heic(240, 160, 1, &[]);
    let find = |word: &[u8]| sent.windows(word.len()).position(|window| window == word).unwrap();
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = sent.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        prepare(&changed).map(|_| ())
    };
    let size = find(b"ispe") + 8;
    assert_eq!(with(size, &40_000_u32.to_be_bytes()), Err(PictureRefusal::TooManyPixels));
    assert_eq!(with(size, &0_u32.to_be_bytes()), Err(PictureRefusal::Empty));
    assert_eq!(with(find(b"hvc1"), b"av01"), Err(UnsupportedKind::Avif.into()));
    assert_eq!(with(find(b"hvc1"), b"jpeg"), Err(UnsupportedKind::UnusualHeic.into()));
    assert_eq!(with(find(b"pitm") + 8, &[0xff, 0xff]), Err(PictureRefusal::Broken));
    for end in [4, 20, 60, 200, sent.len() / 2] {
        let refused = prepare(&sent[..end]).unwrap_err();
        assert!(
            matches!(refused, PictureRefusal::Truncated | PictureRefusal::Broken | PictureRefusal::NotAPicture),
            "{end}: {refused:?}"
        );
    }
    assert_eq!(prepare(&[sent.clone(), vec![0; 20_000_000]].concat()).unwrap_err(), PictureRefusal::TooLarge);
    // A film behind the picture, as live photographs have it, is left off.
    let film = [&32_u32.to_be_bytes()[..], b"mpvd", b"CANARY-FILM-OF-A-LIVE-PH"].concat();
    let kept = prepare(&[&sent[..], &film, b"and a tail that is no box"].concat()).unwrap();
    assert!(!holds(&kept.bytes, b"CANARY") && !holds(&kept.bytes, b"tail"));
}

#[test]
fn a_machine_without_converters_says_so() {
    let folder = TempDir::new().unwrap();
    let contained = busfare::work::contained::Contained::fenced_by("/nowhere".into(), folder.path().into());
    assert!(can_show(&contained, MediaType::Jpeg));
    let has = ["heif-convert", "heif-dec"].iter().any(|tool| contained.has(tool));
    assert_eq!(can_show(&contained, MediaType::Heic), has);
    assert_eq!(can_show(&contained, MediaType::Pdf), contained.has("pdftoppm"));
}
