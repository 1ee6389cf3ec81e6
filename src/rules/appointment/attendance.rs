//! Who came, and what kept the others: ours apart from theirs, and told of no fewer than five people.

use std::collections::BTreeMap;

use busfare_entity::words::{AppointmentStatus, HubId, NotMetBecause};

use super::was_us;
use crate::rules::insight::{InParts, in_parts};

/// What came of one appointment. `P` tells people apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome<P> {
    /// Where.
    pub hub: HubId,
    /// In which month of the period, from 0.
    pub month: usize,
    /// Who.
    pub person: P,
    /// Where it stands.
    pub status: AppointmentStatus,
    /// Why it did not happen, if it did not.
    pub because: Option<NotMetBecause>,
}

/// What came of appointments; over the months that may be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    /// How many people's these are.
    pub people: usize,
    /// How many times people came.
    pub came: i64,
    /// How many times something of ours kept it from happening.
    pub kept_by_us: i64,
    /// How many times something of theirs did, called off or not.
    pub kept_by_them: i64,
    /// How many times each of those reasons did.
    pub reasons: BTreeMap<NotMetBecause, i64>,
    /// How many appointments there are besides, of which it is not told which of these they were.
    pub others: i64,
}

/// Sums what may be told of each hub with an appointment that is over. None for a hub that is too small.
pub fn attendance<P: Ord + Copy>(outcomes: &[Outcome<P>]) -> BTreeMap<HubId, Option<Attendance>> {
    let over: Vec<_> = outcomes.iter().filter_map(|outcome| Some((outcome, part(outcome)?))).collect();
    let told = in_parts(&over, |(outcome, part)| (outcome.hub, outcome.month, outcome.person, *part));
    told.into_iter().map(|(hub, told)| (hub, told.map(sum))).collect()
}

fn sum(told: InParts<Part>) -> Attendance {
    let mut sum = Attendance { people: told.people, others: told.others, ..Attendance::default() };
    for (part, count) in told.parts {
        match part {
            Part::Came => sum.came = count,
            Part::Kept(because) => {
                let side = if was_us(because) { &mut sum.kept_by_us } else { &mut sum.kept_by_them };
                *side += count;
                sum.reasons.insert(because, count);
            }
        }
    }
    sum
}

/// What an appointment counts as: each counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Came,
    Kept(NotMetBecause),
}

fn part<P>(outcome: &Outcome<P>) -> Option<Part> {
    match outcome.status {
        AppointmentStatus::Fulfilled => Some(Part::Came),
        AppointmentStatus::Cancelled | AppointmentStatus::Noshow => {
            Some(Part::Kept(outcome.because.unwrap_or(NotMetBecause::NotKnown)))
        }
        AppointmentStatus::Proposed
        | AppointmentStatus::Pending
        | AppointmentStatus::Booked
        | AppointmentStatus::Arrived
        | AppointmentStatus::EnteredInError
        | AppointmentStatus::CheckedIn
        | AppointmentStatus::Waitlist => None,
    }
}
