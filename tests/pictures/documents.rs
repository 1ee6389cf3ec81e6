//! PDF as shops and railways send it: its pages are kept, and nothing that acts, hides or tells.

use std::time::{Duration, Instant};

use busfare::work::pictures::{MediaType, PictureRefusal};
use lopdf::{Document, Object, SaveOptions, Stream, dictionary};

use crate::kit::{Workshop, here, marked, runs};

/// A PDF of so many pages with words, and with everything a document can hide.
pub fn document(pages: usize) -> Document {
    let mut pdf = Document::with_version("1.7");
    let root = pdf.new_object_id();
    let font = pdf.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let photo = photo();
    let photo = pdf.add_object(Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => 64, "Height" => 48, "ColorSpace" => "DeviceRGB",
            "BitsPerComponent" => 8, "Filter" => "DCTDecode",
            "Metadata" => Object::string_literal("CANARY-OF-A-PICTURE"),
        },
        photo,
    ));
    let act =
        || dictionary! { "Type" => "Action", "S" => "JavaScript", "JS" => Object::string_literal("CANARY-SCRIPT") };
    let look = pdf.add_object(Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 100.into(), 20.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } } },
        b"BT /F 12 Tf 2 5 Td (Filled in) Tj ET".to_vec(),
    ));
    let mut kids = Vec::new();
    for number in 1..=pages {
        let words = format!("q 64 0 0 48 40 600 cm /P Do Q BT /F 24 Tf 40 700 Td (Ticket {number} of Busfare) Tj ET");
        let mut content = Stream::new(dictionary! {}, words.into_bytes());
        content.compress().unwrap();
        let content = pdf.add_object(content);
        let field = pdf.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "T" => Object::string_literal("CANARY-FIELD"),
            "Rect" => vec![40.into(), 500.into(), 140.into(), 520.into()], "AP" => dictionary! { "N" => look }, "A" => act(),
        });
        let link = pdf.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()],
            "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal("https://canary.invalid/CANARY-LINK") },
        });
        kids.push(Object::Reference(pdf.add_object(dictionary! {
            "Type" => "Page", "Parent" => root, "Contents" => content, "Annots" => vec![field.into(), link.into()],
            "AA" => dictionary! { "O" => act() }, "PieceInfo" => dictionary! { "X" => Object::string_literal("CANARY-PIECE") },
        })));
    }
    let count = i64::try_from(pages).unwrap();
    // What the pages have from above them.
    pdf.objects.insert(root, dictionary! {
        "Type" => "Pages", "Count" => count, "Kids" => kids,
        "MediaBox" => vec![0.into(), 0.into(), 300.into(), 800.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F" => font }, "XObject" => dictionary! { "P" => photo } },
    }.into());
    let attached = pdf.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, b"CANARY-ATTACHMENT".to_vec()));
    let xmp = pdf.add_object(Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        b"<x:xmpmeta>CANARY-XMP</x:xmpmeta>".to_vec(),
    ));
    let catalog = pdf.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => root, "Metadata" => xmp, "OpenAction" => act(),
        "Names" => dictionary! { "EmbeddedFiles" => dictionary! { "Names" => vec![Object::string_literal("CANARY.exe"),
            dictionary! { "Type" => "Filespec", "EF" => dictionary! { "F" => attached } }.into()] } },
    });
    let info = pdf.add_object(dictionary! { "Author" => Object::string_literal("CANARY-AUTHOR"), "Producer" => Object::string_literal("CANARY-PRINTER") });
    pdf.trailer.set("Root", catalog);
    pdf.trailer.set("Info", info);
    pdf.trailer.set("ID", vec![Object::string_literal("CANARY-ID"), Object::string_literal("CANARY-ID")]);
    pdf
}

/// A JPEG with a place and a serial number.
fn photo() -> Vec<u8> {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    marked(64, 48).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let exif = [&[0xff, 0xe1, 0, 40][..], b"Exif\0\0CANARY-PLACE-AND-SERIAL-NUMBER.."].concat();
    [&jpeg[..2], &exif, &jpeg[2..]].concat()
}

