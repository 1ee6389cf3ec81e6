//! Packing: an archive of receipts is written while it is sent, a page at a time, so that it costs one page of memory
//! however large it is. The index is spooled to disk meanwhile and comes last. A page that cannot be read is said in a
//! file of its own; where anything else fails the download breaks off, so that half an archive never looks whole.

use std::{
    collections::HashMap,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use busfare_entity::words::{Language, ReceiptId, ReceiptState, SpendEvidence, SpendId};
use bytes::Bytes;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::{sync::mpsc::Sender, time::timeout};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use super::spool::Spool;
use crate::{
    api::state::State,
    rules::{
        archive::{self, Enclosed, Line, What},
        calendar,
        money::Money,
        sight::Viewer,
    },
    store::{
        archive::{Filed, Paper, next},
        db::DbErr,
        receipt_page::Content,
    },
    work::Works,
};

/// What is sent at once.
const PIECE_BYTES: usize = 256 * 1024;
/// How long whoever downloads may take for one piece.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an archive is made of.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// Who asked for it.
    pub(super) viewer: Viewer,
    /// The first and the last local day.
    pub(super) days: (NaiveDate, NaiveDate),
    /// The organisation's clock.
    pub(super) zone: Tz,
    /// In which language its index is.
    pub(super) language: Language,
    /// When it is made.
    pub(super) now: DateTime<Utc>,
}

impl Order {
    /// The moments between which money left.
    pub(super) fn between(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        calendar::between(self.days, self.zone)
    }
}

/// A piece of an archive; none means that it is whole.
pub(super) type Piece = Option<Bytes>;

