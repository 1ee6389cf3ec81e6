//! Insight: what the work shows about groups of people, and never about one. Every figure is a sum over blocks, and
//! in every block at least five people took part; so no figure, taken from another in whatever way, tells of fewer.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use busfare_entity::words::{BudgetId, PractitionerId, TeamId};
use chrono::{Datelike, Months, NaiveDate};

use super::money::Money;

/// The fewest people in whose company nobody can be told apart.
pub const FEWEST: usize = 5;
/// Most months that one question may span.
pub const MOST_MONTHS: usize = 24;

/// How many yeses of one person, in one month, team and budget, came out alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Yeses {
    /// Which month of the period it was asked in, from 0.
    pub month: usize,
    /// In which team.
    pub team: TeamId,
    /// From which budget.
    pub budget: BudgetId,
    /// By whom.
    pub asker: PractitionerId,
    /// How long it took from asking to yes.
    pub seconds: i64,
    /// Who said yes.
    pub by: SaidBy,
    /// How many.
    pub count: i64,
    /// What was authorised, all together.
    pub amount: Money,
}

/// Who said yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidBy {
    /// The asker, with her own say.
    Asker,
    /// The asker, because it could not wait.
    AskerInEmergency,
    /// A colleague.
    Colleague,
}

/// Whose figures they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The whole organisation.
    Organisation,
    /// Everybody who asked in a team.
    Team(TeamId),
    /// Everybody who asked for money from a budget.
    Budget(BudgetId),
}

/// The figures of a group; they are over the months that may be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many people's yeses these are.
    pub people: usize,
    /// The months that are in it, from 0.
    pub months: BTreeSet<usize>,
    /// How long a yes takes in the middle.
    pub median_seconds: i64,
    /// How long at most for nine of ten.
    pub p90_seconds: i64,
    /// Every yes.
    pub yeses: i64,
    /// Yeses by the asker herself, emergencies included.
    pub by_asker: i64,
    /// Yeses because it could not wait.
    pub emergencies: i64,
    /// What was authorised.
    pub amount: Money,
    /// What was authorised because it could not wait.
    pub in_emergencies: Money,
    /// What was authorised by the asker's own say, without emergencies.
    pub own_say: Money,
}

/// Sums what may be told, for every group with at least one yes. None for a group that is too small.
pub fn figures(yeses: &[Yeses]) -> BTreeMap<Group, Option<Figures>> {
    let blocks = Blocks::of(yeses);
    let mut told: BTreeMap<Group, Vec<&Yeses>> = BTreeMap::new();
    for row in yeses {
        let groups = [
            (Group::Organisation, blocks.tells_team(row)),
            (Group::Team(row.team), blocks.tells_team(row)),
            (Group::Budget(row.budget), blocks.tells_budget(row)),
        ];
        for (group, may_be_told) in groups {
            let rows = told.entry(group).or_default();
            if may_be_told {
                rows.push(row);
            }
        }
    }
    told.into_iter().map(|(group, rows)| (group, sum(&rows))).collect()
}

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

/// The rows that may be told: those of blocks in which at least [`FEWEST`] people took part. Where blocks neither overlap
/// nor are told in parts, no sum over them can be taken from another so that it tells of fewer.
pub fn in_company<R, B: Ord, P: Ord>(rows: &[R], block_and_person: impl Fn(&R) -> (B, P)) -> Vec<&R> {
    let mut blocks: BTreeMap<B, (BTreeSet<P>, Vec<&R>)> = BTreeMap::new();
    for row in rows {
        let (block, person) = block_and_person(row);
        let (people, rows) = blocks.entry(block).or_default();
        people.insert(person);
        rows.push(row);
    }
    blocks.into_values().filter(|(people, _)| people.len() >= FEWEST).flat_map(|(_, rows)| rows).collect()
}

fn middle(rows: &[&Evidenced]) -> Option<ToEvidence> {
    let people: BTreeSet<_> = rows.iter().map(|row| row.spender).collect();
    let seconds: Vec<_> = rows.iter().map(|row| (row.seconds.max(0), 1)).collect();
    let spends = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    (!people.is_empty()).then(|| ToEvidence { people: people.len(), spends, median_seconds: percentile(&seconds, 50) })
}

/// What may be told of each month: of a team as a whole, and of its part of a budget.
struct Blocks {
    teams: HashSet<(usize, TeamId)>,
    parts: HashSet<(usize, TeamId, BudgetId)>,
}

impl Blocks {
    /// A team's month is told where five people asked. Its part of a budget is told where five asked, and where the
    /// rest of the month, everything of the team that is told of no budget, is empty or five people's too: as long
    /// as it is not, the smallest part joins it.
    fn of(yeses: &[Yeses]) -> Self {
        let mut months: BTreeMap<(usize, TeamId), BTreeMap<BudgetId, BTreeSet<PractitionerId>>> = BTreeMap::new();
        for row in yeses {
            months.entry((row.month, row.team)).or_default().entry(row.budget).or_default().insert(row.asker);
        }

        let mut blocks = Self { teams: HashSet::new(), parts: HashSet::new() };
        for ((month, team), budgets) in months {
            let everybody: BTreeSet<_> = budgets.values().flatten().collect();
            if everybody.len() < FEWEST {
                continue;
            }
            blocks.teams.insert((month, team));
            let (mut parts, small): (Vec<_>, Vec<_>) = budgets.iter().partition(|(_, people)| people.len() >= FEWEST);
            let mut rest: BTreeSet<_> = small.into_iter().flat_map(|(_, people)| people).collect();
            // The smallest part last, so that it is the first to go.
            parts.sort_by_key(|(budget, people)| (std::cmp::Reverse(people.len()), **budget));
            while !rest.is_empty() && rest.len() < FEWEST {
                let Some((_, people)) = parts.pop() else { break };
                rest.extend(people);
            }
            blocks.parts.extend(parts.into_iter().map(|(budget, _)| (month, team, *budget)));
        }
        blocks
    }

