//! Two hundred pictures of every kind, filled with what cameras, phones and offices write into them: what is stored is shown
//! to a program that reads every tag there is.

use std::path::PathBuf;

use busfare::work::pictures::{MediaType, prepare};
use image::ImageFormat;
use serde_json::Value;

use crate::{
    documents::{document, written},
    kit::{Workshop, ending, held, here, is_upright, marked, runs},
};

/// Pictures of each kind.
const EACH: usize = 40;
/// What is written into every one that can hold it.
const TAGS: [&str; 14] = [
    "-GPSLatitude=51.4816",
    "-GPSLatitudeRef=N",
    "-GPSLongitude=3.1791",
    "-GPSLongitudeRef=W",
    "-SerialNumber=CANARY-1",
    "-LensSerialNumber=CANARY-2",
    "-Make=CANARY-3",
    "-Model=CANARY-4",
    "-Artist=CANARY-5",
    "-XMP:Creator=CANARY-6",
    "-XMP:City=CANARY-7",
    "-IPTC:City=CANARY-8",
    "-PDF:Author=CANARY-9",
    "-Comment=CANARY-10",
];
/// Where tags about the file itself, its form and its colours are shown.
const HARMLESS: [&str; 11] =
    ["SourceFile", "ExifTool", "System", "File", "Composite", "JFIF", "QuickTime", "PNG", "RIFF", "PDF", "Meta"];
/// What no stored picture says, whoever shows it.
const FORBIDDEN: [&str; 16] = [
    "GPS",
    "Serial",
    "XMP",
    "IPTC",
    "Author",
    "Creator",
    "Artist",
    "Producer",
    "Make",
    "Model",
    "Comment",
    "MakerNote",
    "Title",
    "Software",
    "CreateDate",
    "ModifyDate",
];

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_pictures_of_every_kind_no_stored_one_tells_anything() {
    if !here(&["heif-enc", "exiftool"]) {
        return;
    }
    let workshop = Workshop::open();
    let (sent, stored) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut names = Vec::new();
    for number in 0..EACH {
        names.extend(makes(&sent, number));
    }
    let tags: Vec<&str> = ["-q", "-q", "-m", "-overwrite_original"].into_iter().chain(TAGS).chain(["."]).collect();
    let _ = std::process::Command::new("exiftool").args(tags).current_dir(&sent).output().unwrap();
    let before =
        String::from_utf8(runs(&sent, "exiftool", &["-q", "-m", "-a", "-u", "-G1", "-j", "."]).stdout).unwrap();
    for kind in ["jpg", "png", "webp", "heic", "pdf"] {
        let all: Vec<Value> = serde_json::from_str(&before).unwrap();
        let of_kind = all.iter().filter(|it| it["SourceFile"].as_str().unwrap().ends_with(kind));
        assert!(
            of_kind.clone().count() == EACH && of_kind.clone().all(|it| it.to_string().contains("CANARY")),
            "{kind}"
        );
    }

    for name in &names {
        let picture = workshop.keeps(&std::fs::read(sent.path().join(name)).unwrap()).await;
        std::fs::write(stored.path().join(name).with_extension(ending(picture.media_type)), &picture.bytes).unwrap();
        for (number, sheet) in picture.sheets.iter().enumerate() {
            let file = |what: &str| stored.path().join(format!("{name}-{number}-{what}.jpg"));
            std::fs::write(file("preview"), &sheet.preview).unwrap();
            std::fs::write(file("thumbnail"), &sheet.thumbnail).unwrap();
        }
    }

    let read = runs(&stored, "exiftool", &["-q", "-m", "-a", "-u", "-U", "-ee", "-G1", "-j", "."]);
    let files: Vec<Value> = serde_json::from_slice(&read.stdout).unwrap();
    assert!(names.len() == 5 * EACH && files.len() >= 200, "{} files", files.len());
    let told: Vec<String> = files.iter().flat_map(tells).collect();
    assert!(told.is_empty(), "{told:#?}");
}

/// One picture of each kind, each in another size and held in another way.
fn makes(folder: &tempfile::TempDir, number: usize) -> Vec<String> {
    let (exif, more) = (u8::try_from(number % 8 + 1).unwrap(), u32::try_from(number).unwrap());
    let picture = held(&marked(160 + more, 120 + more / 2), exif);
    let path = |kind: &str| -> PathBuf { folder.path().join(format!("{number}.{kind}")) };
    picture.save_with_format(path("jpg"), ImageFormat::Jpeg).unwrap();
    picture.save_with_format(path("png"), ImageFormat::Png).unwrap();
    picture.save_with_format(path("webp"), ImageFormat::WebP).unwrap();
    let (jpg, heic) = (format!("{number}.jpg"), format!("{number}.heic"));
    runs(folder, "heif-enc", &["-q", "30", &jpg, "-o", &heic]);
    std::fs::write(path("pdf"), written(document(number % 5 + 1))).unwrap();
    ["jpg", "png", "webp", "heic", "pdf"].map(|kind| format!("{number}.{kind}")).to_vec()
}

/// What a stored file tells that it must not.
fn tells(file: &Value) -> Vec<String> {
    let tags = file.as_object().unwrap();
    let name = &file["SourceFile"];
    let harmless = |group: &str| HARMLESS.contains(&group) || group.starts_with("ICC");
    tags.iter()
        .filter(|(tag, value)| {
            let (group, word) = tag.split_once(':').unwrap_or((tag, ""));
            let forbidden = FORBIDDEN.iter().any(|it| group.contains(it) || word.contains(it));
            let about_the_file = group == "System" || group == "ExifTool" || group.starts_with("ICC");
            (forbidden && !about_the_file) || !harmless(group) || value.to_string().contains("CANARY")
        })
        .map(|(tag, value)| format!("{name} {tag} = {value}"))
        .collect()
}

#[test]
fn a_picture_of_any_kind_stands_upright_however_it_was_held() {
    if !here(&["exiftool"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for exif in 1..=8_u8 {
        for (kind, format) in [("jpg", ImageFormat::Jpeg), ("png", ImageFormat::Png), ("webp", ImageFormat::WebP)] {
            let name = format!("{exif}.{kind}");
            held(&marked(240, 160), exif).save_with_format(folder.path().join(&name), format).unwrap();
            runs(&folder, "exiftool", &["-q", "-q", "-overwrite_original", &format!("-Orientation#={exif}"), &name]);
            let picture = prepare(&std::fs::read(folder.path().join(&name)).unwrap()).unwrap();
            assert_eq!((picture.width, picture.height), (240, 160), "{name}");
            assert_ne!(picture.media_type, MediaType::Heic);
            for shown in [&picture.bytes, &picture.sheets[0].preview, &picture.sheets[0].thumbnail] {
                assert!(is_upright(shown), "{name}");
            }
        }
    }
}
