//! What should be: the same steps on plain numbers in memory, written from the promises and not from the server's code.

use std::collections::HashMap;

use busfare_entity::words::{BudgetId, DecidesFor, DelegationId, PractitionerId, Role, SessionId};
use chrono::{DateTime, Utc};

mod away;
mod clock;
mod moves;
mod pot;
mod spend;

use self::spend::Under;
pub use self::{
    away::{Brought, Drawing, Drawn},
    clock::{Clock, Moment},
    moves::Moving,
    pot::{Counters, Pot},
    spend::{Asked, Spend},
};
use super::world::{Grantee, Line, Phone, World};

/// What a step should be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The spend at this place, as it now stands.
    Spend(usize),
    /// The allowance at this place, as it now stands.
    Allowance(usize),
    /// Money went from one budget to another.
    Moved,
    /// A refusal with this code.
    Refused(&'static str),
    /// It is not there for her.
    NotFound,
}

/// Everything that should be.
pub struct Oracle {
    /// The budgets.
    pub pots: HashMap<BudgetId, Pot>,
    /// Every spend, as they were asked.
    pub spends: Vec<Spend>,
    /// The scheme in force.
    pub lines: Vec<Line>,
    /// Every allowance, as they were drawn.
    pub drawn: Vec<Drawn>,
    /// Every spend that a phone decided without signal.
    pub brought: Vec<Brought>,
    /// The clock.
    pub clock: Clock,
    /// When lines were taken back that are still taken back, of any version of the scheme.
    pub revoked: HashMap<DelegationId, DateTime<Utc>>,
    /// When phones were taken away.
    pub lost: HashMap<SessionId, DateTime<Utc>>,
    used: HashMap<(String, PractitionerId), i64>,
}

impl Oracle {
    /// The council before anybody has asked.
    pub fn new(world: &World) -> Self {
        let pots =
            world.budgets.iter().map(|budget| (budget.id, Pot { put: budget.allocated_pence, ..Pot::default() }));
        Self {
            pots: pots.collect(),
            spends: Vec::new(),
            lines: world.lines.clone(),
            drawn: Vec::new(),
            brought: Vec::new(),
            clock: Clock::begin(),
            revoked: HashMap::new(),
            lost: HashMap::new(),
            used: HashMap::new(),
        }
    }

    /// Asking: yes at once within one's own say, else one colleague, if the money is there.
    /// Who is asked is read from the answer, and must be somebody who may decide.
    pub fn ask(&mut self, world: &World, new: Asked, answered: Option<PractitionerId>) -> Expected {
        let her = world.phone(new.asker);
        let total = new.terms.0 * new.terms.1;
        let funded = total <= self.pots[&new.budget].available();
        let own = self.line_that_allows(her, total, |_| true);
        if own.is_none() || !funded {
            if !funded && !new.bought {
                return Expected::Refused("BUDGET_SHORT");
            }
            if let Some(refused) = self.one_colleague(world, her, total, answered) {
                return refused;
            }
        }

        let spend = Spend { asked: answered, ..Spend::asked(new, her.team) };
        match own.filter(|_| funded) {
            Some(line) => self.begins(spend, |it, spend| {
                it.authorise(spend, total, "AUTHORISED_SELF", Some((line.line, her.id)));
            }),
            None => self.begins(spend, |it, spend| it.hold(spend, funded)),
        }
    }

    /// One colleague who may decide is asked, if there is anybody.
    fn one_colleague(
        &self,
        world: &World,
        her: &Phone,
        total: i64,
        answered: Option<PractitionerId>,
    ) -> Option<Expected> {
        if !world.phones.iter().any(|colleague| self.may_decide_for(colleague, her, total)) {
            return Some(Expected::Refused("NOBODY_CAN_DECIDE"));
        }
        let asked = answered.expect("somebody is asked");
        assert!(self.may_decide_for(world.phone(asked), her, total), "whoever is asked may decide");
        None
    }

    /// A spend that is new, after its first step.
    fn begins(&mut self, mut spend: Spend, step: impl FnOnce(&mut Self, &mut Spend)) -> Expected {
        step(self, &mut spend);
        spend.held_since = Some(self.clock.step());
        self.count(&spend, 1);
        self.spends.push(spend);
        Expected::Spend(self.spends.len() - 1)
    }

