//! Beginning anew: forgets a demo that is kept in a folder, and touches nothing that is not the demo's.

use std::{fs, io, path::Path};

use super::{
    DemoError,
    council::{PRACTITIONER, SENIOR},
    greeting::TICKET,
};
use crate::{
    config::Settings,
    store::{self, Db, db},
};

/// What a server keeps in its data folder. Anything else there is somebody's own and stays.
const FILES: [&str; 9] = [
    db::SQLITE_FILE,
    "busfare.sqlite-wal",
    "busfare.sqlite-shm",
    "busfare.sqlite-journal",
    TICKET,
    "installation",
    "signing-key.pk8",
    "storage-key",
    "push-key.pk8",
];
const FOLDERS: [&str; 3] = ["pictures", "staging", "contained"];

/// Forgets the demo in the data folder. Where there is none yet, there is nothing to forget; where there is another
/// organisation, or somebody still has it open, nothing is touched.
pub async fn reset(settings: &Settings) -> Result<(), DemoError> {
    if settings.database_url.is_some() || !matches!(settings.s3.bucket(), Ok(None)) {
        return Err(DemoError::OnlyInAFolder);
    }
    let data = &settings.data;
    if !data.join(db::SQLITE_FILE).is_file() {
        return Ok(());
    }
    match who_is_here(data).await? {
        Here::Nobody => return Ok(()),
        Here::SomebodyElse => return Err(DemoError::NotTheDemo),
        Here::TheDemo => {}
    }
    if !db::nobody_else_has_sqlite_open(data).await? {
        return Err(DemoError::StillOpen);
    }
    forget(data).map_err(DemoError::Forgetting)
}

enum Here {
    Nobody,
    TheDemo,
    SomebodyElse,
}

/// The demo is known by its invented people, whose addresses nobody can have.
async fn who_is_here(data: &Path) -> Result<Here, DemoError> {
    let db = Db::open_sqlite(data).await?;
    db.migrate().await?;
    let empty = store::people::is_empty(db.reader()).await?;
    let practitioner = store::people::by_email(db.reader(), PRACTITIONER).await?;
    let senior = store::people::by_email(db.reader(), SENIOR).await?;
    db.close().await?;
    Ok(match (empty, practitioner, senior) {
        (true, ..) => Here::Nobody,
        (false, Some(_), Some(_)) => Here::TheDemo,
        _ => Here::SomebodyElse,
    })
}

fn forget(data: &Path) -> io::Result<()> {
    let gone = |done: io::Result<()>| match done {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    };
    // The database goes last: until then a second try finds out whose folder it is.
    for folder in FOLDERS {
        gone(fs::remove_dir_all(data.join(folder)))?;
    }
    FILES.iter().rev().try_for_each(|file| gone(fs::remove_file(data.join(file))))
}
