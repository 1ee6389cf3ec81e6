//! Files inside a request: by the GraphQL multipart request specification, for third-party apps that know nothing else.
//! Whoever carries the request has put each into a file of its own by the time a verb looks at it.

use std::{fs, io, path::PathBuf};

use async_graphql::{Context, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use tokio::{fs::File, io::AsyncReadExt};

use super::{context::Answer, error::Problem};

/// What stands in the variables where a file belongs, before its number.
const MARK: &str = "busfare-upload:";

/// A file that came with the request. It is gone when this is.
#[derive(Debug)]
pub struct Uploaded {
    path: PathBuf,
    /// SHA-256 of what arrived.
    pub sha256: [u8; 32],
    /// How many bytes arrived.
    pub bytes: u64,
}

impl Uploaded {
    /// An empty one at a path where nothing else is, to be filled.
    pub fn begin(path: PathBuf) -> Self {
        Self { path, sha256: [0; 32], bytes: 0 }
    }

    /// Reads it from its beginning.
    pub async fn read(&self) -> io::Result<Reading> {
        File::open(&self.path).await.map(Reading)
    }
}

impl Drop for Uploaded {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "an uploaded file could not be removed");
        }
    }
}

/// A file being read.
pub struct Reading(File);

impl Reading {
    /// The next so many bytes, fewer at the end, and none after it.
    pub async fn next(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut piece = Vec::new();
        (&mut self.0).take(most).read_to_end(&mut piece).await?;
        Ok(piece)
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
        let Value::String(text) = &value else { return Err(InputValueError::custom(HOW)) };
        let number = text.strip_prefix(MARK).and_then(|number| number.parse().ok());
        number.map(Self).ok_or_else(|| InputValueError::custom(HOW))
    }

    fn to_value(&self) -> Value {
        stand_in(self.0)
    }
}

const HOW: &str = "Send a file as multipart, with null in its place in the variables.";

impl Upload {
    /// The file, if it came with this request.
    pub fn file<'a>(self, ctx: &Context<'a>) -> Answer<&'a Uploaded> {
        let file = ctx.data_opt::<Uploads>().and_then(|uploads| uploads.0.get(self.0));
        file.ok_or_else(|| Problem::bad_user_input(HOW))
    }
}
