//! The tally of asks that are decided one after the other in one sitting: what each takes, the next no longer has.
//! It says what the tables would say if each had been remembered before the next was looked at.

use std::collections::HashMap;

use busfare_entity::words::{BudgetId, PersonId, PractitionerId};
use chrono::NaiveDate;

use super::{authority::Pot, budget::Step, money::Money};

/// The rolling windows, in hours.
pub const WINDOWS: [i32; 3] = [24, 168, 672];

/// What one practitioner has used of one line of the scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// In each of the [`WINDOWS`].
    pub windows: [Money; 3],
    /// From budgets, in their periods.
    pub of_budgets: HashMap<BudgetId, Money>,
    /// For people helped, since a budget's period began.
    pub for_people: HashMap<(PersonId, NaiveDate), Money>,
}

impl Used {
    /// Counts what an offline allowance still holds: it may be spent at any moment, so it counts in every window.
    pub fn set_aside(&mut self, budget: BudgetId, left: Money) {
        let more = |so_far: &mut Money| *so_far = so_far.plus(left).unwrap_or(*so_far);
        self.windows.iter_mut().for_each(more);
        more(self.of_budgets.entry(budget).or_default());
    }

    /// In the last so many hours.
    pub fn within(&self, hours: i32) -> Money {
        WINDOWS.iter().position(|window| *window == hours).map_or(Money::ZERO, |place| self.windows[place])
    }

    /// From a budget.
    pub fn of_budget(&self, budget: Option<BudgetId>) -> Money {
        budget.and_then(|budget| self.of_budgets.get(&budget)).copied().unwrap_or_default()
    }

    /// For somebody since a day.
    pub fn for_person(&self, person: Option<PersonId>, since: Option<NaiveDate>) -> Money {
        person.zip(since).and_then(|key| self.for_people.get(&key)).copied().unwrap_or_default()
    }
}

/// What practitioners have used of each line of the scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses(HashMap<PractitionerId, HashMap<String, Used>>);

impl Uses {
    /// What she has used of one line, if anything.
    pub fn of(&self, line: &str, by: PractitionerId) -> Option<&Used> {
        self.0.get(&by)?.get(line)
    }

    /// The same, to be written down.
    pub fn entry(&mut self, line: String, by: PractitionerId) -> &mut Used {
        self.0.entry(by).or_default().entry(line).or_default()
    }

    /// Learns what others have used. Of whom it knows already it knows better.
    pub fn learn(&mut self, others: Self) {
        for (by, used) in others.0 {
            self.0.entry(by).or_insert(used);
        }
    }
}

/// One use of a say.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// Under which line of the scheme.
    pub line: &'a str,
    /// Whose say.
    pub by: PractitionerId,
    /// From which budget.
    pub budget: BudgetId,
    /// Whom it helps.
    pub person: Option<PersonId>,
    /// How much.
    pub amount: Money,
}

/// What is left in the pots, what is used of everybody's say, and how many asks wait for whom.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// What is used.
    pub uses: Uses,
    pots: HashMap<BudgetId, Pot>,
    waiting: HashMap<PractitionerId, u32>,
    periods: Vec<NaiveDate>,
}

impl Tally {
    /// Begins with what is there before anybody asks.
    pub fn new(uses: Uses, pots: HashMap<BudgetId, Pot>, periods: Vec<NaiveDate>) -> Self {
        Self { uses, pots, waiting: HashMap::new(), periods }
    }

    /// What is left in a budget.
    pub fn pot(&self, budget: BudgetId) -> Option<&Pot> {
        self.pots.get(&budget)
    }

    /// How many more asks wait for somebody than the tables say.
    pub fn waiting_for(&self, colleague: PractitionerId) -> u32 {
        self.waiting.get(&colleague).copied().unwrap_or_default()
    }

