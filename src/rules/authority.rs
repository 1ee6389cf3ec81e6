//! Authority: whether a total is hers to decide, and if not, who is nearest. Every check is always run and kept.

use busfare_entity::words::{CheckCode, DecidesFor, DelegationId, Outcome, PractitionerId, Role, SpendTiming, TeamId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{money::Money, spend::Ask};

/// A rolling limit of a delegation and what its holder has used of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// 24, 168 or 672.
    pub hours: i32,
    /// Most that may be authorised in any such stretch of time.
    pub limit: Money,
    /// Authorised by the holder under this delegation in the stretch that ends now.
    pub used: Money,
}

/// One delegation as its holder has it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Which delegation.
    pub delegation: DelegationId,
    /// Of which version of the scheme.
    pub scheme_version: i32,
    /// The senior whose statement stands behind it.
    pub grantor: PractitionerId,
    /// The senior's signed words.
    pub backing_statement: String,
    /// Most that one spend may come to; none means no limit on one item.
    pub item_limit: Option<Money>,
    /// Rolling limits; none means no limit over time.
    pub windows: Vec<Window>,
    /// For whose spends it may decide, besides one's own.
    pub decides_for: DecidesFor,
    /// In force from here.
    pub valid_from: DateTime<Utc>,
    /// In force until just before here.
    pub valid_to: Option<DateTime<Utc>>,
}

impl Grant {
    /// Whether it counts at this moment.
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.valid_from <= now && self.valid_to.is_none_or(|end| now < end)
    }
}

/// The budget a spend would draw on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pot {
    /// Its name, for the words of a check.
    pub name: String,
    /// Allocated and neither held nor spent.
    pub available: Money,
}

/// Everything a decision about one's own spend looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Delegations of the person that cover the purpose, most generous first.
    pub grants: Vec<Grant>,
    /// The budget.
    pub pot: Pot,
    /// When.
    pub now: DateTime<Utc>,
}

/// One named check, passed or failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which check.
    pub code: CheckCode,
    /// Whether it passed.
    pub ok: bool,
    /// What it allows, where it is about an amount.
    pub limit: Option<Money>,
    /// What it was asked to allow: for a window, what was used before plus this.
    pub value: Option<Money>,
    /// What is left afterwards, or before where it failed.
    pub left: Option<Money>,
}

/// Whose limits a check is about, to the person who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The reader's own.
    Yours,
    /// Those of the colleague who decided.
    SomebodyElses,
}

/// How a decision came out, with everything it saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it came out.
    pub outcome: Outcome,
    /// Every check, in the order a person would ask them.
    pub checks: Vec<Check>,
    /// The delegation it was decided under, or came closest to.
    pub grant: Option<Grant>,
}

/// Decides somebody's own ask: hers to authorise, a colleague's to decide, or not possible as asked.
pub fn decide(ask: &Ask, facts: &Facts) -> Verdict {
    let (grant, mut checks) = best_grant(&facts.grants, ask.total, facts.now);
    let within_say = checks.iter().all(|check| check.ok);
    let budget = check_budget(&facts.pot, ask.total);
    let funded = budget.ok;
    checks.push(budget);

    let outcome = match (within_say, funded, ask.timing) {
        (true, true, _) => Outcome::AuthorisedSelf,
        (false, true, _) | (_, false, SpendTiming::After) => Outcome::Asked,
        (_, false, SpendTiming::Before) => Outcome::Refused,
    };
    Verdict { outcome, checks, grant: grant.cloned() }
}

/// Where the asker stands, for the person who decides for her.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Who.
    pub id: PractitionerId,
    /// In which team.
    pub team: TeamId,
}

/// Decides whether a colleague may authorise `amount` of an asker's spend now. The budget is checked
/// for `needed`: what is not already held for the spend.
pub fn decide_for(decider: Standing, asker: Standing, amount: Money, needed: Money, facts: &Facts) -> Verdict {
    let grants: Vec<Grant> =
        facts.grants.iter().filter(|grant| may_decide_for(grant, decider, asker)).cloned().collect();
    let may = Check { code: CheckCode::MayDecideFor, ok: !grants.is_empty(), limit: None, value: None, left: None };
    let (grant, grant_checks) = best_grant(&grants, amount, facts.now);

    let mut checks = vec![may];
    checks.extend(grant_checks);
    checks.push(check_budget(&facts.pot, needed));
    let outcome = if checks.iter().all(|check| check.ok) { Outcome::Authorised } else { Outcome::Refused };
    Verdict { outcome, checks, grant: grant.cloned() }
}

