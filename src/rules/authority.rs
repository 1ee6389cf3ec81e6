//! Authority: whether a total is hers to decide, and if not, who is nearest. Every check is always run and kept.

use busfare_entity::words::{
    BudgetMode, CheckCode, DecidesFor, DelegationId, HubId, Outcome, PaymentMethod, PractitionerId, Role, SpendTiming,
    TeamId,
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    calendar::Hours,
    money::Money,
    spend::{About, Ask},
};

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

/// A limit over a budget's period and what its holder has used of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodLimit {
    /// Most that may be authorised.
    pub limit: Money,
    /// Authorised already.
    pub used: Money,
}

/// One delegation as its holder has it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Which delegation.
    pub delegation: DelegationId,
    /// Its key in the scheme.
    #[serde(default)]
    pub line: String,
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
    /// Most from the budget in its period; none means no such limit.
    #[serde(default)]
    pub budget_limit: Option<PeriodLimit>,
    /// Most for the person helped in the budget's period; none means no such limit.
    #[serde(default)]
    pub person_limit: Option<PeriodLimit>,
    /// Most that may be spent at once in an emergency; none means that it gives no say in emergencies.
    #[serde(default)]
    pub break_glass: Option<Money>,
    /// The hubs it is for; none named means every hub.
    #[serde(default)]
    pub hubs: Vec<HubId>,
    /// The ways of paying it is for; none named means every way.
    #[serde(default)]
    pub methods: Vec<PaymentMethod>,
    /// The local hours in which it counts; none means always.
    #[serde(default)]
    pub hours: Option<Hours>,
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
    /// What happens when it runs short.
    #[serde(default)]
    pub mode: BudgetMode,
    /// By how much it may still run over.
    #[serde(default)]
    pub tolerance: Money,
}

impl Pot {
    /// By how much an amount would run it over; nothing where the money is there.
    pub fn shortfall(&self, amount: Money) -> Money {
        amount.less(self.available)
    }

    fn stretches_to(&self, amount: Money) -> bool {
        self.shortfall(amount) <= self.tolerance
    }
}

/// The moment of a decision, and what the clock on the wall says then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub now: DateTime<Utc>,
    /// Local time; none in decisions from before local hours were kept.
    pub local: Option<NaiveDateTime>,
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
    /// What the clock on the wall said.
    #[serde(default)]
    pub local: Option<NaiveDateTime>,
}

impl Facts {
    /// When, as a check asks it.
    pub fn moment(&self) -> Moment {
        Moment { now: self.now, local: self.local }
    }
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
    /// Whether it failed and lets the spend go ahead all the same.
    #[serde(default)]
    pub warning: bool,
}

impl Check {
    /// Whether it stands in nobody's way.
    pub fn passes(&self) -> bool {
        self.ok || self.warning
    }
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
    let (grant, mut checks) = best_grant(&facts.grants, &ask.about, ask.total, facts.moment());
    let within_say = checks.iter().all(|check| check.ok);
    let warns = facts.pot.mode == BudgetMode::Warn;
    let budget = check_budget(&facts.pot, ask.total, warns);
    let funded = budget.passes();
    let escalates = facts.pot.mode == BudgetMode::Escalate && facts.pot.stretches_to(ask.total);
    checks.push(budget);

