//! REMEMBERS: the only code that speaks SeaORM queries. Reads take a scope; writes of money are single
//! conditional updates. `&impl ConnectionTrait` is the only abstraction over the database.

pub mod action;
pub mod app;
pub mod ask;
pub mod authority;
pub mod blob;
pub mod books;
pub mod budget;
pub mod card;
pub mod card_match;
pub mod change;
pub mod closing;
pub mod db;
pub mod facts;
pub mod form;
pub mod hold;
pub mod idempotency;
pub mod imprest;
pub mod imprest_count;
pub mod installation;
pub mod keys;
pub mod message;
pub mod mint;
pub mod note;
pub mod page;
pub mod payment;
pub mod people;
pub mod person;
pub mod purpose;
pub mod raise;
pub mod receipt;
pub mod record;
pub mod refund;
pub mod rehome;
pub mod rota;
pub mod scheme;
pub mod session;
pub mod spend;
pub mod steward;
pub mod verdict;
pub mod virement;
pub mod wanted;

pub use db::Db;
