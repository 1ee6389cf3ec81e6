//! Steps where there is no signal: drawn before, decided there, and brought home in any order.

use busfare::store;
use busfare_entity::words::{Fund, SpendId};
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::{Touched, Walk, asks::asked_in};
use crate::{
    council::key,
    model::{
        oracle::{Brought, Drawing, Expected},
        world::{PHONES_EACH, happened, pounds},
    },
};

impl Walk<'_> {
    pub(super) async fn draw(&mut self) -> Touched {
        let (by, device) = (self.anybody(), self.chance.place(PHONES_EACH));
        let at_hub = self.chance.once_in(3);
        let hub = (self.chance.once_in(4) || (at_hub && !self.chance.once_in(8))).then(|| self.a_hub());
        let fund = if at_hub { Fund::Hub } else { Fund::Section17 };
        let purpose = self.chance.once_in(4).then_some(if at_hub { self.world.tea } else { self.world.fare });
        let amount =
            if self.chance.once_in(6) { self.chance.between(1, 30_000) } else { self.chance.between(100, 3_000) };
        let hours = self.chance.between(1, 72);
        let mut input = json!({ "idempotencyKey": key(), "hubId": hub.map(|hub| hub.to_string()), "amount": pounds(amount), "hours": hours });
        match purpose {
            Some(purpose) => input["purposeId"] = purpose.to_string().into(),
            None => input["fund"] = json!(fund),
        }
        let answer = self.send_from(by, device, "drawAllowance", input).await;

        let session = self.world.phone(by).sessions[device];
        let drawing = Drawing { by, session, fund, purpose, hub, amount, hours };
        let expected = self.oracle.draw(&self.world, drawing);
        if let (Expected::Allowance(place), Some(id)) = (&expected, answer["allowance"]["id"].as_str()) {
            self.oracle.drawn[*place].id = id.to_owned();
        }
        self.agrees(&expected, &answer)
    }

    /// A phone decides, whether or not the terms, the time and what is left cover it.
    pub(super) async fn decides_away(&mut self) -> Touched {
        for _ in 0..self.chance.between(1, 4) {
            let drawn = self.oracle.drawn.len();
            if drawn == 0 {
                break;
            }
            // Mostly one of the latest, which may still have something left.
            let latest = if self.chance.once_in(8) { drawn } else { drawn.min(8) };
            let under = drawn - 1 - self.chance.place(latest);
            let (right_purpose, right_hub) = self.oracle.drawn[under].is_for();
            let purposes = [self.world.fare, self.world.travel_card, self.world.tea];
            let purpose = match right_purpose.filter(|_| !self.chance.once_in(8)) {
                Some(right) => right,
                None => purposes[self.chance.place(if right_hub.is_none() { 2 } else { 3 })],
            };
            let hub = match right_hub.filter(|_| !self.chance.once_in(8)) {
                Some(right) => Some(right),
                None => (!self.chance.once_in(8)).then(|| self.a_hub()),
            };
            let now = self.oracle.clock.asks();
            let hours = if self.chance.once_in(6) { self.chance.between(-80, 80) } else { 0 };
            let terms = (
                if self.chance.once_in(10) { self.amount() } else { self.chance.between(1, 400) },
                if self.chance.once_in(4) { self.chance.between(2, 4) } else { 1 },
            );
            let spent = self.chance.once_in(3).then(|| self.chance.between(1, terms.0 * terms.1));
            let id = store::mint::id::<SpendId>().to_string();
            let at = now + TimeDelta::hours(hours);
            self.oracle.brought.push(Brought { id, under, purpose, hub, terms, spent, at, home: None });
            self.did("decided without signal");
        }
        Touched::default()
    }

    /// Some of what was decided comes home from any phone, in any order, some of it again, some by the wrong person.
    pub(super) async fn sync(&mut self) -> Touched {
        let all = self.oracle.brought.len();
        if all == 0 {
            return Touched::default();
        }
        let one = self.chance.place(all);
        let owner = self.oracle.drawn[self.oracle.brought[one].under].owner;
        let by = self.mostly(owner);
        let hers: Vec<_> =
            (0..all).filter(|place| self.oracle.drawn[self.oracle.brought[*place].under].owner == owner).collect();
        let waiting: Vec<_> = hers.iter().copied().filter(|place| self.oracle.brought[*place].home.is_none()).collect();
        let mut batch = vec![one];
        for _ in 0..self.chance.between(0, 8) {
            let from = if waiting.is_empty() || self.chance.once_in(3) { &hers } else { &waiting };
            batch.push(from[self.chance.place(from.len())]);
        }
        let sent: Vec<_> = batch.iter().map(|place| self.wire(*place)).collect();
        let device = self.chance.place(PHONES_EACH);
        let input = json!({ "idempotencyKey": key(), "spends": sent });
        let answer = self.send_from(by, device, "syncOfflineSpends", input).await;

        assert!(happened(&answer), "{answer:#}");
        let mut touched = Touched::default();
        for (place, result) in batch.into_iter().zip(answer["results"].as_array().unwrap()) {
            let (outcome, code) = self.oracle.home(&self.world, place, by, asked_in(result));
            let said = (result["outcome"].as_str(), result["userError"]["code"].as_str());
            let brought = &self.oracle.brought[place];
            assert_eq!(
                said,
                (Some(outcome), code),
                "{result:#}\n{brought:#?}\n{:#?}",
                self.oracle.drawn[brought.under]
            );
            touched.allowances.push(brought.under);
            touched.spends.extend(brought.home.map(|(_, spend)| spend));
        }
        touched
    }

    pub(super) async fn return_allowance(&mut self) -> Touched {
        let all = self.oracle.drawn.len();
        if all == 0 {
            return Touched::default();
        }
        let place = all - 1 - self.chance.place(all.min(20));
        let by = self.mostly(self.oracle.drawn[place].owner);
        let still = if self.chance.once_in(2) { self.chance.between(1, 1_000) } else { 0 };
        let input = json!({ "idempotencyKey": key(), "allowanceId": self.oracle.drawn[place].id, "stillToSync": pounds(still) });
        let answer = self.send(by, "returnAllowance", input).await;
        let expected = self.oracle.give_back_allowance(place, by, still);
        self.agrees(&expected, &answer)
    }

    fn a_hub(&mut self) -> busfare_entity::words::HubId {
        self.world.hubs[self.chance.place(self.world.hubs.len())].0
    }

    /// A spend as a phone sends it.
    fn wire(&self, place: usize) -> Value {
        let Brought { id, under, purpose, hub, terms, spent, at, .. } = &self.oracle.brought[place];
        json!({
            "id": id,
            "allowanceId": self.oracle.drawn[*under].id,
            "purposeId": purpose.to_string(),
            "hubId": hub.map(|hub| hub.to_string()),
            "unitPrice": pounds(terms.0),
            "count": terms.1,
            "spentAmount": spent.map(pounds),
            "decidedAt": at.to_rfc3339_opts(SecondsFormat::Micros, true),
        })
    }
}
