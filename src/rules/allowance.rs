//! Offline allowances: a slice of somebody's own say that her phone may decide with where there is no signal.
//!
//! **Drawing** is a decision like any other, made while there is signal. The amount must be within every limit that
//! counts over time (rolling windows, the budget's period) and the budget must have it; it is set aside at once, hard,
//! and counts as used from then on. What can only be known of each spend becomes a *term*: the limit on one item, the
//! purposes, the hubs, the ways of paying, the hours. All terms can be checked by the phone alone, so nothing that
//! happens elsewhere meanwhile can turn its yes into a no. Where a delegation limits what one person may be helped
//! with, a phone cannot know what others gave, so such an allowance is for spends that name nobody.
//!
//! **Honouring** is deciding again, by the same function that decides every other spend, over the facts that were
//! fixed when the allowance was drawn: the grant with its terms, and what is left of the allowance in the budget's
//! place. Nothing else is looked at, so it makes no difference in which order, how often or from which of her phones
//! spends come home: as long as their totals come to no more than was drawn, every one of them is honoured.
//! Only the phone that drew an allowance decides with it, or two phones would count the same money twice; but any of
//! her phones may bring a spend home, because a phone that signs in anew has a new session and the old promise.
//! A spend counts with its whole total. What it did not need goes back to the budget, not to the allowance.
//!
//! **Time** is the phone's claim, held against the draw and the expiry. The money stays set aside for [`GRACE`] after
//! the expiry, for phones that come back late; then what is left goes back to the budget. Returning an allowance ends
//! it at once, and keeps back what the phone says is still to come. Revoking the session or the delegation ends it
//! too: what was decided before stays honoured. A new version of the scheme does not take back what was drawn.
//!
//! **Past it** nothing is lost. A spend that the terms do not cover is kept as already bought, and one colleague is
//! asked about it, whatever the budget has left. Refused is only what cannot be kept at all.
//!
//! **Never more than was set aside** is said three times: by the decision, by the condition of one UPDATE, and by the
//! table's CHECK. Money passes from the allowance to a spend as two entries that cancel out, so the entries that name
//! an allowance and no spend always come to what it still holds.

use busfare_entity::words::{
    AllowanceState, BudgetMode, BudgetMovement, CheckCode, DelegationId, HubId, Outcome, SpendPurposeId, SpendTiming,
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

mod refusal;
pub mod token;

pub use self::refusal::OfflineRefusal;
use super::{
    authority::{self, Facts, Grant, Pot, Verdict},
    budget::Step,
    calendar,
    money::Money,
    spend::{About, Ask, SpendRefusal},
    token::LEEWAY,
};

/// Most hours an allowance lasts.
pub const MOST_HOURS: i32 = 72;
/// How long after its expiry an allowance's money stays set aside for phones that come back late.
pub const GRACE: TimeDelta = TimeDelta::hours(72);
/// Most spends that come home at once.
pub const MOST_AT_ONCE: usize = 100;

/// What somebody wants to draw, parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How much.
    pub amount: Money,
    /// For how many hours.
    pub hours: i32,
    /// For one hub only.
    pub hub: Option<HubId>,
}

impl Wanted {
    /// Parses what the phone sent.
    pub fn try_new(amount: Decimal, hours: i32, hub: Option<HubId>) -> Result<Self, SpendRefusal> {
        let amount = Money::try_asked(amount).map_err(SpendRefusal::Amount)?;
        if !(1..=MOST_HOURS).contains(&hours) {
            return Err(OfflineRefusal::HoursOutOfRange.into());
        }
        Ok(Self { amount, hours, hub })
    }
}

/// What bounds each spend under an allowance. It is fixed when the allowance is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The purposes it is for; none named means every purpose that its fund pays.
    pub purposes: Vec<SpendPurposeId>,
    /// The grant, with its limits for each spend and without those that were used up by drawing.
    pub grant: Grant,
    /// Whether it is only for spends that name nobody as helped.
    pub names_nobody: bool,
    /// The time zone of the grant's hours, by its name in the IANA database.
    pub time_zone: String,
}

