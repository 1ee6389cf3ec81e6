//! HEIC and HEIF, as iPhones and newer Androids take pictures: a box of items, of which one is the picture.
//!
//! We never decode them here. The picture, its tiles and its transparency stay where they are, byte for byte; everything
//! else in the file (EXIF, XMP, small copies, depth, motion, and what no item refers to) is overwritten with zeros, so
//! that no offset moves and nothing is left to read.

mod boxes;
mod items;
mod properties;

use std::collections::BTreeSet;
use std::ops::Range;

use self::boxes::{BoxAt, Budget, Reader};
use self::items::{Item, Reference};
use super::header::{MAX_PIXELS, MAX_SIDE};
use super::refusal::{PictureRefusal, UnsupportedKind};

/// The words of the boxes inside `meta` that a picture needs.
const META: [&[u8; 4]; 7] = [b"hdlr", b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat"];
/// What an item may be, to be part of a picture: coded pictures, and ways to put them together.
const CODED: [&[u8; 4]; 5] = [b"hvc1", b"hev1", b"grid", b"iden", b"iovl"];
/// A picture of pictures of pictures is deep enough.
const MAX_DEPTH: usize = 4;
/// `ftyp` holds a few words of four letters.
const MAX_BRANDS_BYTES: usize = 256;

/// A HEIC without its metadata.
#[derive(Debug)]
pub(super) struct Heif {
    pub bytes: Vec<u8>,
    /// Width of the upright picture, in pixels.
    pub width: u32,
    /// Height of the upright picture, in pixels.
    pub height: u32,
}

/// The parts of a file that matter.
struct Parts {
    top: Vec<BoxAt>,
    meta: BoxAt,
    inside: Vec<BoxAt>,
    primary: u32,
    items: Vec<Item>,
    references: Vec<Reference>,
    properties: properties::Properties,
}

/// Takes everything out but the picture.
pub(super) fn clean(original: &[u8]) -> Result<Heif, PictureRefusal> {
    let parts = read(original)?;
    let kept = kept(&parts)?;
    let (width, height) = size(&parts, &kept)?;

    let mut extents = Vec::new();
    for item in parts.items.iter().filter(|item| kept.contains(&item.id)) {
        extents.extend(placed(&parts, item)?);
    }
    if extents.is_empty() {
        return Err(PictureRefusal::Empty);
    }
    extents.sort_by_key(|extent| extent.start);

    Ok(Heif { bytes: blanked(original, &parts, &kept, &extents)?, width, height })
}

fn read(original: &[u8]) -> Result<Parts, PictureRefusal> {
    let mut budget = Budget::default();
    let top = boxes::top_level(original, &mut budget)?;
    let first = top.first().filter(|first| &first.kind == b"ftyp").ok_or(PictureRefusal::Broken)?;
    if first.body().len() > MAX_BRANDS_BYTES {
        return Err(PictureRefusal::Broken);
    }
    // A film without a still picture has its brand and no such box.
    let has = |kind: &[u8; 4]| top.iter().any(|it| &it.kind == kind);
    let meta = match top.iter().find(|it| &it.kind == b"meta") {
        Some(meta) => *meta,
        None if has(b"moov") => return Err(UnsupportedKind::Animation.into()),
        None => return Err(PictureRefusal::Truncated),
    };
    if top.iter().filter(|it| &it.kind == b"meta").count() > 1 {
        return Err(PictureRefusal::Broken);
    }
    let inside = boxes::children(original, meta.body_after(4)?, &mut budget)?;
    let one = |kind: &[u8; 4]| {
        let mut found = inside.iter().filter(|it| &it.kind == kind);
        match (found.next(), found.next()) {
            (found, None) => Ok(found.copied()),
            (_, Some(_)) => Err(PictureRefusal::Broken),
        }
    };
    let must = |kind| one(kind)?.ok_or(PictureRefusal::Broken);

    let mut pitm = Reader::new(original, must(b"pitm")?.body());
    let primary = if pitm.version()? == 0 { u32::from(pitm.u16()?) } else { pitm.u32()? };
    let mut items = items::infos(original, must(b"iinf")?, &mut budget)?;
    items::locations(original, must(b"iloc")?, &mut items, &mut budget)?;
    let references = match one(b"iref")? {
        Some(iref) => items::references(original, iref, &mut budget)?,
        None => Vec::new(),
    };
    let properties = properties::read(original, must(b"iprp")?, &mut budget)?;
    Ok(Parts { top, meta, inside, primary, items, references, properties })
}

/// The picture, what it is put together from, and its transparency.
fn kept(parts: &Parts) -> Result<BTreeSet<u32>, PictureRefusal> {
    let item = |id: u32| parts.items.iter().find(|item| item.id == id).ok_or(PictureRefusal::Broken);
    match &item(parts.primary)?.kind {
        b"av01" | b"av1 " => return Err(UnsupportedKind::Avif.into()),
        kind if !CODED.contains(&kind) => return Err(UnsupportedKind::UnusualHeic.into()),
        _ => {}
    }
    let transparency = parts.references.iter().filter(|it| {
        &it.kind == b"auxl" && it.to.contains(&parts.primary) && parts.properties.is_transparency(it.from)
    });
    let mut edge: Vec<u32> = transparency.map(|it| it.from).chain([parts.primary]).collect();
    let mut kept: BTreeSet<u32> = edge.iter().copied().collect();
    for _ in 0..MAX_DEPTH {
        let parts_of = |id: &u32| {
            let from = *id;
            let made_of = move |it: &&Reference| &it.kind == b"dimg" && it.from == from;
            parts.references.iter().filter(made_of).flat_map(|it| it.to.iter().copied())
        };
        edge = edge
            .iter()
            .flat_map(parts_of)
            .filter(|id| !kept.contains(id))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        kept.extend(&edge);
    }
    if !edge.is_empty() {
        return Err(PictureRefusal::Broken);
    }
    for id in &kept {
        if !CODED.contains(&&item(*id)?.kind) {
            return Err(UnsupportedKind::UnusualHeic.into());
        }
    }
    Ok(kept)
}

/// The upright size of the picture, after every part of it was found to be no larger than we take.
fn size(parts: &Parts, kept: &BTreeSet<u32>) -> Result<(u32, u32), PictureRefusal> {
    let mut all = 0;
    for id in kept {
        let (width, height) = parts.properties.size(*id).ok_or(PictureRefusal::Broken)?;
        let pixels = u64::from(width) * u64::from(height);
        all += pixels;
        if pixels == 0 {
            return Err(PictureRefusal::Empty);
        }
        if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS || all > 3 * MAX_PIXELS {
            return Err(PictureRefusal::TooManyPixels);
        }
    }
    parts.properties.upright_size(parts.primary).ok_or(PictureRefusal::Broken)
}

/// Where an item's bytes are, which must be where bytes may be.
fn placed(parts: &Parts, item: &Item) -> Result<Vec<Range<usize>>, PictureRefusal> {
    let homes: Vec<&BoxAt> = if item.in_idat {
        parts.inside.iter().filter(|it| &it.kind == b"idat").collect()
    } else {
        parts.top.iter().filter(|it| &it.kind == b"mdat").collect()
    };
    let shift = if item.in_idat { homes.first().ok_or(PictureRefusal::Broken)?.body().start } else { 0 };
    item.extents
        .iter()
        .map(|extent| {
            let start = usize::try_from(extent.start).ok().and_then(|it| it.checked_add(shift));
            let end = usize::try_from(extent.end).ok().and_then(|it| it.checked_add(shift));
            let (start, end) = start.zip(end).ok_or(PictureRefusal::Truncated)?;
            let home = homes.iter().any(|home| home.body().start <= start && end <= home.body().end);
            if home && start < end { Ok(start..end) } else { Err(PictureRefusal::Truncated) }
        })
        .collect()
}

/// The same file with nothing but the picture in it.
fn blanked(
    original: &[u8],
    parts: &Parts,
    kept: &BTreeSet<u32>,
    extents: &[Range<usize>],
) -> Result<Vec<u8>, PictureRefusal> {
    // What comes after the last item is left off. Items that go leave room behind: readers look for them all the same.
    let elsewhere = parts.items.iter().filter(|item| !item.in_idat).flat_map(|item| &item.extents);
    let elsewhere =
        elsewhere.filter_map(|extent| usize::try_from(extent.end).ok()).filter(|end| *end <= original.len());
    let ends = extents.iter().map(|extent| extent.end).chain(elsewhere).chain([parts.meta.end]);
    let end = ends.max().unwrap_or(original.len());
    let mut bytes = original.get(..end).ok_or(PictureRefusal::Truncated)?.to_vec();

    for at in parts.top.iter().filter(|at| at.start < end) {
        match &at.kind {
            b"ftyp" | b"meta" => {}
            b"mdat" => {
                zero_but(&mut bytes, at.body().start..at.end.min(end), extents);
                at.shorten(&mut bytes, end)?;
            }
            _ => {
                forget(&mut bytes, at, end);
                at.shorten(&mut bytes, end)?;
            }
        }
    }
    for at in &parts.inside {
        match &at.kind {
            // Whose handler it is stays; its name goes.
            b"hdlr" => zero(&mut bytes, at.body().start + 12..at.end),
            b"idat" => zero_but(&mut bytes, at.body(), extents),
            kind if META.contains(&kind) => {}
            _ => forget(&mut bytes, at, end),
        }
    }
    for item in &parts.items {
        if !kept.contains(&item.id) {
            put(&mut bytes, item.kind_at, b"none");
        }
        // Names, and what kind of text a text is.
        zero(&mut bytes, item.kind_at + 4..item.end);
    }
    for reference in &parts.references {
        let needed = [b"dimg", b"auxl", b"prem"].contains(&&reference.kind) && kept.contains(&reference.from);
        if !needed {
            put(&mut bytes, reference.kind_at, b"none");
        }
    }
    for at in &parts.properties.strangers {
        forget(&mut bytes, at, end);
    }
    Ok(bytes)
}

/// A box of nothing, where something was.
fn forget(bytes: &mut [u8], at: &BoxAt, end: usize) {
    put(bytes, at.start + 4, b"free");
    zero(bytes, at.body().start..at.end.min(end));
}

fn put(bytes: &mut [u8], at: usize, word: &[u8; 4]) {
    if let Some(place) = bytes.get_mut(at..at + 4) {
        place.copy_from_slice(word);
    }
}

fn zero(bytes: &mut [u8], range: Range<usize>) {
    if let Some(place) = bytes.get_mut(range) {
        place.fill(0);
    }
}

/// Zeros between what stays; `stay` is in order of its beginnings.
fn zero_but(bytes: &mut [u8], range: Range<usize>, stay: &[Range<usize>]) {
    let mut from = range.start;
    for extent in stay.iter().filter(|extent| extent.start < range.end && extent.end > range.start) {
        if extent.start > from {
            zero(bytes, from..extent.start);
        }
        from = from.max(extent.end);
    }
    if from < range.end {
        zero(bytes, from..range.end);
    }
}
