//! Storage in trouble: a store that fails at a chosen call, before or after it has done what it was asked.

use std::{
    fmt,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, path::Path,
};

/// When a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing was done.
    Before,
    /// It was done, and the answer was lost.
    After,
}

/// Fails once, at the call whose turn it is.
#[derive(Debug)]
pub struct Troubled {
    store: Arc<dyn ObjectStore>,
    left: Arc<AtomicUsize>,
    moment: Moment,
}

impl Troubled {
    /// A store that fails at its nth call, counted from 1.
    pub fn at(store: Arc<dyn ObjectStore>, nth: usize, moment: Moment) -> Self {
        Self { store, left: Arc::new(AtomicUsize::new(nth)), moment }
    }

    /// What tells later whether the call that fails was made.
    pub fn left(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.left)
    }

    fn fails(&self) -> bool {
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) == Ok(1)
    }

    async fn call<T>(&self, what: impl Future<Output = Result<T>>) -> Result<T> {
        match (self.fails(), self.moment) {
            (false, _) => what.await,
            (true, Moment::Before) => Err(trouble()),
            (true, Moment::After) => what.await.and(Err(trouble())),
        }
    }
}

fn trouble() -> Error {
    Error::Generic { store: "troubled", source: "the line was cut".into() }
}

impl fmt::Display for Troubled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store in trouble")
    }
}

#[async_trait::async_trait]
impl ObjectStore for Troubled {
    async fn put_opts(&self, to: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.call(self.store.put_opts(to, payload, options)).await
    }

    async fn put_multipart_opts(&self, to: &Path, options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.call(self.store.put_multipart_opts(to, options)).await
    }

    async fn get_opts(&self, from: &Path, options: GetOptions) -> Result<GetResult> {
        self.call(self.store.get_opts(from, options)).await
    }

    async fn get_ranges(&self, from: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.call(self.store.get_ranges(from, ranges)).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match (self.fails(), self.moment) {
            (false, _) => self.store.delete_stream(paths),
            (true, Moment::Before) => futures_util::stream::iter([Err(trouble())]).boxed(),
            (true, Moment::After) => self.store.delete_stream(paths).map(|_| Err(trouble())).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.fails() {
            false => self.store.list(prefix),
            true => futures_util::stream::iter([Err(trouble())]).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.call(self.store.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.call(self.store.copy_opts(from, to, options)).await
    }
}
