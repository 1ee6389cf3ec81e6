//! The books: what months closed with, what finance took away, and what was reversed. Everything here is appended.

pub mod export;
pub mod ledger;
pub mod month;
pub mod reversal;
pub mod statements;

use busfare_entity::{organisation, words::OrganisationId};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, QuerySelect,
    sea_query::{InsertStatement, LockType},
};

/// Takes the organisation's turn at closing or exporting, so that numbers have no gaps and nothing is in two.
/// (SQLite needs no row lock: its transaction already holds the only pen.)
pub async fn take_turn(conn: &impl ConnectionTrait, id: OrganisationId) -> Result<organisation::Model, DbErr> {
    organisation::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(conn)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the organisation of a practitioner".to_owned()))
}

/// Appends what a query selects; how many rows there were.
async fn append_selected(conn: &impl ConnectionTrait, insert: &InsertStatement) -> Result<u64, DbErr> {
    Ok(conn.execute(insert).await?.rows_affected())
}

fn not_built(error: sea_orm::sea_query::error::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}