/// Why an archive breaks off.
#[derive(Debug, thiserror::Error)]
pub(super) enum BrokenOff {
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    #[error("the index could not be kept: {0}")]
    Index(#[from] io::Error),
    #[error("the index could not be written: {0}")]
    Table(#[from] csv::Error),
    #[error("the archive could not be written: {0}")]
    Archive(#[from] zip::result::ZipError),
    #[error("whoever downloads has gone")]
    Gone,
}

/// Where the archive's writer writes: taken out after each file.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive on its way.
struct Packing {
    works: Works,
    order: Order,
    zip: ZipWriter<StreamWriter<Sink>>,
    sink: Sink,
    pieces: Sender<Piece>,
    options: SimpleFileOptions,
    table: Spool,
    page: Spool,
    hashes: Spool,
    /// Receipts for several spends, with the spend they are enclosed with.
    enclosed: HashMap<ReceiptId, SpendId>,
    spends: u64,
    files: u64,
    unreadable: u64,
}

/// Packs an archive and sends it piece by piece.
pub(super) async fn pack(state: State, works: Works, order: Order, pieces: Sender<Piece>) -> Result<(), BrokenOff> {
    let mut packing = Packing::begin(works, order, pieces).await?;
    let mut after = None;
    loop {
        let order = &packing.order;
        let batch = next(state.db.reader(), &order.viewer, order.between(), after).await?;
        let Some(last) = batch.last() else { break };
        after = last.spend.spent_at.map(|at| (at, last.spend.id));
        for filed in batch {
            packing.put_spend(&filed).await?;
        }
    }
    packing.end().await
}

impl Packing {
    async fn begin(works: Works, order: Order, pieces: Sender<Piece>) -> Result<Self, BrokenOff> {
        let sink = Sink::default();
        let local = calendar::local(order.now, order.zone);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(as_zip_has_it(local));
        let folder = works.staging.clone();
        let mut packing = Self {
            zip: ZipWriter::new_stream(sink.clone()),
            sink,
            pieces,
            options,
            table: Spool::begin(&folder).await?,
            page: Spool::begin(&folder).await?,
            hashes: Spool::begin(&folder).await?,
            enclosed: HashMap::new(),
            spends: 0,
            files: 0,
            unreadable: 0,
            works,
            order,
        };
        let language = packing.order.language;
        // Spreadsheets take a table for UTF-8 only where it says so.
        packing.table.add("\u{feff}".as_bytes()).await?;
        packing.table.add(&archive::csv_line(None, language)?).await?;
        packing.page.add(archive::html_start(packing.order.days, language).as_bytes()).await?;
        Ok(packing)
    }

    async fn put_spend(&mut self, filed: &Filed) -> Result<(), BrokenOff> {
        self.spends += 1;
        for (number, paper) in (1..).zip(&filed.receipts) {
            self.put_receipt(filed, number, paper).await?;
        }
        match (&filed.note, filed.spend.evidence) {
            (Some(note), _) => {
                self.say(filed, None, What::Noted { reason: note.reason, words: note.words.clone() }).await
            }
            (None, _) if !filed.receipts.is_empty() => Ok(()),
            (None, SpendEvidence::NotNeeded) => self.say(filed, None, What::NotNeeded).await,
            (None, _) => self.say(filed, None, What::Nothing).await,
        }
    }

    /// Every page of a receipt, once, and what is known of those that are not here.
    async fn put_receipt(&mut self, filed: &Filed, number: usize, paper: &Paper) -> Result<(), BrokenOff> {
        let receipt = paper.receipt.id;
        if paper.shared {
            let with = *self.enclosed.entry(receipt).or_insert(filed.spend.id);
            if with != filed.spend.id {
                return self.say(filed, Some(paper), What::WithAnother { receipt, spend: with }).await;
            }
        }
        let stored = paper.pages.iter().map(|(page, _)| *page);
        let last = stored.chain(paper.under_way.iter().map(|upload| upload.page)).max().unwrap_or(1);
        for page in 1..=last {
            let what = match paper.pages.iter().find(|(number, _)| *number == page) {
                Some((_, content)) => self.put_page(filed, (number, page), receipt, content).await?,
                None => not_here(paper, page),
            };
            self.say(filed, Some(paper), what).await?;
        }
        Ok(())
    }

    async fn put_page(
        &mut self,
        filed: &Filed,
        place: (usize, i32),
        receipt: ReceiptId,
        content: &Content,
    ) -> Result<What, BrokenOff> {
        let (spend, page, purpose) = (&filed.spend, place.1, &filed.purpose.code);
        // A page in memory takes a turn, like an upload does.
        let turns = Arc::clone(&self.works.in_memory);
        let _turn = turns.acquire().await.map_err(|_closed| BrokenOff::Gone)?;
        let read = self.works.blobs.get(spend.organisation_id, &content.content_key).await;
        let read = read.map_err(|error| error.to_string()).and_then(|bytes| match Sha256::digest(&bytes) {
            hash if hash.as_slice() == content.stored_sha256 => Ok((bytes, HEXLOWER.encode(&hash))),
            _ => Err("it is not what was stored".to_owned()),
        });
        match read {
            Ok((bytes, sha256)) => {
                let file = archive::file_name(spend.id, place, purpose, archive::ending(&content.media_type));
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                self.put_file(&file, &bytes, &sha256).await?;
                Ok(What::Enclosed(Enclosed { receipt, page, file, sha256, bytes: length }))
            }
            Err(cause) => {
                tracing::error!(%receipt, page, cause, "a stored page could not be put into an archive");
                self.unreadable += 1;
                let file = archive::file_name(spend.id, place, "unreadable", "txt");
                let words = archive::unreadable_words(self.order.language, receipt, page);
                self.put_file(&file, words.as_bytes(), &HEXLOWER.encode(&Sha256::digest(&words))).await?;
                Ok(What::Unreadable { receipt, page, file })
            }
        }
    }

    /// A line of the index, in both its shapes.
    async fn say(&mut self, filed: &Filed, paper: Option<&Paper>, what: What) -> Result<(), BrokenOff> {
        let (spend, language) = (&filed.spend, self.order.language);
        let purpose = match language {
            Language::En => &filed.purpose.name_en,
            Language::Cy => &filed.purpose.name_cy,
        };
        let line = Line {
            spend: spend.id,
            day: calendar::day(spend.spent_at.unwrap_or(spend.requested_at), self.order.zone),
            purpose: purpose.clone(),
            amount: Money::from_pence(spend.spent_pence.unwrap_or_default()),
            came_back: Money::from_pence(spend.refunded_pence),
            portion: paper.and_then(|paper| paper.link.portion_pence).map(Money::from_pence),
            what,
        };
        self.table.add(&archive::csv_line(Some(&line), language)?).await?;
        Ok(self.page.add(archive::html_line(&line, language).as_bytes()).await?)
    }

    async fn put_file(&mut self, name: &str, bytes: &[u8], sha256: &str) -> Result<(), BrokenOff> {
        self.files += 1;
        self.zip.start_file(name, self.options)?;
        self.zip.write_all(bytes)?;
        self.hashes.add(format!("{sha256}  {name}\n").as_bytes()).await?;
        self.send().await
    }

    /// The index comes last, and after it the hashes of everything.
    async fn end(mut self) -> Result<(), BrokenOff> {
        let end = archive::html_end(self.spends, self.files, self.unreadable, self.order.language);
        self.page.add(end.as_bytes()).await?;
        for (name, which) in [("index.csv", 0), ("index.html", 1), ("SHA256SUMS", 2)] {
            self.zip.start_file(name, self.options)?;
            let mut reading = match which {
                0 => self.table.read().await?,
                1 => self.page.read().await?,
                _ => self.hashes.read().await?,
            };
            let mut hash = Sha256::new();
            while let Some(piece) = reading.next(PIECE_BYTES).await? {
                hash.update(&piece);
                self.zip.write_all(&piece)?;
                self.send().await?;
            }
            if which < 2 {
                self.hashes.add(format!("{}  {name}\n", HEXLOWER.encode(&hash.finalize())).as_bytes()).await?;
            }
        }
        let (zip, sink, pieces) = (self.zip, self.sink, self.pieces);
        // Whoever hears that it is whole finds nothing left behind.
        drop((self.table, self.page, self.hashes));
        zip.finish()?;
        send(&sink, &pieces).await?;
        timeout(PATIENCE, pieces.send(None)).await.map_err(|_slow| BrokenOff::Gone)?.map_err(|_| BrokenOff::Gone)
    }

    async fn send(&self) -> Result<(), BrokenOff> {
        send(&self.sink, &self.pieces).await
    }
}

/// A local time as ZIP has it: without a zone, and from 1980 on.
fn as_zip_has_it(local: NaiveDateTime) -> zip::DateTime {
    let part = |part: u32| u8::try_from(part).unwrap_or_default();
    let year = u16::try_from(local.year()).unwrap_or_default();
    let (month, day) = (part(local.month()), part(local.day()));
    let (hour, minute, second) = (part(local.hour()), part(local.minute()), part(local.second()));
    zip::DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}

/// Sends what the writer has written.
async fn send(sink: &Sink, pieces: &Sender<Piece>) -> Result<(), BrokenOff> {
    let mut written = Bytes::from(std::mem::take(&mut *sink.0.lock().unwrap_or_else(PoisonError::into_inner)));
    while !written.is_empty() {
        let piece = written.split_to(PIECE_BYTES.min(written.len()));
        let sent = timeout(PATIENCE, pieces.send(Some(piece))).await;
        sent.map_err(|_slow| BrokenOff::Gone)?.map_err(|_hung_up| BrokenOff::Gone)?;
    }
    Ok(())
}

/// What is known of a page that is not stored.
fn not_here(paper: &Paper, page: i32) -> What {
    let receipt = paper.receipt.id;
    let furthest = paper.under_way.iter().filter(|upload| upload.page == page).max_by_key(|upload| upload.received);
    match furthest {
        Some(upload) => What::OnItsWay { receipt, page, received: upload.received, length: upload.length },
        None => {
            let refused = paper.receipt.problem.is_some() && paper.receipt.state != ReceiptState::Stored;
            What::NotCome { receipt, page, refused }
        }
    }
}
