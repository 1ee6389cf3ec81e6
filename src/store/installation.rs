//! Which installation this is: a database and the data folder that belongs to it. Pictures that no row refers to
//! are swept, so a folder must never be taken for another database's.

use std::{fs, io, path::Path};

use busfare_entity::{installation, words::InstallationId};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, sea_query::OnConflict};

use super::{Db, mint};

/// The file in a data folder that says whose it is.
const MARK: &str = "installation";

/// The database's own id, minted the first time it is asked for.
pub async fn id(db: &Db) -> Result<InstallationId, DbErr> {
    let txn = db.begin().await?;
    let minted = installation::Model { id: mint::id(), sole: 1 };
    installation::Entity::insert(minted.into_active_model())
        .on_conflict(OnConflict::column(installation::Column::Sole).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&txn)
        .await?;
    let id = only(&txn).await?;
    txn.commit().await?;
    Ok(id)
}

/// Whose a data folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This database's.
    Theirs,
    /// Nobody's yet, or the database has no id yet.
    Nobodys,
    /// Another database's.
    Anothers,
}

/// Looks whose a data folder is, and marks nothing.
pub async fn look(conn: &impl ConnectionTrait, folder: &Path) -> Result<Whose, DbErr> {
    let id = installation::Entity::find().one(conn).await?.map(|row| row.id.to_string());
    let mark = fs::read_to_string(folder.join(MARK)).ok();
    Ok(match (id, mark) {
        (Some(id), Some(mark)) if mark.trim() == id => Whose::Theirs,
        (_, None) => Whose::Nobodys,
        (_, Some(_)) => Whose::Anothers,
    })
}

async fn only(conn: &impl ConnectionTrait) -> Result<InstallationId, DbErr> {
    let row = installation::Entity::find().one(conn).await?;
    row.map(|row| row.id).ok_or_else(|| DbErr::RecordNotFound("the installation's own id".to_owned()))
}

/// Whether a data folder belongs to this database. A folder that belongs to none yet is marked as its own.
pub fn owns(folder: &Path, id: InstallationId) -> io::Result<bool> {
    let mark = folder.join(MARK);
    match fs::read_to_string(&mark) {
        Ok(text) => Ok(text.trim() == id.to_string()),
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => fs::write(&mark, id.to_string()).map(|()| true),
        Err(other) => Err(other),
    }
}
