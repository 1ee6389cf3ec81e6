//! Who gets which time: the soonest there is, in whichever hub; and when a time comes free, whoever asked first of those
//! whom it fits.

use std::collections::{BTreeMap, BTreeSet};

use busfare_entity::words::{AppointmentId, HubId, HubSessionId};
use chrono::{DateTime, NaiveDate, Utc};

use super::AppointmentRefusal;
use crate::rules::hub_session::{Opening, Slot, slots};

/// Most times that are offered at once.
pub const MOST_OFFERS: usize = 20;
/// Most people who wait for one hub.
pub const MOST_WAITING: usize = 1_000;

/// A bookable session with when it is open and what of it is taken. `N` is what people come for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room<N> {
    /// The session.
    pub session: HubSessionId,
    /// Where it is.
    pub hub: HubId,
    /// What people can come for; empty for anything.
    pub needs: BTreeSet<N>,
    /// When it is open.
    pub openings: Vec<Opening>,
    /// How long a slot is.
    pub slot_minutes: u16,
    /// How many are seen at once.
    pub places: u8,
    /// How many places of slots are taken, by when they begin.
    pub taken: BTreeMap<DateTime<Utc>, u8>,
}

/// A time that somebody can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Free {
    /// In which session.
    pub session: HubSessionId,
    /// Where.
    pub hub: HubId,
    /// Of which of its days.
    pub on: NaiveDate,
    /// When.
    pub slot: Slot,
    /// How many places are left.
    pub left: u8,
}

/// What somebody wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish<N> {
    /// In which hubs, the most welcome first; empty for any.
    pub hubs: Vec<HubId>,
    /// What for, if it matters.
    pub need: Option<N>,
    /// Not before this.
    pub not_before: Option<DateTime<Utc>>,
}

impl<N: Ord> Wish<N> {
    /// Whether a time there, for those needs, would do.
    fn fits(&self, hub: HubId, needs: &BTreeSet<N>, starts: DateTime<Utc>) -> bool {
        let here = self.hubs.is_empty() || self.hubs.contains(&hub);
        let for_it = needs.is_empty() || self.need.as_ref().is_none_or(|need| needs.contains(need));
        here && for_it && self.not_before.is_none_or(|earliest| starts >= earliest)
    }
}

/// The soonest times that fit a wish, across hubs, at most [`MOST_OFFERS`]. Of equal times the one in the more welcome hub
/// comes first.
pub fn soonest<N: Ord>(rooms: &[Room<N>], wish: &Wish<N>, now: DateTime<Utc>, most: usize) -> Vec<Free> {
    let mut free: Vec<_> = rooms
        .iter()
        .flat_map(|room| room.free())
        .filter(|free| free.slot.starts > now)
        .filter(|free| {
            let needs = rooms.iter().find(|room| room.session == free.session).map(|room| &room.needs);
            needs.is_some_and(|needs| wish.fits(free.hub, needs, free.slot.starts))
        })
        .collect();
    let welcome = |hub: &HubId| wish.hubs.iter().position(|one| one == hub);
    free.sort_by_key(|free| (free.slot, welcome(&free.hub), free.hub, free.session));
    free.truncate(most.min(MOST_OFFERS));
    free
}

impl<N> Room<N> {
    fn free(&self) -> impl Iterator<Item = Free> {
        self.openings.iter().flat_map(|opening| {
            slots(opening, self.slot_minutes).into_iter().filter_map(|slot| {
                let taken = self.taken.get(&slot.starts).copied().unwrap_or_default();
                let left = self.places.checked_sub(taken).filter(|left| *left > 0)?;
                Some(Free { session: self.session, hub: self.hub, on: opening.on, slot, left })
            })
        })
    }

    /// The free place at a time, or why there is none.
    pub fn claim(&self, starts: DateTime<Utc>, now: DateTime<Utc>) -> Result<Free, AppointmentRefusal> {
        let is_slot = |opening: &Opening| slots(opening, self.slot_minutes).iter().any(|slot| slot.starts == starts);
        if !self.openings.iter().any(is_slot) {
            return Err(AppointmentRefusal::NoSuchSlot);
        }
        if starts <= now {
            return Err(AppointmentRefusal::SlotPast);
        }
        self.free().find(|free| free.slot.starts == starts).ok_or(AppointmentRefusal::SlotTaken(None))
    }
}

/// Somebody who waits for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting<N> {
    /// Their place on the list.
    pub id: AppointmentId,
    /// When they first asked.
    pub asked: DateTime<Utc>,
    /// What they wish.
    pub wish: Wish<N>,
}

/// Who gets a time that came free: of those whom it fits, whoever asked first. Nobody else's urgency is weighed here;
/// what cannot wait is seen without an appointment.
pub fn next_in_line<N: Ord>(
    free: &Free,
    needs: &BTreeSet<N>,
    waiting: &[Waiting<N>],
    now: DateTime<Utc>,
) -> Option<AppointmentId> {
    if free.slot.starts <= now || free.left == 0 {
        return None;
    }
    let fits = |one: &&Waiting<N>| one.wish.fits(free.hub, needs, free.slot.starts);
    waiting.iter().filter(fits).min_by_key(|one| (one.asked, one.id)).map(|one| one.id)
}

/// Whether one more may be put on a list.
pub fn may_wait(so_far: usize, waits_already: bool) -> Result<(), AppointmentRefusal> {
    match so_far {
        _ if waits_already => Err(AppointmentRefusal::WaitsAlready),
        MOST_WAITING.. => Err(AppointmentRefusal::ListFull),
        _ => Ok(()),
    }
}

/// Which appointments have lost their time, because their session is closed or moved: they are offered another, and it was
/// us who cancelled. Times long past are as they were.
pub fn stranded<N, A: Copy>(room: &Room<N>, booked: &[(A, DateTime<Utc>)], now: DateTime<Utc>) -> Vec<A> {
    let begin: BTreeSet<_> =
        room.openings.iter().flat_map(|opening| slots(opening, room.slot_minutes)).map(|slot| slot.starts).collect();
    booked.iter().filter(|(_, starts)| *starts > now && !begin.contains(starts)).map(|(id, _)| *id).collect()
}