    /// A colleague says yes to an amount, or no.
    pub fn decide(&mut self, world: &World, place: usize, by: PractitionerId, yes: Option<i64>) -> Expected {
        let mut spend = self.spends[place].clone();
        let her = world.phone(by);
        if !self.sees(her, &spend) {
            return Expected::NotFound;
        }
        if !spend.waits() {
            return Expected::Refused("ALREADY_DECIDED");
        }
        if spend.asked != Some(by) {
            return Expected::Refused("NOT_ASKED_OF_YOU");
        }
        let Some(amount) = yes else {
            self.give_back(&mut spend);
            spend.decision = "DECLINED";
            self.put(place, spend);
            return Expected::Spend(place);
        };
        if amount > spend.total {
            return Expected::Refused("ABOVE_ASKED");
        }
        let asker = world.phone(spend.asker).clone();
        let Some(line) = self.line_that_allows(her, amount, |line| decides_for(line, her, &asker)) else {
            return Expected::Refused("ABOVE_YOUR_SAY");
        };
        if amount - spend.held > self.pots[&spend.budget].available() {
            return Expected::Refused("BUDGET_SHORT");
        }
        let decision = if amount < spend.total { "AUTHORISED_LESS" } else { "AUTHORISED" };
        self.authorise(&mut spend, amount, decision, Some((line.line, by)));
        self.put(place, spend);
        Expected::Spend(place)
    }

    /// The asker takes it back.
    pub fn withdraw(&mut self, world: &World, place: usize, by: PractitionerId) -> Expected {
        let mut spend = self.spends[place].clone();
        match self.hers(world, &spend, by) {
            Some(refused) => return refused,
            None if !spend.waits() && spend.money != "COMMITTED" => return Expected::Refused("ALREADY_DECIDED"),
            None => {}
        }
        self.give_back(&mut spend);
        (spend.decision, spend.authorised) = ("WITHDRAWN", None);
        self.put(place, spend);
        Expected::Spend(place)
    }

    /// The asker says what was really spent.
    pub fn spend(&mut self, world: &World, place: usize, by: PractitionerId, amount: i64) -> Expected {
        let mut spend = self.spends[place].clone();
        match self.hers(world, &spend, by) {
            Some(refused) => return refused,
            None if spend.money != "COMMITTED" => return Expected::Refused("NOT_AUTHORISED"),
            None if amount > spend.authorised.unwrap() => return Expected::Refused("ABOVE_AUTHORISED"),
            None => {}
        }
        self.leaves(&mut spend, amount);
        self.put(place, spend);
        Expected::Spend(place)
    }

    fn leaves(&mut self, spend: &mut Spend, amount: i64) {
        let pot = self.pot(spend.budget);
        pot.committed -= spend.held;
        pot.settled += amount;
        (spend.money, spend.held, spend.spent) = ("SPENT", 0, Some(amount));
    }

    /// What the counters of the budgets must be, from the spends and the allowances alone.
    pub fn counted_from_spends(&self, budget: BudgetId) -> (i64, i64, i64) {
        let drawn: i64 = self.drawn.iter().filter(|one| one.budget == budget).map(Drawn::left).sum();
        self.spends.iter().filter(|spend| spend.budget == budget).fold(
            (0, drawn, 0),
            |(reserved, committed, settled), spend| {
                let held = |money| if spend.money == money { spend.held } else { 0 };
                let left = spend.spent.unwrap_or_default() - spend.refunded;
                (reserved + held("RESERVED"), committed + held("COMMITTED"), settled + left)
            },
        )
    }

    /// Only the asker may, and only before the money has left.
    fn hers(&self, world: &World, spend: &Spend, by: PractitionerId) -> Option<Expected> {
        if !self.sees(world.phone(by), spend) {
            return Some(Expected::NotFound);
        }
        if spend.asker != by {
            return Some(Expected::Refused("NOT_YOUR_SPEND"));
        }
        if spend.has_left() {
            return Some(Expected::Refused("ALREADY_SPENT"));
        }
        spend.has_gone_back().then_some(Expected::Refused("HOLD_EXPIRED"))
    }

