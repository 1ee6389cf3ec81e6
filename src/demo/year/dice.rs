//! Chance that falls the same each time: what an invented year needs, and nothing else may use.

/// A die that is thrown in the same order each time (SplitMix64, as Steele, Lea and Flood published it in 2014).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Begins anew.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to just below another.
    pub fn below(&mut self, end: i64) -> i64 {
        let end = u64::try_from(end.max(1)).unwrap_or(1);
        i64::try_from(self.next() % end).unwrap_or_default()
    }

    /// A number of a range, both ends included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    /// Whether it happens that happens so often in a hundred times.
    pub fn chance(&mut self, of_hundred: i64) -> bool {
        self.below(100) < of_hundred
    }

    /// One of several; there is one at least.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let place = usize::try_from(self.below(i64::try_from(of.len()).unwrap_or(1))).unwrap_or_default();
        &of[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_falls_the_same_each_time_and_everywhere_it_may() {
        let thrown = |mut dice: Dice| (0..6_000).map(|_| dice.between(1, 6)).collect::<Vec<_>>();
        let first = thrown(Dice::new(7));
        assert_eq!(first, thrown(Dice::new(7)));
        assert_ne!(first, thrown(Dice::new(8)));
        for face in 1..=6 {
            let often = first.iter().filter(|thrown| **thrown == face).count();
            assert!((800..1_200).contains(&often), "{face}: {often}");
        }
    }
}
