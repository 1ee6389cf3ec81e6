//! What a HEIF file says of its items: how large, how turned, how coloured. What is not on the list goes.

use super::super::refusal::PictureRefusal;
use super::boxes::{self, BoxAt, Budget, Reader};

/// What a picture needs to be shown.
const NEEDED: [&[u8; 4]; 16] = [
    b"ispe", b"hvcC", b"lhvC", b"colr", b"pixi", b"pasp", b"irot", b"imir", b"clap", b"auxC", b"clli", b"mdcv",
    b"cclv", b"amve", b"rloc", b"lsel",
];

/// What is said of an item of which anything is said.
#[derive(Debug, Default)]
struct Said {
    size: Option<(u32, u32)>,
    is_transparency: bool,
    /// In the order in which they are done.
    changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Cropped(u32, u32),
    OnItsSide,
}

/// What a file says of its items.
#[derive(Debug, Default)]
pub(super) struct Properties {
    said: std::collections::BTreeMap<u32, Said>,
    /// Boxes that no picture needs.
    pub strangers: Vec<BoxAt>,
}

impl Properties {
    /// The size of an item as it is coded.
    pub fn size(&self, id: u32) -> Option<(u32, u32)> {
        self.said.get(&id)?.size
    }

    /// Whether an item says how transparent another is.
    pub fn is_transparency(&self, id: u32) -> bool {
        self.said.get(&id).is_some_and(|said| said.is_transparency)
    }

    /// The size of an item as it is shown.
    pub fn upright_size(&self, id: u32) -> Option<(u32, u32)> {
        let said = self.said.get(&id)?;
        let shown = |(width, height): (u32, u32), change: &Change| match change {
            Change::Cropped(narrow, low) => (width.min(*narrow), height.min(*low)),
            Change::OnItsSide => (height, width),
        };
        said.size.map(|size| said.changes.iter().fold(size, shown))
    }
}

/// Reads what is said of items.
pub(super) fn read(bytes: &[u8], iprp: BoxAt, budget: &mut Budget) -> Result<Properties, PictureRefusal> {
    let parts = boxes::children(bytes, iprp.body(), budget)?;
    let mut containers = parts.iter().filter(|it| &it.kind == b"ipco");
    let (Some(container), None) = (containers.next(), containers.next()) else { return Err(PictureRefusal::Broken) };
    let all = boxes::children(bytes, container.body(), budget)?;

    let mut properties = Properties::default();
    let unknown = parts.iter().filter(|it| ![b"ipco", b"ipma"].contains(&&it.kind));
    properties.strangers.extend(unknown.chain(all.iter().filter(|it| !NEEDED.contains(&&it.kind))));
    for linked in parts.iter().filter(|it| &it.kind == b"ipma") {
        link(bytes, linked, &all, &mut properties, budget)?;
    }
    Ok(properties)
}

fn link(
    bytes: &[u8],
    ipma: &BoxAt,
    all: &[BoxAt],
    properties: &mut Properties,
    budget: &mut Budget,
) -> Result<(), PictureRefusal> {
    let mut reader = Reader::new(bytes, ipma.body());
    let (version, flags) = reader.version_and_flags()?;
    for _ in 0..reader.u32()? {
        budget.spend(1)?;
        let id = if version == 0 { u32::from(reader.u16()?) } else { reader.u32()? };
        let said = properties.said.entry(id).or_default();
        for _ in 0..reader.u8()? {
            budget.spend(1)?;
            let place = if flags & 1 == 1 { reader.u16()? & 0x7fff } else { u16::from(reader.u8()? & 0x7f) };
            // Places count from one; none is none.
            let Some(place) = usize::from(place).checked_sub(1) else { continue };
            say(bytes, all.get(place).ok_or(PictureRefusal::Broken)?, said)?;
        }
    }
    Ok(())
}

fn say(bytes: &[u8], property: &BoxAt, said: &mut Said) -> Result<(), PictureRefusal> {
    let mut reader = Reader::new(bytes, property.body());
    match &property.kind {
        b"ispe" => {
            reader.version()?;
            said.size = said.size.or(Some((reader.u32()?, reader.u32()?)));
        }
        b"irot" if reader.u8()? & 1 == 1 => said.changes.push(Change::OnItsSide),
        b"clap" => {
            let (width, per_width, height, per_height) = (reader.u32()?, reader.u32()?, reader.u32()?, reader.u32()?);
            let whole = |length: u32, per: u32| length.checked_div(per).filter(|length| *length > 0);
            let (width, height) =
                whole(width, per_width).zip(whole(height, per_height)).ok_or(PictureRefusal::Broken)?;
            said.changes.push(Change::Cropped(width, height));
        }
        b"auxC" => {
            let text = bytes.get(property.body()).unwrap_or_default();
            let says = |words: &[u8]| text.windows(words.len()).any(|window| window == words);
            said.is_transparency |= says(b"auxiliary:alpha") || says(b"auxid:1");
        }
        _ => {}
    }
    Ok(())
}
