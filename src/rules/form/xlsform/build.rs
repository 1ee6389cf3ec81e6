//! Build: lines of a survey become items of a definition.

use std::collections::HashMap;

use busfare_entity::words::QuestionKind;

use super::{
    Log, condition, constraint, expression,
    kinds::{Block, Kind},
    lines::{self, Line},
    lists::Lists,
    shown,
    speech::Speech,
    spoken::{self, Names},
    table::Table,
};
use crate::rules::{
    form::{Asked, Bounds, Choice, Item, Part, is_link_id, link_id},
    logic::{Operand, Operator, Predicate},
    wording::Wording,
};

/// What is understood on the sheet of the survey.
pub(super) const UNDERSTOOD: &[&str] = &[
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "read_only",
    "default",
    "choice_filter",
    "calculation",
    "repeat_count",
    "disabled",
    "busfare::link_id",
    "busfare::code",
    "busfare::kind",
    "busfare::why_we_ask",
    "busfare::shown_when",
    "busfare::bounds",
    "busfare::most",
    "busfare::echo_of",
    "busfare::label_of",
    "busfare::hint_of",
    "busfare::why_we_ask_of",
];

/// The code of the choice that stands for something else.
const OTHER: &str = "other";
/// Most choices of all questions together.
const MOST_CHOICES: usize = 20_000;

/// What cannot be kept, and why.
const NOT_KEPT: &[(&str, &str)] = &[
    ("default", "Nothing is answered before it is asked; leave this empty."),
    ("choice_filter", "Choices cannot depend on other answers; ask with `relevant` and a list each."),
    ("calculation", "Nothing is calculated here; leave this empty, and work it out where it is read."),
    ("repeat_count", "How often something is repeated is up to whoever fills it in; leave this empty."),
];

/// Everything that items are built from.
pub(super) struct Site<'a> {
    pub(super) table: &'a Table<'a>,
    pub(super) lists: Lists<'a>,
    pub(super) speech: &'a Speech,
    pub(super) lines: &'a [Line<'a>],
}

/// The items, one for each line. What is wrong is told, and a stand-in takes its place.
pub(super) fn items(site: &mut Site<'_>, log: &mut Log) -> Vec<Item> {
    let (lines, table) = (site.lines, site.table);
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        by_name.entry(&line.name).or_default().push(at);
    }
    let look = |name: &str| lines::look(lines, &by_name, name);
    let unique = by_name.iter().filter(|(_, at)| at.len() == 1);
    let names: Names = unique
        .filter_map(|(name, _)| look(name).ok().map(|looked| (looked.link_id, ((*name).to_owned(), looked.kind))))
        .collect();
    let mut items = Vec::with_capacity(lines.len());
    let mut choices = 0;
    for line in lines {
        let shown_when = match line.other_of {
            Some(of) => Some(something_else(&lines[of])),
            None => condition(site, line, &look, &names, log),
        };
        let part = part(site, line, log);
        if let Part::Question(asked) = &part {
            choices += asked.choices.len();
        }
        let inside = line.inside.map(|at| lines[at].link_id.clone());
        items.push(Item { link_id: line.link_id.clone(), inside, shown_when, part });
        if choices > MOST_CHOICES {
            let words = format!("This form offers more than {MOST_CHOICES} choices in all; ask in words.");
            log.refuse(table.remark(line.row.number, "type", words));
            break;
        }
    }
    site.lists.note_unused(log);
    items
}

/// That the choice for something else is chosen.
fn something_else(select: &Line<'_>) -> Predicate {
    let (question, value) = (select.link_id.clone(), Operand::Choice(OTHER.to_owned()));
    match select.kind {
        Kind::Select { several: true, .. } => Predicate::Contains { question, value },
        _ => Predicate::Compare { question, operator: Operator::Equal, value },
    }
}

fn condition(
    site: &Site<'_>,
    line: &Line<'_>,
    look: &condition::Scope<'_>,
    names: &Names,
    log: &mut Log,
) -> Option<Predicate> {
    let (table, row) = (site.table, line.row);
    let (relevant, kept) = (table.cell(row, "relevant"), table.cell(row, "busfare::shown_when"));
    // What was written here is believed as long as nobody has changed what it says in the open.
    if !kept.is_empty() {
        match serde_json::from_str::<Predicate>(kept) {
            Ok(predicate) if spoken::say(&predicate, names).unwrap_or_default() == relevant => return Some(predicate),
            _ => {
                let words = "This no longer says what stands under `relevant`, and was left out.";
                log.note(table.remark(row.number, "busfare::shown_when", words));
            }
        }
    }
    if relevant.is_empty() {
        return None;
    }
    let read = expression::read(relevant).and_then(|expression| condition::predicate(&expression, look));
    read.map_err(|words| log.refuse(table.remark(row.number, "relevant", words))).ok()
}

