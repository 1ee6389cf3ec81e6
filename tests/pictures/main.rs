//! Pictures as they really come: made by other people's tools, looked at by other people's tools. In a test program of its
//! own, because some stories measure how much memory it takes.
#![cfg(test)]

mod corpus;
mod documents;
mod iphone;
mod kit;
mod polyglots;
mod spoilt;