pub fn written(mut pdf: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

/// As newer writers and printers do it.
fn written_in_other_ways(pages: usize) -> Vec<(&'static str, Vec<u8>)> {
    let with = |options: SaveOptions| {
        let mut bytes = Vec::new();
        document(pages).save_with_options(&mut bytes, options).unwrap();
        bytes
    };
    let plain = SaveOptions::default();
    vec![
        ("a plain table", written(document(pages))),
        ("streams of objects", with(SaveOptions { use_object_streams: true, use_xref_streams: true, ..plain.clone() })),
        ("linearised", with(SaveOptions { linearize: true, ..plain })),
    ]
}

/// Everything that a document says, unpacked.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut pdf = Document::load_mem(bytes).unwrap();
    pdf.decompress();
    let mut plain = bytes.to_vec();
    pdf.save_to(&mut plain).unwrap();
    plain
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn a_pdf_keeps_its_pages_and_nothing_that_acts_hides_or_tells() {
    let workshop = Workshop::open();
    for (how, sent) in written_in_other_ways(3) {
        assert!(holds(&unpacked(&sent), b"CANARY-SCRIPT"), "{how}");

        let kept = workshop.keeps(&sent).await;

        assert_eq!(
            (kept.media_type, kept.sheet_count, kept.width, kept.height),
            (MediaType::Pdf, 3, 300, 800),
            "{how}"
        );
        let plain = unpacked(&kept.bytes);
        for word in [
            &b"CANARY"[..],
            b"canary",
            b"/JS",
            b"/Action",
            b"/AA",
            b"/OpenAction",
            b"/EmbeddedFile",
            b"/Filespec",
            b"/Metadata",
            b"/Info",
            b"/Author",
            b"/Producer",
            b"/URI",
            b"/Widget",
            b"xmpmeta",
            b"Exif\0",
        ] {
            assert!(!holds(&plain, word), "{how}: {}", String::from_utf8_lossy(word));
        }
        for word in [&b"Ticket 3 of Busfare"[..], b"Filled in"] {
            assert!(holds(&plain, word), "{how}: {}", String::from_utf8_lossy(word));
        }
        let again = workshop.keeps(&kept.bytes).await;
        assert_eq!(again.sheet_count, 3, "{how}");
    }
}

#[tokio::test]
async fn each_sheet_of_a_pdf_is_shown_and_its_words_can_still_be_read() {
    if !here(&["pdftoppm", "pdftotext"]) {
        return;
    }
    let workshop = Workshop::open();
    let kept = workshop.keeps(&written(document(12))).await;

    let sheets = workshop.shows(&kept).await;

    assert_eq!(sheets.len(), 12);
    for sheet in &sheets {
        assert_eq!((sheet.width, sheet.height), (600, 1600));
        assert!(sheet.thumbnail.len() <= 20_480 && sheet.thumbnail_height == 320);
        let seen = image::load_from_memory(&sheet.preview).unwrap().into_luma8();
        assert!(seen.pixels().filter(|pixel| pixel.0[0] < 100).count() > 500, "there is print on it");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.pdf"), &kept.bytes).unwrap();
    let words = String::from_utf8(runs(&folder, "pdftotext", &["in.pdf", "-"]).stdout).unwrap();
    for number in 1..=12 {
        assert!(words.contains(&format!("Ticket {number} of Busfare")), "{words}");
    }
    assert_eq!(words.matches("Filled in").count(), 12, "what was filled in is seen: {words}");
}

#[tokio::test]
async fn a_pdf_with_twenty_pages_is_kept_and_one_with_fifty_is_not() {
    let workshop = Workshop::open();
    assert_eq!(workshop.keeps(&written(document(20))).await.sheet_count, 20);
    for pages in [21, 50] {
        assert_eq!(workshop.refuses(&written(document(pages))).await, PictureRefusal::TooManySheets);
    }
    assert_eq!(workshop.refuses(&written(document(0))).await, PictureRefusal::Empty);
}

#[tokio::test]
async fn a_locked_pdf_is_told_so() {
    let workshop = Workshop::open();
    let mut pdf = document(1);
    let lock = pdf.add_object(dictionary! {
        "Filter" => "Standard", "V" => 1, "R" => 2, "P" => -1,
        "O" => Object::string_literal(vec![7; 32]), "U" => Object::string_literal(vec![7; 32]),
    });
    pdf.trailer.set("Encrypt", lock);
    assert_eq!(workshop.refuses(&written(pdf)).await, PictureRefusal::Encrypted);
}

/// A stream of so many megabytes of nothing.
fn swollen(megabytes: usize) -> Stream {
    let mut stream = Stream::new(dictionary! {}, vec![0; megabytes << 20]);
    stream.compress().unwrap();
    stream
}

#[tokio::test]
async fn a_pdf_that_unpacks_to_far_more_than_it_looks_is_refused_at_once() {
    let workshop = Workshop::open();
    let bomb = |streams: usize, megabytes: usize| {
        let mut pdf = document(1);
        let one = swollen(megabytes);
        let content: Vec<Object> = (0..streams).map(|_| pdf.add_object(one.clone()).into()).collect();
        let page = pdf.page_iter().next().unwrap();
        pdf.get_dictionary_mut(page).unwrap().set("Contents", content);
        written(pdf)
    };
    for (what, sent) in [("one of 300 MB", bomb(1, 300)), ("a hundred of 10 MB", bomb(100, 10))] {
        assert!(sent.len() < 2_000_000, "{what}");
        let begun = Instant::now();
        assert_eq!(workshop.refuses(&sent).await, PictureRefusal::UnpacksTooLarge, "{what}");
        eprintln!("{what}: refused after {:?}", begun.elapsed());
        // Far from the two seconds only where nothing else runs, so this is no more than a net.
        assert!(begun.elapsed() < Duration::from_secs(15), "{what}");
    }
    let mut pdf = document(1);
    let page = pdf.page_iter().next().unwrap();
    let huge = pdf.add_object(Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 60_000, "Height" => 60_000, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 1, "Filter" => "CCITTFaxDecode" },
        vec![0; 100],
    ));
    pdf.get_dictionary_mut(page).unwrap().set("Resources", dictionary! { "XObject" => dictionary! { "P" => huge } });
    assert_eq!(workshop.refuses(&written(pdf)).await, PictureRefusal::TooManyPixels);
}

#[tokio::test]
async fn what_else_calls_itself_a_pdf_is_refused_or_loses_what_it_hides() {
    let workshop = Workshop::open();
    for broken in [
        &b"%PDF-1.7\n"[..],
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        b"%PDF-1.4 <script>alert(1)</script>",
    ] {
        let refused = workshop.refuses(broken).await;
        assert!(matches!(refused, PictureRefusal::Broken | PictureRefusal::Empty), "{refused:?}");
    }
    // An archive behind the pages goes.
    let kept = workshop.keeps(&[written(document(1)), b"PK\x03\x04CANARY-ARCHIVE".to_vec()].concat()).await;
    assert!(!holds(&kept.bytes, b"CANARY") && !holds(&kept.bytes, b"PK\x03\x04"));
    // Pages that lead back to themselves end somewhere.
    let mut pdf = document(2);
    let root = pdf.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    pdf.get_dictionary_mut(root).unwrap().set("Kids", vec![Object::Reference(root), Object::Reference(root)]);
    let refused = workshop.refuses(&written(pdf)).await;
    assert!(
        matches!(refused, PictureRefusal::Broken | PictureRefusal::Empty | PictureRefusal::TooManySheets),
        "{refused:?}"
    );
}
