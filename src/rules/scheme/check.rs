//! What no scheme may say, whoever is on the roll: limits that cannot be reached, ends before beginnings, and
//! seniors who grant what they do not have.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::words::{DecidesFor, Language};

use super::{
    Grantee, Limit, Line, Problem, Scheme, overlap,
    vocabulary::{self, LIMITS},
};
use crate::rules::money::Money;

/// Each limit with those that reach further: where one of them is smaller, it can never be reached.
const REACHES: [(Limit, &[Limit]); 5] = [
    (Limit::Item, &[Limit::In24Hours, Limit::In7Days, Limit::In28Days, Limit::PerPerson, Limit::InBudgetPeriod]),
    (Limit::In24Hours, &[Limit::In7Days, Limit::In28Days, Limit::InBudgetPeriod]),
    (Limit::In7Days, &[Limit::In28Days, Limit::InBudgetPeriod]),
    (Limit::In28Days, &[Limit::InBudgetPeriod]),
    (Limit::PerPerson, &[Limit::InBudgetPeriod]),
];

/// Everything amiss in a scheme that was read.
pub fn check(scheme: &Scheme) -> Vec<Problem> {
    let mut problems = Vec::new();
    for line in &scheme.lines {
        limits(line, &mut problems);
        times(scheme, line, &mut problems);
    }
    keys(scheme, &mut problems);
    break_glass(scheme, &mut problems);
    grantors(scheme, &mut problems);
    if !scheme.lines.is_empty() && scheme.lines.iter().all(|line| line.decides_for == DecidesFor::NobodyElse) {
        let words = "Nobody may decide for anybody else, so above one's own say there is nobody to ask. \
                     Give somebody decides_for = \"team\" or \"organisation\".";
        problems.push(Problem::warning(0, words));
    }
    if let Some(end) = scheme.valid_to {
        let words = format!("After {end} nobody may decide anything until another version is published.");
        problems.push(Problem::warning(0, words));
    }
    problems.extend(overlap::overlaps(scheme));
    problems
}

fn said(limit: Limit) -> &'static str {
    vocabulary::of(&LIMITS, limit).said(Language::En)
}

fn key(limit: Limit) -> &'static str {
    vocabulary::of(&LIMITS, limit).key
}

fn limits(line: &Line, problems: &mut Vec<Problem>) {
    for (limit, further) in REACHES {
        let least = further.iter().filter_map(|further| Some((line.limits.get(further)?, *further))).min();
        let (Some(amount), Some((most, further))) = (line.limits.get(&limit), least) else { continue };
        if amount > most {
            let words = format!(
                "`{}`: {amount} {} can never be reached, because only {most} is allowed {}.",
                line.key,
                said(limit),
                said(further)
            );
            problems.push(Problem::error(line.place.of(key(limit)), words));
        }
    }
    if line.limits.is_empty() {
        let words = format!("`{}` has no limit at all: whoever has it may decide any amount.", line.key);
        problems.push(Problem::warning(line.place.row, words));
    }
}

fn times(scheme: &Scheme, line: &Line, problems: &mut Vec<Problem>) {
    let row = line.place.of("valid_to");
    if let (Some(from), Some(to)) = (line.valid_from, line.valid_to)
        && to < from
    {
        problems.push(Problem::error(row, format!("`{}` ends on {to}, before it begins on {from}.", line.key)));
    }
    if let (Some(from), Some(end)) = (line.valid_from, scheme.valid_to)
        && end < from
    {
        let words = format!("`{}` begins on {from}, after the scheme ends on {end}.", line.key);
        problems.push(Problem::error(line.place.of("valid_from"), words));
    }
    if let (Some(to), Some(begin)) = (line.valid_to, scheme.valid_from)
        && to < begin
    {
        problems
            .push(Problem::error(row, format!("`{}` ends on {to}, before the scheme begins on {begin}.", line.key)));
    }
}

