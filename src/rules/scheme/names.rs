//! A scheme against the roll of a council: every name must be somebody's or something's, and nobody may be left alone.

use super::{Grantee, Line, Problem, Roll, Scheme, table::shown};

/// Every name that nobody and nothing on the roll has.
pub fn names(scheme: &Scheme, roll: &Roll) -> Vec<Problem> {
    let mut problems = Vec::new();
    for line in &scheme.lines {
        grantor(line, roll, &mut problems);
        grantee(line, roll, &mut problems);
        for code in line.purposes.iter().filter(|code| roll.purpose(code).is_none()) {
            let known: Vec<_> = roll.purposes.iter().map(|purpose| purpose.code.as_str()).collect();
            problems.push(unknown(line, "purposes", code, "purpose", &known));
        }
        for name in line.hubs.iter().filter(|name| roll.hub(name).is_none()) {
            let known: Vec<_> = roll.hubs.iter().map(|(_, name)| name.as_str()).collect();
            problems.push(unknown(line, "hubs", name, "hub", &known));
        }
    }
    problems.sort();
    problems
}

fn unknown(line: &Line, part: &'static str, typed: &str, what: &str, known: &[&str]) -> Problem {
    let some = known.iter().take(20).map(|name| shown(name)).collect::<Vec<_>>().join(", ");
    let words = format!("`{}`: there is no {what} \"{}\". There are: {some}.", line.key, shown(typed));
    Problem::error(line.place.of(part), words)
}

fn grantor(line: &Line, roll: &Roll, problems: &mut Vec<Problem>) {
    let row = line.place.of("grantor");
    match roll.person(&line.grantor) {
        None => {
            let words = format!("`{}`: nobody here has the e-mail {}.", line.key, shown(&line.grantor));
            problems.push(Problem::error(row, words));
        }
        Some(grantor) if grantor.role != busfare_entity::words::Role::Senior => {
            let words = format!("`{}`: {} is no senior, and only a senior grants a say.", line.key, grantor.name);
            problems.push(Problem::error(row, words));
        }
        Some(_) => {}
    }
}

fn grantee(line: &Line, roll: &Roll, problems: &mut Vec<Problem>) {
    let row = line.place.of("to");
    match &line.grantee {
        Grantee::Person(email) if roll.person(email).is_none() => {
            let words = format!("`{}`: nobody here has the e-mail {}.", line.key, shown(email));
            problems.push(Problem::error(row, words));
        }
        Grantee::Team(name) if roll.team(name).is_none() => {
            let known: Vec<_> = roll.teams.iter().map(|(_, name)| name.as_str()).collect();
            problems.push(unknown(line, "to", name, "team", &known));
        }
        grantee if !roll.people.iter().any(|person| roll.is_to(grantee, person)) => {
            problems.push(Problem::warning(row, format!("`{}` is granted to nobody who works here now.", line.key)));
        }
        _ => {}
    }
}
