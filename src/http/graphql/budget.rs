//! What each caller may still spend: a bucket of cost that refills with time, one for each caller.

use std::num::NonZeroU32;

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use serde::Serialize;

/// How fast buckets empty and refill, and how many are kept.
#[derive(Debug, Clone, Copy)]
pub struct BudgetSettings {
    /// Cost a full bucket holds.
    pub max: NonZeroU32,
    /// Cost given back each second.
    pub restore_per_second: NonZeroU32,
    /// Callers remembered at once; past this many, newcomers share one bucket until others are forgotten.
    pub callers: usize,
}

impl Default for BudgetSettings {
    fn default() -> Self {
        const MAX: NonZeroU32 = NonZeroU32::new(100_000).expect("not zero");
        const RESTORE: NonZeroU32 = NonZeroU32::new(10_000).expect("not zero");
        Self { max: MAX, restore_per_second: RESTORE, callers: 50_000 }
    }
}

/// `extensions.cost`: what an answer cost, and what the caller has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// What this operation may cost at most.
    pub requested: u32,
    /// What any one operation may cost.
    pub limit: u32,
    /// The caller's bucket after this operation.
    pub bucket: Bucket,
}

/// The state of one caller's bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// Cost a full bucket holds.
    pub max: u32,
    /// Cost the caller may still spend now.
    pub available: u32,
    /// Cost given back each second.
    pub restore_per_second: u32,
}

/// The caller cannot afford the operation yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overspent {
    /// What is left.
    pub(super) bucket: Bucket,
    /// Whole seconds, at least 1, until there is enough.
    pub(super) retry_after_seconds: u32,
}

/// Every caller's bucket.
pub(super) struct Budget<C: Clock = DefaultClock> {
    buckets: RateLimiter<String, DashMapStateStore<String>, C, StateInformationMiddleware>,
    clock: C,
    settings: BudgetSettings,
}

impl<C: Clock + Clone> Budget<C> {
    pub(super) fn new(settings: BudgetSettings, clock: C) -> Self {
        let quota = Quota::per_second(settings.restore_per_second).allow_burst(settings.max);
        let buckets = RateLimiter::dashmap_with_clock(quota, clock.clone()).with_middleware();
        Self { buckets, clock, settings }
    }

    /// Takes `cost` from the caller's bucket and says what is left, or takes nothing and says how long to wait.
    pub(super) fn spend(&self, caller: String, cost: u32) -> Result<Bucket, Overspent> {
        let caller = self.bucket_of(caller);
        // A cost past the bucket's size could never be paid; it empties the bucket instead.
        let cost = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN).min(self.settings.max);
        match self.buckets.check_key_n(&caller, cost) {
            Ok(Ok(left)) => Ok(self.bucket(left.remaining_burst_capacity())),
            Ok(Err(not_yet)) => {
                let wait = not_yet.wait_time_from(self.clock.now());
                let missing = wait.as_nanos() * u128::from(self.settings.restore_per_second.get());
                let missing = missing.div_ceil(1_000_000_000);
                let missing = u32::try_from(missing).unwrap_or(u32::MAX);
                let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
                Err(Overspent {
                    bucket: self.bucket(cost.get().saturating_sub(missing)),
                    retry_after_seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
                })
            }
            Err(_larger_than_the_bucket) => Err(Overspent { bucket: self.bucket(0), retry_after_seconds: u32::MAX }),
        }
    }

    /// Callers whose buckets are full again are forgotten first; only if that frees nothing is a bucket shared.
    fn bucket_of(&self, caller: String) -> String {
        if self.buckets.len() >= self.settings.callers {
            self.buckets.retain_recent();
            if self.buckets.len() >= self.settings.callers {
                return String::new();
            }
        }
        caller
    }

    fn bucket(&self, available: u32) -> Bucket {
        Bucket {
            max: self.settings.max.get(),
            available: available.min(self.settings.max.get()),
            restore_per_second: self.settings.restore_per_second.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn budget(callers: usize) -> (Budget<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Budget::new(BudgetSettings { callers, ..BudgetSettings::default() }, clock.clone()), clock)
    }

    #[test]
    fn what_is_spent_is_gone_and_comes_back_with_time() {
        let (budget, clock) = budget(10);
        assert_eq!(budget.spend("pat".into(), 60_000).unwrap().available, 40_000);
        clock.advance(Duration::from_secs(1));
        assert_eq!(budget.spend("pat".into(), 1).unwrap().available, 49_999);
        clock.advance(Duration::from_secs(60));
        assert_eq!(budget.spend("pat".into(), 1).unwrap().available, 99_999);
    }

    #[test]
    fn a_caller_who_cannot_pay_is_told_what_is_left_and_how_long_to_wait() {
        let (budget, clock) = budget(10);
        assert!(budget.spend("pat".into(), 95_000).is_ok());
        let overspent = budget.spend("pat".into(), 20_001).unwrap_err();
        assert_eq!((overspent.bucket.available, overspent.retry_after_seconds), (5_000, 2));
        clock.advance(Duration::from_secs(2));
        assert!(budget.spend("pat".into(), 20_001).is_ok());
    }

    #[test]
    fn one_callers_spending_is_not_anothers() {
        let (budget, _) = budget(10);
        assert!(budget.spend("pat".into(), 100_000).is_ok());
        assert!(budget.spend("pat".into(), 1).is_err());
        assert_eq!(budget.spend("sam".into(), 1).unwrap().available, 99_999);
    }

    #[test]
    fn a_crowd_of_callers_does_not_grow_the_memory() {
        let (budget, clock) = budget(10);
        for n in 0..1_000 {
            let _ = budget.spend(n.to_string(), 50_000);
        }
        assert!(budget.buckets.len() <= 11, "{}", budget.buckets.len());
        clock.advance(Duration::from_secs(60));
        assert_eq!(budget.spend("pat".into(), 1).unwrap().available, 99_999);
        assert!(budget.buckets.len() <= 2, "{}", budget.buckets.len());
    }
}
