//! A corpus of British receipts that never were: drawn, crumpled and photographed, each with what it truly says.

pub mod chance;
pub mod draw;
pub mod layout;
pub mod photo;
pub mod purchase;
pub mod tags;

use chrono::NaiveDate;

use self::{
    chance::Chance,
    layout::{Half, Printed},
    photo::Conditions,
    purchase::Truth,
};

/// The day on which all of it is photographed.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

/// A photographed receipt.
pub struct Photographed {
    /// What it truly says.
    pub truth: Truth,
    /// What the phone would send.
    pub file: Vec<u8>,
}

/// The so many-th receipt of a half. The same number is the same receipt.
pub fn receipt(half: Half, number: u64) -> Photographed {
    let (_, lines, truth, chance) = &mut specimen(half, number);
    let paper = draw::print(lines, half, chance);
    let conditions = Conditions::any(chance);
    Photographed { truth: truth.clone(), file: photo::photograph(&paper, &conditions, chance) }
}

/// A good photograph of a receipt that says this, written as layouts are.
pub fn saying(layout: &str) -> Vec<u8> {
    let chance = &mut Chance::of(1);
    let lines: Vec<Printed> = layout.lines().map(layout::printed).collect();
    photo::photograph(&draw::print(&lines, Half::Tuned, chance), &Conditions::good(), chance)
}

/// What is printed, before it is drawn, and what it truly says.
pub fn specimen(half: Half, number: u64) -> (&'static str, Vec<Printed>, Truth, Chance) {
    let mut chance = Chance::of(number * 2 + u64::from(half == Half::HeldOut));
    let layouts = layout::layouts(half);
    let layout = layouts[usize::try_from(number).unwrap_or_default() % layouts.len()];
    let (lines, truth) = layout::fill(layout, &mut chance);
    (layout.0, lines, truth, chance)
}
