//! A request with files in it, by the GraphQL multipart request specification. A browser sends multipart to anywhere
//! without asking, so it counts only with a header that no form can set; and files are taken from people alone who are
//! signed in. Each file is streamed to the disk, so that it costs no memory.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap},
    },
    web::Payload,
};
use async_graphql::{Name, Value, Variables};
use bytes::Bytes;
use futures_util::{StreamExt, future::LocalBoxFuture, stream};
use multer::{Field, Multipart};
use tokio::{
    sync::{Semaphore, mpsc},
    time::timeout,
};

use super::{Settings, envelope::Envelope, refusal::Refusal};
use crate::{
    api::{
        error::Problem,
        messages::message,
        upload::{Arriving, Uploaded, Uploads, stand_in},
    },
    work::pictures::MAX_BYTES,
};

/// Headers that a page elsewhere cannot set without asking first. One of them is needed, and not empty.
const PREFLIGHT: [&str; 3] = ["graphql-require-preflight", "apollo-require-preflight", "x-apollo-operation-name"];
/// Most files in one request, and most places for them.
const MOST_FILES: usize = 20;
/// Most bytes of `map`.
const MAP_BYTES: usize = 16 * 1024;
/// Most bytes that may come without anything being made of them: the headers of a part, or what is between two.
const UNREAD_BYTES: usize = 256 * 1024;
/// A pause between two packets.
const PAUSE: Duration = Duration::from_secs(10);
/// One request in all.
const WHOLE: Duration = Duration::from_secs(300);
/// Requests with files read at once.
const AT_ONCE: usize = 8;

/// Asks whether whoever sends a request may do what takes long: send files, or listen for a while.
pub type Gate = Arc<dyn Fn(HttpRequest) -> LocalBoxFuture<'static, Result<(), Problem>> + Send + Sync>;

/// Where files wait, and whose are taken.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
    gate: Gate,
    turns: Arc<Semaphore>,
}

impl Files {
    /// Files in a folder of those whom the gate lets in.
    pub fn new(folder: PathBuf, gate: Gate) -> Self {
        Self { folder, gate, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// Whether a request is multipart and says so with a header that no form can set.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    let plain = headers.get_all(CONTENT_ENCODING).all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    let mut types = headers.get_all(CONTENT_TYPE);
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    let essence = only.to_str().ok().and_then(|only| only.split(';').next()).unwrap_or_default();
    let preflight = PREFLIGHT.iter().filter_map(|name| headers.get(*name)).any(|value| !value.is_empty());
    plain && preflight && essence.trim().eq_ignore_ascii_case("multipart/form-data")
}

/// Reads a request and its files.
pub(super) async fn read(
    http: &HttpRequest,
    payload: &mut Payload,
    files: &Files,
    settings: &Settings,
) -> Result<(Envelope, Uploads), Refusal> {
    (files.gate)(http.clone()).await.map_err(|problem| Refusal::problem(problem).and_close())?;
    let kind = http.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| broken())?;

    // The library wants a stream that may cross threads, so what comes is handed to it.
    let (came, mut coming) = mpsc::channel(1);
    let unread = Arc::new(AtomicUsize::new(0));
    let body = stream::poll_fn(move |context| coming.poll_recv(context));
    let parts = Parts { multipart: Multipart::new(body, boundary), unread: Arc::clone(&unread) };
    let reading = async {
        let _turn = files.turns.acquire().await.map_err(|_closed| Refusal::too_slow())?;
        parts.read(&files.folder, settings).await
    };
    let listening = listen(payload, came, &unread);
    let both = async {
        tokio::pin!(reading, listening);
        tokio::select! {
            biased;
            read = &mut reading => read,
            heard = &mut listening => match heard {
                Ok(()) => reading.await,
                Err(refusal) => Err(refusal),
            },
        }
    };
    timeout(WHOLE, both).await.unwrap_or_else(|_late| Err(too_slow()))
}

async fn listen(
    payload: &mut Payload,
    came: mpsc::Sender<Result<Bytes, std::io::Error>>,
    unread: &AtomicUsize,
) -> Result<(), Refusal> {
    loop {
        let Some(piece) = timeout(PAUSE, payload.next()).await.map_err(|_late| too_slow())? else { return Ok(()) };
        let piece = piece.map_err(|_broken_off| broken())?;
        if unread.fetch_add(piece.len(), Ordering::Relaxed) > UNREAD_BYTES {
            return Err(broken());
        }
        if came.send(Ok(piece)).await.is_err() {
            return Ok(());
        }
    }
}

/// The parts of a request, in the order of the specification: what is asked, where the files belong, the files.
struct Parts {
    multipart: Multipart<'static>,
    unread: Arc<AtomicUsize>,
}

impl Parts {
    async fn read(mut self, folder: &Path, settings: &Settings) -> Result<(Envelope, Uploads), Refusal> {
        let operations = self.text("operations", settings.body_bytes).await?;
        let mut envelope = Envelope::from_json(&operations, &settings.limits)?;
        let map = self.text("map", MAP_BYTES).await?;
        let map: BTreeMap<String, Vec<String>> = serde_json::from_str(&map).map_err(|_| not_a_map())?;
        if map.len() > MOST_FILES || map.values().map(Vec::len).sum::<usize>() > MOST_FILES {
            return Err(too_many());
        }

        let mut uploads = Uploads::default();
        let mut wanted = map;
        while let Some(field) = self.next().await? {
            let paths = field.name().and_then(|name| wanted.remove(name)).ok_or_else(not_a_map)?;
            for path in &paths {
                *place(&mut envelope.variables, path).ok_or_else(not_a_map)? = stand_in(uploads.0.len());
            }
            uploads.0.push(self.file(field, folder).await?);
        }
        if wanted.is_empty() { Ok((envelope, uploads)) } else { Err(not_a_map()) }
    }

