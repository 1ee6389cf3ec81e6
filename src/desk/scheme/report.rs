//! What is said about a scheme, paragraph by paragraph, and with which exit code.

use std::fmt::Display;

use busfare_entity::scheme as table;
use chrono::{NaiveDate, SecondsFormat};
use data_encoding::HEXLOWER;

use super::{LANGUAGE, Told};
use crate::rules::scheme::{Named, Problem, Roll, Scheme, Weight, explain, gaps, left_alone};

/// Paragraphs, and how bad it is.
#[derive(Debug, Default)]
pub struct Report {
    paragraphs: Vec<String>,
    errors: usize,
    warnings: usize,
}

impl Report {
    /// Says something.
    pub fn say(&mut self, words: impl Display) {
        self.paragraphs.push(words.to_string());
    }

    fn list<T: Display>(&mut self, heading: impl Display, items: impl IntoIterator<Item = T>) {
        let items: String = items.into_iter().map(|item| format!("\n  {item}")).collect();
        self.paragraphs.push(format!("{heading}{items}"));
    }

    /// Everything amiss, by its line.
    pub fn problems(&mut self, problems: &[Problem]) {
        let mut problems: Vec<_> = problems.iter().collect();
        problems.sort();
        let errors = problems.iter().filter(|problem| problem.weight == Weight::Error).count();
        self.errors += errors;
        self.warnings += problems.len() - errors;
        match (errors, problems.len()) {
            (_, 0) => {}
            (0, _) => self.list("It can be published, and somebody should look at this first:", problems),
            (1, _) => self.list("It cannot be published: there is 1 error.", problems),
            (errors, _) => self.list(format!("It cannot be published: there are {errors} errors."), problems),
        }
    }

    /// The whole scheme in plain words.
    pub fn explain(&mut self, scheme: &Scheme, named: Named<'_>) {
        let lasts = match (scheme.valid_from, scheme.valid_to) {
            (None, None) => String::new(),
            (Some(from), None) => format!(", from {from}"),
            (None, Some(to)) => format!(", until {to}"),
            (Some(from), Some(to)) => format!(", from {from} until {to}"),
        };
        self.say(format!("{}{lasts}", scheme.title));
        for line in &scheme.lines {
            let at = if line.place.row > 0 { format!(" (line {})", line.place.row) } else { String::new() };
            let words = explain(line, named, LANGUAGE);
            self.list(format!("{}{at}", line.key), [words, format!("\u{201c}{}\u{201d}", line.backing)]);
        }
    }

    /// Where nobody may decide.
    pub fn gaps(&mut self, scheme: &Scheme, roll: &Roll, today: NaiveDate) {
        let Ok(gaps) = gaps(scheme, roll, today) else {
            self.warnings += 1;
            return self.say("There are too many different hours, purposes and people in it to look for gaps.");
        };
        self.say(gaps.most_in_words());
        let words: Vec<_> = gaps.words(roll).into_iter().chain(left_alone(scheme, roll)).collect();
        self.warnings += words.len();
        if words.is_empty() {
            self.say(
                "There are no gaps: whoever asks, for whatever, wherever and whenever, somebody may decide that much.",
            );
        } else {
            self.list("Gaps:", words);
        }
    }

    /// What would change.
    pub fn changes(&mut self, changes: &[String]) {
        if changes.is_empty() {
            self.say("Nothing changes.");
        }
        changes.iter().for_each(|change| self.say(change));
    }

    /// A version, who signed it, and how to recognise it.
    pub fn version(&mut self, row: &table::Model, signer: &str, what: &str) {
        let time = |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let until = row.valid_to.map(|end| format!(" until {}", time(end))).unwrap_or_default();
        self.list(
            format!("Version {} {what}.", row.version),
            [
                format!("signed by  {signer} at {}", time(row.signed_at)),
                format!("in force   from {}{until}", time(row.valid_from)),
                format!("SHA-256    {}", HEXLOWER.encode(&row.content_sha256)),
            ],
        );
    }

    /// All of it, with the exit code.
    pub fn told(self, strict: bool) -> Told {
        let code = u8::from(self.errors > 0 || (strict && self.warnings > 0));
        Told { code, words: self.paragraphs.join("\n\n") }
    }
}
