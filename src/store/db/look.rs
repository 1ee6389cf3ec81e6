//! A database that is only looked at: nothing is made, nothing is migrated, and whatever would change it is refused by the
//! database itself.

use std::path::Path;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, DbErr, Statement};

use super::{Db, PATIENCE, name_is_readable, quiet};

impl Db {
    /// Opens the SQLite database in a folder to look at it; there has to be one.
    pub async fn look_at_sqlite(folder: &Path) -> Result<Self, DbErr> {
        let file = folder.join("busfare.sqlite");
        // Where nobody has it open and it was closed in good order, looking leaves not even a file beside it.
        let at_rest = !file.with_extension("sqlite-wal").exists();
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=ro", file.display()));
        options.max_connections(1).acquire_timeout(PATIENCE).connect_timeout(PATIENCE);
        options.map_sqlx_sqlite_opts(move |sqlite| sqlite.read_only(true).immutable(at_rest));
        quiet(&mut options);
        let looking = Database::connect(options).await?;
        Ok(Self::counting(looking.clone(), looking))
    }

    /// Opens a PostgreSQL database by its URL to look at it.
    pub async fn look_at_postgres(url: &str) -> Result<Self, DbErr> {
        name_is_readable(url)?;
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).acquire_timeout(PATIENCE).connect_timeout(PATIENCE);
        options.map_sqlx_postgres_opts(|postgres| postgres.options([("default_transaction_read_only", "on")]));
        quiet(&mut options);
        let looking = Database::connect(options).await?;
        Ok(Self::counting(looking.clone(), looking))
    }

    /// What the database is, with its version, such as `PostgreSQL 15.8` or `SQLite 3.46.0`.
    pub async fn version(&self) -> Result<String, DbErr> {
        let backend = self.reader.get_database_backend();
        let (name, ask) = match backend {
            DbBackend::Postgres => ("PostgreSQL", "SELECT current_setting('server_version')"),
            _ => ("SQLite", "SELECT sqlite_version()"),
        };
        let row = self.reader.query_one_raw(Statement::from_string(backend, ask)).await?;
        let version: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?;
        Ok(format!("{name} {}", version.unwrap_or_default()))
    }

    /// What time it is where the database is; none where that is here.
    pub async fn time(&self) -> Result<Option<DateTime<Utc>>, DbErr> {
        if self.reader.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let ask = Statement::from_string(DbBackend::Postgres, "SELECT clock_timestamp()");
        self.reader.query_one_raw(ask).await?.map(|row| row.try_get_by_index(0)).transpose()
    }
}
