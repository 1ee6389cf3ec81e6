//! Appointments: from the wish to be seen to having talked. An appointment is a place in a slot, or a place on the list of
//! those who wait for one; whoever walks in has talked at once. Where nobody came there is a reason, and never blame.

mod attendance;
mod offer;
mod refusal;
mod waited;

use busfare_entity::words::{AppointmentStatus, NotMetBecause};
use chrono::{DateTime, TimeDelta, Utc};

pub use self::{
    attendance::{Attendance, Outcome, attendance},
    offer::{Free, MOST_OFFERS, MOST_WAITING, Room, Waiting, Wish, may_wait, next_in_line, soonest, stranded},
    refusal::{AppointmentRefusal, Next},
    waited::{DaysToAppointment, Waited, days_to_appointment},
};

/// How long before their time somebody may be noted as there.
pub const EARLIEST: TimeDelta = TimeDelta::hours(12);

/// Every status, in the order in which FHIR lists them, with its code there.
pub const FHIR: [(AppointmentStatus, &str); 10] = [
    (AppointmentStatus::Proposed, "proposed"),
    (AppointmentStatus::Pending, "pending"),
    (AppointmentStatus::Booked, "booked"),
    (AppointmentStatus::Arrived, "arrived"),
    (AppointmentStatus::Fulfilled, "fulfilled"),
    (AppointmentStatus::Cancelled, "cancelled"),
    (AppointmentStatus::Noshow, "noshow"),
    (AppointmentStatus::EnteredInError, "entered-in-error"),
    (AppointmentStatus::CheckedIn, "checked-in"),
    (AppointmentStatus::Waitlist, "waitlist"),
];

/// The code of a status in FHIR.
pub fn fhir_code(status: AppointmentStatus) -> &'static str {
    FHIR.into_iter().find(|(one, _)| *one == status).map_or("proposed", |(_, code)| code)
}

/// Whether an appointment takes a place in its slot: nobody else can have it then.
pub fn holds_place(status: AppointmentStatus) -> bool {
    use AppointmentStatus as Is;
    match status {
        Is::Proposed | Is::Pending | Is::Booked | Is::CheckedIn | Is::Arrived | Is::Fulfilled | Is::Noshow => true,
        Is::Cancelled | Is::EnteredInError | Is::Waitlist => false,
    }
}

/// Whether an appointment can go from one status to another. A mistake can be put right: whoever was thought not to have
/// come may have come after all.
pub fn leads_to(from: AppointmentStatus, to: AppointmentStatus) -> bool {
    use AppointmentStatus as Is;
    match from {
        Is::Waitlist => matches!(to, Is::Proposed | Is::Booked | Is::Cancelled | Is::EnteredInError),
        Is::Proposed => {
            matches!(to, Is::Pending | Is::Booked | Is::Waitlist | Is::Cancelled | Is::EnteredInError)
        }
        Is::Pending => matches!(to, Is::Booked | Is::Waitlist | Is::Cancelled | Is::EnteredInError),
        Is::Booked => {
            matches!(to, Is::CheckedIn | Is::Arrived | Is::Fulfilled | Is::Cancelled | Is::Noshow | Is::EnteredInError)
        }
        Is::CheckedIn => matches!(to, Is::Arrived | Is::Fulfilled | Is::Cancelled | Is::EnteredInError),
        Is::Arrived => matches!(to, Is::Fulfilled | Is::Cancelled | Is::EnteredInError),
        Is::Noshow => matches!(to, Is::Arrived | Is::Fulfilled | Is::EnteredInError),
        Is::Fulfilled | Is::Cancelled => to == Is::EnteredInError,
        Is::EnteredInError => false,
    }
}

/// Whether it was us who kept an appointment from happening. It is counted apart from what kept the person.
pub fn was_us(because: NotMetBecause) -> bool {
    matches!(because, NotMetBecause::WeCancelled | NotMetBecause::WeWereNotThere | NotMetBecause::MessageDidNotArrive)
}

/// Where an appointment stands, as a step from there needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: AppointmentStatus,
    /// When it begins; none while it waits for a time.
    pub starts: Option<DateTime<Utc>>,
}

/// A step that may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The status from here on.
    pub status: AppointmentStatus,
    /// Why it did not happen, if it did not.
    pub because: Option<NotMetBecause>,
    /// Whether its place becomes free for the next in line.
    pub frees_place: bool,
}

/// Whether an appointment may go to a status now. Where it did not happen, why is said; "not known" will do.
pub fn step(
    standing: Standing,
    to: AppointmentStatus,
    because: Option<NotMetBecause>,
    now: DateTime<Utc>,
) -> Result<Step, AppointmentRefusal> {
    use AppointmentStatus as Is;
    if !leads_to(standing.status, to) {
        return Err(AppointmentRefusal::NotFromHere { from: standing.status, to });
    }
    let earliest = standing.starts.map(|starts| match to {
        Is::CheckedIn | Is::Arrived | Is::Fulfilled => starts.checked_sub_signed(EARLIEST).unwrap_or(starts),
        Is::Noshow => starts,
        _ => DateTime::<Utc>::MIN_UTC,
    });
    if earliest.is_some_and(|earliest| now < earliest) {
        return Err(AppointmentRefusal::NotYet);
    }
    match (to, because) {
        (Is::Cancelled | Is::Noshow, None) => return Err(AppointmentRefusal::ReasonNeeded),
        (Is::Cancelled | Is::Noshow, Some(_)) | (_, None) => {}
        (_, Some(_)) => return Err(AppointmentRefusal::ReasonNotNeeded),
    }
    let still_ahead = standing.starts.is_some_and(|starts| now < starts);
    let frees_place = holds_place(standing.status) && !holds_place(to) && still_ahead;
    Ok(Step { status: to, because, frees_place })
}

/// When somebody walked in: now, or a little earlier if it is noted later that day. There is no slot, and no wait.
pub fn walked_in_at(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, AppointmentRefusal> {
    let at = at.unwrap_or(now);
    if at > now { Err(AppointmentRefusal::NotYet) } else { Ok(at) }
}

#[cfg(test)]
#[path = "appointment/tests.rs"]
mod tests;
