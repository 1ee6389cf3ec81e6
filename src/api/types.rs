//! The nouns of the schema: each wraps the rows it shows and asks loaders for the rest.

pub mod ask;
pub mod books;
pub mod budget;
pub mod connection;
pub mod delegation;
pub mod export;
pub mod form;
pub mod money;
pub mod node;
pub mod people;
pub mod permission;
pub mod purpose;
pub mod receipt;
pub mod record;
pub mod refund;
pub mod rota;
pub mod session;
pub mod spend;
pub mod user_error;
pub mod verdict;
pub mod viewer;
pub mod virement;
