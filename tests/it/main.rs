//! Stories by people, told over real HTTP to a real server, on SQLite and on PostgreSQL.
#![cfg(test)]

mod bad_input;
mod binary;
mod books;
mod bus_fare;
mod colleagues;
mod conformance;
mod contract;
mod council;
mod emergencies;
mod features;
mod front_door;
mod hostile;
mod house;
mod insight;
mod jobs;
mod ledger;
mod model;
mod movements;
mod paying;
mod postgres;
mod races;
mod readme;
mod receipts;
mod recording;
mod scheme;
mod server_process;
mod session;
mod sight;
mod spends;
mod statements;
mod strangers;
mod survival;
mod toy;
mod verbs;
mod without_signal;