/// What a draw looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// Her grants, the budget and the moment.
    pub facts: Facts,
    /// One of the purposes; limits over time do not depend on which.
    pub purpose: SpendPurposeId,
    /// The purposes that each grant covers here; none named means every purpose that the fund pays.
    pub covers: Vec<(DelegationId, Vec<SpendPurposeId>)>,
    /// The last day of the budget's period.
    pub last_day: NaiveDate,
    /// The organisation's time zone.
    pub time_zone: String,
}

/// A yes to a draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// What bounds each spend under it.
    pub terms: Terms,
    /// The facts as the decision saw them.
    pub from: Drawing,
    /// When the phone may decide with it no more.
    pub expires: DateTime<Utc>,
}

/// Decides a draw: hers to make, or why not. An allowance never runs a budget over.
pub fn draw(wanted: Wanted, drawing: Drawing) -> Result<Drawn, SpendRefusal> {
    let short = SpendRefusal::short(&drawing.facts.pot);
    let hers = drawing.facts.grants.clone();
    let over_time = Drawing { facts: over_time(drawing.facts, wanted.hub), ..drawing };
    let verdict = again(wanted, &over_time);
    let within_say = verdict.checks.iter().all(|check| check.ok || check.code == CheckCode::Budget);
    let grant = verdict.grant.and_then(|used| hers.into_iter().find(|grant| grant.delegation == used.delegation));
    let Some(grant) = grant.filter(|_| within_say) else { return Err(SpendRefusal::AboveYourSay) };
    if verdict.outcome != Outcome::AuthorisedSelf {
        return Err(short);
    }

    let now = over_time.facts.now;
    let zone = calendar::zone(&over_time.time_zone);
    let ends = [Some(now + TimeDelta::hours(wanted.hours.into())), grant.valid_to, end_of(over_time.last_day, zone)];
    let expires = ends.into_iter().flatten().min().unwrap_or(now);
    let terms = Terms {
        purposes: over_time
            .covers
            .iter()
            .find(|(of, _)| *of == grant.delegation)
            .map(|(_, covers)| covers.clone())
            .unwrap_or_default(),
        names_nobody: grant.person_limit.is_some(),
        grant: for_each_spend(grant, wanted.hub, (now, expires)),
        time_zone: over_time.time_zone.clone(),
    };
    Ok(Drawn { terms, from: over_time, expires })
}

/// Decides a draw again from its facts.
pub fn again(wanted: Wanted, drawing: &Drawing) -> Verdict {
    let ask = Ask {
        purpose: drawing.purpose,
        unit_price: wanted.amount,
        count: 1,
        total: wanted.amount,
        timing: SpendTiming::Before,
        reason: None,
        about: About { hub: wanted.hub, ..About::default() },
    };
    authority::decide(&ask, &drawing.facts)
}

/// The facts without the limits and conditions that only a single spend can be held against.
fn over_time(facts: Facts, hub: Option<HubId>) -> Facts {
    let grants = facts.grants.into_iter().map(|grant| Grant {
        item_limit: None,
        person_limit: None,
        methods: Vec::new(),
        hubs: if hub.is_some() { grant.hubs } else { Vec::new() },
        ..grant
    });
    Facts {
        grants: grants.collect(),
        pot: Pot { mode: BudgetMode::Stop, tolerance: Money::ZERO, ..facts.pot },
        ..facts
    }
}

/// A grant without the limits that drawing has used up. A clock may be a little slow, so the time before the draw
/// is forgiven as much as a token's.
fn for_each_spend(grant: Grant, hub: Option<HubId>, (drawn, expires): (DateTime<Utc>, DateTime<Utc>)) -> Grant {
    let person = grant.person_limit.map(|limit| limit.limit);
    Grant {
        item_limit: grant.item_limit.into_iter().chain(person).min(),
        windows: Vec::new(),
        budget_limit: None,
        person_limit: None,
        break_glass: None,
        hubs: hub.map_or(grant.hubs, |hub| vec![hub]),
        valid_from: drawn - LEEWAY,
        valid_to: Some(expires),
        ..grant
    }
}

/// The moment a local day ends.
fn end_of(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.checked_add_days(Days::new(1))?.and_hms_opt(0, 0, 0)?;
    zone.from_local_datetime(&midnight).earliest().map(|midnight| midnight.with_timezone(&Utc))
}

