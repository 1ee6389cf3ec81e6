//! Money that comes back, goes to another budget, cannot wait, changes, or waits for too long.

use busfare_entity::words::{BudgetId, DecidesFor, PractitionerId, Role};
use chrono::{DateTime, TimeDelta, Utc};

use super::{Asked, Expected, Oracle, Spend};
use crate::model::world::World;

/// How long money is held before it goes back by itself.
const HOLD_LASTS: TimeDelta = TimeDelta::days(7);

/// What somebody wants to move.
#[derive(Clone, Copy, Debug)]
pub struct Moving {
    /// Who.
    pub by: PractitionerId,
    /// From here.
    pub from: BudgetId,
    /// To there.
    pub to: BudgetId,
    /// How much.
    pub amount: i64,
}

impl Oracle {
    /// Money came back of a spend: never more than left, to the budget that paid.
    pub fn refund(&mut self, world: &World, place: usize, by: PractitionerId, amount: Option<i64>) -> Expected {
        let (mut spend, her) = (self.spends[place].clone(), world.phone(by));
        if !self.sees(her, &spend) {
            return Expected::NotFound;
        }
        if spend.asker != by && her.role == Role::Practitioner {
            return Expected::Refused("NOT_YOUR_SPEND");
        }
        if spend.money == "REFUNDED" {
            return Expected::Refused("ALREADY_REFUNDED");
        }
        if !spend.has_left() {
            return Expected::Refused("NOT_SPENT");
        }
        let left = spend.spent.unwrap() - spend.refunded;
        let amount = amount.unwrap_or(left);
        if amount > left || amount == 0 {
            return Expected::Refused("ABOVE_SPENT");
        }
        self.pot(spend.budget).settled -= amount;
        spend.refunded += amount;
        spend.money = if amount == left { "REFUNDED" } else { "PART_REFUNDED" };
        self.put(place, spend);
        Expected::Spend(place)
    }

    /// Money goes from one budget to another: out of one's own, or out of any where one decides for everybody.
    pub fn moves(&mut self, world: &World, moving: Moving) -> Expected {
        let Moving { by, from, to, amount } = moving;
        if from == to {
            return Expected::Refused("SAME_BUDGET");
        }
        let her = world.phone(by);
        let Some(limit) = world.may_move.get(&her.role).filter(|_| her.role != Role::Practitioner) else {
            return Expected::Refused("NOT_YOUR_SAY");
        };
        let of_team = world.teams.contains(&(her.team, from));
        let of_hub = world.hubs.iter().any(|(hub, budget)| *budget == from && her.hubs.contains(hub));
        let for_all = self.lines_of(her).any(|line| line.decides_for == DecidesFor::Organisation);
        if !of_team && !of_hub && !for_all {
            return Expected::Refused("NOT_YOUR_BUDGET");
        }
        if amount > *limit {
            return Expected::Refused("ABOVE_YOUR_LIMIT");
        }
        if amount > self.pots[&from].available() {
            return Expected::Refused("BUDGET_SHORT");
        }
        self.pot(from).put -= amount;
        self.pot(to).put += amount;
        Expected::Moved
    }

    /// It cannot wait: yes up to the ceiling, whatever the budget for emergencies has, and one senior is told.
    pub fn emergency(
        &mut self,
        world: &World,
        asker: PractitionerId,
        terms: (i64, i64),
        told: Option<PractitionerId>,
    ) -> Expected {
        let her = world.phone(asker);
        let Some(ceiling) = self.lines_of(her).filter_map(|line| line.ceiling).max() else {
            return Expected::Refused("NO_EMERGENCY_SAY");
        };
        if terms.0 * terms.1 > ceiling {
            return Expected::Refused("ABOVE_CEILING");
        }
        let senior = world.phone(told.expect("somebody is told"));
        assert!(senior.role == Role::Senior && senior.id != asker, "a senior is told, and never of her own");
        let leads = world.phones.iter().any(|one| one.role == Role::Senior && one.team == her.team && one.id != asker);
        assert!(senior.team == her.team || !leads, "the lead of her own team is told before any other");
        let asked = Asked { asker, budget: world.emergencies, terms, bought: false };
        let spend = Spend { told, ..Spend::asked(asked, her.team) };
        self.begins(spend, |it, spend| it.authorise(spend, spend.total, "EMERGENCY", None))
    }

