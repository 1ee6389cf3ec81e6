//! The council at the desk: its database, opened where somebody says that it is, and never made.

use std::path::Path;

use busfare_entity::organisation;

use crate::{
    config::Place,
    store::{self, Db, db::DbErr},
};

/// Why there is no council to work on.
#[derive(Debug, thiserror::Error)]
pub enum NotThere {
    /// There is no council in the folder.
    #[error(
        "There is no Busfare in {0}. Name its folder with --data; `busfare serve` or `busfare demo` makes a new one."
    )]
    NobodyHere(String),
    /// There is more than one council, or none.
    #[error("{0} organisations are kept here; this is done where there is exactly one.")]
    NotOne(usize),
    /// The database is older than this program.
    #[error("The database is older than this program; bring it up to date with `busfare migrate`.")]
    OutOfDate,
    /// The database failed.
    #[error("The database cannot be used: {0}.")]
    Database(#[from] DbErr),
}

/// Opens the database of a council that is there, and says whose it is.
pub async fn open(place: &Place) -> Result<(Db, organisation::Model), NotThere> {
    let db = match &place.database_url {
        Some(url) => Db::open_postgres(url.as_str()).await?,
        None if place.data.join("busfare.sqlite").is_file() => Db::open_sqlite(&place.data).await?,
        None => return Err(NotThere::NobodyHere(shown(&place.data))),
    };
    if !db.is_up_to_date().await? {
        return Err(NotThere::OutOfDate);
    }
    let mut organisations = store::people::organisations(db.reader()).await?;
    match (organisations.pop(), organisations.len()) {
        (Some(organisation), 0) => Ok((db, organisation)),
        (None, _) => Err(NotThere::NotOne(0)),
        (Some(_), others) => Err(NotThere::NotOne(others + 1)),
    }
}

/// A path as it can be shown on any terminal.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().escape_debug().to_string()
}
