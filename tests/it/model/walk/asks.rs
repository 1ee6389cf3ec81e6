//! Steps of a spend: asked for, decided, taken back, spent.

use busfare_entity::words::PractitionerId;
use serde_json::{Value, json};

use super::{Touched, Walk};
use crate::{
    council::key,
    model::{
        oracle::{Asked, Expected},
        world::pounds,
    },
};

impl Walk<'_> {
    pub(super) async fn ask(&mut self) -> Touched {
        let askers: Vec<_> = self.world.askers().map(|phone| (phone.id, phone.team)).collect();
        let (asker, team) = askers[self.chance.place(askers.len())];
        let (hub, at_hub) = self.world.hubs[self.chance.place(self.world.hubs.len())];
        let of_team = self.world.teams.iter().find(|(it, _)| *it == team).unwrap().1;
        let (purpose, budget) =
            if self.chance.once_in(3) { (self.world.tea, at_hub) } else { (self.world.fare, of_team) };
        let (terms, bought) = (self.terms(), self.chance.once_in(4));
        let input = json!({ "idempotencyKey": key(), "purposeId": purpose.to_string(), "unitPrice": pounds(terms.0), "count": terms.1,
            "hubId": hub.to_string(), "timing": if bought { "AFTER" } else { "BEFORE" } });
        let answer = self.send(asker, "requestSpend", input).await;

        let asked_for = Asked { asker, budget, terms, bought };
        let expected = self.oracle.ask(&self.world, asked_for, asked_in(&answer));
        self.is_called(&expected, &answer);
        self.agrees(&expected, &answer)
    }

    pub(super) async fn decide(&mut self) -> Touched {
        let Some(place) = self.a_spend(|spend| spend.waits()) else { return Touched::default() };
        let spend = self.oracle.spends[place].clone();
        let stranger = self.anybody();
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

    pub(super) async fn withdraw(&mut self) -> Touched {
        let Some(place) = self.a_spend(|spend| spend.waits() || spend.money == "COMMITTED") else {
            return Touched::default();
        };
        let (by, id) = (self.mostly(self.oracle.spends[place].asker), self.oracle.spends[place].id.clone());
        let answer = self.send(by, "withdrawSpend", json!({ "idempotencyKey": key(), "spendId": id })).await;
        let expected = self.oracle.withdraw(&self.world, place, by);
        self.agrees(&expected, &answer)
    }

    pub(super) async fn spend(&mut self) -> Touched {
        let Some(place) = self.a_spend(|spend| spend.money == "COMMITTED") else { return Touched::default() };
        let spend = self.oracle.spends[place].clone();
        let (by, most) = (self.mostly(spend.asker), spend.authorised.unwrap_or(spend.total));
        let amount = if self.chance.once_in(2) { most } else { self.chance.between(1, most + 1) };
        let input = json!({ "idempotencyKey": key(), "spendId": spend.id, "amount": pounds(amount) });
        let answer = self.send(by, "recordSpent", input).await;
        let expected = self.oracle.spend(&self.world, place, by, amount);
        self.agrees(&expected, &answer)
    }

    /// A spend that is new has the id that the server gave it.
    pub(super) fn is_called(&mut self, expected: &Expected, answer: &Value) {
        if let (Expected::Spend(place), Some(id)) = (expected, answer["spend"]["id"].as_str()) {
            self.oracle.spends[*place].id = id.to_owned();
        }
    }
}

/// Who is asked, as it was answered.
pub(super) fn asked_in(answer: &Value) -> Option<PractitionerId> {
    answer["spend"]["ask"]["asked"]["id"].as_str().map(|id| id.parse().unwrap())
}