    /// Its asker wants another amount: less goes back at once, and while nobody has decided the ask itself changes.
    /// Whoever is asked then is read from the answer, and must be somebody who may decide.
    pub fn change(
        &mut self,
        world: &World,
        place: usize,
        by: PractitionerId,
        price: i64,
        answered: Option<PractitionerId>,
    ) -> Expected {
        let mut spend = self.spends[place].clone();
        let her = world.phone(by);
        if !self.sees(her, &spend) {
            return Expected::NotFound;
        }
        if spend.asker != by {
            return Expected::Refused("NOT_YOUR_SPEND");
        }
        let same = spend.terms == (price, 1);
        if !spend.waits() {
            return self.lower(place, spend, price, same);
        }
        if same {
            return Expected::Refused("NOTHING_TO_CHANGE");
        }
        let raised = price > spend.total;
        let funded = price <= self.pots[&spend.budget].available() + spend.held;
        let own = self.line_that_allows(her, price, |_| true).filter(|_| funded);
        if !funded && !spend.bought {
            return Expected::Refused("BUDGET_SHORT");
        }
        (spend.terms, spend.total) = ((price, 1), price);
        if let Some(line) = own {
            self.authorise(&mut spend, price, "AUTHORISED_SELF", Some((line.line, by)));
        } else {
            let asked = world.phone(spend.asked.unwrap());
            let stays = !raised || self.may_decide_for(asked, her, price);
            if !stays {
                if let Some(refused) = self.one_colleague(world, her, price, answered) {
                    return refused;
                }
                spend.asked_before.push(asked.id);
                spend.asked = answered;
            }
            self.hold(&mut spend, funded);
        }
        self.put(place, spend);
        Expected::Spend(place)
    }

    /// Less of what is authorised already. (More is a spend of its own, which this walk does not ask for.)
    fn lower(&mut self, place: usize, mut spend: Spend, price: i64, same: bool) -> Expected {
        let now = match spend.money {
            "COMMITTED" => spend.held,
            "SPENT" => spend.spent.unwrap(),
            _ if spend.has_gone_back() => return Expected::Refused("HOLD_EXPIRED"),
            _ if spend.has_left() => return Expected::Refused("ALREADY_SPENT"),
            _ => return Expected::Refused("ALREADY_DECIDED"),
        };
        if same || price == now {
            return Expected::Refused("NOTHING_TO_CHANGE");
        }
        if spend.money == "SPENT" {
            return Expected::Refused("ALREADY_SPENT");
        }
        self.pot(spend.budget).committed -= now - price;
        (spend.terms, spend.total, spend.held, spend.authorised) = ((price, 1), price, price, Some(price));
        self.put(place, spend);
        Expected::Spend(place)
    }

    /// What may be asked for in a change that this walk makes: anything while it waits, else no more than stands.
    pub fn changes_up_to(&self, place: usize) -> i64 {
        let spend = &self.spends[place];
        if spend.waits() { spend.total * 2 + 100 } else { spend.spent.or(spend.authorised).unwrap_or(spend.total) }
    }

    /// When the hold of a spend goes back by itself, for certain.
    pub fn hold_ends(&self, place: usize) -> Option<DateTime<Utc>> {
        let spend = &self.spends[place];
        spend.held_since.filter(|_| spend.held > 0).map(|since| since.plus(HOLD_LASTS).1)
    }

    /// What is held and not used for seven days goes back; a yes stays a yes. None where a moment is in doubt.
    pub fn expire(&mut self, now: DateTime<Utc>) -> Option<Vec<usize>> {
        let mut gone = Vec::new();
        for (place, spend) in self.spends.iter().enumerate().filter(|(_, spend)| spend.held > 0) {
            if spend.held_since.unwrap().plus(HOLD_LASTS).has_come(now)? {
                gone.push(place);
            }
        }
        for place in &gone {
            let mut spend = self.spends[*place].clone();
            self.give_back(&mut spend);
            self.put(*place, spend);
        }
        Some(gone)
    }
}
