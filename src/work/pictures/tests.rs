//! Stories about pictures: what people send by accident, and what others send on purpose.

mod hiding;
mod hints;
mod kit;
mod lying;
mod upright;
mod workshop;
