//! For reading outside a transaction: through what everybody shares, or with connections that stay with one worker.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    sqlx::{Postgres, Sqlite, postgres::PgConnectOptions, sqlite::SqliteConnectOptions},
};

use super::{
    Connections, Db, PLANS_ONCE, SQLITE_READERS,
    near::{Kept, Nearby},
};

/// PostgreSQL readers of all workers together, where that is at least [`EACH`] for each.
const POSTGRES_TOGETHER: usize = 12;
/// The fewest readers of a worker: one that reads something long keeps nobody else waiting.
const EACH: usize = 2;

/// Reads outside a transaction. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Reader(Way);

#[derive(Clone, Debug)]
enum Way {
    Shared(DatabaseConnection),
    Postgres(Arc<Kept<Postgres>>),
    Sqlite(Arc<Kept<Sqlite>>),
}

impl Reader {
    pub(super) fn shared(connection: DatabaseConnection) -> Self {
        Self(Way::Shared(connection))
    }

    async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.0 {
            Way::Shared(connection) => connection.query_all_raw(statement).await,
            Way::Postgres(kept) => kept.all(&statement).await,
            Way::Sqlite(kept) => kept.all(&statement).await,
        }
    }
}

#[async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        match &self.0 {
            Way::Shared(connection) => connection.get_database_backend(),
            Way::Postgres(_) => DbBackend::Postgres,
            Way::Sqlite(_) => DbBackend::Sqlite,
        }
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(changes_nothing())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(changes_nothing())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.all(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.all(statement).await
    }
}

fn changes_nothing() -> DbErr {
    DbErr::Custom("what is changed is changed in a transaction, not by a reader".into())
}

/// The readers of all workers of a server.
#[derive(Clone, Debug, Default)]
pub(super) struct Near(Arc<Mutex<Vec<Arc<dyn Nearby>>>>);

impl Near {
    fn all(&self) -> Vec<Arc<dyn Nearby>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, one: Arc<dyn Nearby>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(one);
    }

    /// How the readers of all workers are; none where no worker has any.
    pub(super) fn connections(&self) -> Option<Connections> {
        self.all().iter().map(|one| one.connections()).reduce(|sum, one| Connections {
            pool: sum.pool,
            open: sum.open + one.open,
            idle: sum.idle + one.idle,
            most: sum.most + one.most,
        })
    }

    /// How many wait for one of them.
    pub(super) fn waiting(&self) -> u64 {
        self.all().iter().map(|one| one.waiting()).sum()
    }

    pub(super) async fn close(&self) -> Result<(), DbErr> {
        for one in self.all() {
            one.close().await?;
        }
        Ok(())
    }
}

impl Db {
    /// The same database as one of so many workers reads it: with connections of its own, none of which is opened before
    /// something is read.
    #[must_use]
    pub fn near(&self, workers: usize) -> Self {
        let each = |together: usize| (together / workers.max(1)).max(EACH);
        let statements = Arc::clone(&self.statements);
        let way = match self.writer.get_database_backend() {
            DbBackend::Postgres => {
                let pool = self.writer.get_postgres_connection_pool().connect_options();
                let options = PgConnectOptions::clone(&pool).options([PLANS_ONCE]);
                let kept = Arc::new(Kept::open(options, each(POSTGRES_TOGETHER), statements));
                self.near.add(kept.clone());
                Way::Postgres(kept)
            }
            _ => {
                let pool = self.shared.get_sqlite_connection_pool().connect_options();
                let kept =
                    Arc::new(Kept::open(SqliteConnectOptions::clone(&pool), each(SQLITE_READERS as usize), statements));
                self.near.add(kept.clone());
                Way::Sqlite(kept)
            }
        };
        Self { reader: Reader(way), ..self.clone() }
    }
}