    /// One step moves a budget.
    pub fn moves(&mut self, budget: BudgetId, step: &Step) {
        if let Some(pot) = self.pots.get_mut(&budget) {
            pot.available = Money::from_pence(pot.available.pence() + step.allocated - step.takes());
            pot.tolerance = Money::from_pence(pot.tolerance.pence() - step.overrun);
        }
    }

    /// Somebody uses her say.
    pub fn uses_say(&mut self, used: Use<'_>) {
        let more = |so_far: &mut Money| *so_far = so_far.plus(used.amount).unwrap_or(*so_far);
        let of_line = self.uses.entry(used.line.to_owned(), used.by);
        of_line.set_aside(used.budget, used.amount);
        for (person, since) in used.person.iter().flat_map(|person| self.periods.iter().map(move |day| (*person, *day)))
        {
            more(of_line.for_people.entry((person, since)).or_default());
        }
    }

    /// A colleague is asked.
    pub fn asks(&mut self, colleague: PractitionerId) {
        *self.waiting.entry(colleague).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use busfare_entity::words::BudgetMode;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn tally(available: i64) -> (Tally, BudgetId) {
        let budget = BudgetId(Uuid::from_u128(1));
        let pot = Pot {
            name: "Hub".into(),
            available: Money::from_pence(available),
            mode: BudgetMode::Warn,
            tolerance: Money::from_pence(100),
        };
        (Tally::new(Uses::default(), HashMap::from([(budget, pot)]), vec![NaiveDate::MIN]), budget)
    }

    #[test]
    fn what_one_takes_the_next_no_longer_has() {
        let (mut tally, budget) = tally(200);
        tally.moves(budget, &Step::commit(Money::from_pence(150), Money::ZERO));
        assert_eq!(tally.pot(budget).unwrap().available, Money::from_pence(50));

        tally.moves(budget, &Step::commit(Money::from_pence(120), Money::ZERO).running_over(Money::from_pence(70)));

        let pot = tally.pot(budget).unwrap();
        assert_eq!((pot.available, pot.tolerance), (Money::ZERO, Money::from_pence(30)));
    }

    #[test]
    fn a_use_counts_in_every_window_for_its_budget_and_for_whom_it_helps() {
        let (mut tally, budget) = tally(200);
        let (by, person) = (PractitionerId(Uuid::from_u128(2)), PersonId(Uuid::from_u128(3)));
        for _ in 0..2 {
            tally.uses_say(Use { line: "a", by, budget, person: Some(person), amount: Money::from_pence(115) });
        }
        let used = tally.uses.of("a", by).unwrap();
        let both = Money::from_pence(230);

        assert_eq!((used.within(24), used.within(168), used.within(672)), (both, both, both));
        assert_eq!((used.of_budget(Some(budget)), used.for_person(Some(person), Some(NaiveDate::MIN))), (both, both));
        assert_eq!(tally.uses.of("b", by), None);
    }

    #[test]
    fn whoever_is_known_already_is_known_better() {
        let (her, other) = (PractitionerId(Uuid::from_u128(2)), PractitionerId(Uuid::from_u128(3)));
        let pence = |pence| [Money::from_pence(pence); 3];
        let (mut known, mut read) = (Uses::default(), Uses::default());
        known.entry("a".into(), her).windows = pence(5);
        read.entry("a".into(), her).windows = pence(1);
        read.entry("a".into(), other).windows = pence(2);

        known.learn(read);

        assert_eq!(known.of("a", her).unwrap().windows, pence(5));
        assert_eq!(known.of("a", other).unwrap().windows, pence(2));
    }

    proptest! {
        #[test]
        fn a_pot_after_many_steps_is_what_the_sum_of_them_leaves(amounts in prop::collection::vec(0i64..1_000, 0..40)) {
            let (mut tally, budget) = tally(100_000);
            for amount in &amounts {
                tally.moves(budget, &Step::reserve(Money::from_pence(*amount)));
            }
            prop_assert_eq!(tally.pot(budget).unwrap().available.pence(), 100_000 - amounts.iter().sum::<i64>());
        }
    }
}
