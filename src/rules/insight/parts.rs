//! Parts of groups, and waits that have not ended: what both may tell.

use std::collections::{BTreeMap, BTreeSet};

use super::{FEWEST, percentile};

/// A number of days that may yet grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtLeast {
    /// So many.
    pub days: i64,
    /// Whether something that has not ended yet is in it, so that it will be no less and may be more.
    pub at_least: bool,
}

/// A percentile of days, of which some have not ended: those count with the days so far.
pub fn so_far(days_and_whether_open: &[(i64, bool)], of_hundred: i64) -> AtLeast {
    let each: Vec<_> = days_and_whether_open.iter().map(|(days, _)| (*days, 1)).collect();
    let found = percentile(&each, of_hundred);
    // If none of them ever ended, would it be more?
    let never: Vec<_> =
        days_and_whether_open.iter().map(|(days, open)| (if *open { i64::MAX } else { *days }, 1)).collect();
    AtLeast { days: found, at_least: percentile(&never, of_hundred) > found }
}

/// Which parts of a whole that is told may be told as well: those in which at least [`FEWEST`] people took part, where the
/// rest, everything that is told of no part, is empty or as many people's too. As long as it is not, the smallest part
/// joins it.
pub fn parts_told<K: Ord + Copy, P: Ord>(parts: &BTreeMap<K, BTreeSet<P>>) -> BTreeSet<K> {
    let (mut told, small): (Vec<_>, Vec<_>) = parts.iter().partition(|(_, people)| people.len() >= FEWEST);
    let mut rest: BTreeSet<&P> = small.into_iter().flat_map(|(_, people)| people).collect();
    // The smallest part last, so that it is the first to go.
    told.sort_by_key(|(part, people)| (std::cmp::Reverse(people.len()), **part));
    while !rest.is_empty() && rest.len() < FEWEST {
        let Some((_, people)) = told.pop() else { break };
        rest.extend(people);
    }
    told.into_iter().map(|(part, _)| *part).collect()
}

/// How often each part of a group is there; over the months that may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InParts<K> {
    /// How many people's they are.
    pub people: usize,
    /// How often each part is there.
    pub parts: BTreeMap<K, i64>,
    /// How many there are besides, of which it is not told in which of the parts they are.
    pub others: i64,
}

impl<K> Default for InParts<K> {
    fn default() -> Self {
        Self { people: 0, parts: BTreeMap::new(), others: 0 }
    }
}