/// Separation of duties in one line: never for oneself, and only for those the delegation names.
fn may_decide_for(grant: &Grant, decider: Standing, asker: Standing) -> bool {
    decider.id != asker.id
        && match grant.decides_for {
            DecidesFor::NobodyElse => false,
            DecidesFor::Team => decider.team == asker.team,
            DecidesFor::Organisation => true,
        }
}

/// Everything a decision was made from, kept with it. Deciding again gives the same verdict, years later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "whose", rename_all = "camelCase")]
pub enum Snapshot {
    /// Somebody's own ask.
    Own {
        /// What was asked.
        ask: Ask,
        /// What was known.
        facts: Facts,
    },
    /// A colleague's decision.
    Colleague {
        /// Who decided.
        decider: Standing,
        /// For whom.
        asker: Standing,
        /// How much.
        amount: Money,
        /// How much of it was not held already.
        needed: Money,
        /// What was known.
        facts: Facts,
    },
}

impl Snapshot {
    /// The budget as it was.
    pub fn pot(&self) -> &Pot {
        let (Self::Own { facts, .. } | Self::Colleague { facts, .. }) = self;
        &facts.pot
    }

    /// Decides again.
    pub fn decide(&self) -> Verdict {
        match self {
            Self::Own { ask, facts } => decide(ask, facts),
            Self::Colleague { decider, asker, amount, needed, facts } => {
                decide_for(*decider, *asker, *amount, *needed, facts)
            }
        }
    }
}

/// A colleague who might be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Who and where.
    pub standing: Standing,
    /// What the colleague does in the team.
    pub role: Role,
    /// How many asks already wait for the colleague.
    pub open_asks: u32,
    /// The colleague's delegations that cover the purpose.
    pub grants: Vec<Grant>,
}

/// The one nearest colleague who may decide the total now: own team before others, an enabler before
/// a senior before anybody else, the fewest waiting asks, then the id, so that the answer never depends on chance.
pub fn nearest(ask: &Ask, asker: Standing, colleagues: &[Colleague], now: DateTime<Utc>) -> Option<PractitionerId> {
    colleagues
        .iter()
        .filter(|colleague| {
            colleague
                .grants
                .iter()
                .filter(|grant| may_decide_for(grant, colleague.standing, asker))
                .any(|grant| check_grant(grant, ask.total, now).iter().all(|check| check.ok))
        })
        .min_by_key(|colleague| {
            let role = match colleague.role {
                Role::Enabler => 0,
                Role::Senior => 1,
                Role::Practitioner => 2,
            };
            (colleague.standing.team != asker.team, role, colleague.open_asks, colleague.standing.id)
        })
        .map(|colleague| colleague.standing.id)
}

/// The grant that allows the amount, or the one that comes closest, with its checks.
fn best_grant(grants: &[Grant], amount: Money, now: DateTime<Utc>) -> (Option<&Grant>, Vec<Check>) {
    grants
        .iter()
        .map(|grant| (Some(grant), check_grant(grant, amount, now)))
        .min_by_key(|(_, checks)| checks.iter().filter(|check| !check.ok).count())
        .unwrap_or_else(|| {
            (None, vec![Check { code: CheckCode::Delegation, ok: false, limit: None, value: None, left: None }])
        })
}

fn check_grant(grant: &Grant, amount: Money, now: DateTime<Utc>) -> Vec<Check> {
    let in_force = Check { code: CheckCode::Delegation, ok: grant.in_force(now), limit: None, value: None, left: None };
    let item = grant.item_limit.map(|limit| check_limit(CheckCode::ItemLimit, limit, Money::ZERO, amount));
    let windows =
        grant.windows.iter().map(|window| check_limit(window_code(window.hours), window.limit, window.used, amount));
    std::iter::once(in_force).chain(item).chain(windows).collect()
}

/// The check of a rolling window of so many hours.
pub fn window_code(hours: i32) -> CheckCode {
    match hours {
        24 => CheckCode::Window24H,
        168 => CheckCode::Window7D,
        _ => CheckCode::Window28D,
    }
}

fn check_budget(pot: &Pot, amount: Money) -> Check {
    check_limit(CheckCode::Budget, pot.available, Money::ZERO, amount)
}

/// A sum too large for 64 bits is above every limit.
fn check_limit(code: CheckCode, limit: Money, used: Money, amount: Money) -> Check {
    let value = used.plus(amount);
    let ok = value.is_some_and(|value| value <= limit);
    let left = if ok { value.map(|value| limit.less(value)) } else { Some(limit.less(used)) };
    Check { code, ok, limit: Some(limit), value, left }
}

#[cfg(test)]
#[path = "authority_tests.rs"]
mod tests;
