//! Guesses: values with a score and reasons, and the gate that one has to pass before it is suggested as the value.

use busfare_entity::words::ReadingReason;
use serde::{Deserialize, Serialize};

/// Most values that are offered to choose from.
pub const MOST_CHIPS: usize = 4;

/// A value that the paper may say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate<T> {
    /// The value.
    pub value: T,
    /// How likely it seems, of 100. Only good for comparing.
    pub score: i32,
    /// Why.
    pub reasons: Vec<ReadingReason>,
}

/// What the paper may say about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess<T> {
    /// The value to fill in beforehand, where it is as good as certain.
    pub suggested: Option<T>,
    /// The values to choose from, the likeliest first, at most [`MOST_CHIPS`].
    pub candidates: Vec<Candidate<T>>,
}

impl<T> Default for Guess<T> {
    fn default() -> Self {
        Self { suggested: None, candidates: vec![] }
    }
}

/// What has to hold before a value is suggested: so many points, and so many more than the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    pub least: i32,
    pub ahead: i32,
}

impl<T: Clone + PartialEq> Guess<T> {
    /// The best of some candidates. Equal values are one, with every reason there is.
    pub(super) fn of(found: impl IntoIterator<Item = Candidate<T>>, gate: Gate) -> Self {
        let mut candidates: Vec<Candidate<T>> = Vec::new();
        for one in found {
            match candidates.iter_mut().find(|other| other.value == one.value) {
                Some(other) => {
                    other.score = other.score.max(one.score);
                    for reason in one.reasons {
                        if !other.reasons.contains(&reason) {
                            other.reasons.push(reason);
                        }
                    }
                }
                None => candidates.push(one),
            }
        }
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.score));
        let next = candidates.get(1).map_or(i32::MIN / 2, |next| next.score);
        let suggested = candidates
            .first()
            .filter(|best| best.score >= gate.least && best.score - next >= gate.ahead)
            .map(|best| best.value.clone());
        candidates.truncate(MOST_CHIPS);
        for candidate in &mut candidates {
            candidate.score = candidate.score.clamp(1, 99);
        }
        Self { suggested, candidates }
    }
}

/// Takes what two ways of looking at the paper found together: what both saw is likelier, what one saw is less so.
pub(super) fn together<T: Clone>(
    passes: Vec<Vec<Candidate<T>>>,
    same: impl Fn(&T, &T) -> bool,
    (agreed, alone): (i32, i32),
) -> Vec<Candidate<T>> {
    let count = passes.len();
    // Each value with the best score that each pass gave it.
    let mut all: Vec<(Candidate<T>, Vec<Option<i32>>)> = Vec::new();
    for (pass, found) in passes.into_iter().enumerate() {
        for one in found {
            match all.iter_mut().find(|(other, _)| same(&other.value, &one.value)) {
                Some((other, scores)) => {
                    scores[pass] = scores[pass].max(Some(one.score));
                    if one.score > other.score {
                        (other.value, other.score) = (one.value, one.score);
                    }
                    for reason in one.reasons {
                        if !other.reasons.contains(&reason) {
                            other.reasons.push(reason);
                        }
                    }
                }
                None => {
                    let mut scores = vec![None; count];
                    scores[pass] = Some(one.score);
                    all.push((one, scores));
                }
            }
        }
    }
    all.into_iter()
        .map(|(mut one, scores)| {
            let seen: Vec<i32> = scores.into_iter().flatten().collect();
            let least = seen.iter().copied().min().unwrap_or(one.score);
            // A pass that saw less in it takes a third of the difference away.
            one.score -= (one.score - least) / 3;
            one.score += if seen.len() == count { agreed } else { alone };
            one
        })
        .collect()
}
