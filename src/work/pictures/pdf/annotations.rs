//! What is stuck onto a page and seen on it: filled forms, stamps and handwriting stay as they look, and as nothing more.

use lopdf::{Dictionary, Document, Object, dictionary};

use super::super::refusal::PictureRefusal;
use super::copy::Copier;

/// What has a look of its own.
const SEEN: [&[u8]; 13] = [
    b"Widget",
    b"FreeText",
    b"Stamp",
    b"Ink",
    b"Square",
    b"Circle",
    b"Line",
    b"Polygon",
    b"PolyLine",
    b"Highlight",
    b"Underline",
    b"StrikeOut",
    b"Squiggly",
];
/// Most of them on one page.
const MOST: usize = 2_000;
/// The flags that say that it is not seen: hidden, and not to be viewed.
const UNSEEN: i64 = 2 | 32;

/// What is seen of the annotations of a page, each as a stamp.
pub(super) fn seen(
    copier: &mut Copier<'_>,
    document: &Document,
    annotations: Option<&Object>,
) -> Result<Vec<Object>, PictureRefusal> {
    let Some(Ok((_, Object::Array(all)))) = annotations.map(|it| document.dereference(it)) else {
        return Ok(Vec::new());
    };
    let mut stamps = Vec::new();
    for one in all.iter().take(MOST) {
        let Ok((_, Object::Dictionary(one))) = document.dereference(one) else { continue };
        if let Some((rectangle, look)) = looks(document, one) {
            let look = copier.copy(look)?;
            let rectangle = copier.copy(rectangle)?;
            let stamp = dictionary! {
                "Type" => "Annot", "Subtype" => "Stamp", "F" => 4_i64, "Rect" => rectangle,
                "AP" => dictionary! { "N" => look },
            };
            stamps.push(Object::Reference(copier.add(stamp.into())));
        }
    }
    Ok(stamps)
}

/// Where it is and how it looks, if it is seen at all.
fn looks<'a>(document: &'a Document, one: &'a Dictionary) -> Option<(&'a Object, &'a Object)> {
    let kind = one.get(b"Subtype").and_then(Object::as_name).ok()?;
    let flags = one.get(b"F").and_then(Object::as_i64).unwrap_or_default();
    if !SEEN.contains(&kind) || flags & UNSEEN != 0 {
        return None;
    }
    let follow = |object: &'a Object| document.dereference(object).ok().map(|(_, it)| it);
    let looks = follow(one.get(b"AP").ok()?)?.as_dict().ok()?;
    let normal = looks.get(b"N").ok()?;
    let look = match follow(normal)? {
        Object::Stream(_) => normal,
        // A box that is ticked or not has a look for each.
        Object::Dictionary(states) => states.get(one.get(b"AS").and_then(Object::as_name).ok()?).ok()?,
        _ => return None,
    };
    matches!(look, Object::Reference(_)).then_some(())?;
    Some((one.get(b"Rect").ok()?, look))
}
