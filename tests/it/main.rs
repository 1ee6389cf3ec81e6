//! Stories by people, told over real HTTP to a real server, on SQLite and on PostgreSQL.
#![cfg(test)]

mod bus_fare;
mod contract;
mod council;
mod features;
mod front_door;
mod house;
mod ledger;
mod postgres;
mod races;
mod readme;
mod sight;
mod statements;
mod toy;
