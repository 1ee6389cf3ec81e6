//! From a file to a scheme: every problem is found, each with its row, and nothing is guessed.

use std::collections::BTreeMap;

use busfare_entity::words::DecidesFor;
use toml::de::{DeTable, DeValue};

use super::{
    Grantee, Limit, Line, MOST_LINES, Place, Problem, Scheme, check,
    table::{self, Reading, Table, Value, shown},
    vocabulary::{self, DECIDES_FOR, METHODS, ROLES},
};
use crate::rules::{calendar::Hours, money::Money, text};

/// Most bytes of a file. A scheme of this length fills a book.
pub const MOST_BYTES: usize = 256 * 1024;
/// Most problems that are told at once.
const MOST_PROBLEMS: usize = 100;
const TITLE_CHARS: usize = 200;
const NAME_CHARS: usize = 200;
const KEY_CHARS: usize = 40;
const BACKING_CHARS: usize = 2_000;

/// Reads a scheme out of the bytes of a file. There is a scheme where there is no error; warnings come with it.
pub fn read(bytes: &[u8]) -> (Option<Scheme>, Vec<Problem>) {
    let source = match plain_text(bytes) {
        Ok(source) => source,
        Err(problem) => return (None, vec![problem]),
    };
    let (document, broken) = DeTable::parse_recoverable(source);
    let mut reading = Reading::begin(source);
    if !broken.is_empty() {
        for error in &broken {
            let row = reading.row(error.span().map_or(0, |span| span.start));
            reading.note(row, format!("This cannot be read as TOML: {}.", shown(error.message())));
        }
        return (None, in_order(reading.end()));
    }

    let table = Table::new(&reading, "a scheme", 1, document.get_ref());
    let scheme = whole(&mut reading, table);
    let mut problems = reading.end();
    problems.extend(check::check(&scheme));
    let problems = in_order(problems);
    (Some(scheme).filter(|_| !super::stands_in_the_way(&problems)), problems)
}

/// The text of a file that an editor saved as plain text. Editors put a mark in front that nobody sees.
fn plain_text(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > MOST_BYTES {
        return Err(Problem::error(0, format!("The file is larger than {} KiB.", MOST_BYTES / 1024)));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let source = std::str::from_utf8(bytes).map_err(|error| {
        let row = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::error(row, "The file is not plain text; save it from a text editor as UTF-8.")
    })?;
    match source.lines().position(text::hides_something) {
        Some(before) => {
            Err(Problem::error(before + 1, "There are characters here that cannot be seen; type it again."))
        }
        None => Ok(source),
    }
}

/// By row, errors first, each once, and not so many that nobody reads them.
fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort();
    problems.dedup();
    let more = problems.len().saturating_sub(MOST_PROBLEMS);
    if more > 0 {
        let errors = super::stands_in_the_way(&problems[MOST_PROBLEMS..]);
        problems.truncate(MOST_PROBLEMS);
        let words = format!("There are {more} more problems.");
        problems.push(if errors { Problem::error(0, words) } else { Problem::warning(0, words) });
    }
    problems
}

fn whole(reading: &mut Reading, mut table: Table<'_, '_>) -> Scheme {
    let title = table
        .must(reading, "title", "what the scheme is called.")
        .and_then(|(row, value)| table::words(reading, row, "title", value, TITLE_CHARS));
    let [valid_from, valid_to] = ["valid_from", "valid_to"]
        .map(|key| table.take(key).and_then(|(row, value)| table::day(reading, row, key, value)));
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to < from
    {
        reading.note(1, format!("The scheme ends on {to}, before it begins on {from}."));
    }
    let people = table.take("people").map(|(row, value)| people(reading, row, value)).unwrap_or_default();
    let grants = table.take("grant");
    table.done(reading);
    let lines = match grants {
        Some((row, value)) => lines(reading, row, value, &people),
        None => {
            reading.note(0, "The scheme grants nothing to anybody; a grant begins with a row that says [[grant]].");
            Vec::new()
        }
    };
    Scheme { title: title.unwrap_or_default(), valid_from, valid_to, lines }
}

/// Short names for people, so that an e-mail that changes is changed once.
type People = BTreeMap<String, String>;

fn people(reading: &mut Reading, row: usize, value: &Value<'_>) -> People {
    let Some(mut table) = table::table(reading, row, "people", value, "a list of people") else {
        return People::new();
    };
    let mut people = People::new();
    for (name, row, value) in table.rest() {
        if let Some(email) = table::words(reading, row, "an e-mail", value, NAME_CHARS) {
            if email.contains('@') {
                people.insert(name.to_owned(), email.to_lowercase());
            } else {
                reading.note(row, format!("\"{}\" is no e-mail.", shown(&email)));
            }
        }
    }
    people
}

