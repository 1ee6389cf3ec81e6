//! The doctor: looks an installation over, says how each part is and what to do next, and changes nothing.

mod database;
mod house;

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Told;
use crate::config::DoctorCommand;

/// What the doctor looks with.
#[derive(Clone, Copy)]
pub struct Instruments {
    /// What time it is.
    pub clock: fn() -> DateTime<Utc>,
    /// Whether a program is on this machine.
    pub has_program: fn(&str) -> bool,
}

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Well,
    Hint,
    Amiss,
}

/// One part: how it is, and what to do next where there is something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Check {
    fn well(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, state: State::Well, words: words.into(), next: None }
    }

    fn hint(name: &'static str, words: impl Into<String>, next: impl Into<String>) -> Self {
        Self { name, state: State::Hint, words: words.into(), next: Some(next.into()) }
    }

    fn amiss(name: &'static str, words: impl Into<String>, next: impl Into<String>) -> Self {
        Self { name, state: State::Amiss, words: words.into(), next: Some(next.into()) }
    }
}

/// All of them, for machines.
#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    checks: &'a [Check],
}

/// Looks everything over.
pub async fn run(command: DoctorCommand, instruments: Instruments) -> Told {
    let settings = &command.settings;
    let mut checks = house::look(settings);
    checks.extend(database::look(settings, instruments.clock).await);
    checks.push(house::pictures(settings).await);
    checks.extend(house::programs(settings, instruments.has_program));
    checks.push(house::mail(settings));
    checks.push(house::backups(settings));

    let ok = checks.iter().all(|check| check.state != State::Amiss);
    let words = if command.json { as_json(ok, &checks) } else { as_lines(ok, &checks) };
    Told { code: u8::from(!ok), words }
}

fn as_json(ok: bool, checks: &[Check]) -> String {
    serde_json::to_string_pretty(&Report { ok, checks }).unwrap_or_default()
}

fn as_lines(ok: bool, checks: &[Check]) -> String {
    let mut lines = String::new();
    for check in checks {
        let state = match check.state {
            State::Well => "well ",
            State::Hint => "hint ",
            State::Amiss => "amiss",
        };
        let next = check.next.as_ref().map(|next| format!(" Next: {next}")).unwrap_or_default();
        let _ = writeln!(lines, "{state}  {}: {}{next}", check.name, check.words);
    }
    lines.push_str(if ok { "Nothing is amiss." } else { "Something is amiss." });
    lines
}
