//! Where there is no signal, in plain arithmetic: what is drawn is set aside, and pays for what a phone decided with it.

use busfare_entity::words::{BudgetId, DelegationId, Fund, HubId, PractitionerId, SessionId, SpendPurposeId};
use chrono::{DateTime, TimeDelta, Utc};

use super::{Asked, Expected, Moment, Oracle, Spend};
use crate::model::world::World;

/// How far a phone's clock may be slow.
const FORGIVEN: TimeDelta = TimeDelta::seconds(5);
/// How long late phones are waited for.
const GRACE: TimeDelta = TimeDelta::hours(72);

/// What somebody wants to draw.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Who.
    pub by: PractitionerId,
    /// Which of her phones.
    pub session: SessionId,
    /// Who pays.
    pub fund: Fund,
    /// The one purpose it is for.
    pub purpose: Option<SpendPurposeId>,
    /// The one hub it is for.
    pub hub: Option<HubId>,
    /// How much.
    pub amount: i64,
    /// For how long.
    pub hours: i64,
}

/// An allowance as it should stand.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Its id on the wire.
    pub id: String,
    /// Whose.
    pub owner: PractitionerId,
    /// Who pays.
    pub budget: BudgetId,
    /// Set aside for it.
    pub reserved: i64,
    /// Passed on to spends.
    pub honoured: i64,
    /// Gone back.
    pub returned: i64,
    /// When it ended early.
    pub ended: Option<Moment>,
    pub(super) line: String,
    delegation: DelegationId,
    item: i64,
    session: SessionId,
    fund: Fund,
    purpose: Option<SpendPurposeId>,
    hub: Option<HubId>,
    begins: Moment,
    expires: Moment,
}

impl Drawn {
    /// What is left of it.
    pub fn left(&self) -> i64 {
        self.reserved - self.honoured - self.returned
    }

    /// The one purpose and the one hub that it is for, where there is only one.
    pub fn is_for(&self) -> (Option<SpendPurposeId>, Option<HubId>) {
        (self.purpose, self.hub)
    }

    /// When what is left goes back by itself, for certain.
    pub fn closes(&self) -> DateTime<Utc> {
        self.expires.plus(GRACE).1
    }

    /// Whether its terms cover what a phone decided at a moment.
    fn covers(&self, spend: &Brought, taken_away: [Option<DateTime<Utc>>; 2], paid_by: Fund) -> bool {
        let begun = self.begins.has_come(spend.at).expect("no phone decides while it draws");
        let taken_away = taken_away.map(|at| at.map(|at| Moment(at, at)));
        let mut ends = [Some(self.expires), self.ended].into_iter().chain(taken_away).flatten();
        let over = ends.any(|end| end.has_come(spend.at).expect("no phone decides as it returns"));
        let place = self.hub.is_none_or(|hub| spend.hub == Some(hub));
        let purpose = paid_by == self.fund && self.purpose.is_none_or(|purpose| spend.purpose == purpose);
        begun && !over && place && purpose && spend.total() <= self.item && spend.total() <= self.left()
    }
}

/// A spend that a phone decided.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Its id on the wire.
    pub id: String,
    /// Under which allowance.
    pub under: usize,
    /// What for.
    pub purpose: SpendPurposeId,
    /// Where.
    pub hub: Option<HubId>,
    /// The price of one, and how many.
    pub terms: (i64, i64),
    /// What was really spent, where the phone knows.
    pub spent: Option<i64>,
    /// When, as the phone says.
    pub at: DateTime<Utc>,
    /// What became of it, and the spend it became.
    pub home: Option<(&'static str, usize)>,
}

impl Brought {
    fn total(&self) -> i64 {
        self.terms.0 * self.terms.1
    }
}

impl Oracle {
    /// Drawing: within every limit over time, and set aside at once; one at a time for each phone and budget.
    pub fn draw(&mut self, world: &World, drawing: Drawing) -> Expected {
        let her = world.phone(drawing.by);
        if drawing.fund == Fund::Hub && drawing.hub.is_none() {
            return Expected::Refused("HUB_NEEDED");
        }
        let Some(budget) = pays(world, drawing.by, drawing.fund, drawing.hub) else {
            return Expected::Refused("NO_BUDGET");
        };
        let here = |one: &Drawn| one.session == drawing.session && one.budget == budget;
        if self.drawn.iter().any(|one| here(one) && one.ended.is_none() && one.left() > 0) {
            return Expected::Refused("ALLOWANCE_OPEN");
        }
        let mut hers: Vec<_> = self.lines_of(her).collect();
        hers.sort_by_key(|line| std::cmp::Reverse(line.item));
        let Some(line) = hers.into_iter().find(|line| self.has_left(line, her.id, drawing.amount)).cloned() else {
            return Expected::Refused("ABOVE_YOUR_SAY");
        };
        if drawing.amount > self.pots[&budget].available() {
            return Expected::Refused("BUDGET_SHORT");
        }
        self.pot(budget).committed += drawing.amount;
        let now = self.clock.step();
        self.drawn.push(Drawn {
            id: String::new(),
            owner: her.id,
            budget,
            reserved: drawing.amount,
            honoured: 0,
            returned: 0,
            ended: None,
            line: line.line,
            delegation: line.id,
            item: line.item,
            session: drawing.session,
            fund: drawing.fund,
            purpose: drawing.purpose,
            hub: drawing.hub,
            begins: now.plus(-FORGIVEN),
            expires: now.plus(TimeDelta::hours(drawing.hours)),
        });
        Expected::Allowance(self.drawn.len() - 1)
    }

