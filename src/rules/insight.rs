//! Insight: what the work shows about groups of people, and never about one. Every figure is a sum over blocks, and
//! in every block at least five people took part; so no figure, taken from another in whatever way, tells of fewer.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use busfare_entity::words::{BudgetId, PractitionerId, TeamId};
use chrono::{Datelike, Months, NaiveDate};

pub use self::{
    evidence::{Evidenced, ToEvidence, to_evidence},
    parts::{AtLeast, InParts, in_parts, parts_told, so_far},
    recording::{Recorded, Recording, recording},
};
use super::money::Money;

mod evidence;
mod parts;
mod recording;

/// The fewest people in whose company nobody can be told apart.
pub const FEWEST: usize = 5;
/// Most months that one question may span.
pub const MOST_MONTHS: usize = 24;

/// The yeses of one person, in one month, team and budget, that somebody said in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yeses {
    /// Which month of the period it was asked in, from 0.
    pub month: usize,
    /// In which team.
    pub team: TeamId,
    /// From which budget.
    pub budget: BudgetId,
    /// By whom.
    pub asker: PractitionerId,
    /// How long each took from asking to yes.
    pub seconds: Vec<i64>,
    /// Who said yes.
    pub by: SaidBy,
    /// What was authorised, all together.
    pub amount: Money,
}

impl Yeses {
    fn count(&self) -> i64 {
        i64::try_from(self.seconds.len()).unwrap_or(i64::MAX)
    }
}

/// What one person spent in all of what she asked for, in one month, team and budget; less what came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Which month of the period it was asked in, from 0.
    pub month: usize,
    /// In which team.
    pub team: TeamId,
    /// From which budget.
    pub budget: BudgetId,
    /// By whom.
    pub asker: PractitionerId,
    /// How much.
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
    /// What was spent of that until now, less what came back.
    pub spent: Money,
    /// What was authorised because it could not wait.
    pub in_emergencies: Money,
    /// What was authorised by the asker's own say, without emergencies.
    pub own_say: Money,
}

/// Sums what may be told, for every group with at least one yes. None for a group that is too small. Only what was spent of
/// a yes counts as spent, so that the same people stand behind both.
pub fn figures(yeses: &[Yeses], spent: &[Spent]) -> BTreeMap<Group, Option<Figures>> {
    let blocks = Blocks::of(yeses);
    let mut told: BTreeMap<Group, (Vec<&Yeses>, Money)> = BTreeMap::new();
    for row in yeses {
        for (group, may_be_told) in blocks.tell(row.month, row.team, row.budget) {
            let (rows, _) = told.entry(group).or_default();
            if may_be_told {
                rows.push(row);
            }
        }
    }
    let asked: HashSet<_> = yeses.iter().map(|row| (row.month, row.team, row.budget, row.asker)).collect();
    for row in spent.iter().filter(|row| asked.contains(&(row.month, row.team, row.budget, row.asker))) {
        for (group, _) in blocks.tell(row.month, row.team, row.budget).into_iter().filter(|(_, told)| *told) {
            let (_, sum) = told.entry(group).or_default();
            *sum = Money::from_pence(sum.pence().saturating_add(row.amount.pence()));
        }
    }
    told.into_iter().map(|(group, (rows, spent))| (group, sum(&rows).map(|told| Figures { spent, ..told }))).collect()
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

/// What may be told of each month: of a team as a whole, and of its part of a budget.
struct Blocks {
    teams: HashSet<(usize, TeamId)>,
    parts: HashSet<(usize, TeamId, BudgetId)>,
}

impl Blocks {
    /// A team's month is told where five people asked, and of its parts, one a budget, those of [`parts_told`].
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
            let parts = parts_told(&budgets);
            blocks.parts.extend(parts.into_iter().map(|budget| (month, team, budget)));
        }
        blocks
    }

    /// The groups that a row is in, each with whether it tells of the row.
    fn tell(&self, month: usize, team: TeamId, budget: BudgetId) -> [(Group, bool); 3] {
        let in_team = self.teams.contains(&(month, team));
        let in_budget = self.parts.contains(&(month, team, budget));
        [(Group::Organisation, in_team), (Group::Team(team), in_team), (Group::Budget(budget), in_budget)]
    }
}

fn sum(rows: &[&Yeses]) -> Option<Figures> {
    let people: BTreeSet<_> = rows.iter().map(|row| row.asker).collect();
    if people.is_empty() {
        return None;
    }
    let count = |which: fn(SaidBy) -> bool| rows.iter().filter(|row| which(row.by)).map(|row| row.count()).sum();
    let amount = |which: fn(SaidBy) -> bool| {
        let pence = rows.iter().filter(|row| which(row.by)).map(|row| row.amount.pence());
        Money::from_pence(pence.fold(0, i64::saturating_add))
    };
    let seconds: Vec<_> = rows.iter().flat_map(|row| &row.seconds).map(|seconds| (*seconds, 1)).collect();
    Some(Figures {
        people: people.len(),
        months: rows.iter().map(|row| row.month).collect(),
        median_seconds: percentile(&seconds, 50),
        p90_seconds: percentile(&seconds, 90),
        yeses: count(|_| true),
        by_asker: count(|by| by != SaidBy::Colleague),
        emergencies: count(|by| by == SaidBy::AskerInEmergency),
        amount: amount(|_| true),
        spent: Money::ZERO,
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

/// By how much more was spent a month than before, in thousandths of that; less is negative. None where nothing was.
pub fn change_per_mille(now: &Figures, before: &Figures) -> Option<i64> {
    let months = |figures: &Figures| i128::try_from(figures.months.len()).unwrap_or(i128::MAX);
    let (then, ours) = (i128::from(before.spent.pence()) * months(now), i128::from(now.spent.pence()) * months(before));
    (then > 0).then(|| i64::try_from(((ours - then) * 2_000 + then).div_euclid(then * 2)).unwrap_or(i64::MAX))
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

/// The first days of as many months before these months, and of the first of these.
pub fn months_before(first_days: &[NaiveDate]) -> Vec<NaiveDate> {
    let Some((first, months)) = first_days.first().zip(u32::try_from(first_days.len()).ok()) else { return vec![] };
    (0..months).rev().filter_map(|back| first.checked_sub_months(Months::new(back))).collect()
}

/// In which of the months that begin on these days a day is; what was before is in the first.
pub fn month_of(first_days: &[NaiveDate], day: NaiveDate) -> usize {
    first_days.partition_point(|first| *first <= day).saturating_sub(1)
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
