//! A walk: random steps taken by the server and by the model, compared after every one.

use std::collections::HashMap;

use busfare_entity::words::{BudgetEntryId, BudgetId, PractitionerId};
use serde_json::Value;

mod agrees;
mod asks;
mod away;
mod moves;
mod scheme;

use super::{
    chance::Chance,
    oracle::{Counters, Expected, Oracle, Spend},
    world::{PHONES_EACH, Verb, World, happened, told},
};
use crate::council::Council;

/// How many steps a phone's token is used for.
const STEPS_A_TOKEN: usize = 1_500;
/// How many steps between two words about how far it is, and two looks at everything.
const STEPS_A_LOOK: usize = 500;

/// One random step with what came of it.
#[derive(Clone, Debug)]
struct Taken {
    by: PractitionerId,
    verb: Verb,
    answer: Value,
}

/// What a step has touched, for a closer look.
#[derive(Debug, Default)]
struct Touched {
    spends: Vec<usize>,
    allowances: Vec<usize>,
}

/// A walk in progress.
pub struct Walk<'a> {
    council: &'a Council,
    world: World,
    oracle: Oracle,
    chance: Chance,
    taken: Vec<Taken>,
    entries: HashMap<BudgetId, Counters>,
    last_entry: Option<BudgetEntryId>,
    versions: i32,
    quiet: HashMap<&'static str, usize>,
}

impl<'a> Walk<'a> {
    /// Begins at the council before anybody has asked.
    pub async fn begin(council: &'a Council, seed: u64) -> Self {
        let world = World::read(&council.state.db, council.data.path()).await;
        let oracle = Oracle::new(&world);
        Self {
            council,
            world,
            oracle,
            chance: Chance::new(seed),
            taken: Vec::new(),
            entries: HashMap::new(),
            last_entry: None,
            versions: 1,
            quiet: HashMap::new(),
        }
    }

    /// Takes so many steps.
    pub async fn go(&mut self, steps: usize) {
        self.begins_poor().await;
        for step in 0..steps {
            if step % STEPS_A_TOKEN == STEPS_A_TOKEN - 1 {
                self.world.renew(&self.council.state.db, self.council.data.path()).await;
            }
            let touched = self.step().await;
            if self.oracle.pots.values().any(|pot| pot.counters().overrun > 0) {
                self.did("with a budget that has run over");
            }
            self.budgets_agree(step).await;
            self.touched_agree(step, &touched).await;
            if step % STEPS_A_LOOK == STEPS_A_LOOK - 1 {
                self.says_agree(step).await;
                println!("{} of {steps} steps, and no difference", step + 1);
            }
        }
        self.everything_agrees(steps).await;
    }

    /// What was done, by its name, for whoever watches.
    pub fn told(&self) -> String {
        let mut counted: HashMap<String, usize> = HashMap::new();
        for Taken { verb, answer, .. } in &self.taken {
            let said = answer["spend"]["decision"].as_str().or(answer["userErrors"][0]["code"].as_str());
            let said = said.or(answer["problem"].as_str()).unwrap_or("done");
            *counted.entry(format!("{} {said}", verb.name)).or_default() += 1;
            for one in answer["results"].as_array().into_iter().flatten() {
                let came = format!("{} {}", one["outcome"], one["userError"]["code"]);
                *counted.entry(format!("  came home {came}")).or_default() += 1;
            }
        }
        let went = [
            "  came home \"HONOURED\" null",
            "recordRefund AUTHORISED_SELF",
            "moveMoney done",
            "drawAllowance done",
            "spendInEmergency EMERGENCY",
        ];
        assert!(self.taken.len() < 1_000 || went.iter().all(|what| counted.contains_key(*what)), "{counted:#?}");
        counted.extend(self.quiet.iter().map(|(what, times)| ((*what).to_owned(), *times)));
        let mut lines: Vec<_> = counted.into_iter().map(|(what, times)| format!("{times:6} {what}")).collect();
        lines.sort();
        lines.join("\n")
    }

    async fn step(&mut self) -> Touched {
        match self.chance.between(0, 99) {
            0..=25 => self.ask().await,
            26..=36 => self.decide().await,
            37..=41 => self.withdraw().await,
            42..=53 => self.spend().await,
            54..=60 => self.refund().await,
            61..=64 => self.change().await,
            65..=67 => self.emergency().await,
            68..=71 => self.move_money().await,
            72..=75 => self.draw().await,
            76..=80 => self.decides_away().await,
            81..=85 => self.sync().await,
            86 => self.return_allowance().await,
            87..=88 => self.holds_expire().await,
            89 if self.chance.once_in(2) => self.allowances_close().await,
            89 => self.holds_expire().await,
            90..=97 => self.replay().await,
            98 => self.revoke().await,
            _ if self.chance.once_in(4) => self.lose_phones().await,
            _ if self.chance.once_in(5) => self.publish().await,
            _ => self.replay().await,
        }
    }