/// An allowance as it stands when spends under it come home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What bounds each spend.
    pub terms: Terms,
    /// What is left of the money.
    pub left: Money,
    /// When it ended early, by being returned or because its session or delegation was revoked.
    pub ended: Option<DateTime<Utc>>,
    /// Until when its money is there.
    pub closes: DateTime<Utc>,
}

/// A spend as a phone brings it home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// What was decided, as it was before the purchase.
    pub ask: Ask,
    /// When, by the phone's own time.
    pub claimed: DateTime<Utc>,
    /// Whether the allowance's fund pays for its purpose.
    pub same_fund: bool,
}

/// The facts that a spend under an allowance is decided from: those fixed by the draw, and what is left.
pub fn facts(held: &Held, brought: &Brought, now: DateTime<Utc>) -> Facts {
    let Terms { purposes, grant, names_nobody, time_zone } = &held.terms;
    let covered = brought.same_fund
        && (purposes.is_empty() || purposes.contains(&brought.ask.purpose))
        && !(*names_nobody && brought.ask.about.person.is_some());
    let until = grant.valid_to.into_iter().chain(held.ended).min();
    let open = now < held.closes;
    Facts {
        grants: covered.then(|| Grant { valid_to: until, ..grant.clone() }).into_iter().collect(),
        pot: Pot {
            name: String::new(),
            available: if open { held.left } else { Money::ZERO },
            mode: BudgetMode::Stop,
            tolerance: Money::ZERO,
        },
        now: brought.claimed,
        local: Some(calendar::local(brought.claimed, calendar::zone(time_zone))),
    }
}

/// Decides a spend under an allowance: honoured, or, where it is told as already bought, a colleague is asked.
pub fn decide(ask: &Ask, facts: &Facts) -> Verdict {
    let mut verdict = authority::decide(ask, facts);
    for check in verdict.checks.iter_mut().filter(|check| check.code == CheckCode::Budget) {
        check.code = CheckCode::Allowance;
    }
    verdict
}

/// The spend as something already bought. Where less or other was spent than decided, a colleague is asked about that.
pub fn already_bought(ask: &Ask, spent: Option<Money>) -> Ask {
    let bought = Ask { timing: SpendTiming::After, ..ask.clone() };
    match spent {
        Some(spent) if spent != ask.total => Ask { unit_price: spent, count: 1, total: spent, ..bought },
        _ => bought,
    }
}

/// A time that a phone claims. One that no calendar of ours holds is as far out of any allowance as the nearest that is.
pub fn claimed(at: DateTime<Utc>) -> DateTime<Utc> {
    // The year 9999, in seconds since 1970.
    const LAST: i64 = 253_370_764_800;
    at.clamp(DateTime::UNIX_EPOCH, DateTime::from_timestamp(LAST, 0).unwrap_or(DateTime::UNIX_EPOCH))
}

/// What a return gives back now: what is left without what is still to come.
pub fn gives_back(left: Money, still_to_sync: Money) -> Money {
    left.less(still_to_sync)
}

/// Where an allowance stands.
pub fn state(
    left: Money,
    (expires, closes): (DateTime<Utc>, DateTime<Utc>),
    ended: bool,
    now: DateTime<Utc>,
) -> AllowanceState {
    if left == Money::ZERO || closes <= now {
        return AllowanceState::Closed;
    }
    if ended || expires <= now { AllowanceState::Ended } else { AllowanceState::Open }
}

/// Sets an allowance's money aside.
pub fn drawn_step(amount: Money) -> Step {
    Step { movement: BudgetMovement::Draw, ..Step::commit(amount, Money::ZERO) }
}

/// Gives back what it did not need.
pub fn returned_step(amount: Money) -> Step {
    Step { movement: BudgetMovement::Return, ..Step::release(amount) }
}

/// Money passes from the allowance to a spend: out of the one, into the other.
pub fn honoured_steps(amount: Money) -> (Step, Step) {
    let out = Step { movement: BudgetMovement::Honour, ..Step::release(amount) };
    (out, Step { movement: BudgetMovement::Honour, ..Step::commit(amount, Money::ZERO) })
}

#[cfg(test)]
#[path = "allowance_tests.rs"]
mod tests;
