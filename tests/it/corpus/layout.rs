//! Layouts: small pages of text with places for what was bought, filled in. Half of them were looked at while the
//! reading rules were made; the other half was held out, so that the figures say something about receipts nobody has
//! seen.

use chrono::{Days, NaiveDateTime, Timelike};

use super::{
    chance::Chance,
    purchase::{Purchase, Truth, filler, pounds},
};

const TUNED: &str = include_str!("layouts/tuned.txt");
const HELD_OUT: &str = include_str!("layouts/held_out.txt");

/// Which half of the layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The rules were made with these in sight.
    Tuned,
    /// The rules were made without them.
    HeldOut,
}

/// A line of a receipt.
#[derive(Clone, Debug)]
pub struct Printed {
    pub left: String,
    pub right: String,
    pub centred: bool,
    pub bold: bool,
    pub large: bool,
}

/// The layouts of a half: what each is called, and its text.
pub fn layouts(half: Half) -> Vec<(&'static str, &'static str)> {
    let text = if half == Half::Tuned { TUNED } else { HELD_OUT };
    text.split("== ").skip(1).filter_map(|layout| layout.split_once('\n')).collect()
}

/// A receipt in a layout, and what it truly says.
pub fn fill((name, layout): (&str, &str), chance: &mut Chance) -> (Vec<Printed>, Truth) {
    let kind = name.split(' ').next().unwrap_or_default();
    let bought = Purchase::of(kind, layout, chance);
    let (mut lines, mut merchant, mut with_vat, mut with_number) = (Vec::new(), String::new(), false, false);
    for line in layout.lines() {
        let line = match line.strip_prefix('?') {
            Some(_) if chance.happens(40) => continue,
            Some(line) => line,
            None => line,
        };
        // Only what is printed is there to be read.
        with_vat |= line.contains("{vat}") && bought.vat > 0;
        with_number |= line.contains("{vatno}") || line.contains("{vatno9}");
        if line.contains("{vat}") && bought.vat == 0 {
            continue;
        }
        if let Some((before, style)) = line.trim_end_matches('}').split_once("{items ") {
            assert!(before.is_empty());
            lines.extend(items(&bought, style));
            continue;
        }
        let printed = printed(&expand(line, &bought, chance));
        if line.contains("{shop}") && merchant.is_empty() {
            merchant.clone_from(&printed.left);
        }
        lines.push(printed);
    }
    let has_time = layout.contains("{time ");
    let truth = Truth {
        merchant,
        day: bought.at,
        minute: has_time.then(|| i32::try_from(bought.time.num_seconds_from_midnight() / 60).unwrap_or_default()),
        total: bought.total,
        vat_number: with_number.then(|| format!("GB{}", bought.vat_digits)),
        vat: with_vat.then_some(bought.vat),
    };
    (lines, truth)
}

pub fn printed(line: &str) -> Printed {
    let text = line.trim_start_matches(['^', '#', '!']);
    let marks = &line[..line.len() - text.len()];
    let (left, right) = text.split_once('|').unwrap_or((text, ""));
    Printed {
        left: match left {
            "-" => "-".repeat(60),
            "~" => "*".repeat(60),
            other => other.trim_end().to_owned(),
        },
        right: right.trim().to_owned(),
        centred: marks.contains('^'),
        bold: marks.contains('#'),
        large: marks.contains('!'),
    }
}

fn items(bought: &Purchase, style: &str) -> Vec<Printed> {
    let mut lines = Vec::new();
    for (place, (name, price, quantity)) in bought.items.iter().enumerate() {
        let whole = pounds(price * quantity);
        let line = match style {
            "code" => format!("{name}|{whole} {}", ["A", "Z"][place % 2]),
            "pound" => format!("{name}|£{whole}"),
            "qty" => format!("{quantity} {name}|{whole}"),
            "qty2" if *quantity > 1 => {
                lines.push(printed(name));
                format!("   {quantity} @ {}|{whole}", pounds(*price))
            }
            "kilo" if place == 0 => {
                lines.push(printed(name));
                format!("  0.452 kg @ £{}/kg|{whole}", pounds(price * quantity * 1_000 / 452))
            }
            _ => format!("{}|{whole}", name.to_uppercase()),
        };
        lines.push(printed(&line));
    }
    lines
}

/// Fills every `{place}` of a line.
fn expand(line: &str, bought: &Purchase, chance: &mut Chance) -> String {
    let (mut text, mut rest) = (String::new(), line);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(&value(name, bought, chance));
        rest = after;
    }
    text + rest
}

fn value(name: &str, bought: &Purchase, chance: &mut Chance) -> String {
    let at = NaiveDateTime::new(bought.at, bought.time);
    let hours = |count| chrono::TimeDelta::hours(count);
    let spaced = format!("{} {} {}", &bought.vat_digits[..3], &bought.vat_digits[3..7], &bought.vat_digits[7..]);
    match name.split_once(' ') {
        Some(("date" | "time" | "later0", form)) => at.format(form).to_string(),
        Some(("until", form)) => (at + hours(2)).format(form).to_string(),
        Some(("earlier", form)) => (at - hours(3)).format(form).to_string(),
        Some(("later", form)) => (bought.at + Days::new(30)).format(form).to_string(),
        _ => match name {
            "shop" => bought.shop.clone(),
            "total" => pounds(bought.total),
            "sub" => pounds(bought.total + bought.saving),
            "saving" => pounds(bought.saving),
            "cash" => pounds(bought.cash),
            "change" => pounds(bought.cash - bought.total),
            "vat" => pounds(bought.vat),
            "net" => pounds(bought.vat * 5),
            "net2" => pounds(bought.total - 20),
            "rate" => "20".to_owned(),
            "count" => bought.items.iter().map(|(_, _, quantity)| quantity).sum::<i64>().to_string(),
            "vatno" => format!("GB {spaced}"),
            "vatno9" => spaced,
            other => filler(other, chance),
        },
    }
}