fn lines(reading: &mut Reading, row: usize, value: &Value<'_>, people: &People) -> Vec<Line> {
    let DeValue::Array(grants) = value.get_ref() else {
        reading.note(row, "A grant begins with a row that says [[grant]], in double brackets.");
        return Vec::new();
    };
    if grants.len() > MOST_LINES {
        reading.note(row, format!("There are {} grants; a scheme has at most {MOST_LINES}.", grants.len()));
        return Vec::new();
    }
    let mut lines = Vec::new();
    for value in grants {
        let row = reading.row_of(value);
        match value.get_ref() {
            DeValue::Table(inside) => {
                let table = Table::new(reading, "a grant", row, inside);
                lines.extend(line(reading, table, people));
            }
            _ => reading.note(row, "A grant begins with a row that says [[grant]], in double brackets."),
        }
    }
    lines
}

/// One grant; none where something that it cannot be without is missing or amiss.
fn line(reading: &mut Reading, mut table: Table<'_, '_>, people: &People) -> Option<Line> {
    let mut place = Place { row: table.row, of: BTreeMap::new() };
    let key = table.must(reading, "line", "a short name that it keeps for ever, such as \"own-say\".");
    let key = key.and_then(|(row, value)| line_key(reading, row, value));
    let from = table.must(reading, "grantor", "the e-mail of the senior who grants it and stands behind it.");
    let grantor = from.and_then(|(row, value)| {
        place.of.insert("grantor", row);
        email(reading, row, "grantor", value, people)
    });
    let to =
        table.must(reading, "to", "{ role = \"practitioner\" }, { person = \"an e-mail\" } or { team = \"a name\" }.");
    let grantee = to.and_then(|(row, value)| {
        place.of.insert("to", row);
        grantee(reading, row, value, people)
    });
    let purposes = names(reading, &mut table, "purposes", &mut place);
    let hubs = names(reading, &mut table, "hubs", &mut place);
    let mut methods = Vec::new();
    for name in names(reading, &mut table, "methods", &mut place) {
        match vocabulary::find(&METHODS, &name) {
            Some(method) => methods.push(method),
            None => {
                let (row, known) = (place.of("methods"), vocabulary::choices(&METHODS));
                reading.note(row, format!("\"{}\" is no way of paying. There are: {known}.", shown(&name)));
            }
        }
    }
    let limits = limits(reading, &mut table, &mut place);
    let break_glass = table.take("break_glass").and_then(|(row, value)| {
        place.of.insert("break_glass", row);
        table::amount(reading, row, "break_glass", value)
    });
    let decides_for = decides_for(reading, &mut table, &mut place);
    let hours = table.take("hours").and_then(|(row, value)| {
        place.of.insert("hours", row);
        hours(reading, row, value)
    });
    let backing = table.must(reading, "backing", "the grantor's own words that stand behind every decision under it.");
    let backing = backing.and_then(|(row, value)| {
        place.of.insert("backing", row);
        table::words(reading, row, "backing", value, BACKING_CHARS)
    });
    let [valid_from, valid_to] = ["valid_from", "valid_to"].map(|key| {
        let (row, value) = table.take(key)?;
        place.of.insert(key, row);
        table::day(reading, row, key, value)
    });
    table.done(reading);

    Some(Line {
        key: key?,
        grantor: grantor?,
        grantee: grantee?,
        purposes,
        hubs,
        methods,
        limits,
        break_glass,
        decides_for,
        hours,
        backing: backing?,
        valid_from,
        valid_to,
        place,
    })
}

fn line_key(reading: &mut Reading, row: usize, value: &Value<'_>) -> Option<String> {
    let key = table::words(reading, row, "line", value, KEY_CHARS)?;
    let fits = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !fits {
        reading.note(row, format!("`line` is \"{}\"; use small letters, digits and hyphens only.", shown(&key)));
    }
    fits.then_some(key)
}

/// An e-mail, or a short name that stands for one.
fn email(reading: &mut Reading, row: usize, key: &str, value: &Value<'_>, people: &People) -> Option<String> {
    let typed = table::words(reading, row, key, value, NAME_CHARS)?;
    if typed.contains('@') {
        return Some(typed.to_lowercase());
    }
    let known = people.get(&typed).cloned();
    if known.is_none() {
        let how = "write an e-mail, or give the name an e-mail under [people]";
        reading.note(row, format!("`{key}` is \"{}\", and nobody is called that here; {how}.", shown(&typed)));
    }
    known
}

