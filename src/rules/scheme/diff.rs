//! What another version of a scheme would change, grant by grant, in plain words.

use std::fmt::Display;

use busfare_entity::words::Language;

use super::{
    Line, Scheme,
    explain::{Named, explain, hours_in_words},
    vocabulary::{self, DECIDES_FOR, LIMITS, METHODS},
};
use crate::rules::calendar::Hours;

/// Every change from the old to the new, one sentence or paragraph each; none where nothing changes.
pub fn diff(old: &Scheme, new: &Scheme, named: Named<'_>) -> Vec<String> {
    let mut changes: Vec<String> = [
        changed("The title", Some(&old.title), Some(&new.title)),
        changed("The first day", old.valid_from.as_ref(), new.valid_from.as_ref()),
        changed("The last day", old.valid_to.as_ref(), new.valid_to.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect();

    for line in &new.lines {
        match old.lines.iter().find(|before| before.key == line.key) {
            Some(before) => {
                let inside = line_changes(before, line, named);
                if !inside.is_empty() {
                    changes.push(format!("`{}` changes:\n{}", line.key, inside.join("\n")));
                }
            }
            None => {
                let words = explain(line, named, Language::En);
                changes.push(format!("`{}` is new: {words} It is counted from nothing.", line.key));
            }
        }
    }
    for gone in old.lines.iter().filter(|before| new.lines.iter().all(|line| line.key != before.key)) {
        changes.push(format!("`{}` is gone: {}", gone.key, explain(gone, named, Language::En)));
    }
    changes
}

fn line_changes(old: &Line, new: &Line, named: Named<'_>) -> Vec<String> {
    let people = |line: &Line| (named.person(&line.grantor), named.grantee(&line.grantee, Language::En));
    let ((old_grantor, old_grantee), (new_grantor, new_grantee)) = (people(old), people(new));
    let mut changes = vec![
        changed("who grants it", Some(&old_grantor), Some(&new_grantor)),
        changed("to whom", Some(&old_grantee), Some(&new_grantee)),
        changed("for what", named_or_all(&old.purposes).as_ref(), named_or_all(&new.purposes).as_ref()),
        changed("where", named_or_all(&old.hubs).as_ref(), named_or_all(&new.hubs).as_ref()),
        changed("paid how", ways(old).as_ref(), ways(new).as_ref()),
    ];
    for word in &LIMITS {
        let [before, after] = [old, new].map(|line| line.limits.get(&word.value));
        changes.push(changed(word.en, before, after));
    }
    changes.push(changed("in an emergency", old.break_glass.as_ref(), new.break_glass.as_ref()));
    let said = |line: &Line| vocabulary::of(&DECIDES_FOR, line.decides_for).en;
    changes.push(changed("whose spends", Some(&said(old)), Some(&said(new))));
    let hours = |line: &Line| line.hours.map(|hours: Hours| hours_in_words(hours, Language::En));
    changes.push(changed("when", hours(old).as_ref(), hours(new).as_ref()));
    changes.push(changed("from which day", old.valid_from.as_ref(), new.valid_from.as_ref()));
    changes.push(changed("until which day", old.valid_to.as_ref(), new.valid_to.as_ref()));
    if old.backing != new.backing {
        changes.push(Some(format!("the words behind it were: {}\n    and are: {}", old.backing, new.backing)));
    }
    changes.into_iter().flatten().map(|change| format!("  - {change}")).collect()
}

fn named_or_all(names: &[String]) -> Option<String> {
    let mut names = names.to_vec();
    names.sort();
    (!names.is_empty()).then(|| names.join(", "))
}

fn ways(line: &Line) -> Option<String> {
    let ways: Vec<_> = line.methods.iter().map(|way| vocabulary::of(&METHODS, *way).key.to_owned()).collect();
    named_or_all(&ways)
}

fn changed<T: Display + PartialEq>(what: &str, before: Option<&T>, after: Option<&T>) -> Option<String> {
    match (before, after) {
        (before, after) if before == after => None,
        (Some(before), Some(after)) => Some(format!("{what}: {before} becomes {after}")),
        (None, Some(after)) => Some(format!("{what}: {after}, where nothing was said before")),
        (Some(before), None) => Some(format!("{what}: nothing is said any more, where it was {before}")),
        (None, None) => None,
    }
}