/// Counts what may be told of the parts of each group. Rows are told by group, month, person and part. A group's month is
/// told where five people are in it, and of its parts those of [`parts_told`]; so nothing that is taken from anything
/// tells of fewer. None for a group that is too small.
pub fn in_parts<R, G: Ord + Copy, P: Ord + Copy, K: Ord + Copy>(
    rows: &[R],
    of: impl Fn(&R) -> (G, usize, P, K),
) -> BTreeMap<G, Option<InParts<K>>> {
    let mut blocks: BTreeMap<(G, usize), Vec<(P, K)>> = BTreeMap::new();
    for row in rows {
        let (group, month, person, part) = of(row);
        blocks.entry((group, month)).or_default().push((person, part));
    }

    let mut groups: BTreeMap<G, (InParts<K>, BTreeSet<P>)> = BTreeMap::new();
    for ((group, _), rows) in blocks {
        let (told, people) = groups.entry(group).or_default();
        let everybody: BTreeSet<P> = rows.iter().map(|(person, _)| *person).collect();
        if everybody.len() < FEWEST {
            continue;
        }
        people.extend(everybody);
        let mut by_part: BTreeMap<K, BTreeSet<P>> = BTreeMap::new();
        for (person, part) in &rows {
            by_part.entry(*part).or_default().insert(*person);
        }
        let apart = parts_told(&by_part);
        for (_, part) in rows {
            if apart.contains(&part) {
                *told.parts.entry(part).or_default() += 1;
            } else {
                told.others += 1;
            }
        }
    }
    groups
        .into_iter()
        .map(|(group, (told, people))| {
            (group, (!people.is_empty()).then_some(InParts { people: people.len(), ..told }))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_has_not_ended_counts_with_the_days_so_far() {
        let of = |days: &[(i64, bool)]| so_far(days, 50);
        assert_eq!(of(&[(1, false), (5, false), (9, true)]), AtLeast { days: 5, at_least: false });
        assert_eq!(of(&[(1, false), (5, true), (9, true)]), AtLeast { days: 5, at_least: true });
        assert_eq!(of(&[(1, true), (5, false), (9, false)]), AtLeast { days: 5, at_least: true });
        assert_eq!(of(&[]), AtLeast { days: 0, at_least: false });
    }

    #[test]
    fn a_part_is_told_where_the_rest_is_nobody_s_or_five_people_s() {
        let part = |people: std::ops::Range<u32>| people.collect::<BTreeSet<_>>();
        let told = |parts: &[(char, BTreeSet<u32>)]| parts_told(&parts.iter().cloned().collect());
        assert_eq!(told(&[('a', part(0..6)), ('b', part(0..5))]), BTreeSet::from(['a', 'b']));
        assert_eq!(told(&[('a', part(0..6)), ('b', part(0..5)), ('c', part(5..6))]), BTreeSet::from(['a']));
        assert_eq!(told(&[('a', part(0..6)), ('c', part(5..6))]), BTreeSet::new());
        assert_eq!(told(&[('a', part(0..6)), ('b', part(0..3)), ('c', part(3..6))]), BTreeSet::from(['a']));
    }

    type Row = (u8, usize, u8, u8);

    /// The rows of which a count is told, to whoever asks for a group, some months and a part, or for all parts; each row
    /// is the bit of its place.
    fn behind(rows: &[Row], group: u8, months: &[usize], part: Option<u8>) -> u128 {
        let mut behind = 0;
        for month in months {
            // A month alone tells what it adds to a longer period.
            let of_month: Vec<_> = rows.iter().filter(|row| row.0 == group && row.1 == *month).copied().collect();
            let Some(told) = in_parts(&of_month, |row| *row).remove(&group).flatten() else { continue };
            let is_told = |row: &Row| part.is_none_or(|part| row.3 == part && told.parts.contains_key(&part));
            let places = rows.iter().enumerate().filter(|(_, row)| row.0 == group && row.1 == *month && is_told(row));
            behind |= places.fold(0, |bits, (place, _)| bits | 1 << place);
        }
        behind
    }

    fn people(rows: &[Row], behind: u128) -> usize {
        let there = rows.iter().enumerate().filter(|(place, _)| behind & (1 << place) != 0);
        there.map(|(_, row)| row.2).collect::<BTreeSet<_>>().len()
    }

    proptest! {
        #[test]
        fn no_filter_less_any_others_tells_of_fewer_than_five(
            rows in proptest::collection::vec((0u8..2, 0usize..2, 0u8..11, 0u8..4), 0..70),
        ) {
            let mut answers = BTreeSet::new();
            for months in [&[0][..], &[1], &[0, 1]] {
                for group in 0..2 {
                    answers.insert(behind(&rows, group, months, None));
                    answers.extend((0..4).map(|part| behind(&rows, group, months, Some(part))));
                }
            }
            let mut left_over = BTreeSet::new();
            for whole in &answers {
                for first in &answers {
                    // One less another, less a third; and what two have in common.
                    left_over.extend(answers.iter().map(|second| whole & !first & !second));
                    left_over.insert(whole & first);
                }
            }
            for behind in left_over.into_iter().filter(|behind| *behind != 0) {
                prop_assert!(people(&rows, behind) >= FEWEST, "{:b}", behind);
            }
        }

        #[test]
        fn a_longer_period_is_the_sum_of_its_months(
            rows in proptest::collection::vec((0u8..2, 0usize..2, 0u8..11, 0u8..4), 0..70),
        ) {
            let both = in_parts(&rows, |row| *row);
            let [first, second] = [0, 1].map(|month| {
                let of: Vec<_> = rows.iter().filter(|row| row.1 == month).copied().collect();
                in_parts(&of, |row| *row)
            });
            for (group, told) in both {
                let of = |month: &BTreeMap<u8, Option<InParts<u8>>>| month.get(&group).cloned().flatten().unwrap_or_default();
                let (first, second, told) = (of(&first), of(&second), told.unwrap_or_default());
                prop_assert_eq!(told.others, first.others + second.others);
                for part in 0..4 {
                    let count = |of: &InParts<u8>| of.parts.get(&part).copied().unwrap_or_default();
                    prop_assert_eq!(count(&told), count(&first) + count(&second));
                }
            }
        }
    }
}