fn grantee(reading: &mut Reading, row: usize, value: &Value<'_>, people: &People) -> Option<Grantee> {
    let mut table = table::table(reading, row, "to", value, "{ role, person or team }")?;
    let (person, role, team) = (table.take("person"), table.take("role"), table.take("team"));
    table.done(reading);
    match (person, role, team) {
        (Some((row, value)), None, None) => email(reading, row, "person", value, people).map(Grantee::Person),
        (None, Some((row, value)), None) => {
            let typed = table::words(reading, row, "role", value, NAME_CHARS)?;
            let role = vocabulary::find(&ROLES, &typed);
            if role.is_none() {
                let known = vocabulary::choices(&ROLES);
                reading.note(row, format!("\"{}\" is no role. There are: {known}.", shown(&typed)));
            }
            role.map(Grantee::Role)
        }
        (None, None, Some((row, value))) => table::words(reading, row, "team", value, NAME_CHARS).map(Grantee::Team),
        _ => {
            reading.note(row, "`to` names exactly one of role, person and team.");
            None
        }
    }
}

/// A list of names, each once.
fn names(reading: &mut Reading, table: &mut Table<'_, '_>, key: &'static str, place: &mut Place) -> Vec<String> {
    let Some((row, value)) = table.take(key) else { return Vec::new() };
    place.of.insert(key, row);
    let mut names = Vec::new();
    for value in table::list(reading, row, key, value).into_iter().flatten() {
        let row = reading.row_of(value);
        if let Some(name) = table::words(reading, row, key, value, NAME_CHARS) {
            if names.contains(&name) {
                reading.note(row, format!("`{key}` names \"{}\" twice.", shown(&name)));
            }
            names.push(name);
        }
    }
    names
}

fn limits(reading: &mut Reading, table: &mut Table<'_, '_>, place: &mut Place) -> BTreeMap<Limit, Money> {
    let mut limits = BTreeMap::new();
    let Some((row, value)) = table.take("limits") else { return limits };
    place.of.insert("limits", row);
    let Some(mut inside) = table::table(reading, row, "limits", value, "limits") else { return limits };
    for word in &vocabulary::LIMITS {
        if let Some((row, value)) = inside.take(word.key) {
            place.of.insert(word.key, row);
            limits.extend(table::amount(reading, row, word.key, value).map(|amount| (word.value, amount)));
        }
    }
    inside.done(reading);
    limits
}

fn decides_for(reading: &mut Reading, table: &mut Table<'_, '_>, place: &mut Place) -> DecidesFor {
    let Some((row, value)) = table.take("decides_for") else { return DecidesFor::NobodyElse };
    place.of.insert("decides_for", row);
    let typed = table::words(reading, row, "decides_for", value, NAME_CHARS);
    let found = typed.as_ref().map(|typed| vocabulary::find(&DECIDES_FOR, typed));
    if found == Some(None) {
        let known = vocabulary::choices(&DECIDES_FOR);
        reading.note(row, format!("`decides_for` is \"{}\". There are: {known}.", shown(&typed.unwrap_or_default())));
    }
    found.flatten().unwrap_or(DecidesFor::NobodyElse)
}

/// Hours of days; what is left out means every day, or all day.
fn hours(reading: &mut Reading, row: usize, value: &Value<'_>) -> Option<Hours> {
    let mut table = table::table(reading, row, "hours", value, "{ days, from, to }")?;
    let mut days = 0;
    let named = table.take("days");
    for value in named.and_then(|(row, value)| table::list(reading, row, "days", value)).into_iter().flatten() {
        let row = reading.row_of(value);
        let Some(typed) = table::words(reading, row, "days", value, NAME_CHARS) else { continue };
        match vocabulary::find_day(&typed) {
            Some(day) if days & day != 0 => reading.note(row, format!("`days` names \"{typed}\" twice.")),
            Some(day) => days |= day,
            None => {
                let known = vocabulary::choices(&vocabulary::DAYS);
                reading.note(row, format!("\"{}\" is no day of the week. There are: {known}.", shown(&typed)));
            }
        }
    }
    let from = table.take("from");
    let to = table.take("to");
    table.done(reading);
    if from.is_some() != to.is_some() {
        reading.note(row, "`hours` has only one of `from` and `to`; write both, or neither for all day.");
    }
    let from = from.map_or(Some(0), |(row, value)| table::minute(reading, row, "from", value))?;
    let to = to.map_or(Some(24 * 60), |(row, value)| table::minute(reading, row, "to", value))?;
    if from == to || from == 24 * 60 || to == 0 {
        reading.note(row, "`hours` begin and end at the same time; for all day leave `from` and `to` out.");
    }
    let days = if named.is_none() { Hours::EVERY_DAY } else { days };
    Some(Hours { days, from_minute: from, to_minute: to })
}
