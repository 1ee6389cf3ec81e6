//! REMEMBERS: the only code that speaks SeaORM queries. Reads take a scope; writes of money are single
//! conditional updates. `&impl ConnectionTrait` is the only abstraction over the database.

pub mod app;
pub mod ask;
pub mod authority;
pub mod blob;
pub mod books;
pub mod budget;
pub mod card;
pub mod card_match;
pub mod db;
pub mod facts;
pub mod form;
pub mod idempotency;
pub mod imprest;
pub mod imprest_count;
pub mod installation;
pub mod keys;
pub mod mint;
pub mod note;
pub mod page;
pub mod payment;
pub mod people;
pub mod person;
pub mod purpose;
pub mod receipt;
pub mod record;
pub mod rows;
pub mod scheme;
pub mod session;
pub mod spend;
pub mod together;
pub mod verdict;

pub use db::Db;
