//! Stories of the till: who is served with whom, and what becomes of whom nobody serves.
