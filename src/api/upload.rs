//! Files on their way in, put on the disk as they come so that a slow phone costs a file handle and not memory. Inside a
//! request they come by the GraphQL multipart request specification, for third-party apps that know nothing else: whoever
//! carries the request has put each into a file of its own by the time a verb looks at it.

use std::{io, path::Path};

use async_graphql::{Context, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use busfare_entity::words::Language;
use sha2::{Digest, Sha256};
use tokio::{fs::File, io::AsyncWriteExt};

use super::{
    context::Answer,
    error::Problem,
    messages::{Message, message},
};
use crate::store::scratch::{Reading, Scratch};

/// What stands in the variables where a file belongs, before its number.
const MARK: &str = "busfare-upload:";

/// A file that came. It is gone when this is.
#[derive(Debug)]
pub struct Uploaded {
    scratch: Scratch,
    /// SHA-256 of what arrived.
    pub sha256: [u8; 32],
    /// How many bytes arrived.
    pub bytes: u64,
}

impl Uploaded {
    /// Everything that arrived.
    pub async fn whole(&self) -> io::Result<Vec<u8>> {
        self.scratch.whole().await
    }

    /// Reads it from its beginning.
    pub async fn read(&self) -> io::Result<Reading> {
        self.scratch.read().await
    }
}

/// A file that comes in pieces: on the disk, counted and hashed as it comes.
pub struct Arriving {
    scratch: Scratch,
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Arriving {
    /// Nothing of it yet.
    pub async fn begin(folder: &Path) -> io::Result<Self> {
        let (scratch, file) = Scratch::begin(folder).await?;
        Ok(Self { scratch, file, hash: Sha256::new(), bytes: 0 })
    }

    /// How many bytes there would be with so many more.
    pub fn bytes_with(&self, piece: &[u8]) -> u64 {
        self.bytes + piece.len() as u64
    }

    /// The next piece.
    pub async fn add(&mut self, piece: &[u8]) -> io::Result<()> {
        self.bytes = self.bytes_with(piece);
        self.hash.update(piece);
        self.file.write_all(piece).await
    }

    /// That was all of it.
    pub async fn end(mut self) -> io::Result<Uploaded> {
        self.file.flush().await?;
        Ok(Uploaded { scratch: self.scratch, sha256: self.hash.finalize().into(), bytes: self.bytes })
    }
}

/// The files of one request, in the order in which they came.
#[derive(Debug, Default)]
pub struct Uploads(pub Vec<Uploaded>);

/// What stands in the variables for the file of this number.
pub fn stand_in(number: usize) -> Value {
    Value::String(format!("{MARK}{number}"))
}

/// A file that is sent with the request, by the GraphQL multipart request specification: `null` in the variables, and
/// named in `map`. It needs the header `graphql-require-preflight: true`; at most 20 files of 20 MB each.
#[derive(Clone, Copy, Debug)]
pub struct Upload(usize);

/// A file that is sent with the request, by the GraphQL multipart request specification: `null` in the variables, and
/// named in `map`. It needs the header `graphql-require-preflight: true`; at most 20 files of 20 MB each.
#[Scalar(specified_by_url = "https://github.com/jaydenseric/graphql-multipart-request-spec")]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = match &value {
            Value::String(text) => text.strip_prefix(MARK).and_then(|number| number.parse().ok()),
            _ => None,
        };
        number.map(Self).ok_or_else(|| InputValueError::custom(not_sent().told_in(Language::En)))
    }

    fn to_value(&self) -> Value {
        stand_in(self.0)
    }
}

fn not_sent() -> Message {
    message!("file-not-sent")
}

impl Upload {
    /// The file, if it came with this request.
    pub fn file<'a>(self, ctx: &Context<'a>) -> Answer<&'a Uploaded> {
        let file = ctx.data_opt::<Uploads>().and_then(|uploads| uploads.0.get(self.0));
        file.ok_or_else(|| Problem::bad_user_input(not_sent()))
    }
}
