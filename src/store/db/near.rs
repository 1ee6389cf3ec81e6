//! Readers that stay with one worker. What a database answers is heard by the thread that opened the connection, so another
//! thread that waits for it costs a hand-over for each statement; and a pool asks each connection that comes back whether it
//! still works, which costs as much as most of what phones read. Connections here are simply kept, and one that turns out to be
//! broken is replaced.

use std::{
    ops::DerefMut,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::future::BoxFuture;
use sea_orm::{
    ConnAcquireErr, DbErr, QueryResult, RuntimeErr, SqlxError, Statement, Values,
    sqlx::{self, AssertSqlSafe, ConnectOptions as _, Connection, Database, Executor, IntoArguments},
};
use sea_query_sqlx::SqlxValues;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::{Connections, PATIENCE, Waits};

/// What a server knows of the connections of each of its workers.
pub(super) trait Nearby: std::fmt::Debug + Send + Sync {
    /// How they are.
    fn connections(&self) -> Connections;
    /// How many wait until one of them is free.
    fn waiting(&self) -> u64;
    /// Closes those that nobody uses.
    fn close(&self) -> BoxFuture<'_, Result<(), DbErr>>;
}

/// The connections of one worker to one kind of database.
pub(super) struct Kept<D: Database> {
    options: <D::Connection as Connection>::Options,
    most: usize,
    turns: Semaphore,
    waiting: AtomicU64,
    idle: Mutex<Vec<D::Connection>>,
    statements: Arc<AtomicU64>,
}

impl<D: Database> std::fmt::Debug for Kept<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("database", &D::NAME).finish_non_exhaustive()
    }
}

impl<D> Kept<D>
where
    D: Database,
    SqlxValues: IntoArguments<D>,
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    QueryResult: From<D::Row>,
{
    /// As many as a worker may have; none is opened before something is read.
    pub(super) fn open(
        options: <D::Connection as Connection>::Options,
        most: usize,
        statements: Arc<AtomicU64>,
    ) -> Self {
        Self {
            options,
            most,
            turns: Semaphore::new(most),
            waiting: AtomicU64::new(0),
            idle: Mutex::default(),
            statements,
        }
    }

    /// Every row that a statement finds.
    pub(super) async fn all(&self, statement: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        let _turn = self.turn().await.map_err(DbErr::ConnectionAcquire)?;
        // Whoever stops waiting takes her connection with her: what is still to be heard on it is for nobody else.
        if let Some(mut kept) = self.take() {
            match self.ask(&mut kept, statement).await {
                Err(broken) if is_broken(&broken) => self.forget_all(),
                answer => return self.keep(kept, answer),
            }
        }
        let mut new = self.options.connect().await.map_err(|error| DbErr::Conn(failed(error)))?;
        let answer = self.ask(&mut new, statement).await;
        self.keep(new, answer)
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, ConnAcquireErr> {
        let _waits = Waits::among(&self.waiting);
        let turn = timeout(PATIENCE, self.turns.acquire()).await.map_err(|_late| ConnAcquireErr::Timeout)?;
        turn.map_err(|_closed| ConnAcquireErr::ConnectionClosed)
    }

    async fn ask(&self, connection: &mut D::Connection, statement: &Statement) -> Result<Vec<D::Row>, SqlxError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let values = statement.values.clone().unwrap_or(Values(Vec::new()));
        let query = sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values));
        query.fetch_all(connection).await
    }

    fn keep(
        &self,
        connection: D::Connection,
        answer: Result<Vec<D::Row>, SqlxError>,
    ) -> Result<Vec<QueryResult>, DbErr> {
        match answer {
            Ok(rows) => {
                self.idle().push(connection);
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
            Err(error) => {
                if !is_broken(&error) {
                    self.idle().push(connection);
                }
                Err(DbErr::Query(failed(error)))
            }
        }
    }

    fn take(&self) -> Option<D::Connection> {
        self.idle().pop()
    }

    /// Where one is broken the others most likely are.
    fn forget_all(&self) {
        self.idle().clear();
    }

    fn idle(&self) -> impl DerefMut<Target = Vec<D::Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Database> Nearby for Kept<D> {
    fn connections(&self) -> Connections {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).len();
        let used = self.most.saturating_sub(self.turns.available_permits());
        let [open, idle, most] = [idle + used, idle, self.most].map(|many| u32::try_from(many).unwrap_or(u32::MAX));
        Connections { pool: "near", open, idle, most }
    }

    fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), DbErr>> {
        self.turns.close();
        let all = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(async move {
            for one in all {
                one.close().await.map_err(|error| DbErr::Conn(failed(error)))?;
            }
            Ok(())
        })
    }
}

/// What only the statement is to blame for leaves a connection as it was.
fn is_broken(error: &SqlxError) -> bool {
    match error {
        // PostgreSQL ends a connection with a word of class 57, such as when it is told to stop.
        SqlxError::Database(said) => said.code().is_some_and(|code| code.len() == 5 && code.starts_with("57P")),
        SqlxError::ColumnDecode { .. } | SqlxError::Decode(_) | SqlxError::Encode(_) | SqlxError::RowNotFound => false,
        _ => true,
    }
}

fn failed(error: SqlxError) -> RuntimeErr {
    RuntimeErr::SqlxError(Arc::new(error))
}
