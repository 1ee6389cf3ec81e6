//! A grant in plain words, for whoever has to sign it, work by it or answer for it.

use busfare_entity::words::{DecidesFor, Language};

use super::{
    Grantee, Line, Roll,
    gaps::weekdays,
    vocabulary::{self, LIMITS, METHODS, ROLES},
};
use crate::rules::{calendar::Hours, refusal::say};

/// How names are shown: as the file has them, or as the roll knows them.
#[derive(Clone, Copy, Debug)]
pub enum Named<'a> {
    /// E-mails and codes, as they were typed.
    AsTyped,
    /// Names of people and purposes.
    From(&'a Roll),
}

impl Named<'_> {
    /// A person, by e-mail.
    pub fn person(self, email: &str) -> String {
        let known = match self {
            Self::AsTyped => None,
            Self::From(roll) => roll.person(email).map(|person| person.name.clone()),
        };
        known.unwrap_or_else(|| email.to_owned())
    }

    fn purpose(self, code: &str, language: Language) -> String {
        let known = match self {
            Self::AsTyped => None,
            Self::From(roll) => roll.purpose(code),
        };
        known.map_or_else(
            || code.to_owned(),
            |purpose| say(language, &*purpose.name_en, &*purpose.name_cy).to_lowercase(),
        )
    }

    /// To whom.
    pub fn grantee(self, grantee: &Grantee, language: Language) -> String {
        match grantee {
            Grantee::Person(email) => self.person(email),
            Grantee::Role(role) => vocabulary::of(&ROLES, *role).said(language).to_owned(),
            Grantee::Team(name) => say(language, format!("Everybody in {name}"), format!("Pawb yn {name}")),
        }
    }
}

/// The grant in a few sentences, without the backing statement.
pub fn explain(line: &Line, named: Named<'_>, language: Language) -> String {
    let sentences = [
        Some(how_much(line, named, language)),
        Some(for_whom(line, language)),
        for_what(line, named, language),
        where_and_how(line, language),
        when(line, language),
        emergency(line, language),
        Some(say(
            language,
            format!("Granted by {}.", named.person(&line.grantor)),
            format!("Rhoddwyd gan {}.", named.person(&line.grantor)),
        )),
    ];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The limits as they are said: `up to £30.00 for one item and £100.00 in any 7 days`.
pub fn limits(line: &Line, language: Language) -> String {
    let parts: Vec<_> = line
        .limits
        .iter()
        .map(|(limit, amount)| format!("{amount} {}", vocabulary::of(&LIMITS, *limit).said(language)))
        .collect();
    if parts.is_empty() {
        return say(language, "any amount", "unrhyw swm");
    }
    let all = vocabulary::listed(&parts, language);
    say(language, format!("up to {all}"), format!("hyd at {all}"))
}

fn how_much(line: &Line, named: Named<'_>, language: Language) -> String {
    let (who, limits) = (named.grantee(&line.grantee, language), limits(line, language));
    say(language, format!("{who} may decide {limits}."), format!("{who}: cewch benderfynu {limits}."))
}

fn for_whom(line: &Line, language: Language) -> String {
    let (en, cy) = match line.decides_for {
        DecidesFor::NobodyElse => ("It is for one's own spends only.", "Mae ar gyfer eich gwariant eich hun yn unig."),
        DecidesFor::Team => (
            "It is for one's own spends and for those of colleagues in one's own team.",
            "Mae ar gyfer eich gwariant eich hun a gwariant cydweithwyr yn eich tîm.",
        ),
        DecidesFor::Organisation => (
            "It is for one's own spends and for those of any colleague.",
            "Mae ar gyfer eich gwariant eich hun a gwariant unrhyw gydweithiwr.",
        ),
    };
    say(language, en, cy)
}

fn for_what(line: &Line, named: Named<'_>, language: Language) -> Option<String> {
    let purposes: Vec<_> = line.purposes.iter().map(|code| named.purpose(code, language)).collect();
    let all = vocabulary::listed(&purposes, language);
    (!purposes.is_empty()).then(|| say(language, format!("Only for {all}."), format!("Dim ond ar gyfer {all}.")))
}

fn where_and_how(line: &Line, language: Language) -> Option<String> {
    let hubs = vocabulary::listed(&line.hubs, language);
    let ways: Vec<_> = line.methods.iter().map(|way| vocabulary::of(&METHODS, *way).said(language)).collect();
    let ways = vocabulary::listed(&ways, language);
    match (line.hubs.is_empty(), line.methods.is_empty()) {
        (true, true) => None,
        (false, true) => Some(say(language, format!("Only at {hubs}."), format!("Dim ond yn {hubs}."))),
        (true, false) => Some(say(language, format!("Only {ways}."), format!("Dim ond {ways}."))),
        (false, false) => {
            Some(say(language, format!("Only at {hubs}, {ways}."), format!("Dim ond yn {hubs}, {ways}.")))
        }
    }
}

fn when(line: &Line, language: Language) -> Option<String> {
    let hours = line.hours.map(|hours| hours_in_words(hours, language));
    let from = line.valid_from.map(|day| say(language, format!("from {day}"), format!("o {day}")));
    let to = line.valid_to.map(|day| say(language, format!("until {day}"), format!("hyd {day}")));
    let parts: Vec<_> = [hours, from, to].into_iter().flatten().collect();
    let all = parts.join(", ");
    (!parts.is_empty()).then(|| say(language, format!("Only {all}."), format!("Dim ond {all}.")))
}

/// Hours as they are said: `on Monday to Friday from 09:00 to 17:00`.
pub fn hours_in_words(hours: Hours, language: Language) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let days = match hours.days {
        Hours::EVERY_DAY => say(language, "every day", "bob dydd"),
        days => {
            let days = weekdays(days, language);
            say(language, format!("on {days}"), days)
        }
    };
    if (hours.from_minute, hours.to_minute) == (0, 24 * 60) {
        return days;
    }
    let (from, to) = (clock(hours.from_minute), clock(hours.to_minute));
    let night = hours.to_minute < hours.from_minute;
    let next = if night { say(language, " the next day", " drannoeth") } else { String::new() };
    say(language, format!("{days} from {from} to {to}{next}"), format!("{days} o {from} i {to}{next}"))
}

fn emergency(line: &Line, language: Language) -> Option<String> {
    line.break_glass.map(|most| {
        say(language, format!("In an emergency, {most} at once."), format!("Mewn argyfwng, {most} ar unwaith."))
    })
}
