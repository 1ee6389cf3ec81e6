//! Copies what a page needs from one document into another, and leaves out what no page needs.

use std::collections::{HashMap, VecDeque};

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::super::refusal::PictureRefusal;
use super::streams::{self, Room};

/// The most objects of a document of twenty pages.
const MAX_OBJECTS: usize = 200_000;
/// What is left out wherever it stands: words about the document, other files, and whatever happens by itself.
const LEFT_OUT: [&[u8]; 21] = [
    b"Metadata",
    b"PieceInfo",
    b"LastModified",
    b"AF",
    b"AA",
    b"JS",
    b"JavaScript",
    b"OpenAction",
    b"EF",
    b"Names",
    b"StructParent",
    b"StructParents",
    b"Thumb",
    b"OC",
    b"OPI",
    b"Properties",
    b"Alternates",
    b"PtData",
    b"Measure",
    b"Parent",
    b"P",
];
/// Where keys are names that the document chose.
const CHOSEN: [&[u8]; 9] =
    [b"Font", b"XObject", b"ExtGState", b"ColorSpace", b"Pattern", b"Shading", b"CharProcs", b"Colorants", b"Encoding"];
/// What is nothing to draw with.
const STRANGERS: [&[u8]; 12] = [
    b"Action",
    b"Filespec",
    b"F",
    b"EmbeddedFile",
    b"Sig",
    b"Metadata",
    b"Catalog",
    b"Outlines",
    b"Page",
    b"Pages",
    b"ObjStm",
    b"XRef",
];

/// How the keys of a dictionary are meant.
#[derive(Clone, Copy)]
enum Keys {
    Known,
    Chosen,
}

/// Copies, and remembers what it copied.
pub(super) struct Copier<'a> {
    from: &'a Document,
    to: Document,
    known: HashMap<ObjectId, ObjectId>,
    waiting: VecDeque<(ObjectId, Keys)>,
    room: Room,
}

impl<'a> Copier<'a> {
    pub fn new(from: &'a Document, to: Document) -> Self {
        Self { from, to, known: HashMap::new(), waiting: VecDeque::new(), room: Room::default() }
    }

    /// A copy of a value; what it refers to is copied later.
    pub fn copy(&mut self, object: &Object) -> Result<Object, PictureRefusal> {
        self.value(object, Keys::Known)
    }

    /// Adds an object to the new document.
    pub fn add(&mut self, object: Object) -> ObjectId {
        self.to.add_object(object)
    }

    /// Copies everything that is referred to, and gives the new document.
    pub fn finish(mut self) -> Result<Document, PictureRefusal> {
        while let Some((id, keys)) = self.waiting.pop_front() {
            let Some(new) = self.known.get(&id).copied() else { continue };
            let copy = match self.from.get_object(id) {
                Ok(object) => self.value(object, keys)?,
                // A reference to nothing is nothing.
                Err(_) => Object::Null,
            };
            self.to.objects.insert(new, copy);
        }
        Ok(self.to)
    }

    fn value(&mut self, object: &Object, keys: Keys) -> Result<Object, PictureRefusal> {
        Ok(match object {
            Object::Reference(id) => Object::Reference(self.later(*id, keys)?),
            Object::Array(values) => {
                Object::Array(values.iter().map(|value| self.value(value, Keys::Known)).collect::<Result<_, _>>()?)
            }
            Object::Dictionary(dictionary) if is_stranger(dictionary) => Object::Null,
            Object::Dictionary(dictionary) => Object::Dictionary(self.dictionary(dictionary, keys)?),
            Object::Stream(stream) if is_stranger(&stream.dict) || streams::is_stranger(stream) => Object::Null,
            Object::Stream(stream) => {
                let mut dictionary = self.dictionary(&stream.dict, Keys::Known)?;
                let content = streams::content(stream, self.from, &mut dictionary, &mut self.room)?;
                Object::Stream(lopdf::Stream::new(dictionary, content).with_compression(false))
            }
            other => other.clone(),
        })
    }

    fn dictionary(&mut self, dictionary: &Dictionary, keys: Keys) -> Result<Dictionary, PictureRefusal> {
        let mut copy = Dictionary::new();
        for (key, value) in dictionary {
            let below = match keys {
                Keys::Chosen => Keys::Known,
                Keys::Known if LEFT_OUT.contains(&key.as_slice()) => continue,
                Keys::Known if CHOSEN.contains(&key.as_slice()) => Keys::Chosen,
                Keys::Known => Keys::Known,
            };
            copy.set(key.clone(), self.value(value, below)?);
        }
        Ok(copy)
    }

    fn later(&mut self, id: ObjectId, keys: Keys) -> Result<ObjectId, PictureRefusal> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        if self.known.len() == MAX_OBJECTS {
            return Err(PictureRefusal::UnpacksTooLarge);
        }
        let new = self.to.new_object_id();
        self.known.insert(id, new);
        self.waiting.push_back((id, keys));
        Ok(new)
    }
}

fn is_stranger(dictionary: &Dictionary) -> bool {
    dictionary.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| STRANGERS.contains(&kind))
}
