//! Busfare: the person who knows the family decides, at the bus stop, in one request.
//!
//! One request runs `http` (carries) -> `api` (speaks) -> `store` (remembers) and `rules` (decides), and back.
//! Arrows point one way only; `work` follows up afterwards.

pub mod api;
pub mod config;
pub mod demo;
pub mod desk;
pub mod http;
pub mod rules;
pub mod store;
pub mod work;
