//! The directory of the community at the desk of whoever looks after it: services as others publish them are kept.

mod feed;

use chrono::{DateTime, Utc};

use self::feed::NotRead;
use super::{
    Told,
    council::{self, NotThere},
};
use crate::{
    config::{DirectoryCommand, Place},
    rules::{
        directory::{Feed, Problem},
        text,
    },
    store::{self, db::DbErr, directory::Imported},
};

/// Most characters of whose services a feed has.
const NAME_CHARS: usize = 100;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
enum NotImported {
    /// The feed cannot be read.
    #[error(transparent)]
    NotRead(#[from] NotRead),
    /// There is no council.
    #[error(transparent)]
    NotThere(#[from] NotThere),
    /// The database failed.
    #[error("The database cannot be used: {0}.")]
    Database(#[from] DbErr),
    /// Something in the feed is amiss.
    #[error("The feed is not imported, and nothing was changed:\n{}", lines(.0))]
    Refused(Vec<Problem>),
    /// The name is none.
    #[error("--all-of needs a name of at most 100 plain characters.")]
    Name,
}

/// One line each, on whatever terminal.
fn lines(problems: &[Problem]) -> String {
    let line = |problem: &Problem| format!("  - {}", problem.to_string().escape_debug());
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Does what was asked.
pub async fn run(command: DirectoryCommand, now: DateTime<Utc>) -> Told {
    let DirectoryCommand::Import { from, all_of, place } = command;
    match import(&from, all_of.as_deref(), &place, now).await {
        Ok(words) => Told { code: 0, words },
        Err(wrong) => Told { code: 2, words: wrong.to_string() },
    }
}

/// Imports a feed: all of it, or none.
async fn import(
    from: &std::path::Path,
    all_of: Option<&str>,
    place: &Place,
    now: DateTime<Utc>,
) -> Result<String, NotImported> {
    // Which services?
    let all_of =
        all_of.map(|name| text::plain(name, NAME_CHARS).ok().flatten().ok_or(NotImported::Name)).transpose()?;
    let (db, organisation) = council::open(place).await?;
    let mut feed = Feed::default();
    feed::read(from, &mut feed).await?;
    let records = feed.finish().map_err(NotImported::Refused)?;

    // Remember them.
    let txn = db.begin().await?;
    let imported = store::directory::import(&txn, organisation.id, &records, all_of.as_deref(), now).await?;
    txn.commit().await?;
    db.close().await?;

    // Say what came of it.
    let Imported { new, changed, same, gone, ours } = imported;
    let count = records.len();
    Ok(format!(
        "{count} services: {new} new, {changed} changed, {same} as they were, {ours} our own and left out; {gone} are gone."
    ))
}