    /// Coming home: what is covered is honoured, whatever else happened meanwhile; else one colleague is asked.
    pub fn home(
        &mut self,
        world: &World,
        place: usize,
        by: PractitionerId,
        answered: Option<PractitionerId>,
    ) -> (&'static str, Option<&'static str>) {
        let brought = self.brought[place].clone();
        let allowance = self.drawn[brought.under].clone();
        match brought.home {
            Some(_) if allowance.owner != by => return ("REFUSED", Some("ID_ALREADY_USED")),
            Some((outcome, _)) => return (outcome, None),
            None if allowance.owner != by => return ("REFUSED", Some("ALLOWANCE_NOT_FOUND")),
            None => {}
        }
        let paid_by = if brought.purpose == world.tea { Fund::Hub } else { Fund::Section17 };
        let say = self.revoked.get(&allowance.delegation).copied();
        let phone = self.lost.get(&allowance.session).copied();
        let expected = if allowance.covers(&brought, [say, phone], paid_by) {
            self.honour(world, &brought)
        } else {
            self.ask_about(world, &brought, by, paid_by, answered)
        };
        match expected {
            Expected::Spend(spend) => {
                let outcome = if self.spends[spend].allowance.is_some() { "HONOURED" } else { "ASKED" };
                self.spends[spend].id = brought.id;
                self.brought[place].home = Some((outcome, spend));
                (outcome, None)
            }
            Expected::Refused(code) => ("REFUSED", Some(code)),
            other => unreachable!("{other:?}"),
        }
    }

    /// The money passes on to the spend. What it did not need goes back to the budget, and not to the allowance.
    fn honour(&mut self, world: &World, brought: &Brought) -> Expected {
        let (total, under) = (brought.total(), brought.under);
        self.drawn[under].honoured += total;
        let Drawn { owner, budget, line, .. } = self.drawn[under].clone();
        self.pot(budget).committed -= total;
        let asked = Asked { asker: owner, budget, terms: brought.terms, bought: false };
        let spend = Spend { allowance: Some(under), ..Spend::asked(asked, world.phone(owner).team) };
        let spent = brought.spent;
        self.begins(spend, |it, spend| {
            it.authorise(spend, total, "AUTHORISED_SELF", Some((line, owner)));
            if let Some(spent) = spent {
                it.leaves(spend, spent);
            }
        })
    }

    /// It is kept as already bought, for what it came to, and one colleague is asked, whatever the budget has.
    fn ask_about(
        &mut self,
        world: &World,
        brought: &Brought,
        by: PractitionerId,
        paid_by: Fund,
        answered: Option<PractitionerId>,
    ) -> Expected {
        if paid_by == Fund::Hub && brought.hub.is_none() {
            return Expected::Refused("HUB_NEEDED");
        }
        let Some(budget) = pays(world, by, paid_by, brought.hub) else {
            return Expected::Refused("NO_BUDGET");
        };
        let terms = match brought.spent {
            Some(spent) if spent != brought.total() => (spent, 1),
            _ => brought.terms,
        };
        let (her, total) = (world.phone(by), terms.0 * terms.1);
        if let Some(refused) = self.one_colleague(world, her, total, answered) {
            return refused;
        }
        let funded = total <= self.pots[&budget].available();
        let asked = Asked { asker: by, budget, terms, bought: true };
        let spend = Spend { asked: answered, ..Spend::asked(asked, her.team) };
        self.begins(spend, |it, spend| it.hold(spend, funded))
    }

    /// It is given back, but for what is still to come.
    pub fn give_back_allowance(&mut self, place: usize, by: PractitionerId, still: i64) -> Expected {
        let (now, allowance) = (self.clock.step(), &mut self.drawn[place]);
        if allowance.owner != by {
            return Expected::NotFound;
        }
        let back = (allowance.left() - still).max(0);
        allowance.returned += back;
        allowance.ended = allowance.ended.or(Some(now));
        let budget = allowance.budget;
        self.pot(budget).committed -= back;
        Expected::Allowance(place)
    }

    /// What late phones have not used goes back. None where a moment is in doubt.
    pub fn close_allowances(&mut self, now: DateTime<Utc>) -> Option<Vec<usize>> {
        let mut over = Vec::new();
        for (place, allowance) in self.drawn.iter().enumerate().filter(|(_, one)| one.left() > 0) {
            if allowance.expires.plus(GRACE).has_come(now)? {
                over.push(place);
            }
        }
        for place in &over {
            let allowance = &mut self.drawn[*place];
            let (left, budget) = (allowance.left(), allowance.budget);
            allowance.returned += left;
            allowance.ended = allowance.ended.or(Some(Moment(now, now)));
            self.pot(budget).committed -= left;
        }
        Some(over)
    }
}

/// Which budget pays for somebody.
fn pays(world: &World, who: PractitionerId, fund: Fund, hub: Option<HubId>) -> Option<BudgetId> {
    if fund == Fund::Hub {
        return world.hubs.iter().find(|(it, _)| Some(*it) == hub).map(|(_, budget)| *budget);
    }
    let team = world.phone(who).team;
    world.teams.iter().find(|(it, _)| *it == team).map(|(_, budget)| *budget)
}