fn keys(scheme: &Scheme, problems: &mut Vec<Problem>) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &scheme.lines {
        match first.get(line.key.as_str()) {
            Some(row) => {
                let words = format!("`line` is \"{}\", as on line {row} already; each grant has its own.", line.key);
                problems.push(Problem::error(line.place.row, words));
            }
            None => {
                first.insert(&line.key, line.place.row);
            }
        }
    }
}

/// The most that anybody may decide on an ordinary day; none where somebody may decide any amount.
fn highest(scheme: &Scheme) -> Option<Money> {
    scheme.lines.iter().map(Line::ceiling).collect::<Option<Vec<_>>>()?.into_iter().max()
}

fn break_glass(scheme: &Scheme, problems: &mut Vec<Problem>) {
    let highest = highest(scheme);
    for line in &scheme.lines {
        let (Some(emergency), row) = (line.break_glass, line.place.of("break_glass")) else { continue };
        if let Some(highest) = highest
            && emergency > highest
        {
            let words = format!(
                "`{}`: {emergency} in an emergency is above the {highest} that anybody may decide on an ordinary day, \
                 so nobody could stand behind it afterwards.",
                line.key
            );
            problems.push(Problem::error(row, words));
        }
        if line.ceiling().is_some_and(|usual| emergency < usual) {
            let words = format!("`{}`: {emergency} in an emergency is less than on an ordinary day.", line.key);
            problems.push(Problem::warning(row, words));
        }
    }
}

/// A senior grants no say to herself, not in a circle either, and none above what she was granted by name.
fn grantors(scheme: &Scheme, problems: &mut Vec<Problem>) {
    let mut granted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in &scheme.lines {
        let Grantee::Person(person) = &line.grantee else { continue };
        if *person == line.grantor {
            let words = format!("`{}`: nobody grants a say to herself.", line.key);
            problems.push(Problem::error(line.place.of("grantor"), words));
        } else {
            granted.entry(&line.grantor).or_default().insert(person);
        }
    }
    for line in &scheme.lines {
        if let Grantee::Person(person) = &line.grantee
            && *person != line.grantor
            && reaches(&granted, person, &line.grantor)
        {
            let words = format!("`{}` goes round in a circle: {person} also stands behind {}.", line.key, line.grantor);
            problems.push(Problem::error(line.place.of("grantor"), words));
        }
        above_her_own(scheme, line, problems);
    }
}

fn reaches(granted: &BTreeMap<&str, BTreeSet<&str>>, from: &str, to: &str) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(somebody) = open.pop() {
        if somebody == to {
            return true;
        }
        if seen.insert(somebody) {
            open.extend(granted.get(somebody).into_iter().flatten());
        }
    }
    false
}

/// Only where she has a say by name is it known what she could decide; otherwise her authority comes from outside.
fn above_her_own(scheme: &Scheme, line: &Line, problems: &mut Vec<Problem>) {
    let by_name =
        |other: &&Line| other.grantee == Grantee::Person(line.grantor.clone()) && other.grantor != line.grantor;
    let hers: Vec<_> = scheme.lines.iter().filter(by_name).collect();
    let Some(own) =
        hers.iter().map(|own| own.ceiling()).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max())
    else {
        return;
    };
    let row = line.place.of("grantor");
    match line.ceiling() {
        Some(amount) if amount <= own => {}
        Some(amount) => {
            let words = format!(
                "`{}` grants {amount}, and {} herself may decide {own} at most; somebody above her must grant it.",
                line.key, line.grantor
            );
            problems.push(Problem::error(row, words));
        }
        None => {
            let words =
                format!("`{}` grants any amount, and {} herself may decide {own} at most.", line.key, line.grantor);
            problems.push(Problem::error(row, words));
        }
    }
    let covers = |code: &String| hers.iter().any(|own| own.purposes.is_empty() || own.purposes.contains(code));
    if let Some(code) = line.purposes.iter().find(|code| !covers(code)) {
        let words = format!("`{}` is for {code}, which {} herself may not decide.", line.key, line.grantor);
        problems.push(Problem::error(line.place.of("purposes"), words));
    }
}