    fn tells_team(&self, row: &Yeses) -> bool {
        self.teams.contains(&(row.month, row.team))
    }

    fn tells_budget(&self, row: &Yeses) -> bool {
        self.parts.contains(&(row.month, row.team, row.budget))
    }
}

fn sum(rows: &[&Yeses]) -> Option<Figures> {
    let people: BTreeSet<_> = rows.iter().map(|row| row.asker).collect();
    if people.is_empty() {
        return None;
    }
    let count = |which: fn(SaidBy) -> bool| rows.iter().filter(|row| which(row.by)).map(|row| row.count).sum();
    let amount = |which: fn(SaidBy) -> bool| {
        let pence = rows.iter().filter(|row| which(row.by)).map(|row| row.amount.pence());
        Money::from_pence(pence.fold(0, i64::saturating_add))
    };
    let seconds: Vec<_> = rows.iter().map(|row| (row.seconds, row.count)).collect();
    Some(Figures {
        people: people.len(),
        months: rows.iter().map(|row| row.month).collect(),
        median_seconds: percentile(&seconds, 50),
        p90_seconds: percentile(&seconds, 90),
        yeses: count(|_| true),
        by_asker: count(|by| by != SaidBy::Colleague),
        emergencies: count(|by| by == SaidBy::AskerInEmergency),
        amount: amount(|_| true),
        in_emergencies: amount(|by| by == SaidBy::AskerInEmergency),
        own_say: amount(|by| by == SaidBy::Asker),
    })
}

/// The smallest value that at least so many in a hundred do not exceed (nearest rank). It is always one of the
/// values, so it is exact. Values come with how often they are there; of nothing it is 0.
pub fn percentile(values: &[(i64, i64)], of_hundred: i64) -> i64 {
    let mut values = values.to_vec();
    values.sort_unstable();
    let total: i64 = values.iter().map(|(_, count)| count).sum();
    let rank = (total * of_hundred + 99) / 100;
    let mut reached = 0;
    for (value, count) in &values {
        reached += count;
        if reached >= rank {
            return *value;
        }
    }
    0
}

/// A share in tenths of a percent, rounded half up; of nothing it is 0.
pub fn per_mille(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    i64::try_from((part * 2_000 + whole) / (whole * 2)).unwrap_or(i64::MAX)
}

/// The first days of the months that a period touches, and of the month after; none where it ends before it begins
/// or spans more than [`MOST_MONTHS`].
pub fn months(from: NaiveDate, to: NaiveDate) -> Option<Vec<NaiveDate>> {
    let (mut next, last) = (from.with_day(1)?, to.with_day(1)?);
    let mut days = Vec::new();
    while next <= last {
        if days.len() == MOST_MONTHS {
            return None;
        }
        days.push(next);
        next = next.checked_add_months(Months::new(1))?;
    }
    (from <= to).then(|| {
        days.push(next);
        days
    })
}

/// How many days of told months have begun, of those that also lie within bounds.
pub fn days_told(
    first_days: &[NaiveDate],
    told: &BTreeSet<usize>,
    (from, until): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> i64 {
    told.iter()
        .filter_map(|month| Some((*first_days.get(*month)?, *first_days.get(*month + 1)?)))
        .map(|(begins, next)| {
            let (first, last) = (begins.max(from), next.pred_opt().unwrap_or(next).min(until).min(today));
            (last - first).num_days().max(-1) + 1
        })
        .sum()
}

/// The rolling limits of one grant, as hours and the most in any such stretch.
pub type Rolling = Vec<(i32, Money)>;

/// What one person may authorise by herself in so many days: her most generous grant, as its tightest rolling limit
/// lets her. None where one of them has no rolling limit, because then nothing bounds it.
pub fn may_use(grants: &[Rolling], days: i64) -> Option<Money> {
    let mut most = Money::ZERO;
    for rolling in grants {
        let pence = rolling.iter().map(|(hours, limit)| share_of(*limit, days * 24, i64::from(*hours))).min()?;
        most = most.max(pence);
    }
    Some(most)
}

/// This part of an amount, in whole pence, rounded down.
pub fn share_of(amount: Money, part: i64, whole: i64) -> Money {
    if whole <= 0 {
        return Money::ZERO;
    }
    let pence = i128::from(amount.pence()) * i128::from(part) / i128::from(whole);
    Money::from_pence(i64::try_from(pence).unwrap_or(i64::MAX))
}

#[cfg(test)]
#[path = "insight_tests.rs"]
mod tests;