fn part(site: &mut Site<'_>, line: &Line<'_>, log: &mut Log) -> Part {
    let (table, row, speech) = (site.table, line.row, site.speech);
    if line.other_of.is_some() {
        return Part::Question(Box::new(asked(QuestionKind::Text, &line.name, say_what(speech))));
    }
    refuse_not_kept(table, line, log);
    let label = speech.words(table, row, "label", log);
    let hint = speech.words(table, row, "hint", log);
    speech.note_lost(&hint, table, row, "hint", log);
    match &line.kind {
        Kind::Begin(block) => {
            speech.note_lost(&label, table, row, "label", log);
            let most = table.cell(row, "busfare::most").parse().ok();
            match block {
                Block::Group => Part::Section { title: label },
                Block::Repeat => Part::Repeat { title: label, most },
            }
        }
        Kind::Note | Kind::End(_) => {
            let of = table.cell(row, "busfare::echo_of");
            if label.is_empty() {
                speech.refuse_missing(table, row, "note", log);
            }
            match of {
                "" => Part::Note { text: label },
                of => Part::Echo { title: label, of: of.to_owned() },
            }
        }
        Kind::Ask(kind) => question(site, line, *kind, label, hint, log),
        Kind::Select { several, .. } => {
            let kind = if *several { QuestionKind::Choices } else { QuestionKind::Choice };
            question(site, line, kind, label, hint, log)
        }
    }
}

fn question(
    site: &mut Site<'_>,
    line: &Line<'_>,
    kind: QuestionKind,
    prompt: Wording,
    hint: Wording,
    log: &mut Log,
) -> Part {
    let (table, row, speech) = (site.table, line.row, site.speech);
    if prompt.is_empty() {
        speech.refuse_missing(table, row, "question", log);
    }
    let why_we_ask = speech.words(table, row, "busfare::why_we_ask", log);
    let bounds = bounds(table, line, kind, log);
    let choices = choices(site, line, log);
    let required = yes(table, line, "required", log);
    let mut asked = Asked { hint, why_we_ask, choices, bounds, required, ..asked(kind, &line.name, prompt) };
    let code = table.cell(row, "busfare::code");
    if !code.is_empty() {
        code.clone_into(&mut asked.code);
    }
    Part::Question(Box::new(asked))
}

/// A question and nothing more.
fn asked(kind: QuestionKind, name: &str, prompt: Wording) -> Asked {
    Asked {
        code: format!("xls.{}", link_id(name)),
        prompt,
        hint: Wording::default(),
        why_we_ask: Wording::default(),
        kind,
        choices: Vec::new(),
        bounds: Bounds::default(),
        required: false,
    }
}

fn choices(site: &mut Site<'_>, line: &Line<'_>, log: &mut Log) -> Vec<Choice> {
    let Kind::Select { list, other, .. } = &line.kind else { return Vec::new() };
    let mut choices = match site.lists.choices(list, site.speech, log) {
        Ok(choices) => choices.to_vec(),
        Err(words) => {
            log.refuse(site.table.remark(line.row.number, "type", words));
            return Vec::new();
        }
    };
    if *other && !choices.iter().any(|choice| choice.code == OTHER) {
        choices.push(Choice { code: OTHER.to_owned(), label: in_welsh(site.speech, "Other", "Arall") });
    }
    choices
}

fn say_what(speech: &Speech) -> Wording {
    in_welsh(speech, "Please say what.", "Dywedwch beth.")
}

/// With the Welsh, where the form has any.
fn in_welsh(speech: &Speech, english: &str, welsh: &str) -> Wording {
    let words = Wording::english(english);
    if speech.others.contains("cy") { words.with("cy", welsh) } else { words }
}

fn bounds(table: &Table<'_>, line: &Line<'_>, kind: QuestionKind, log: &mut Log) -> Bounds {
    let (constraint, kept) = (table.cell(line.row, "constraint"), table.cell(line.row, "busfare::bounds"));
    if let Ok(bounds) = serde_json::from_str::<Bounds>(kept)
        && constraint::say(&bounds) == constraint
    {
        return bounds;
    }
    if constraint.is_empty() {
        return Bounds::default();
    }
    let read = constraint::read(constraint, kind);
    read.unwrap_or_else(|words| {
        log.refuse(table.remark(line.row.number, "constraint", words));
        Bounds::default()
    })
}

fn refuse_not_kept(table: &Table<'_>, line: &Line<'_>, log: &mut Log) {
    let number = line.row.number;
    for (is, words) in NOT_KEPT.iter().filter(|(is, _)| !table.cell(line.row, is).is_empty()) {
        log.refuse(table.remark(number, is, *words));
    }
    if yes(table, line, "read_only", log) && !matches!(line.kind, Kind::Note) {
        let words = "What is only read is a `note`; make it one, or leave this empty.";
        log.refuse(table.remark(number, "read_only", words));
    }
    if matches!(line.kind, Kind::Note | Kind::Begin(_)) {
        for is in ["constraint", "required"].iter().filter(|is| !table.cell(line.row, is).is_empty()) {
            log.note(table.remark(number, is, "Only questions have this, and it was left out."));
        }
    }
    let own = table.cell(line.row, "busfare::link_id");
    if !own.is_empty() && !is_link_id(own) {
        let words = "This cannot be a link id: use lower-case letters, figures and hyphens.";
        log.refuse(table.remark(number, "busfare::link_id", words));
    }
}

fn yes(table: &Table<'_>, line: &Line<'_>, is: &str, log: &mut Log) -> bool {
    let written = table.cell(line.row, is);
    match written.to_lowercase().replace(' ', "").as_str() {
        "yes" | "true" | "true()" | "1" => true,
        "" | "no" | "false" | "false()" | "0" => false,
        _ => {
            let words = format!(
                "`{}` is neither yes nor no, and this cannot depend on answers; use one of the two.",
                shown(written)
            );
            log.refuse(table.remark(line.row.number, is, words));
            false
        }
    }
}
