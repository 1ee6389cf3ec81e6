//! Stories about schemes as files: what is wrong is said with its line, and what is left open is found.

use super::*;

mod files;
mod random;
