//! Forms at the desk of whoever looks after them: what they ask of people, what need not be asked again, and what becomes
//! of answers as they change; how they are written for others, and how others' become drafts.

mod export;
mod files;
mod import;
mod table;
pub mod workbook;

use std::{fmt::Write, path::Path};

use busfare_entity::words::FormTier;
use chrono::{DateTime, Utc};

use self::{
    files::{Found, NotRead},
    table::Table,
};
use super::Told;
use crate::{
    config::FormsCommand,
    rules::form::{Drafts, Step, Unpublishable, Verdict, measure, walk},
};

/// Reasons for asking that are missing are counted and not listed: a file from elsewhere has none at all.
const LISTED: usize = 12;

/// Does what was asked.
pub async fn run(command: FormsCommand, now: DateTime<Utc>) -> Told {
    let done = match command {
        FormsCommand::Import { file, import, place } => {
            let done = import::import(&file, &import, &place, now).await;
            return done.unwrap_or_else(|wrong| Told { code: 2, words: wrong.to_string() });
        }
        FormsCommand::Check { file, tier, notes } => check(&file, tier, notes),
        FormsCommand::Export { file, format, form, to } => {
            export::export(&file, format, form.as_deref(), to.as_deref())
        }
        FormsCommand::Path { file, forms, sources } => path(&file, &forms, sources),
        FormsCommand::Replay { folder } => replay(&folder),
    };
    done.unwrap_or_else(|wrong| Told { code: 2, words: wrong.to_string() })
}

fn check(file: &Path, tier: FormTier, notes: bool) -> Result<Told, NotRead> {
    let forms = files::forms(file)?;
    let (mut words, mut over) = (String::new(), 0);
    for imported in &forms {
        let verdict = measure(tier, &imported.form);
        over += usize::from(verdict.against.iter().any(|against| matches!(against, Unpublishable::OverBudget { .. })));
        let _ = writeln!(words, "{}\n{}", imported.form.title.en, verdict_in_words(imported, &verdict));
        let flaws: Vec<_> = imported.form.flaws().iter().map(ToString::to_string).collect();
        list(&mut words, &flaws, flaws.len());
        let said: Vec<_> = imported.notes.iter().map(|(place, said)| format!("{place}: {said}")).collect();
        list(&mut words, if notes { &said } else { &[] }, said.len());
        if !notes && !said.is_empty() {
            let _ = writeln!(words, "  {} notes; see them with --notes", said.len());
        }
        words.push('\n');
    }
    let conditions: usize = forms.iter().map(|form| form.conditions).sum();
    let _ = write!(words, "{} forms, {conditions} conditions; {over} over the budget of their tier.", forms.len());
    Ok(Told { code: u8::from(over > 0), words })
}

fn verdict_in_words(imported: &Found, verdict: &Verdict) -> String {
    let mut words = String::new();
    if let Some(measures) = verdict.measures {
        let bound = if measures.exact { "" } else { " (a bound)" };
        let _ = writeln!(
            words,
            "  {}: up to {}{bound} questions, {} on opening, {} required; {} words to read; {} minutes",
            imported.form.code,
            measures.max_shown,
            measures.open_shown,
            measures.required_count,
            measures.reading_words,
            measures.estimated_seconds.div_ceil(60)
        );
    }
    let (unreasoned, others): (Vec<_>, Vec<_>) =
        verdict.against.iter().partition(|against| matches!(against, Unpublishable::ReasonNotProportionate { .. }));
    if verdict.against.is_empty() {
        words.push_str("  could be published\n");
    }
    for against in others {
        let _ = writeln!(words, "  cannot be published: {against}");
    }
    if !unreasoned.is_empty() {
        let _ =
            writeln!(words, "  cannot be published: {} questions have no short reason for asking", unreasoned.len());
    }
    words.trim_end().to_owned()
}

fn list(words: &mut String, lines: &[String], all: usize) {
    for line in lines.iter().take(LISTED) {
        let _ = writeln!(words, "  - {line}");
    }
    if lines.len() > LISTED {
        let _ = writeln!(words, "  - and {} more", all - LISTED);
    }
}

fn path(file: &Path, codes: &[String], sources: bool) -> Result<Told, NotRead> {
    let forms = files::forms(file)?;
    let (mut facts, mut words, mut sums) = (Vec::new(), String::new(), (0, 0));
    let mut table = Table::new(["form", "questions", "asked", "spared"]);
    for code in codes {
        let form = files::with_code(&forms, code)?;
        let walked = walk(form, facts, |posed| (form.title.en.clone(), posed.link_id.to_owned()));
        table.row([code.as_str()], [walked.all, walked.asked, walked.all - walked.asked]);
        for (link_id, (title, place)) in walked.spared.iter().filter(|_| sources) {
            let _ = writeln!(words, "{code}: {link_id} is known from {title}, {place}");
        }
        sums = (sums.0 + walked.all, sums.1 + walked.asked);
        facts = walked.facts;
    }
    let _ = write!(words, "{table}\n{} of {} questions are asked.", sums.1, sums.0);
    Ok(Told { code: 0, words })
}

fn replay(folder: &Path) -> Result<Told, NotRead> {
    let mut drafts = Drafts::default();
    let mut table = Table::new(["change to", "form", "kept", "moved", "retyped", "orphaned", "lost"]);
    let (mut versions, mut lost) = (0, 0);
    for file in files::versions(folder)? {
        let forms = files::forms(&file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for Step { form, kept, moved, retyped, orphaned, lost: gone, .. } in
            drafts.change(forms.into_iter().map(|imported| imported.form).collect())
        {
            table.row([name.as_str(), form.as_str()], [kept, moved, retyped, orphaned, gone]);
            lost += gone;
        }
        versions += 1;
    }
    let words = format!("{table}\n{versions} versions, {} answers, {lost} lost.", drafts.answers());
    Ok(Told { code: u8::from(lost > 0), words })
}
