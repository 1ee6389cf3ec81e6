//! CARRIES: actix. Routes, sessions, uploads and limits; nothing here knows what a spend is.

mod calendars;
pub mod clock;
mod exports;
mod feedback;
pub mod front_door;
pub mod graphql;
mod journal;
mod open_referral;
mod packing;
mod pages;
mod problem;
mod receipts;
pub mod server;
pub mod session;
mod staging;
mod tus;
mod unread;
