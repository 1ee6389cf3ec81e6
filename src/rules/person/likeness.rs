//! Likeness of names: whether somebody may be known already under a name that was misheard, mistyped, shortened, spelled
//! the other way or turned around. A slip costs one, and so does another name for the same name; two make people alike.

use std::collections::BTreeSet;

use busfare_entity::words::Likeness;
use strsim::osa_distance;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{Identity, alike};

/// Most slips between names that are alike.
const MOST_SLIPS: usize = 2;
/// Most parts of a name that are looked at: the first two and the last two.
const MOST_PARTS: usize = 4;
/// Most keys of a name. Names of two parts have about twenty.
pub const MOST_KEYS: usize = 128;

/// A reference without what people leave out or write differently.
pub(super) fn bare(reference: &str) -> String {
    reference.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text without accents, capitals and punctuation: words with spaces between them.
pub fn folded(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ł' => bare.push('l'),
            'ø' => bare.push('o'),
            'đ' | 'ð' => bare.push('d'),
            'ı' => bare.push('i'),
            'ß' => bare.push_str("ss"),
            'æ' => bare.push_str("ae"),
            'œ' => bare.push_str("oe"),
            'þ' => bare.push_str("th"),
            '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '`' => {}
            c if c.is_alphanumeric() => bare.push(c),
            _ => bare.push(' '),
        }
    }
    bare
}

/// The parts of a name, without accents, capitals, punctuation and titles.
pub(super) fn parts(name: &str) -> Vec<String> {
    Name::of(name).parts
}

/// Whether two may be the same person.
pub fn likeness(one: &Identity, other: &Identity) -> Option<Likeness> {
    let references = one.reference.as_ref().zip(other.reference.as_ref());
    if references.is_some_and(|(one, other)| bare(one) == bare(other)) {
        return Some(Likeness::SameReference);
    }
    let (one, other) = one.display_name.as_ref().zip(other.display_name.as_ref())?;
    match slips(&Name::of(one), &Name::of(other))? {
        0 => Some(Likeness::SameName),
        _ => Some(Likeness::NamesAlike),
    }
}

/// Keys under which a name is found again: whoever is alike has, almost always, one of them in common, and hardly anybody
/// else has. They are kept beside the name, and go when it goes, because they say something of it.
pub fn keys(name: &str) -> BTreeSet<String> {
    let name = Name::of(name);
    // Where a space was forgotten, the parts of a name are one, whichever came first.
    let ends = |joined: String| {
        [(3, 3), (4, 1), (1, 4)].map(|(from, to)| format!("{}.{}", first(&joined, from), last(&joined, to)))
    };
    let mut keys: BTreeSet<String> = turned(&name.parts).flat_map(ends).collect();
    if let [part] = name.parts.as_slice() {
        keys.extend(
            written(part).iter().flat_map(|part| [format!("{}.", first(part, 3)), format!(".{}", last(part, 3))]),
        );
    }
    for (place, one) in name.parts.iter().enumerate() {
        for other in &name.parts[place + 1..] {
            for one in &written(one) {
                written(other).iter().for_each(|other| keys.extend(keys_of_two(one, other)));
            }
        }
    }
    keys.into_iter().take(MOST_KEYS).collect()
}

/// Keys of two parts of a name, whichever comes first. Slips that leave their outer letters have those in common; a slip in
/// each leaves the beginning or the end of each; two slips in one leave the other whole, and hardly ever take the first, the
/// last and the latest letter of the alphabet of the one.
fn keys_of_two(one: &str, other: &str) -> Vec<String> {
    let both = |a: String, b: String| if a <= b { format!("{a}+{b}") } else { format!("{b}+{a}") };
    let outer = |part: &str| format!("{}.{}", first(part, 1), last(part, 1));
    let halves = |part: &str| [format!("{}.", first(part, 2)), format!(".{}", last(part, 2))];
    let mut keys = vec![both(outer(one), outer(other))];
    for half in halves(one) {
        keys.extend(halves(other).map(|other_half| both(half.clone(), other_half)));
    }
    for (whole, part) in [(one, other), (other, one)] {
        let latest = part.chars().max().unwrap_or_default();
        keys.extend([
            format!("{whole}+{}.", first(part, 1)),
            format!("{whole}+.{}", last(part, 1)),
            format!("{whole}+{latest}"),
        ]);
    }
    keys
}

/// The parts of a name as one, whichever of them comes first.
fn turned(parts: &[String]) -> impl Iterator<Item = String> {
    (0..parts.len()).map(|place| [&parts[place..], &parts[..place]].concat().concat())
}

/// A part as it is written, and the names that it stands for.
fn written(part: &str) -> BTreeSet<String> {
    let stands_for = alike::lines(part).iter().filter_map(|line| alike::names(*line).next());
    stands_for.chain([part]).map(str::to_owned).collect()
}

fn first(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

fn last(text: &str, letters: usize) -> String {
    text.chars().skip(text.chars().count().saturating_sub(letters)).collect()
}

/// A name without what people leave out or write differently: accents, capitals, punctuation and titles.
struct Name {
    parts: Vec<String>,
    joined: String,
}

impl Name {
    fn of(name: &str) -> Self {
        let bare = folded(name);
        let is_title = |part: &&str| matches!(*part, "mr" | "mrs" | "ms" | "miss" | "mx" | "dr");
        let named: Vec<&str> = bare.split_whitespace().filter(|part| !is_title(part)).collect();
        let all: Vec<&str> = if named.is_empty() { bare.split_whitespace().collect() } else { named };
        let from_the_end = all.len().saturating_sub(MOST_PARTS / 2);
        let looked_at = all.iter().enumerate().filter(|(place, _)| *place < MOST_PARTS / 2 || *place >= from_the_end);
        Self { parts: looked_at.map(|(_, part)| (*part).to_owned()).collect(), joined: all.concat() }
    }
}

/// How many slips lie between two names; none where they are too many for the names to be alike.
fn slips(one: &Name, other: &Name) -> Option<usize> {
    let (fewer, more) = if one.parts.len() <= other.parts.len() { (one, other) } else { (other, one) };
    // A space was forgotten or put in by mistake.
    let joined = || {
        let long_enough = fewer.joined.chars().count().min(more.joined.chars().count()) >= 6;
        let slips = turned(&more.parts).map(|turned| osa_distance(&fewer.joined, &turned)).min()?.max(1);
        (long_enough && fewer.parts.len() < more.parts.len() && slips <= MOST_SLIPS).then_some(slips)
    };
    match fewer.parts.as_slice() {
        [] => None,
        [only] if more.parts.len() == 1 => {
            let other = &more.parts[0];
            between(only, other).filter(|slips| *slips <= slips_alone(only).min(slips_alone(other)))
        }
        [_] => joined(),
        parts => {
            // Each part that one of them has more, such as a middle name, is a slip.
            let left_out = more.parts.len() - parts.len();
            let paired = pair(parts, &more.parts, 0, MOST_SLIPS.checked_sub(left_out)?).map(|slips| slips + left_out);
            paired.or_else(joined)
        }
    }
}

/// With nothing beside it to tell people apart, a short name has to be the same.
fn slips_alone(part: &str) -> usize {
    match part.chars().count() {
        0..=3 => 0,
        4..=5 => 1,
        _ => MOST_SLIPS,
    }
}

/// The fewest slips with which every part has one of its own on the other side. `taken` has a bit for each that is taken.
fn pair(parts: &[String], others: &[String], taken: u32, most: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(0) };
    let free = others.iter().enumerate().filter(|(place, _)| taken & (1 << place) == 0);
    let with = |(place, other): (usize, &String)| {
        let slips = between(part, other).filter(|slips| *slips <= most)?;
        Some(slips + pair(rest, others, taken | (1 << place), most - slips)?)
    };
    free.filter_map(with).min()
}

/// How many slips lie between two parts of names; none where there are too many for their length.
fn between(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return Some(0);
    }
    let (shorter, longer) = match (one.chars().count(), other.chars().count()) {
        (a, b) if a <= b => (a, b),
        (a, b) => (b, a),
    };
    if shorter == 1 {
        // An initial, or a name of one sign, of which another is another name.
        let initial = one.chars().next() == other.chars().next() && one.is_ascii() && other.is_ascii();
        return (initial || longer == 2 && one.is_ascii() && other.is_ascii()).then_some(1);
    }
    let most = if longer <= 2 { 1 } else { MOST_SLIPS };
    let mistyped = (longer - shorter <= most).then(|| osa_distance(one, other)).filter(|slips| *slips <= most);
    // A middle name that hangs on it.
    let holds = |long: &str, short: &str| shorter >= 3 && (long.starts_with(short) || long.ends_with(short));
    match mistyped {
        Some(1) => Some(1),
        _ if stand_for_each_other(one, other, 0) => Some(1),
        None if holds(one, other) || holds(other, one) || stand_for_each_other(one, other, 1) => Some(MOST_SLIPS),
        slips => slips,
    }
}

/// Whether one is another name for the other, give or take some slips.
fn stand_for_each_other(one: &str, other: &str, slips: usize) -> bool {
    let reaches = |from: &str, to: &str| {
        let mut lines = alike::lines(from).iter().flat_map(|line| alike::names(*line));
        lines.any(|name| if slips == 0 { name == to } else { name.len() > 3 && osa_distance(name, to) <= slips })
    };
    reaches(one, other) || (slips > 0 && reaches(other, one))
}

#[cfg(test)]
#[path = "likeness_tests.rs"]
mod tests;