    let outcome = match (within_say, funded, ask.timing) {
        (true, true, _) => Outcome::AuthorisedSelf,
        (false, true, _) | (_, false, SpendTiming::After) => Outcome::Asked,
        (_, false, SpendTiming::Before) if escalates => Outcome::Asked,
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

/// What a colleague decides about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// How much.
    pub amount: Money,
    /// How much of it is not already held for the spend.
    pub needed: Money,
    /// Where, how and on top of what.
    #[serde(default)]
    pub about: About,
}

/// Decides whether a colleague may authorise an asker's spend now. The budget is checked for what is not
/// already held for it; where the budget may run over, the colleague's yes lets it.
pub fn decide_for(decider: Standing, asker: Standing, matter: &Matter, facts: &Facts) -> Verdict {
    let grants: Vec<Grant> =
        facts.grants.iter().filter(|grant| may_decide_for(grant, decider, asker)).cloned().collect();
    let (grant, grant_checks) = best_grant(&grants, &matter.about, matter.amount, facts.moment());

    let mut checks = vec![plain(CheckCode::MayDecideFor, !grants.is_empty())];
    checks.extend(grant_checks);
    checks.push(check_budget(&facts.pot, matter.needed, facts.pot.mode != BudgetMode::Stop));
    let outcome = if checks.iter().all(Check::passes) { Outcome::Authorised } else { Outcome::Refused };
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
        /// About what.
        #[serde(flatten)]
        matter: Matter,
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
            Self::Colleague { decider, asker, matter, facts } => decide_for(*decider, *asker, matter, facts),
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
pub fn nearest(ask: &Ask, asker: Standing, colleagues: &[Colleague], at: Moment) -> Option<PractitionerId> {
    colleagues
        .iter()
        .filter(|colleague| {
            colleague
                .grants
                .iter()
                .filter(|grant| may_decide_for(grant, colleague.standing, asker))
                .any(|grant| check_grant(grant, &ask.about, ask.total, at).iter().all(|check| check.ok))
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
fn best_grant<'a>(grants: &'a [Grant], about: &About, amount: Money, at: Moment) -> (Option<&'a Grant>, Vec<Check>) {
    grants
        .iter()
        .map(|grant| (Some(grant), check_grant(grant, about, amount, at)))
        .min_by_key(|(_, checks)| checks.iter().filter(|check| !check.ok).count())
        .unwrap_or_else(|| (None, vec![plain(CheckCode::Delegation, false)]))
}

/// A check is there for every condition and limit that the grant has. The limit on one item looks at the whole
/// spend, what it raises included; every other limit at what is new.
fn check_grant(grant: &Grant, about: &About, amount: Money, at: Moment) -> Vec<Check> {
    let in_force = plain(CheckCode::Delegation, grant.in_force(at.now));
    let hours = grant.hours.map(|hours| plain(CheckCode::Hours, at.local.is_some_and(|local| hours.hold(local))));
    let hub = named(&grant.hubs, about.hub.as_ref()).map(|ok| plain(CheckCode::Hub, ok));
    let method = named(&grant.methods, about.method.as_ref()).map(|ok| plain(CheckCode::Method, ok));
    let item = grant.item_limit.map(|limit| check_limit(CheckCode::ItemLimit, limit, about.already, amount));
    let windows =
        grant.windows.iter().map(|window| check_limit(window_code(window.hours), window.limit, window.used, amount));
    let over_period =
        |code, limit: Option<PeriodLimit>| limit.map(|period| check_limit(code, period.limit, period.used, amount));
    let budget = over_period(CheckCode::BudgetPeriod, grant.budget_limit);
    let person = over_period(CheckCode::PersonHelped, grant.person_limit);
    [Some(in_force), hours, hub, method, item]
        .into_iter()
        .flatten()
        .chain(windows)
        .chain(budget)
        .chain(person)
        .collect()
}

/// Whether what is asked is among the named ones; none where nothing is named.
fn named<T: PartialEq>(named: &[T], asked: Option<&T>) -> Option<bool> {
    (!named.is_empty()).then(|| asked.is_some_and(|asked| named.contains(asked)))
}

/// A check that is about no amount.
fn plain(code: CheckCode, ok: bool) -> Check {
    Check { code, ok, limit: None, value: None, left: None, warning: false }
}

/// The check of a rolling window of so many hours.
pub fn window_code(hours: i32) -> CheckCode {
    match hours {
        24 => CheckCode::Window24H,
        168 => CheckCode::Window7D,
        _ => CheckCode::Window28D,
    }
}

/// Where the budget may run over and is let to, its check warns instead of standing in the way.
fn check_budget(pot: &Pot, amount: Money, may_run_over: bool) -> Check {
    let check = check_limit(CheckCode::Budget, pot.available, Money::ZERO, amount);
    Check { warning: !check.ok && may_run_over && pot.stretches_to(amount), ..check }
}

/// A sum too large for 64 bits is above every limit.
fn check_limit(code: CheckCode, limit: Money, used: Money, amount: Money) -> Check {
    let value = used.plus(amount);
    let ok = value.is_some_and(|value| value <= limit);
    let left = if ok { value.map(|value| limit.less(value)) } else { Some(limit.less(used)) };
    Check { code, ok, limit: Some(limit), value, left, warning: false }
}

#[cfg(test)]
#[path = "authority_tests.rs"]
mod tests;
