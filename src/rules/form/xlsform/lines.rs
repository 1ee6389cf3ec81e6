//! Lines: the rows of a survey as what they are, each in the section that it stands in, with its link id.

use std::collections::HashMap;

use busfare_entity::words::QuestionKind;

use super::{
    Log,
    condition::Looked,
    kinds::{self, Block, Kind},
    shown,
    table::{Row, Table},
};
use crate::rules::form::{LINK_ID_CHARS, MOST_ITEMS, is_link_id, link_id};

/// Deepest nesting of sections.
const DEEPEST: usize = 16;

/// What says of a list of two that its question takes yes or no.
pub(super) const YES_NO: &str = "yesNo";

/// One thing that becomes an item.
pub(super) struct Line<'a> {
    pub(super) row: Row<'a>,
    pub(super) kind: Kind,
    /// As it is written, or made from that of the question which asks for something else in words.
    pub(super) name: String,
    /// The line of the section that it stands in.
    pub(super) inside: Option<usize>,
    /// The line of the question whose "something else" it takes down.
    pub(super) other_of: Option<usize>,
    pub(super) link_id: String,
}

/// The lines of a survey. What cannot be one is refused and left out.
pub(super) fn read<'a>(table: &Table<'a>, log: &mut Log) -> Vec<Line<'a>> {
    let (mut lines, mut open): (Vec<Line<'a>>, Vec<(Block, usize)>) = (Vec::new(), Vec::new());
    for row in table.rows() {
        let Some(kind) = kind(table, row, log) else { continue };
        match kind {
            Kind::End(block) => end(block, &mut open, table, row, log),
            kind => begin(kind, &mut open, &mut lines, table, row, log),
        }
        if lines.len() > MOST_ITEMS {
            let words = format!("A form has at most {MOST_ITEMS} items; make two forms of it.");
            log.refuse(table.remark(row.number, "type", words));
            break;
        }
    }
    for (block, line) in open.iter().filter(|_| lines.len() <= MOST_ITEMS) {
        let words = format!("This {0} has no end; add a row `end {0}` below what belongs to it.", named(*block));
        log.refuse(table.remark(lines[*line].row.number, "type", words));
    }
    give_link_ids(&mut lines, table, log);
    lines
}

fn kind(table: &Table<'_>, row: Row<'_>, log: &mut Log) -> Option<Kind> {
    if matches!(table.cell(row, "disabled").to_lowercase().as_str(), "yes" | "true" | "true()") {
        log.note(table.remark(row.number, "disabled", "This row is disabled, and was left out."));
        return None;
    }
    let written = table.cell(row, "type");
    if !written.is_empty() {
        let kind = kinds::read(written).map_err(|words| log.refuse(table.remark(row.number, "type", words))).ok()?;
        let yes_no = matches!(kind, Kind::Select { .. }) && table.cell(row, "busfare::kind") == YES_NO;
        return Some(if yes_no { Kind::Ask(QuestionKind::YesNo) } else { kind });
    }
    let asks =
        table.columns.iter().filter(|column| ["name", "label", "hint", "relevant"].contains(&column.is.as_str()));
    if asks.into_iter().any(|column| !row.at(column.index).is_empty()) {
        log.refuse(table.remark(row.number, "type", "This row has no type; say what it is, such as `text` or `note`."));
    } else {
        log.note(table.remark(row.number, "type", "This row has no type, name or label, and was left out."));
    }
    None
}

fn begin<'a>(
    kind: Kind,
    open: &mut Vec<(Block, usize)>,
    lines: &mut Vec<Line<'a>>,
    table: &Table<'a>,
    row: Row<'a>,
    log: &mut Log,
) {
    let name = table.cell(row, "name").to_owned();
    if name.is_empty() {
        let words = "This row has no name; give it one that no other row has.";
        log.refuse(table.remark(row.number, "name", words));
    }
    let inside = open.last().map(|(_, line)| *line);
    let (block, other) = match &kind {
        Kind::Begin(block) => (Some(*block), false),
        Kind::Select { other, .. } => (None, *other),
        _ => (None, false),
    };
    let (at, also) = (lines.len(), format!("{name}_other"));
    lines.push(Line { row, kind, name, inside, other_of: None, link_id: String::new() });
    if other {
        let kind = Kind::Ask(QuestionKind::Text);
        lines.push(Line { row, kind, name: also, inside, other_of: Some(at), link_id: String::new() });
    }
    let Some(block) = block else { return };
    open.push((block, at));
    if open.len() == DEEPEST + 1 {
        let words = format!("Groups stand in groups at most {DEEPEST} deep; bring this one further out.");
        log.refuse(table.remark(row.number, "type", words));
    }
}

