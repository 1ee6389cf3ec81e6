//! CARRIES: actix. Routes, sessions, uploads and limits; nothing here knows what a spend is.

pub mod clock;
mod exports;
pub mod front_door;
pub mod graphql;
mod journal;
mod pages;
mod problem;
mod receipts;
pub mod server;
pub mod session;
mod staging;
mod tus;
mod unread;
