//! The database at hand: one writer and several readers on SQLite, one pool on PostgreSQL.

mod look;
mod near;
mod reader;

use std::{
    path::Path,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use busfare_migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DbBackend, RuntimeErr, SqlErr, SqliteTransactionMode, SqlxError,
    Statement, TransactionOptions, TransactionTrait, TryInsertResult,
    sqlx::{
        Connection, Database as Driver, Pool,
        postgres::{PgConnectOptions, PgListener},
        sqlite::SqliteConnection,
    },
};
use tokio::sync::watch;

use self::reader::Near;
pub use self::reader::Reader;

pub use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};

/// The SQLite database's file in the data folder.
pub const SQLITE_FILE: &str = "busfare.sqlite";
/// How long a request waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long SQLite waits for another process's lock.
const BUSY: Duration = Duration::from_secs(5);
/// How long a PostgreSQL connection rests before it is asked whether it still works.
const RESTED: Duration = Duration::from_secs(1);
/// Readers beside SQLite's one writer.
const SQLITE_READERS: u32 = 4;
/// What takes words away takes them from these.
const PURGED_FROM: &str = "VACUUM answer, answer_aside, answer_use, record, record_statement, record_opening, record_hold, \
     record_upgrade, record_capture, receipt";
/// A disk of today finds a page about as quickly as it reads the next. PostgreSQL takes it to be four times as slow, and would
/// rather go through a whole table of spends than through an index that has all that is asked for.
pub const PLANS_FOR_DISKS_OF_TODAY: (&str, &str) = ("random_page_cost", "1.1");
/// How PostgreSQL plans what is read again and again: once. Left to itself it plans a page anew each time, because it hopes that a
/// plan for this very number of rows is better; that takes twice as long as finding them.
pub const PLANS_ONCE: (&str, &str) = ("plan_cache_mode", "force_generic_plan");
/// The channel by which servers of one PostgreSQL tell each other that something was sealed.
pub(super) const SEALED: &str = "busfare_sealed";
/// PostgreSQL connections: a few more than cores keep the disk busy; many more only queue inside the server.
const POSTGRES_CONNECTIONS: u32 = 12;

/// Whether a failure is of the kind that passes when it is tried again: somebody else took the row, or the lock, first.
pub fn passes(error: &DbErr) -> bool {
    let taken = matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)));
    // PostgreSQL's words for a serialisation failure and a deadlock.
    taken || matches!(code(error).as_deref(), Some("40001" | "40P01"))
}

/// Whether the database has no room or cannot be reached just now. Nothing was changed, and the same works again once
/// somebody has made room or brought it back.
pub fn is_away(error: &DbErr) -> bool {
    if let Some(SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed) =
        cause(error)
    {
        return true;
    }
    // SQLite's result codes are numbers whose last byte is the kind: busy, input or output, full. PostgreSQL's have five
    // characters whose first two are the class: connection, resources, operator intervention, system.
    match code(error) {
        Some(code) if code.len() == 5 => ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)),
        Some(code) => code.parse::<u32>().is_ok_and(|number| matches!(number & 0xff, 5 | 10 | 13)),
        None => false,
    }
}

fn cause(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

fn code(error: &DbErr) -> Option<String> {
    cause(error)?.as_database_error()?.code().map(|code| code.into_owned())
}

/// Whether an insert that gives way to a row already there has inserted its own.
pub(super) fn inserted(outcome: &TryInsertResult<u64>) -> bool {
    matches!(outcome, TryInsertResult::Inserted(count) if *count > 0)
}

/// A handle on the database. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Db {
    writer: DatabaseConnection,
    /// The readers that everybody shares.
    shared: DatabaseConnection,
    reader: Reader,
    statements: Arc<AtomicU64>,
    sealed: Arc<watch::Sender<u64>>,
    waiting: Arc<AtomicU64>,
    near: Near,
}

/// How the connections of a pool are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Which: `writer` and `reader` on SQLite, `all` on PostgreSQL, and `near` for what workers read with on either.
    pub pool: &'static str,
    /// How many are open.
    pub open: u32,
    /// How many of those nobody uses.
    pub idle: u32,
    /// How many there may be.
    pub most: u32,
}

/// Somebody who waits, counted until this is dropped.
struct Waits<'a>(&'a AtomicU64);

