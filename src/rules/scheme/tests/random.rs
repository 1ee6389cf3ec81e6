//! Random schemes.
