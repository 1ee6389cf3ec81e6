//! Recording: how long conversations take to write down, and how much nobody had to be asked again.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::words::{PractitionerId, TeamId};

use super::{in_company, percentile};

/// What one person wrote down in one month, in one team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Which month of the period the records were completed in, from 0.
    pub month: usize,
    /// In which team.
    pub team: TeamId,
    /// By whom.
    pub author: PractitionerId,
    /// How many records.
    pub conversations: i64,
    /// How long each took of which that is known.
    pub seconds: Vec<i64>,
    /// How many questions were answered in them.
    pub answered: i64,
    /// How many of those were known before and only said to be still true.
    pub spared: i64,
}

/// What recording takes; over the months that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recording {
    /// How many people wrote.
    pub people: usize,
    /// How many records.
    pub conversations: i64,
    /// Of how many it is known how long they took.
    pub timed: i64,
    /// How long in the middle.
    pub median_seconds: i64,
    /// How long at most for nine of ten.
    pub p90_seconds: i64,
    /// How many questions were answered.
    pub answered: i64,
    /// How many of those nobody was asked again.
    pub spared: i64,
}

/// Sums what may be told of each team in which anything was recorded, and under none of all together. None for a team that
/// is too small. Teams and months are told whole or not at all, so nothing can be taken from anything to find a few.
pub fn recording(rows: &[Recorded]) -> BTreeMap<Option<TeamId>, Option<Recording>> {
    let mut told: BTreeMap<Option<TeamId>, Vec<&Recorded>> =
        rows.iter().flat_map(|row| [None, Some(row.team)]).map(|team| (team, vec![])).collect();
    for row in in_company(rows, |row| ((row.team, row.month), row.author)) {
        for team in [None, Some(row.team)] {
            told.entry(team).or_default().push(row);
        }
    }
    told.into_iter().map(|(team, rows)| (team, sum(&rows))).collect()
}

fn sum(rows: &[&Recorded]) -> Option<Recording> {
    let people: BTreeSet<_> = rows.iter().map(|row| row.author).collect();
    let seconds: Vec<_> = rows.iter().flat_map(|row| &row.seconds).map(|seconds| (*seconds, 1)).collect();
    (!people.is_empty()).then(|| Recording {
        people: people.len(),
        conversations: rows.iter().map(|row| row.conversations).sum(),
        timed: i64::try_from(seconds.len()).unwrap_or(i64::MAX),
        median_seconds: percentile(&seconds, 50),
        p90_seconds: percentile(&seconds, 90),
        answered: rows.iter().map(|row| row.answered).sum(),
        spared: rows.iter().map(|row| row.spared).sum(),
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn wrote(month: usize, in_team: u128, author: u128, seconds: &[i64]) -> Recorded {
        Recorded {
            month,
            team: TeamId(Uuid::from_u128(in_team)),
            author: PractitionerId(Uuid::from_u128(author)),
            conversations: 3,
            seconds: seconds.to_vec(),
            answered: 10,
            spared: 4,
        }
    }

    #[test]
    fn what_recording_takes_is_told_of_five_people_in_a_month_or_of_nobody() {
        let mut rows: Vec<_> = (0..5).map(|author| wrote(0, 1, author, &[60, 90])).collect();
        rows.extend((5..9).map(|author| wrote(0, 2, author, &[600])));
        rows.push(wrote(1, 1, 0, &[7_000]));

        let told = recording(&rows);

        let of_five = Recording {
            people: 5,
            conversations: 15,
            timed: 10,
            median_seconds: 60,
            p90_seconds: 90,
            answered: 50,
            spared: 20,
        };
        let team = |number| Some(TeamId(Uuid::from_u128(number)));
        assert_eq!(told[&team(1)], Some(of_five));
        assert_eq!(told[&team(2)], None);
        // The whole less the one team would be the four, so the whole is without them.
        assert_eq!(told[&None], Some(of_five));
        assert!(recording(&[]).is_empty());
    }
}
