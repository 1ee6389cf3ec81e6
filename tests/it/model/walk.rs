//! A walk: random steps taken by the server and by the model, compared after every one.

use std::collections::HashMap;

use busfare::store;
use busfare_entity::{
    budget, budget_entry, delegation, scheme, spend,
    words::{BudgetEntryId, BudgetId, PractitionerId, SpendId},
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set};
use serde_json::{Value, json};

use super::{
    chance::Chance,
    oracle::{Asked, Expected, Oracle, Pot},
    world::{self, Verb, World},
};
use crate::council::{Council, key};

/// How many steps a phone's token is used for.
const STEPS_A_TOKEN: usize = 1_500;

/// One random step with what came of it.
#[derive(Clone, Debug)]
struct Taken {
    by: PractitionerId,
    verb: Verb,
    answer: Value,
}

/// A walk in progress.
pub struct Walk<'a> {
    council: &'a Council,
    world: World,
    oracle: Oracle,
    chance: Chance,
    taken: Vec<Taken>,
    entries: HashMap<BudgetId, Pot>,
    last_entry: Option<BudgetEntryId>,
    versions: i32,
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
        }
    }

    /// Takes so many steps.
    pub async fn go(&mut self, steps: usize) {
        for step in 0..steps {
            if step % STEPS_A_TOKEN == STEPS_A_TOKEN - 1 {
                self.world.renew(&self.council.state.db, self.council.data.path()).await;
            }
            let touched = self.step().await;
            self.budgets_agree(step).await;
            if let Some(place) = touched {
                self.spend_agrees(step, place).await;
            }
        }
        for place in 0..self.oracle.spends.len() {
            self.spend_agrees(steps, place).await;
        }
        for budget in self.oracle.pots.keys() {
            let pot = self.oracle.pots[budget];
            assert_eq!(self.oracle.counted_from_spends(*budget), (pot.reserved, pot.committed, pot.settled));
        }
    }

    /// What was done, by its name, for whoever watches.
    pub fn told(&self) -> String {
        let mut counted: HashMap<String, usize> = HashMap::new();
        for Taken { verb, answer, .. } in &self.taken {
            let said = answer["spend"]["decision"].as_str().or(answer["userErrors"][0]["code"].as_str());
            let said = said.or(answer["problem"].as_str()).unwrap_or("done");
            *counted.entry(format!("{} {said}", verb.name)).or_default() += 1;
        }
        let mut lines: Vec<_> = counted.into_iter().map(|(what, times)| format!("{times:6} {what}")).collect();
        lines.sort();
        lines.join("\n")
    }

    async fn step(&mut self) -> Option<usize> {
        match self.chance.between(0, 99) {
            0..=37 => self.ask().await,
            38..=54 => self.decide().await,
            55..=64 => self.withdraw().await,
            65..=79 => self.spend().await,
            80..=95 => self.replay().await,
            96..=97 => self.revoke().await,
            _ if self.chance.once_in(10) => self.publish().await,
            _ => self.replay().await,
        }
    }

    async fn ask(&mut self) -> Option<usize> {
        let askers: Vec<_> = self.world.askers().map(|phone| (phone.id, phone.team)).collect();
        let (asker, team) = askers[self.chance.place(askers.len())];
        let (hub, at_hub) = self.world.hubs[self.chance.place(self.world.hubs.len())];
        let of_team = self.world.teams.iter().find(|(it, _)| *it == team).unwrap().1;
        let (purpose, budget) =
            if self.chance.once_in(3) { (self.world.tea, at_hub) } else { (self.world.fare, of_team) };
        let (unit, count) = (self.amount(), if self.chance.once_in(4) { self.chance.between(2, 9) } else { 1 });
        let bought = self.chance.once_in(4);
        let input = json!({ "idempotencyKey": key(), "purposeId": purpose.to_string(), "unitPrice": pounds(unit), "count": count,
            "hubId": hub.to_string(), "timing": if bought { "AFTER" } else { "BEFORE" } });
        let answer = self.send(asker, "requestSpend", input).await;

        let asked = answer["spend"]["ask"]["asked"]["id"].as_str().map(|id| id.parse().unwrap());
        let asked_for = Asked { asker, budget, total: unit * count, bought };
        let expected = self.oracle.ask(&self.world, asked_for, asked);
        if let (Expected::Spend(place), Some(id)) = (&expected, answer["spend"]["id"].as_str()) {
            self.oracle.spends[*place].id = id.to_owned();
        }
        self.agrees(&expected, &answer)
    }

    async fn decide(&mut self) -> Option<usize> {
        let place = self.a_spend(|spend| spend.waits())?;
        let spend = self.oracle.spends[place].clone();
        let stranger = self.world.phones[self.chance.place(self.world.phones.len())].id;
        let by = if self.chance.once_in(8) { stranger } else { spend.asked.unwrap_or(stranger) };
        let yes = match self.chance.between(0, 9) {
            0..=1 => None,
            2..=4 => Some(self.chance.between(1, spend.total + 1)),
            _ => Some(spend.total),
        };
        let answer = match yes {
            Some(amount) => json!({ "authorise": { "amount": pounds(amount) } }),
            None => json!({ "decline": { "reason": "CHEAPER_WAY" } }),
        };
        let input = json!({ "idempotencyKey": key(), "spendId": spend.id, "answer": answer });
        let answer = self.send(by, "decideSpend", input).await;
        let expected = self.oracle.decide(&self.world, place, by, yes);
        self.agrees(&expected, &answer)
    }

    async fn withdraw(&mut self) -> Option<usize> {
        let place = self.a_spend(|spend| spend.waits() || spend.money == "COMMITTED")?;
        let (by, id) = (self.mostly(self.oracle.spends[place].asker), self.oracle.spends[place].id.clone());
        let answer = self.send(by, "withdrawSpend", json!({ "idempotencyKey": key(), "spendId": id })).await;
        let expected = self.oracle.withdraw(&self.world, place, by);
        self.agrees(&expected, &answer)
    }

    async fn spend(&mut self) -> Option<usize> {
        let place = self.a_spend(|spend| spend.money == "COMMITTED")?;
        let spend = self.oracle.spends[place].clone();
        let (by, most) = (self.mostly(spend.asker), spend.authorised.unwrap_or(spend.total));
        let amount = if self.chance.once_in(2) { most } else { self.chance.between(1, most + 1) };
        let input = json!({ "idempotencyKey": key(), "spendId": spend.id, "amount": pounds(amount) });
        let answer = self.send(by, "recordSpent", input).await;
        let expected = self.oracle.spend(&self.world, place, by, amount);
        self.agrees(&expected, &answer)
    }

    /// What was answered before is answered again, and nothing happens. What was refused is not kept, so it is not sent.
    async fn replay(&mut self) -> Option<usize> {
        if self.taken.is_empty() {
            return None;
        }
        let before = self.taken[self.chance.place(self.taken.len())].clone();
        let happened = before.answer.get("problem").is_none() && before.answer["userErrors"] == json!([]);
        if !happened {
            return None;
        }
        let server = self.council.url("");
        let again = self.world.phone(before.by).sends(&server, &before.verb).await.unwrap();
        assert_eq!(again["replayed"], true, "{:?}: {again}", before.verb);
        for told in ["id", "decision", "money"] {
            assert_eq!(again["spend"][told], before.answer["spend"][told], "{:?}", before.verb);
        }
        None
    }

    /// One line of the scheme is taken away, or given back.
    async fn revoke(&mut self) -> Option<usize> {
        let place = self.chance.place(self.oracle.lines.len());
        let revoked = !self.oracle.lines[place].revoked && self.chance.once_in(2);
        let db = &self.council.state.db;
        let scheme =
            scheme::Entity::find().order_by_desc(scheme::Column::Version).one(db.reader()).await.unwrap().unwrap();
        let txn = db.begin().await.unwrap();
        let row = delegation::Entity::find()
            .filter(delegation::Column::SchemeId.eq(scheme.id))
            .filter(delegation::Column::Line.eq(&self.oracle.lines[place].line));
        let mut row = row.one(&txn).await.unwrap().unwrap().into_active_model();
        row.revoked_at = Set(revoked.then(busfare::http::clock::now));
        row.update(&txn).await.unwrap();
        txn.commit().await.unwrap();
        self.oracle.lines[place].revoked = revoked;
        None
    }

    /// A new version of the scheme with limits of its own, under new lines: everybody's use begins anew.
    async fn publish(&mut self) -> Option<usize> {
        let db = &self.council.state.db;
        let newest =
            scheme::Entity::find().order_by_desc(scheme::Column::Version).one(db.reader()).await.unwrap().unwrap();
        let rows = delegation::Entity::find()
            .filter(delegation::Column::SchemeId.eq(newest.id))
            .all(db.reader())
            .await
            .unwrap();
        self.versions += 1;
        let now = busfare::http::clock::now();
        let next = scheme::Model { id: store::mint::id(), version: newest.version + 1, valid_from: now, ..newest };
        let granted = rows.into_iter().map(|row| {
            let factor = self.chance.between(1, 40);
            let line = format!("{}-{}", row.line.split('-').next().unwrap(), self.versions);
            let item = row.item_limit_pence.map(|limit| limit * factor / 10 + 1);
            let window = busfare_entity::delegation_window::Model {
                id: store::mint::id(),
                delegation_id: store::mint::id(),
                hours: 168,
                limit_pence: item.unwrap_or(1_000) * self.chance.between(3, 40),
            };
            let row = delegation::Model {
                id: window.delegation_id,
                scheme_id: next.id,
                line,
                item_limit_pence: item,
                revoked_at: None,
                ..row
            };
            (row, vec![window])
        });
        let granted = granted.collect();
        let txn = db.begin().await.unwrap();
        store::authority::publish(&txn, next, granted).await.unwrap();
        txn.commit().await.unwrap();
        self.oracle.lines = world::lines(db).await;
        None
    }

    async fn send(&mut self, by: PractitionerId, name: &'static str, input: Value) -> Value {
        let (verb, server) = (Verb { name, input }, self.council.url(""));
        let answer = self.world.phone(by).sends(&server, &verb).await.unwrap();
        self.taken.push(Taken { by, verb, answer: answer.clone() });
        answer
    }

    /// Pennies to some tens of pounds, and now and then hundreds.
    fn amount(&mut self) -> i64 {
        match self.chance.between(0, 19) {
            0 => self.chance.between(5_000, 70_000),
            1..=5 => self.chance.between(1_000, 6_000),
            _ => self.chance.between(1, 1_500),
        }
    }

    /// Mostly the right spend for a step, and sometimes any.
    fn a_spend(&mut self, right: impl Fn(&super::oracle::Spend) -> bool) -> Option<usize> {
        let all = self.oracle.spends.len();
        let fits: Vec<_> = (0..all).filter(|place| right(&self.oracle.spends[*place])).collect();
        match (all, fits.len()) {
            (0, _) => None,
            (_, 0) => Some(self.chance.place(all)),
            (_, many) if !self.chance.once_in(8) => Some(fits[self.chance.place(many)]),
            _ => Some(self.chance.place(all)),
        }
    }

    /// Mostly whoever may, and sometimes somebody else.
    fn mostly(&mut self, right: PractitionerId) -> PractitionerId {
        if self.chance.once_in(10) { self.world.phones[self.chance.place(self.world.phones.len())].id } else { right }
    }

    #[track_caller]
    fn agrees(&self, expected: &Expected, answer: &Value) -> Option<usize> {
        let taken = self.taken.last().unwrap();
        match expected {
            Expected::Spend(place) => {
                let spend = &self.oracle.spends[*place];
                let told = (answer["spend"]["decision"].as_str(), answer["spend"]["money"].as_str());
                assert_eq!(told, (Some(spend.decision), Some(spend.money)), "{taken:#?}\nshould be {spend:#?}");
                Some(*place)
            }
            Expected::Refused(code) => {
                assert_eq!(answer["userErrors"][0]["code"], *code, "{taken:#?}");
                None
            }
            Expected::NotFound => {
                assert_eq!(answer["problem"], "NOT_FOUND", "{taken:#?}");
                None
            }
        }
    }

    /// Every counter is what the model says, and the sum of the entries so far.
    async fn budgets_agree(&mut self, step: usize) {
        let reader = self.council.state.db.reader();
        let mut newer = budget_entry::Entity::find().order_by_asc(budget_entry::Column::Id);
        if let Some(last) = self.last_entry {
            newer = newer.filter(budget_entry::Column::Id.gt(last));
        }
        for entry in newer.all(reader).await.unwrap() {
            let pot = self.entries.entry(entry.budget_id).or_default();
            pot.allocated += entry.allocated_delta_pence;
            pot.reserved += entry.reserved_delta_pence;
            pot.committed += entry.committed_delta_pence;
            pot.settled += entry.settled_delta_pence;
            self.last_entry = Some(entry.id);
        }
        for row in budget::Entity::find().all(reader).await.unwrap() {
            let counters = Pot {
                allocated: row.allocated_pence,
                reserved: row.reserved_pence,
                committed: row.committed_pence,
                settled: row.settled_pence,
            };
            assert_eq!(counters, self.oracle.pots[&row.id], "step {step}: {:#?}", self.taken.last());
            assert_eq!(counters, self.entries[&row.id], "step {step}: entries of {}", row.name);
        }
    }

    async fn spend_agrees(&self, step: usize, place: usize) {
        let should = &self.oracle.spends[place];
        let id: SpendId = should.id.parse().unwrap();
        let row = spend::Entity::find_by_id(id).one(self.council.state.db.reader()).await.unwrap().unwrap();
        let stands = (row.held_pence, row.authorised_pence, row.spent_pence, row.refunded_pence);
        let wanted = (should.held, should.authorised, should.spent, should.refunded);
        assert_eq!(stands, wanted, "step {step}: {should:#?}");
        assert_eq!(json!([row.decision, row.money]), json!([should.decision, should.money]), "step {step}");
    }
}

/// Pounds and pence as the API takes them.
pub fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}
