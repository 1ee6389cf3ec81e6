//! Activity: how long people are busy with a form, as opposed to how long it lies open. What one person took is for her
//! own eyes; of a group it is told as a middle, and only where nobody can be told apart.
//!
//! Nothing here is refused: what a phone counts wrongly must never stand in the way of what somebody wrote.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::words::PractitionerId;

use super::insight::{in_company, percentile};

/// Longest pause, in seconds, in which somebody still counts as busy. A longer one counts as this.
pub const LONGEST_PAUSE_SECONDS: i64 = 30;
/// The most one sitting counts, in seconds: four hours. Nobody writes for longer without getting up.
pub const MOST_SECONDS: i64 = 4 * 60 * 60;
/// Most moments that are looked at. Four hours have no more pauses of a second each.
pub const MOST_MOMENTS: usize = 14_400;

/// How many seconds somebody was busy with a form, from the moments at which she touched it: in seconds since she opened
/// it, in any order, the same one as often as it came. Opening it is a moment too. Moments before that never were.
pub fn active_seconds(moments: &[i64]) -> i64 {
    let mut moments: Vec<i64> = moments.iter().copied().take(MOST_MOMENTS).filter(|moment| *moment > 0).collect();
    moments.sort_unstable();
    let (mut before, mut active) = (0, 0);
    for moment in moments {
        active += (moment - before).min(LONGEST_PAUSE_SECONDS);
        before = moment;
    }
    active.min(MOST_SECONDS)
}

/// How long one person took over one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Took<G> {
    /// Of what the figure is to be, such as a version of a form. A record is of one.
    pub group: G,
    /// Which month it was completed in, from 0.
    pub month: usize,
    /// Who.
    pub person: PractitionerId,
    /// See [`active_seconds`].
    pub seconds: i64,
}

/// How long a group takes; over the months that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How many people's records these are.
    pub people: usize,
    /// How many records.
    pub records: i64,
    /// How long one takes in the middle.
    pub median_seconds: i64,
    /// How long at most for nine of ten.
    pub p90_seconds: i64,
}

/// What may be told of each group: its months in which five people completed something. None for a group that is too
/// small. A figure over several groups is for nobody, because one of them could be taken from it.
pub fn times<G: Ord + Copy>(rows: &[Took<G>]) -> BTreeMap<G, Option<Times>> {
    let mut told: BTreeMap<G, Vec<&Took<G>>> = rows.iter().map(|row| (row.group, vec![])).collect();
    for row in in_company(rows, |row| ((row.group, row.month), row.person)) {
        told.entry(row.group).or_default().push(row);
    }
    told.into_iter().map(|(group, rows)| (group, sum(&rows))).collect()
}

fn sum<G>(rows: &[&Took<G>]) -> Option<Times> {
    let people: BTreeSet<_> = rows.iter().map(|row| row.person).collect();
    let seconds: Vec<_> = rows.iter().map(|row| (row.seconds.clamp(0, MOST_SECONDS), 1)).collect();
    (!people.is_empty()).then(|| Times {
        people: people.len(),
        records: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        median_seconds: percentile(&seconds, 50),
        p90_seconds: percentile(&seconds, 90),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_pause_counts_half_a_minute_at_most() {
        assert_eq!(active_seconds(&[]), 0);
        assert_eq!(active_seconds(&[10, 20, 25]), 25);
        // She was called away for an hour and came back for five seconds.
        assert_eq!(active_seconds(&[10, 3_610, 3_615]), 45);
        assert_eq!(active_seconds(&[30]), 30);
        assert_eq!(active_seconds(&[31]), 30);
    }

    #[test]
    fn hostile_moments_are_worth_nothing_and_break_nothing() {
        assert_eq!(active_seconds(&[i64::MIN, -1, 0, i64::MAX, i64::MAX]), 30);
        assert_eq!(active_seconds(&(1..=1_000).map(|step| step * 30).collect::<Vec<_>>()), MOST_SECONDS);
        assert_eq!(active_seconds(&vec![7; 1_000_000]), 7);
    }

    fn took(group: u8, month: usize, person: u128, seconds: i64) -> Took<u8> {
        Took { group, month, person: PractitionerId(Uuid::from_u128(person)), seconds }
    }

    #[test]
    fn times_are_told_of_five_people_and_of_no_fewer() {
        let mut rows: Vec<_> = (0..5).map(|person| took(1, 0, person, i64::try_from(person).unwrap() * 10)).collect();
        rows.extend((0..4).map(|person| took(2, 0, person, 60)));
        // A month with one person in it joins nothing, however many are in the others.
        rows.push(took(1, 1, 9, 10_000));

        let told = times(&rows);

        let five = Times { people: 5, records: 5, median_seconds: 20, p90_seconds: 40 };
        assert_eq!(told, BTreeMap::from([(1, Some(five)), (2, None)]));
    }

    proptest! {
        #[test]
        fn the_order_and_repeats_of_moments_change_nothing(mut moments in prop::collection::vec(-100i64..20_000, 0..60)) {
            let active = active_seconds(&moments);
            prop_assert!((0..=MOST_SECONDS).contains(&active));
            prop_assert!(active <= moments.iter().copied().max().unwrap_or(0).max(0), "never longer than it was open");
            prop_assert!(active <= LONGEST_PAUSE_SECONDS * i64::try_from(moments.len()).unwrap());
            moments.reverse();
            moments.extend_from_within(..);
            prop_assert_eq!(active_seconds(&moments), active);
        }

        #[test]
        fn one_more_touch_never_takes_time_away(moments in prop::collection::vec(0i64..5_000, 0..40), more in 0i64..5_000) {
            let before = active_seconds(&moments);
            let after = active_seconds(&moments.into_iter().chain([more]).collect::<Vec<_>>());
            prop_assert!(after >= before && after <= before + LONGEST_PAUSE_SECONDS);
        }

        #[test]
        fn no_group_is_told_of_fewer_than_five(rows in prop::collection::vec((0u8..3, 0usize..2, 0u128..8, 0i64..900), 0..60)) {
            let rows: Vec<_> = rows.into_iter().map(|(group, month, person, took_s)| took(group, month, person, took_s)).collect();
            for (group, told) in times(&rows) {
                let alone = |month| {
                    let people: BTreeSet<_> =
                        rows.iter().filter(|row| row.group == group && row.month == month).map(|row| row.person).collect();
                    people.len() < 5
                };
                let all_alone = alone(0) && alone(1);
                prop_assert_eq!(told.is_none(), all_alone);
                prop_assert!(told.is_none_or(|told| told.people >= 5 && told.median_seconds <= told.p90_seconds));
            }
        }
    }
}