    fn sees(&self, viewer: &Phone, spend: &Spend) -> bool {
        let of_it = [Some(spend.asker), spend.asked, spend.told].contains(&Some(viewer.id));
        of_it || spend.asked_before.contains(&viewer.id) || answers_for(viewer, spend)
    }

    fn authorise(&mut self, spend: &mut Spend, amount: i64, decision: &'static str, under: Under) {
        let pot = self.pot(spend.budget);
        pot.reserved -= spend.held;
        spend.authorised = Some(amount);
        (spend.decision, spend.under) = (decision, under);
        if spend.bought {
            pot.settled += amount;
            (spend.money, spend.held, spend.spent) = ("SPENT", 0, Some(amount));
        } else {
            pot.committed += amount;
            (spend.money, spend.held) = ("COMMITTED", amount);
        }
    }

    /// A colleague is asked, and what the budget has is held meanwhile.
    fn hold(&mut self, spend: &mut Spend, funded: bool) {
        let pot = self.pot(spend.budget);
        pot.reserved -= spend.held;
        let held = if funded { spend.total } else { 0 };
        pot.reserved += held;
        (spend.decision, spend.money, spend.held) = ("ASKED", if funded { "RESERVED" } else { "NONE" }, held);
    }

    fn give_back(&mut self, spend: &mut Spend) {
        let pot = self.pot(spend.budget);
        match spend.money {
            "RESERVED" => pot.reserved -= spend.held,
            "COMMITTED" => pot.committed -= spend.held,
            _ => return,
        }
        (spend.money, spend.held) = ("RELEASED", 0);
    }

    fn pot(&mut self, budget: BudgetId) -> &mut Pot {
        self.pots.get_mut(&budget).unwrap()
    }

    fn may_decide_for(&self, colleague: &Phone, asker: &Phone, total: i64) -> bool {
        self.line_that_allows(colleague, total, |line| decides_for(line, colleague, asker)).is_some()
    }

    /// The line under which somebody may authorise an amount now; the most generous first, as the council reads it.
    fn line_that_allows(&self, her: &Phone, amount: i64, also: impl Fn(&Line) -> bool) -> Option<Line> {
        let mut hers = self.lines_of(her).filter(|line| also(line)).collect::<Vec<_>>();
        hers.sort_by_key(|line| std::cmp::Reverse(line.item));
        hers.into_iter().find(|line| amount <= line.item && self.has_left(line, her.id, amount)).cloned()
    }

    fn lines_of<'a>(&'a self, her: &'a Phone) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(|line| !line.revoked && holds(line, her))
    }

    /// Whether somebody has so much left of her time under a line: what her allowances hold may go at any moment.
    fn has_left(&self, line: &Line, who: PractitionerId, amount: i64) -> bool {
        self.used(&line.line, who) + amount <= line.window
    }

    /// What somebody has used under a line.
    pub fn used(&self, line: &str, who: PractitionerId) -> i64 {
        let drawn = self.drawn.iter().filter(|one| one.owner == who && one.line == line);
        let said = self.used.get(&(line.to_owned(), who)).copied().unwrap_or_default();
        said + drawn.map(Drawn::left).sum::<i64>()
    }

    fn put(&mut self, place: usize, mut spend: Spend) {
        let moved = (spend.decision, spend.money) != (self.spends[place].decision, self.spends[place].money);
        if moved {
            spend.held_since = Some(self.clock.step());
        }
        let before = std::mem::replace(&mut self.spends[place], spend.clone());
        self.count(&before, -1);
        self.count(&spend, 1);
    }

    fn count(&mut self, spend: &Spend, sign: i64) {
        if let Some(under) = spend.under.clone() {
            *self.used.entry(under).or_default() += sign * spend.counts();
        }
    }
}

fn answers_for(viewer: &Phone, spend: &Spend) -> bool {
    viewer.team == spend.team && viewer.role != Role::Practitioner
}

fn holds(line: &Line, her: &Phone) -> bool {
    match line.to {
        Grantee::Role(role) => role == her.role,
        Grantee::Person(person) => person == her.id,
    }
}

fn decides_for(line: &Line, decider: &Phone, asker: &Phone) -> bool {
    decider.id != asker.id
        && match line.decides_for {
            DecidesFor::NobodyElse => false,
            DecidesFor::Team => decider.team == asker.team,
            DecidesFor::Organisation => true,
        }
}
