//! In the contained process: a PDF comes in, its pages go out.

use std::io::{Read, Write};

use lopdf::{Document, LoadOptions, Object, ObjectId, dictionary};

use super::super::header::MAX_BYTES;
use super::super::refusal::PictureRefusal;
use super::copy::Copier;
use super::{CleanPdf, MAX_SHEETS, STATUSES, annotations};

/// The most that one part of the file's own bookkeeping may unpack to.
const MAX_BOOKKEEPING: usize = 32_000_000;
/// How far up the tree of pages something is looked for.
const MAX_TREE: usize = 32;
/// What a page keeps of itself.
const OF_A_PAGE: [&[u8]; 7] = [b"MediaBox", b"CropBox", b"Rotate", b"Resources", b"Contents", b"UserUnit", b"Group"];
/// What a page has from those above it where it has none of its own.
const INHERITED: [&[u8]; 4] = [b"MediaBox", b"CropBox", b"Rotate", b"Resources"];
/// A4, in points, where a page does not say.
const A4: [i64; 4] = [0, 0, 595, 842];

/// Reads a PDF, writes a clean one, and answers with an exit status.
pub(in crate::work) fn clean_in_child(input: impl Read, mut output: impl Write) -> u8 {
    let mut original = Vec::new();
    let refused = match input.take(MAX_BYTES as u64 + 1).read_to_end(&mut original) {
        Ok(length) if length > MAX_BYTES => PictureRefusal::TooLarge,
        Ok(_) => match clean(&original) {
            Ok(CleanPdf { bytes, sheets, width, height }) => {
                let written = writeln!(output, "{sheets} {width} {height}").and_then(|()| output.write_all(&bytes));
                return u8::from(written.and_then(|()| output.flush()).is_err());
            }
            Err(refusal) => refusal,
        },
        Err(_) => PictureRefusal::Broken,
    };
    STATUSES.iter().find(|(_, refusal)| *refusal == refused).map_or(1, |(status, _)| *status)
}

pub(super) fn clean(original: &[u8]) -> Result<CleanPdf, PictureRefusal> {
    let document = load(original)?;
    let pages: Vec<ObjectId> = document.page_iter().take(MAX_SHEETS as usize + 1).collect();
    let sheets = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    match sheets {
        0 => return Err(PictureRefusal::Empty),
        1..=MAX_SHEETS => {}
        _ => return Err(PictureRefusal::TooManySheets),
    }
    let (width, height) = pages.first().map_or((595, 842), |first| size(&document, *first));

    let mut clean = Document::with_version("1.7");
    let root = clean.new_object_id();
    let mut copier = Copier::new(&document, clean);
    let mut kids = Vec::new();
    for page in pages {
        kids.push(Object::Reference(copy_page(&mut copier, &document, page, root)?));
    }
    let mut clean = copier.finish()?;
    clean.objects.insert(
        root,
        dictionary! { "Type" => "Pages", "Count" => i64::from(sheets), "Kids" => Object::Array(kids) }.into(),
    );
    let catalog = clean.add_object(dictionary! { "Type" => "Catalog", "Pages" => Object::Reference(root) });
    clean.trailer.set("Root", Object::Reference(catalog));

    let mut bytes = Vec::with_capacity(original.len());
    clean.save_to(&mut bytes).map_err(|_| PictureRefusal::Broken)?;
    if bytes.len() > MAX_BYTES { Err(PictureRefusal::TooLarge) } else { Ok(CleanPdf { bytes, sheets, width, height }) }
}

fn load(original: &[u8]) -> Result<Document, PictureRefusal> {
    let locked = |bytes: &[u8]| bytes.windows(8).any(|window| window == b"/Encrypt");
    match Document::load_mem_with_options(original, LoadOptions::with_max_decompressed_size(MAX_BOOKKEEPING)) {
        Ok(document) if document.is_encrypted() || document.was_encrypted() => Err(PictureRefusal::Encrypted),
        Ok(document) => Ok(document),
        Err(_) if locked(original) => Err(PictureRefusal::Encrypted),
        Err(_) => Err(PictureRefusal::Broken),
    }
}

/// A page with what it has from above, and with nothing else of above.
fn copy_page(
    copier: &mut Copier<'_>,
    document: &Document,
    page: ObjectId,
    root: ObjectId,
) -> Result<ObjectId, PictureRefusal> {
    let mut copy = dictionary! { "Type" => "Page", "Parent" => Object::Reference(root) };
    for key in OF_A_PAGE {
        let found = if INHERITED.contains(&key) { inherited(document, page, key) } else { own(document, page, key) };
        if let Some(found) = found {
            copy.set(key, copier.copy(found)?);
        }
    }
    if !copy.has(b"MediaBox") {
        copy.set("MediaBox", Object::Array(A4.map(Object::Integer).to_vec()));
    }
    let seen = annotations::seen(copier, document, own(document, page, b"Annots"))?;
    if !seen.is_empty() {
        copy.set("Annots", Object::Array(seen));
    }
    Ok(copier.add(copy.into()))
}

fn own<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    document.get_dictionary(page).ok()?.get(key).ok()
}

fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut at = document.get_dictionary(page).ok()?;
    for _ in 0..MAX_TREE {
        if let Ok(found) = at.get(key) {
            return Some(found);
        }
        at = document.get_dictionary(at.get(b"Parent").ok()?.as_reference().ok()?).ok()?;
    }
    None
}

/// Width and height of a page as it is shown, in whole points.
fn size(document: &Document, page: ObjectId) -> (u32, u32) {
    let number = |object: &Object| document.dereference(object).ok().and_then(|(_, it)| it.as_float().ok());
    let sides = |key: &[u8]| {
        let corners = document.dereference(inherited(document, page, key)?).ok()?.1.as_array().ok()?;
        let corners: Vec<f32> = corners.iter().filter_map(number).collect();
        let &[left, bottom, right, top] = corners.as_slice() else { return None };
        Some(((right - left).abs().round().clamp(1.0, 14_400.0), (top - bottom).abs().round().clamp(1.0, 14_400.0)))
    };
    let (width, height) = sides(b"CropBox").or_else(|| sides(b"MediaBox")).unwrap_or((595.0, 842.0));
    let turned = inherited(document, page, b"Rotate").and_then(number).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are between 1 and 14,400")]
    let (width, height) = (width as u32, height as u32);
    if (turned / 90.0).rem_euclid(2.0) == 1.0 { (height, width) } else { (width, height) }
}
