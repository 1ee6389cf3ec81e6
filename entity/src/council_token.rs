//! An ID token with which somebody signed in, remembered until it ends, so that nobody signs in with it again.

use sea_orm::entity::prelude::*;

/// An ID token with which somebody signed in.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "council_token")]
pub struct Model {
    /// SHA-256 of the token; 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_sha256: Vec<u8>,
    pub ends: DateTimeUtc,
}

/// Joins are written where they are needed, in the store.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
