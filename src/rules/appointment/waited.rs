//! Days to appointment: from the first ask to the first talk, in days on the calendar. Whoever walks in waits no day.
//! Whoever still waits counts: with the days so far, of which no more is known than that there will be as many at least.

use std::collections::BTreeMap;

use busfare_entity::words::HubId;
use chrono::NaiveDate;

use crate::rules::insight::{AtLeast, in_company, so_far};

/// One person's wait in one hub. `P` tells people apart; somebody who walked in and gave no name is somebody of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waited<P> {
    /// Where.
    pub hub: HubId,
    /// In which month of the period they asked, from 0.
    pub month: usize,
    /// Who.
    pub person: P,
    /// The local day on which they first asked.
    pub asked: NaiveDate,
    /// The local day on which they first talked, each to the other; none while they wait.
    pub met: Option<NaiveDate>,
}

/// How long people wait; over the hubs and months that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysToAppointment {
    /// How many waits these are.
    pub waits: i64,
    /// How many have ended.
    pub met: i64,
    /// How many have not.
    pub still_waiting: i64,
    /// How long the one who has waited longest, of those who still wait, has waited; 0 where nobody does.
    pub oldest_waiting_days: i64,
    /// How long in the middle.
    pub median: AtLeast,
    /// How long at most for nine of ten.
    pub p90: AtLeast,
    /// How many were seen within 14, 7 and 3 days, of those of whom that is known.
    pub within: [i64; 3],
    /// Of how many that is known: whoever has waited longer counts, also while they wait.
    pub within_known: [i64; 3],
}

/// The days within which people are to be seen.
pub const WITHIN_DAYS: [i64; 3] = [14, 7, 3];

/// Sums what may be told, for every hub with at least one wait; under none for all hubs together. A hub that is too small
/// has nothing to tell. Hubs and months are told whole or not at all, so nothing can be taken from anything to find a few.
pub fn days_to_appointment<P: Ord + Copy>(
    waits: &[Waited<P>],
    today: NaiveDate,
) -> BTreeMap<Option<HubId>, Option<DaysToAppointment>> {
    let mut told: BTreeMap<Option<HubId>, Vec<&Waited<P>>> =
        waits.iter().flat_map(|wait| [None, Some(wait.hub)]).map(|hub| (hub, vec![])).collect();
    for wait in in_company(waits, |wait| ((wait.hub, wait.month), wait.person)) {
        for hub in [None, Some(wait.hub)] {
            told.entry(hub).or_default().push(wait);
        }
    }
    told.into_iter().map(|(hub, waits)| (hub, sum(&waits, today))).collect()
}

fn sum<P>(waits: &[&Waited<P>], today: NaiveDate) -> Option<DaysToAppointment> {
    if waits.is_empty() {
        return None;
    }
    let days: Vec<(i64, bool)> = waits.iter().map(|wait| (wait.days(today), wait.met.is_none())).collect();
    let count = |which: &dyn Fn(&(i64, bool)) -> bool| {
        i64::try_from(days.iter().filter(|wait| which(wait)).count()).unwrap_or(i64::MAX)
    };
    let seen_within = |most: i64| count(&|(days, waits)| !waits && *days <= most);
    let known_within = |most: i64| count(&|(days, waits)| !waits || *days > most);
    let oldest = days.iter().filter(|(_, waits)| *waits).map(|(days, _)| *days).max();
    Some(DaysToAppointment {
        waits: count(&|_| true),
        met: count(&|(_, waits)| !waits),
        still_waiting: count(&|(_, waits)| *waits),
        oldest_waiting_days: oldest.unwrap_or_default(),
        median: so_far(&days, 50),
        p90: so_far(&days, 90),
        within: WITHIN_DAYS.map(seen_within),
        within_known: WITHIN_DAYS.map(known_within),
    })
}

impl<P> Waited<P> {
    /// How many days so far, or in all. A talk that was noted before the ask took none.
    fn days(&self, today: NaiveDate) -> i64 {
        self.met.unwrap_or(today).signed_duration_since(self.asked).num_days().max(0)
    }
}