impl<'a> Waits<'a> {
    fn among(others: &'a AtomicU64) -> Self {
        others.fetch_add(1, Ordering::Relaxed);
        Self(others)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Db {
    /// Opens the SQLite database in a folder, making the file where there is none.
    pub async fn open_sqlite(folder: &Path) -> Result<Self, DbErr> {
        let url = format!("sqlite://{}?mode=rwc", folder.join(SQLITE_FILE).display());
        let writer = Database::connect(sqlite_options(url.clone(), 1)).await?;
        let reader = Database::connect(sqlite_options(url, SQLITE_READERS)).await?;
        Ok(Self::counting(writer, reader))
    }

    /// Opens a PostgreSQL database by its URL.
    pub async fn open_postgres(url: &str) -> Result<Self, DbErr> {
        name_is_readable(url)?;
        let mut options = ConnectOptions::new(url);
        options.max_connections(POSTGRES_CONNECTIONS).acquire_timeout(PATIENCE).connect_timeout(PATIENCE);
        // Asking a connection that was just in use whether it still works costs as much as a statement.
        options.test_before_acquire_if_idle_for(RESTED);
        options.map_sqlx_postgres_opts(|postgres| postgres.options([PLANS_FOR_DISKS_OF_TODAY]));
        quiet(&mut options);
        let pool = Database::connect(options).await?;
        Ok(Self::counting(pool.clone(), pool))
    }

    fn counting(mut writer: DatabaseConnection, mut shared: DatabaseConnection) -> Self {
        let statements = Arc::new(AtomicU64::new(0));
        for connection in [&mut writer, &mut shared] {
            let count = Arc::clone(&statements);
            connection.set_metric_callback(move |_| {
                count.fetch_add(1, Ordering::Relaxed);
            });
        }
        let reader = Reader::shared(shared.clone());
        let (sealed, waiting, near) = (Arc::default(), Arc::default(), Near::default());
        Self { writer, shared, reader, statements, sealed, waiting, near }
    }

    /// Applies every migration that is not applied yet.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        if self.writer.get_database_backend() != DbBackend::Postgres {
            return Migrator::up(&self.writer, None).await;
        }
        // Servers that start at once take turns; the lock goes when this transaction does.
        let turn = self.writer.begin().await?;
        turn.execute_unprepared("SELECT pg_advisory_xact_lock(7226011)").await?;
        Migrator::up(&self.writer, None).await?;
        turn.commit().await
    }

    /// Whether every migration is applied. It only reads.
    pub async fn is_up_to_date(&self) -> Result<bool, DbErr> {
        Ok(Migrator::get_pending_migrations_read_only(&self.shared).await?.is_empty())
    }

