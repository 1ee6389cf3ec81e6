//! The nouns of the schema: each wraps the rows it shows and asks loaders for the rest.

pub mod books;
pub mod budget;
pub mod connection;
pub mod delegation;
pub mod export;
pub mod form;
pub mod money;
pub mod node;
pub mod people;
pub mod purpose;
pub mod receipt;
pub mod record;
pub mod session;
pub mod spend;
pub mod user_error;
pub mod verdict;
pub mod viewer;