    async fn next(&mut self) -> Result<Option<Field<'static>>, Refusal> {
        let field = self.multipart.next_field().await.map_err(|_| broken())?;
        self.unread.store(0, Ordering::Relaxed);
        Ok(field)
    }

    async fn piece(&self, field: &mut Field<'static>) -> Result<Option<Bytes>, Refusal> {
        let piece = field.chunk().await.map_err(|_| broken())?;
        self.unread.store(0, Ordering::Relaxed);
        Ok(piece)
    }

    async fn text(&mut self, name: &str, most: usize) -> Result<String, Refusal> {
        let field = self.next().await?.filter(|field| field.name() == Some(name));
        let (mut field, mut text) = (field.ok_or_else(not_a_map)?, Vec::new());
        while let Some(piece) = self.piece(&mut field).await? {
            if text.len() + piece.len() > most {
                return Err(too_large());
            }
            text.extend_from_slice(&piece);
        }
        String::from_utf8(text).map_err(|_| broken())
    }

    async fn file(&self, mut field: Field<'static>, folder: &Path) -> Result<Uploaded, Refusal> {
        let failed = |error: std::io::Error| Refusal::problem(Problem::internal(error)).and_close();
        let mut arriving = Arriving::begin(folder).await.map_err(failed)?;
        while let Some(piece) = self.piece(&mut field).await? {
            if arriving.bytes_with(&piece) > MAX_BYTES as u64 {
                return Err(too_large());
            }
            arriving.add(&piece).await.map_err(failed)?;
        }
        arriving.end().await.map_err(failed)
    }
}

/// The place in the variables that a path leads to, if nothing is there yet.
fn place<'a>(variables: &'a mut Variables, path: &str) -> Option<&'a mut Value> {
    let mut steps = path.split('.');
    if steps.next() != Some("variables") {
        return None;
    }
    let mut at = variables.get_mut(&Name::new(steps.next()?))?;
    for step in steps {
        at = match at {
            Value::Object(fields) => fields.get_mut(step)?,
            Value::List(items) => items.get_mut(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    (*at == Value::Null).then_some(at)
}

fn broken() -> Refusal {
    Refusal::malformed(message!("multipart-broken")).and_close()
}

fn not_a_map() -> Refusal {
    Refusal::malformed(message!("multipart-out-of-order")).and_close()
}

fn too_many() -> Refusal {
    Refusal::protocol(StatusCode::PAYLOAD_TOO_LARGE, message!("too-many-files")).and_close()
}

fn too_large() -> Refusal {
    Refusal::protocol(StatusCode::PAYLOAD_TOO_LARGE, message!("part-too-large")).and_close()
}

fn too_slow() -> Refusal {
    Refusal::protocol(StatusCode::REQUEST_TIMEOUT, message!("request-too-slow")).and_close()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    #[test]
    fn multipart_counts_only_with_a_header_that_no_form_can_set() {
        let kind = (CONTENT_TYPE, "multipart/form-data; boundary=b");
        let with = |name: &'static str, value: &'static str| {
            let request =
                TestRequest::post().insert_header(kind.clone()).insert_header((name, value)).to_http_request();
            is_asked_for(request.headers())
        };
        assert!(PREFLIGHT.iter().all(|name| with(name, "true")));
        assert!(
            !with("graphql-require-preflight", "") && !with("x-other", "true") && !with("content-encoding", "gzip")
        );
        let untyped = TestRequest::post().insert_header((PREFLIGHT[0], "1")).to_http_request();
        assert!(!is_asked_for(untyped.headers()));
        let twice = TestRequest::post().append_header(kind.clone()).append_header((CONTENT_TYPE, "text/plain"));
        assert!(!is_asked_for(twice.insert_header(("graphql-require-preflight", "1")).to_http_request().headers()));
    }

    #[test]
    fn a_file_goes_only_where_nothing_is_yet() {
        let variables = || Variables::from_json(json!({ "file": null, "input": { "files": [null, 1], "name": "x" } }));
        for good in ["variables.file", "variables.input.files.0"] {
            assert!(place(&mut variables(), good).is_some(), "{good}");
        }
        for bad in [
            "",
            "file",
            "variables",
            "variables.",
            "variables.none",
            "variables.input",
            "variables.input.name",
            "variables.input.files.1",
            "variables.input.files.2",
            "variables.input.files.-1",
            "variables.input.files.x",
            "variables.file.x",
            "query",
        ] {
            assert!(place(&mut variables(), bad).is_none(), "{bad}");
        }
    }
}