    /// For reading outside a transaction.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Begins the one transaction of a verb. On SQLite it takes the write lock at once,
    /// so that it never has to give up half way.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let _waits = Waits::among(&self.waiting);
        self.writer
            .begin_with_options(TransactionOptions {
                isolation_level: None,
                access_mode: None,
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            })
            .await
    }

    /// Changes whenever something may have been sealed, here or by another server.
    pub fn sealed(&self) -> watch::Receiver<u64> {
        self.sealed.subscribe()
    }

    /// Wakes whoever waits for something to be sealed.
    pub(super) fn wake(&self) {
        self.sealed.send_modify(|times| *times += 1);
    }

    /// Hears what other servers of the same PostgreSQL seal, until the connection fails. SQLite has one server.
    pub async fn hear_others(&self) -> Result<(), DbErr> {
        if self.writer.get_database_backend() != DbBackend::Postgres {
            return std::future::pending().await;
        }
        let gone = |error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)));
        let mut others = PgListener::connect_with(self.writer.get_postgres_connection_pool()).await.map_err(gone)?;
        others.listen(SEALED).await.map_err(gone)?;
        loop {
            others.recv().await.map_err(gone)?;
            self.wake();
        }
    }

    /// How many statements have been sent since it was opened.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many transactions wait for their turn to begin.
    pub fn waiting_to_begin(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// How many reads wait until a connection of their worker is free.
    pub fn waiting_to_read(&self) -> u64 {
        self.near.waiting()
    }

    /// How the connections are, pool by pool.
    pub fn connections(&self) -> Vec<Connections> {
        if self.writer.get_database_backend() == DbBackend::Postgres {
            let all = connections_of("all", self.writer.get_postgres_connection_pool());
            return std::iter::once(all).chain(self.near.connections()).collect();
        }
        let pools = [("writer", &self.writer), ("reader", &self.shared)];
        let pools = pools.map(|(pool, connection)| connections_of(pool, connection.get_sqlite_connection_pool()));
        pools.into_iter().chain(self.near.connections()).collect()
    }

    /// Leaves as little as can be of what was deleted before. SQLite has overwritten it, and here gives up the log in which it
    /// still stands; where somebody just reads in there it is false, and worth another try. PostgreSQL makes its room free to be
    /// written over.
    pub async fn scrub(&self) -> Result<bool, DbErr> {
        if self.writer.get_database_backend() == DbBackend::Postgres {
            self.writer.execute_unprepared(PURGED_FROM).await?;
            return Ok(true);
        }
        let given_up = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
        let busy: Option<i64> =
            self.writer.query_one_raw(given_up).await?.map(|row| row.try_get_by_index(0)).transpose()?;
        Ok(busy == Some(0))
    }

    /// Has the database look at what there is, so that it plans for it: after very much has been added at once.
    pub async fn look_over(&self) -> Result<(), DbErr> {
        let statement = match self.writer.get_database_backend() {
            DbBackend::Postgres => "VACUUM (ANALYZE)",
            _ => "ANALYZE",
        };
        self.writer.execute_unprepared(statement).await.map(|_| ())
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), DbErr> {
        self.near.close().await?;
        self.shared.close().await?;
        self.writer.close().await
    }
}

fn connections_of<DB: Driver>(pool: &'static str, one: &Pool<DB>) -> Connections {
    let idle = u32::try_from(one.num_idle()).unwrap_or(u32::MAX);
    Connections { pool, open: one.size(), idle, most: one.options().get_max_connections() }
}

/// Whether no server has the SQLite database in a folder open. The log beside it can be put away only then, which is what is
/// tried; whoever opens the database next has one again.
pub async fn nobody_else_has_sqlite_open(folder: &Path) -> Result<bool, DbErr> {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rw", folder.join(SQLITE_FILE).display()));
    options.max_connections(1).connect_timeout(PATIENCE);
    quiet(&mut options);
    let alone = Database::connect(options).await?;
    let answer = alone.execute_unprepared("PRAGMA journal_mode = DELETE").await;
    alone.close().await?;
    match answer {
        Ok(_) => Ok(true),
        Err(busy) if busy.to_string().contains("locked") => Ok(false),
        Err(other) => Err(other),
    }
}

/// The library would repeat a URL that it cannot read, and there may be a password in it.
fn name_is_readable(url: &str) -> Result<(), DbErr> {
    match PgConnectOptions::from_str(url) {
        Ok(_) => Ok(()),
        Err(_) => Err(DbErr::Conn(RuntimeErr::Internal("its URL is not like postgres://user@host:5432/name".into()))),
    }
}

/// WAL lets readers read while the writer writes; FULL makes an answered commit survive a power cut; what is deleted is
/// overwritten with zeros.
fn sqlite_options(url: String, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).acquire_timeout(PATIENCE).connect_timeout(PATIENCE);
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        let sqlite = sqlite.foreign_keys(true).busy_timeout(BUSY).pragma("journal_mode", "WAL");
        sqlite.pragma("synchronous", "FULL").pragma("secure_delete", "ON")
    });
    options.map_sqlx_sqlite_before_acquire(|connection, _about| Box::pin(stands_outside_transactions(connection)));
    quiet(&mut options);
    options
}

/// Whether a SQLite connection may be used. When its disk is full or fails, SQLite gives up a transaction by itself, and
/// the driver goes on counting it: whatever comes next would run inside a transaction that never ends, and be lost with
/// the connection after people were told that it was kept. Such a connection is closed, and another is opened.
async fn stands_outside_transactions(connection: &mut SqliteConnection) -> Result<bool, SqlxError> {
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    // What was dropped is rolled back soon; an answer means that this has been tried.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// Statements carry people's words, so they are never logged.
fn quiet(options: &mut ConnectOptions) {
    options.sqlx_logging(false).record_stmt_in_spans(false);
}
