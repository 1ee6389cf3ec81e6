//! Stories by people, told over real HTTP to a real server, on SQLite and on PostgreSQL.
#![cfg(test)]

mod bad_input;
mod bus_fare;
mod contract;
mod council;
mod front_door;
mod house;
mod ledger;
mod postgres;
mod races;
mod receipts;
mod recording;
mod sight;
mod spends;
mod statements;
mod toy;
mod verbs;
