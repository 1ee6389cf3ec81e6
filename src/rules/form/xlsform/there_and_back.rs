//! What is written reads as the same.
