//! A scheme of delegation as data: who may decide what, written by people in a file. Names are names here; who
//! they are comes from the roll of a council. Reading, explaining, comparing and looking for gaps are all pure.

use std::{collections::BTreeMap, fmt};

use busfare_entity::words::{DecidesFor, HubId, PaymentMethod, PractitionerId, Role, SpendPurposeId, TeamId};
use chrono::NaiveDate;

use super::{calendar::Hours, money::Money};

mod ceiling;
mod check;
mod diff;
mod explain;
mod gaps;
mod names;
mod overlap;
mod read;
mod signed;
mod table;
mod vocabulary;

pub use self::{
    ceiling::{Most, Stretch, TooMany, ceilings},
    diff::diff,
    explain::{Named, explain},
    gaps::{Gaps, gaps, left_alone},
    names::names,
    read::{MOST_BYTES, read},
    signed::{GrantWords, SchemeWords, WindowWords, content},
};

/// Most grants in one scheme. A list that is longer is no longer a scheme that anybody can explain.
pub const MOST_LINES: usize = 256;

/// A scheme as its file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// What it is called.
    pub title: String,
    /// The first day it may count; none means from when it is published.
    pub valid_from: Option<NaiveDate>,
    /// The last day it counts.
    pub valid_to: Option<NaiveDate>,
    /// Its grants, in the order of the file.
    pub lines: Vec<Line>,
}

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its key, which it keeps from version to version: what is used is counted by it.
    pub key: String,
    /// The e-mail of the named senior who grants it.
    pub grantor: String,
    /// To whom.
    pub grantee: Grantee,
    /// Codes of the purposes it is for; none named means all.
    pub purposes: Vec<String>,
    /// Names of the hubs it is for; none named means all, and spends without a hub.
    pub hubs: Vec<String>,
    /// The ways of paying it is for; none named means all.
    pub methods: Vec<PaymentMethod>,
    /// Its limits; those that are not there do not bind.
    pub limits: BTreeMap<Limit, Money>,
    /// Most that may be spent at once in an emergency.
    pub break_glass: Option<Money>,
    /// For whose spends it may decide, besides one's own.
    pub decides_for: DecidesFor,
    /// The local hours in which it counts; none means always.
    pub hours: Option<Hours>,
    /// The senior's words that stand behind it.
    pub backing: String,
    /// The first day it counts; none means as long as the scheme.
    pub valid_from: Option<NaiveDate>,
    /// The last day it counts; none means as long as the scheme.
    pub valid_to: Option<NaiveDate>,
    /// Where it stands in the file.
    pub place: Place,
}

impl Line {
    /// The most one decision can come to while nothing is used; none where no limit binds.
    pub fn ceiling(&self) -> Option<Money> {
        self.limits.values().copied().min()
    }
}

/// To whom a line is granted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grantee {
    /// One person, by e-mail.
    Person(String),
    /// Everybody with a role.
    Role(Role),
    /// Everybody in a team, by name.
    Team(String),
}

/// The kinds of limit, from the shortest reach to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// One spend.
    Item,
    /// Any 24 hours.
    In24Hours,
    /// Any 7 days.
    In7Days,
    /// Any 28 days.
    In28Days,
    /// One budget in its period.
    InBudgetPeriod,
    /// One person helped in the budget's period.
    PerPerson,
}

/// Where the parts of a grant stand in the file. It is the same grant wherever it stands.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The row of its heading, from 1.
    pub row: usize,
    /// The rows of its parts.
    pub of: BTreeMap<&'static str, usize>,
}

impl Place {
    /// The row of a part, or of the heading where the part is not there.
    pub fn of(&self, part: &str) -> usize {
        self.of.get(part).copied().unwrap_or(self.row)
    }
}

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It cannot be published like this.
    Error,
    /// It can be published, and somebody should look at it first.
    Warning,
}

/// Something amiss, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The row of the file, from 1; 0 where it is about the whole file.
    pub row: usize,
    /// How much it matters.
    pub weight: Weight,
    /// What is amiss and what to do, in plain words.
    pub words: String,
}

impl Problem {
    fn error(row: usize, words: impl Into<String>) -> Self {
        Self { row, weight: Weight::Error, words: words.into() }
    }

    fn warning(row: usize, words: impl Into<String>) -> Self {
        Self { row, weight: Weight::Warning, words: words.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Error => "error",
            Weight::Warning => "warning",
        };
        match self.row {
            0 => write!(f, "{weight}: {}", self.words),
            row => write!(f, "line {row}: {weight}: {}", self.words),
        }
    }
}

/// Whether a scheme with these problems must not be published.
pub fn stands_in_the_way(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.weight == Weight::Error)
}

/// Everybody and everything in a council that a scheme can name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roll {
    /// Everybody who works here.
    pub people: Vec<Somebody>,
    /// The teams.
    pub teams: Vec<(TeamId, String)>,
    /// The hubs.
    pub hubs: Vec<(HubId, String)>,
    /// What money may be spent on.
    pub purposes: Vec<PurposeOnRoll>,
}

/// Somebody on the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Somebody {
    /// Who.
    pub id: PractitionerId,
    /// Signs in with this, in lower case.
    pub email: String,
    /// The name colleagues know her by.
    pub name: String,
    /// What she does.
    pub role: Role,
    /// In which team.
    pub team: TeamId,
}

/// A purpose on the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeOnRoll {
    /// Which.
    pub id: SpendPurposeId,
    /// Its code.
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in Welsh.
    pub name_cy: String,
}

impl Roll {
    /// Somebody by e-mail.
    pub fn person(&self, email: &str) -> Option<&Somebody> {
        self.people.iter().find(|person| person.email == email)
    }

    /// A team by name.
    pub fn team(&self, name: &str) -> Option<TeamId> {
        by_name(&self.teams, name)
    }

    /// A hub by name.
    pub fn hub(&self, name: &str) -> Option<HubId> {
        by_name(&self.hubs, name)
    }

    /// A purpose by code.
    pub fn purpose(&self, code: &str) -> Option<&PurposeOnRoll> {
        self.purposes.iter().find(|purpose| purpose.code == code)
    }

    /// Whether a grant is to somebody, by name, role or team.
    pub fn is_to(&self, grantee: &Grantee, somebody: &Somebody) -> bool {
        match grantee {
            Grantee::Person(email) => *email == somebody.email,
            Grantee::Role(role) => *role == somebody.role,
            Grantee::Team(name) => self.team(name) == Some(somebody.team),
        }
    }
}

/// Names are typed by people, so capitals do not matter.
fn by_name<Id: Copy>(named: &[(Id, String)], name: &str) -> Option<Id> {
    let wanted = name.to_lowercase();
    named.iter().find(|(_, known)| known.to_lowercase() == wanted).map(|(id, _)| *id)
}

#[cfg(test)]
mod tests;