    async fn send(&mut self, by: PractitionerId, name: &'static str, input: Value) -> Value {
        self.send_from(by, 0, name, input).await
    }

    /// Sends a mutation from one of her phones, and keeps when and what came of it.
    async fn send_from(&mut self, by: PractitionerId, device: usize, name: &'static str, input: Value) -> Value {
        let (verb, server) = (Verb { name, input }, self.council.url(""));
        self.oracle.clock.asks();
        let answer = self.world.phone(by).sends(&server, device, &verb).await.unwrap();
        self.oracle.clock.is_answered();
        self.taken.push(Taken { by, verb, answer: answer.clone() });
        answer
    }

    /// What was answered before is answered again, from any of her phones, and nothing happens. What was refused is
    /// not kept, so it is not sent.
    async fn replay(&mut self) -> Touched {
        if self.taken.is_empty() {
            return Touched::default();
        }
        let before = self.taken[self.chance.place(self.taken.len())].clone();
        if !happened(&before.answer) {
            return Touched::default();
        }
        let (server, device) = (self.council.url(""), self.chance.place(PHONES_EACH));
        let again = self.world.phone(before.by).sends(&server, device, &before.verb).await.unwrap();
        assert_eq!(again["replayed"], true, "{:?}: {again}", before.verb);
        assert_eq!(told(&again), told(&before.answer), "{:?}", before.verb);
        self.did("replayed");
        Touched::default()
    }

    fn did(&mut self, what: &'static str) {
        *self.quiet.entry(what).or_default() += 1;
    }

    /// Pennies to some tens of pounds, and now and then hundreds.
    fn amount(&mut self) -> i64 {
        match self.chance.between(0, 19) {
            0 => self.chance.between(5_000, 70_000),
            1..=5 => self.chance.between(1_000, 6_000),
            _ => self.chance.between(1, 1_500),
        }
    }

    /// The price of one, and how many.
    fn terms(&mut self) -> (i64, i64) {
        (self.amount(), if self.chance.once_in(4) { self.chance.between(2, 9) } else { 1 })
    }

    /// Mostly the right spend for a step, and sometimes any.
    fn a_spend(&mut self, right: impl Fn(&Spend) -> bool) -> Option<usize> {
        let all = self.oracle.spends.len();
        let fits: Vec<_> = (0..all).filter(|place| right(&self.oracle.spends[*place])).collect();
        match (all, fits.len()) {
            (0, _) => None,
            (_, 0) => Some(self.chance.place(all)),
            (_, many) if !self.chance.once_in(8) => Some(fits[self.chance.place(many)]),
            _ => Some(self.chance.place(all)),
        }
    }

    /// Anybody.
    fn anybody(&mut self) -> PractitionerId {
        self.world.phones[self.chance.place(self.world.phones.len())].id
    }

    /// Mostly whoever may, and sometimes somebody else.
    fn mostly(&mut self, right: PractitionerId) -> PractitionerId {
        if self.chance.once_in(10) { self.anybody() } else { right }
    }

    #[track_caller]
    fn agrees(&self, expected: &Expected, answer: &Value) -> Touched {
        let taken = self.taken.last().unwrap();
        let mut touched = Touched::default();
        match expected {
            Expected::Spend(place) => {
                let spend = &self.oracle.spends[*place];
                let told = (answer["spend"]["decision"].as_str(), answer["spend"]["money"].as_str());
                assert_eq!(told, (Some(spend.decision), Some(spend.money)), "{taken:#?}\nshould be {spend:#?}");
                touched.spends.push(*place);
            }
            Expected::Allowance(place) => {
                let drawn = &self.oracle.drawn[*place];
                assert_eq!(answer["allowance"]["id"], drawn.id, "{taken:#?}\nshould be {drawn:#?}");
                touched.allowances.push(*place);
            }
            Expected::Moved => assert!(answer["virement"]["id"].is_string(), "{taken:#?}"),
            Expected::Refused(code) => assert_eq!(answer["userErrors"][0]["code"], *code, "{taken:#?}"),
            Expected::NotFound => assert_eq!(answer["problem"], "NOT_FOUND", "{taken:#?}"),
        }
        touched
    }
}
