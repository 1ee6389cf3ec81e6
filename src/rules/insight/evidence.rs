//! Evidence: how long a team takes to bring it.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::words::{PractitionerId, TeamId};

use super::{in_company, percentile};

/// The first evidence of one spend, as receipt or note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidenced {
    /// Which month of the period the money left in, from 0.
    pub month: usize,
    /// In which team.
    pub team: TeamId,
    /// Who spent it.
    pub spender: PractitionerId,
    /// How long after that the first evidence came; 0 where it was there before.
    pub seconds: i64,
}

/// How long a team takes to bring its evidence; over the months that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToEvidence {
    /// How many people brought it.
    pub people: usize,
    /// For how many spends.
    pub spends: i64,
    /// How long it takes in the middle.
    pub median_seconds: i64,
}

/// Sums what may be told of each team with any evidence: its months in which five people brought some. None for a team
/// that is too small. There is none for a budget, so no part of a team can be taken from another.
pub fn to_evidence(rows: &[Evidenced]) -> BTreeMap<TeamId, Option<ToEvidence>> {
    let mut told: BTreeMap<TeamId, Vec<&Evidenced>> = rows.iter().map(|row| (row.team, vec![])).collect();
    for row in in_company(rows, |row| ((row.team, row.month), row.spender)) {
        told.entry(row.team).or_default().push(row);
    }
    told.into_iter().map(|(team, rows)| (team, middle(&rows))).collect()
}

fn middle(rows: &[&Evidenced]) -> Option<ToEvidence> {
    let people: BTreeSet<_> = rows.iter().map(|row| row.spender).collect();
    let seconds: Vec<_> = rows.iter().map(|row| (row.seconds.max(0), 1)).collect();
    let spends = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    (!people.is_empty()).then(|| ToEvidence { people: people.len(), spends, median_seconds: percentile(&seconds, 50) })
}
