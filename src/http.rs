//! CARRIES: actix. Routes, sessions, uploads and limits; nothing here knows what a spend is.

mod access;
mod calendars;
pub mod clock;
mod developers;
mod elsewhere;
mod exports;
mod feedback;
mod fields;
mod form_body;
pub mod front_door;
pub mod graphql;
mod health;
mod journal;
pub mod metrics;
mod oauth;
mod open_referral;
mod packing;
mod pages;
mod problem;
mod receipts;
pub mod server;
pub mod session;
mod staging;
pub mod traces;
mod tus;
mod unread;
