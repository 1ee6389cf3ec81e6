//! Who is nearest: the one colleague to ask, in the field's order, among those who are there and may decide.

use busfare_entity::words::{HubId, PractitionerId, Role, WhyAsked};

use super::{
    authority::{Grant, Moment, Standing, check_grant, may_decide_for},
    spend::Ask,
};

/// What somebody is on duty for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDuty {
    /// A hub.
    Hub(HubId),
    /// The organisation, as its duty manager.
    Manager,
    /// The organisation, when its offices are closed.
    OutOfHours,
}

/// A colleague who might be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Who and where.
    pub standing: Standing,
    /// What the colleague does in the team.
    pub role: Role,
    /// How many asks already wait for the colleague.
    pub open_asks: u32,
    /// The colleague's delegations that cover the purpose.
    pub grants: Vec<Grant>,
    /// What the colleague is on duty for now.
    pub duties: Vec<OnDuty>,
    /// Whether the colleague is away now.
    pub away: bool,
    /// Those who are away now and for whom the colleague stands in.
    pub stands_in_for: Vec<PractitionerId>,
}

/// The one who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// Who.
    pub asked: PractitionerId,
    /// Why this colleague.
    pub why: WhyAsked,
}

/// How near somebody is: the field's order, then an enabler before anybody else in the same place.
type Place = (u8, u8, WhyAsked);

/// The one nearest colleague who is there and may decide the total now: on duty at the hub, in the asker's team, its
/// lead, the duty manager, out of hours, then anybody else whose say reaches so far; then the fewest waiting asks and
/// the id, so that the answer never depends on chance. Who stands in for somebody away is as near as she would be.
pub fn nearest(ask: &Ask, asker: Standing, colleagues: &[Colleague], at: Moment) -> Option<Nearest> {
    let deciding = || colleagues.iter().filter(|one| may_decide(ask, asker, one, at));
    deciding()
        .filter(|one| !one.away)
        .map(|one| {
            let own = place(ask, asker, one);
            let lent = deciding()
                .filter(|other| other.away && one.stands_in_for.contains(&other.standing.id))
                .map(|other| place(ask, asker, other))
                .min();
            let near = match lent {
                Some((row, role, _)) if (row, role) < (own.0, own.1) => (row, role, WhyAsked::Deputy),
                _ => own,
            };
            (near, one)
        })
        .min_by_key(|((row, role, _), one)| (*row, *role, one.open_asks, one.standing.id))
        .map(|((_, _, why), one)| Nearest { asked: one.standing.id, why })
}

/// Who has the ask next when somebody who was asked is away: who stands in for her, if her own say stretches so far,
/// and else the nearest.
pub fn next(ask: &Ask, asker: Standing, from: PractitionerId, colleagues: &[Colleague], at: Moment) -> Option<Nearest> {
    let deputy = colleagues
        .iter()
        .filter(|one| !one.away && one.stands_in_for.contains(&from) && may_decide(ask, asker, one, at))
        .min_by_key(|one| (one.open_asks, one.standing.id));
    match deputy {
        Some(one) => Some(Nearest { asked: one.standing.id, why: WhyAsked::Deputy }),
        None => nearest(ask, asker, colleagues, at),
    }
}

/// Whether a colleague may decide all of it now. Nobody is asked who may not.
pub fn may_decide(ask: &Ask, asker: Standing, colleague: &Colleague, at: Moment) -> bool {
    colleague
        .grants
        .iter()
        .filter(|grant| may_decide_for(grant, colleague.standing, asker))
        .any(|grant| check_grant(grant, &ask.about, ask.total, at).iter().all(|check| check.ok))
}

fn place(ask: &Ask, asker: Standing, colleague: &Colleague) -> Place {
    let on_duty = |duty: OnDuty| colleague.duties.contains(&duty);
    let role = match colleague.role {
        Role::Enabler => 0,
        Role::Senior => 1,
        Role::Practitioner => 2,
    };
    if ask.about.hub.is_some_and(|hub| on_duty(OnDuty::Hub(hub))) {
        return (0, role, WhyAsked::HubOnDuty);
    }
    match (colleague.standing.team == asker.team, colleague.role) {
        (true, Role::Enabler | Role::Practitioner) => (1, role, WhyAsked::Team),
        (true, Role::Senior) => (2, role, WhyAsked::Lead),
        (false, _) if on_duty(OnDuty::Manager) => (3, role, WhyAsked::DutyManager),
        (false, _) if on_duty(OnDuty::OutOfHours) => (4, role, WhyAsked::OutOfHours),
        (false, _) => (5, role, WhyAsked::Organisation),
    }
}

#[cfg(test)]
#[path = "nearest_tests.rs"]
mod tests;
