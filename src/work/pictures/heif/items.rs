//! The items in a HEIF file: what each is, where its bytes are, and what it has to do with others.

use std::ops::Range;

use super::super::refusal::PictureRefusal;
use super::boxes::{self, BoxAt, Budget, Reader};

/// An item.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub id: u32,
    pub kind: [u8; 4],
    /// Where its kind is written.
    pub kind_at: usize,
    /// Where what is said of it ends.
    pub end: usize,
    /// Whether its bytes are in the `idat` box and counted from there, and not from the beginning of the file.
    pub in_idat: bool,
    pub extents: Vec<Range<u64>>,
}

/// What one item has to do with others.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub kind: [u8; 4],
    /// Where its kind is written.
    pub kind_at: usize,
    pub from: u32,
    pub to: Vec<u32>,
}

/// What the items are.
pub(super) fn infos(bytes: &[u8], iinf: BoxAt, budget: &mut Budget) -> Result<Vec<Item>, PictureRefusal> {
    let mut reader = Reader::new(bytes, iinf.body());
    let count = if reader.version()? == 0 { u32::from(reader.u16()?) } else { reader.u32()? };
    let entries = boxes::children(bytes, reader.at..iinf.end, budget)?;
    if entries.len() as u64 != u64::from(count) {
        return Err(PictureRefusal::Broken);
    }
    let mut items: Vec<Item> = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut reader = Reader::new(bytes, entry.body());
        let version = reader.version()?;
        if &entry.kind != b"infe" || !(2..=3).contains(&version) {
            return Err(PictureRefusal::Broken);
        }
        let id = if version == 2 { u32::from(reader.u16()?) } else { reader.u32()? };
        // Protected items cannot be looked into.
        if reader.u16()? != 0 || items.iter().any(|item| item.id == id) {
            return Err(PictureRefusal::Broken);
        }
        let kind_at = reader.at;
        let kind = reader.word()?;
        items.push(Item { id, kind, kind_at, end: entry.end, in_idat: false, extents: Vec::new() });
    }
    Ok(items)
}

/// Where their bytes are.
pub(super) fn locations(
    bytes: &[u8],
    iloc: BoxAt,
    items: &mut [Item],
    budget: &mut Budget,
) -> Result<(), PictureRefusal> {
    let mut reader = Reader::new(bytes, iloc.body());
    let version = reader.version()?;
    let (sizes, more) = (reader.u8()?, reader.u8()?);
    let (offset, length, base, index) = (sizes >> 4, sizes & 15, more >> 4, if version == 0 { 0 } else { more & 15 });
    let count = if version < 2 { u32::from(reader.u16()?) } else { reader.u32()? };
    for _ in 0..count {
        budget.spend(1)?;
        let id = if version < 2 { u32::from(reader.u16()?) } else { reader.u32()? };
        let method = if version == 0 { 0 } else { reader.u16()? & 15 };
        let elsewhere = reader.u16()?;
        let start = reader.sized(base)?;
        let mut extents = Vec::new();
        for _ in 0..reader.u16()? {
            budget.spend(1)?;
            reader.sized(index)?;
            let at = start.checked_add(reader.sized(offset)?).ok_or(PictureRefusal::Broken)?;
            let end = at.checked_add(reader.sized(length)?).ok_or(PictureRefusal::Broken)?;
            extents.push(at..end);
        }
        // One in another file, or made from other items' bytes, has none that we keep.
        if let Some(item) = items.iter_mut().find(|item| item.id == id)
            && elsewhere == 0
            && method < 2
        {
            if !item.extents.is_empty() {
                return Err(PictureRefusal::Broken);
            }
            item.in_idat = method == 1;
            item.extents = extents;
        }
    }
    Ok(())
}

/// What they have to do with each other.
pub(super) fn references(bytes: &[u8], iref: BoxAt, budget: &mut Budget) -> Result<Vec<Reference>, PictureRefusal> {
    let mut reader = Reader::new(bytes, iref.body());
    let long = reader.version()? != 0;
    let mut references = Vec::new();
    for entry in boxes::children(bytes, reader.at..iref.end, budget)? {
        let mut reader = Reader::new(bytes, entry.body());
        let id = |reader: &mut Reader<'_>| if long { reader.u32() } else { reader.u16().map(u32::from) };
        let from = id(&mut reader)?;
        let count = usize::from(reader.u16()?);
        budget.spend(count)?;
        let to = (0..count).map(|_| id(&mut reader)).collect::<Result<_, _>>()?;
        references.push(Reference { kind: entry.kind, kind_at: entry.start + 4, from, to });
    }
    Ok(references)
}