fn end(block: Block, open: &mut Vec<(Block, usize)>, table: &Table<'_>, row: Row<'_>, log: &mut Log) {
    let words = match open.pop() {
        Some((opened, _)) if opened == block => return,
        Some((opened, _)) => format!(
            "This ends a {}, but the last that began is a {}; put the ends in the opposite order of the beginnings.",
            named(block),
            named(opened)
        ),
        None => {
            format!("This ends a {0}, but none has begun; leave the row out, or add a row `begin {0}`.", named(block))
        }
    };
    log.refuse(table.remark(row.number, "type", words));
}

fn named(block: Block) -> &'static str {
    match block {
        Block::Group => "group",
        Block::Repeat => "repeat",
    }
}

/// A name that stands once is the link id. One that stands in several groups is told apart by the way to it.
fn give_link_ids(lines: &mut [Line<'_>], table: &Table<'_>, log: &mut Log) {
    let mut often: HashMap<String, usize> = HashMap::new();
    for line in lines.iter() {
        *often.entry(link_id(&line.name)).or_default() += 1;
    }
    let mut taken: HashMap<String, (usize, String)> = HashMap::new();
    for at in 0..lines.len() {
        let line = &lines[at];
        let own = table.cell(line.row, "busfare::link_id");
        let id = match link_id(&line.name) {
            _ if is_link_id(own) && line.other_of.is_none() => own.to_owned(),
            short if often.get(&short) == Some(&1) => short,
            short => path(lines, line.inside, short),
        };
        let (number, name) = (line.row.number, line.name.clone());
        if let Some((first, same)) = taken.get(&id).filter(|_| !name.is_empty()) {
            let words = match *same == name {
                true => format!("`{}` is the name of row {first} already; give one of the two another.", shown(&name)),
                false => format!(
                    "`{}` differs from `{}` in row {first} by capitals or punctuation alone; give one of the two another name.",
                    shown(&name),
                    shown(same)
                ),
            };
            log.refuse(table.remark(number, "name", words));
        } else {
            taken.insert(id.clone(), (number, name));
        }
        lines[at].link_id = id;
    }
}

fn path(lines: &[Line<'_>], mut inside: Option<usize>, short: String) -> String {
    let mut path = short;
    while let Some(line) = inside.map(|at| &lines[at]) {
        path = format!("{}/{path}", link_id(&line.name));
        inside = line.inside;
    }
    // Where the way is too long, its end is what people know it by, and the rest tells it apart.
    if path.len() <= LINK_ID_CHARS { path } else { link_id(&path) }
}

/// What a name means in a condition.
pub(super) fn look(lines: &[Line<'_>], by_name: &HashMap<&str, Vec<usize>>, name: &str) -> Result<Looked, String> {
    let line = match by_name.get(name).map(Vec::as_slice) {
        Some([only]) => &lines[*only],
        Some([_, ..]) => {
            return Err(format!("`{}` is the name of several rows; give each another.", shown(name)));
        }
        _ => {
            let nearly = by_name.keys().find(|other| other.to_lowercase() == name.to_lowercase());
            let nearly = nearly.map(|other| format!("; `{}` is nearly the same", shown(other))).unwrap_or_default();
            return Err(format!("There is no question `{}`{nearly}.", shown(name)));
        }
    };
    let kind = match &line.kind {
        Kind::Ask(kind) => *kind,
        Kind::Select { several: true, .. } => QuestionKind::Choices,
        Kind::Select { several: false, .. } => QuestionKind::Choice,
        _ => return Err(format!("`{}` is no question, so it has no answer.", shown(name))),
    };
    Ok(Looked { link_id: line.link_id.clone(), kind })
}
