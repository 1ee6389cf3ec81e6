//! What should be: the same steps on plain numbers in memory, written from the promises and not from the server's code.

use std::collections::HashMap;

use busfare_entity::words::{BudgetId, DecidesFor, PractitionerId, TeamId};

use super::world::{Grantee, Line, Phone, World};

/// A budget's counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pot {
    /// Put into it.
    pub allocated: i64,
    /// Held while a colleague decides.
    pub reserved: i64,
    /// Set aside.
    pub committed: i64,
    /// Left.
    pub settled: i64,
}

impl Pot {
    fn available(self) -> i64 {
        self.allocated - self.reserved - self.committed - self.settled
    }
}

/// A spend as it should stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spend {
    /// Its id on the wire.
    pub id: String,
    /// Who asked.
    pub asker: PractitionerId,
    /// In which team.
    pub team: TeamId,
    /// Who pays.
    pub budget: BudgetId,
    /// What was asked.
    pub total: i64,
    /// Whether it was bought already.
    pub bought: bool,
    /// The decision.
    pub decision: &'static str,
    /// Where the money is.
    pub money: &'static str,
    /// What the budget holds for it.
    pub held: i64,
    /// What was authorised.
    pub authorised: Option<i64>,
    /// What has left.
    pub spent: Option<i64>,
    /// What came back.
    pub refunded: i64,
    /// Who was asked.
    pub asked: Option<PractitionerId>,
    /// Whose say it was, by which line.
    under: Option<(String, PractitionerId)>,
}

impl Spend {
    /// Whether it still waits for a colleague.
    pub fn waits(&self) -> bool {
        self.decision == "ASKED"
    }

    /// What of it counts against somebody's say.
    fn counts(&self) -> i64 {
        if self.decision == "WITHDRAWN" {
            return 0;
        }
        self.spent.or(self.authorised).unwrap_or_default() - self.refunded
    }
}

/// What a step should be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The spend at this place, as it now stands.
    Spend(usize),
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
    used: HashMap<(String, PractitionerId), i64>,
}

impl Oracle {
    /// The council before anybody has asked.
    pub fn new(world: &World) -> Self {
        let pots =
            world.budgets.iter().map(|budget| (budget.id, Pot { allocated: budget.allocated_pence, ..Pot::default() }));
        Self { pots: pots.collect(), spends: Vec::new(), lines: world.lines.clone(), used: HashMap::new() }
    }

    /// Asking: yes at once within one's own say, else one colleague, if the money is there.
    /// Who is asked is read from the answer, and must be somebody who may decide.
    pub fn ask(&mut self, world: &World, new: Asked, answered: Option<PractitionerId>) -> Expected {
        let Asked { asker, budget, total, bought } = new;
        let her = world.phone(asker);
        let funded = total <= self.pots[&budget].available();
        let own = self.line_that_allows(her, total, |_| true);
        if own.is_none() || !funded {
            if !funded && !bought {
                return Expected::Refused("BUDGET_SHORT");
            }
            let anybody = world.phones.iter().any(|colleague| self.may_decide_for(colleague, her, total));
            if !anybody {
                return Expected::Refused("NOBODY_CAN_DECIDE");
            }
            let asked = answered.expect("somebody is asked");
            assert!(self.may_decide_for(world.phone(asked), her, total), "whoever is asked may decide");
        }

        let mut spend = Spend {
            id: String::new(),
            asker,
            team: her.team,
            budget,
            total,
            bought,
            decision: "ASKED",
            money: "NONE",
            held: 0,
            authorised: None,
            spent: None,
            refunded: 0,
            asked: answered,
            under: None,
        };
        match own.filter(|_| funded) {
            Some(line) => self.authorise(&mut spend, total, "AUTHORISED_SELF", (line, asker)),
            None if funded => {
                self.pot(budget).reserved += total;
                (spend.money, spend.held) = ("RESERVED", total);
            }
            None => {}
        }
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
        self.authorise(&mut spend, amount, decision, (line, by));
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
        let pot = self.pot(spend.budget);
        pot.committed -= spend.held;
        pot.settled += amount;
        (spend.money, spend.held, spend.spent) = ("SPENT", 0, Some(amount));
        self.put(place, spend);
        Expected::Spend(place)
    }

    /// What the counters of the budgets must be, from the spends alone.
    pub fn counted_from_spends(&self, budget: BudgetId) -> (i64, i64, i64) {
        self.spends.iter().filter(|spend| spend.budget == budget).fold(
            (0, 0, 0),
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
        let left = ["SPENT", "PART_REFUNDED", "REFUNDED"].contains(&spend.money);
        left.then_some(Expected::Refused("ALREADY_SPENT"))
    }

    fn sees(&self, viewer: &Phone, spend: &Spend) -> bool {
        let answers_for = viewer.team == spend.team && viewer.role != busfare_entity::words::Role::Practitioner;
        spend.asker == viewer.id || spend.asked == Some(viewer.id) || answers_for
    }

    fn authorise(&mut self, spend: &mut Spend, amount: i64, decision: &'static str, under: (String, PractitionerId)) {
        let pot = self.pot(spend.budget);
        pot.reserved -= spend.held;
        spend.authorised = Some(amount);
        (spend.decision, spend.under) = (decision, Some(under));
        if spend.bought {
            pot.settled += amount;
            (spend.money, spend.held, spend.spent) = ("SPENT", 0, Some(amount));
        } else {
            pot.committed += amount;
            (spend.money, spend.held) = ("COMMITTED", amount);
        }
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
    fn line_that_allows(&self, her: &Phone, amount: i64, also: impl Fn(&Line) -> bool) -> Option<String> {
        let mut hers: Vec<_> =
            self.lines.iter().filter(|line| !line.revoked && holds(line, her) && also(line)).collect();
        hers.sort_by_key(|line| std::cmp::Reverse(line.item));
        let allows = |line: &&&Line| {
            amount <= line.item
                && self.used.get(&(line.line.clone(), her.id)).copied().unwrap_or_default() + amount <= line.window
        };
        hers.iter().find(allows).map(|line| line.line.clone())
    }

    fn put(&mut self, place: usize, spend: Spend) {
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

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// By whom.
    pub asker: PractitionerId,
    /// From which budget.
    pub budget: BudgetId,
    /// How much.
    pub total: i64,
    /// Whether it was bought already.
    pub bought: bool,
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
