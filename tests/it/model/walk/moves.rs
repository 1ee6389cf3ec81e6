//! Steps of money: it comes back, goes to another budget, cannot wait, changes, or waits for too long.

use busfare::work::{allowances, expiry::expire};
use busfare_entity::{
    notice,
    words::{BudgetId, PractitionerId, Role, SpendId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Touched, Walk, asks::asked_in};
use crate::{
    council::key,
    model::{oracle::Moving, world::pounds},
};

impl Walk<'_> {
    pub(super) async fn refund(&mut self) -> Touched {
        let Some(place) = self.a_spend(|spend| ["SPENT", "PART_REFUNDED"].contains(&spend.money)) else {
            return Touched::default();
        };
        let spend = self.oracle.spends[place].clone();
        let left = spend.spent.unwrap_or(spend.total) - spend.refunded;
        let by = if self.chance.once_in(4) { self.anybody() } else { spend.asker };
        let amount = if self.chance.once_in(3) { None } else { Some(self.chance.between(1, left + 1)) };
        let input = json!({ "idempotencyKey": key(), "spendId": spend.id, "amount": amount.map(pounds) });
        let answer = self.send(by, "recordRefund", input).await;
        let expected = self.oracle.refund(&self.world, place, by, amount);
        self.agrees(&expected, &answer)
    }

    pub(super) async fn change(&mut self) -> Touched {
        let Some(place) = self.a_spend(|spend| spend.waits() || spend.money == "COMMITTED") else {
            return Touched::default();
        };
        let (by, id) = (self.mostly(self.oracle.spends[place].asker), self.oracle.spends[place].id.clone());
        let price = self.chance.between(1, self.oracle.changes_up_to(place));
        let input = json!({ "idempotencyKey": key(), "spendId": id, "unitPrice": pounds(price), "count": 1 });
        let answer = self.send(by, "changeSpend", input).await;
        let expected = self.oracle.change(&self.world, place, by, price, asked_in(&answer));
        self.agrees(&expected, &answer)
    }

    pub(super) async fn emergency(&mut self) -> Touched {
        let (asker, terms) = (self.anybody(), self.terms());
        let purpose = if self.chance.once_in(2) { self.world.tea } else { self.world.fare };
        let input = json!({ "idempotencyKey": key(), "purposeId": purpose.to_string(), "unitPrice": pounds(terms.0), "count": terms.1,
            "sentence": "The last bus leaves now" });
        let answer = self.send(asker, "spendInEmergency", input).await;
        let mut told = None;
        if let Some(id) = answer["spend"]["id"].as_str() {
            let id: SpendId = id.parse().unwrap();
            let notices = notice::Entity::find().filter(notice::Column::SpendId.eq(id));
            let notices = notices.all(self.council.state.db.reader()).await.unwrap();
            assert_eq!(notices.len(), 1, "one senior is told");
            told = Some(notices[0].told_id);
        }
        let expected = self.oracle.emergency(&self.world, asker, terms, told);
        self.is_called(&expected, &answer);
        self.agrees(&expected, &answer)
    }

    pub(super) async fn move_money(&mut self) -> Touched {
        let movers: Vec<_> = self.world.phones.iter().filter(|one| one.role != Role::Practitioner).collect();
        let mover = movers[self.chance.place(movers.len())].id;
        let by = self.mostly(mover);
        let budgets: Vec<_> = self.world.budgets.iter().map(|budget| budget.id).collect();
        let (from, to) = (budgets[self.chance.place(budgets.len())], budgets[self.chance.place(budgets.len())]);
        let amount = match self.chance.between(0, 9) {
            // All there is, and a penny more.
            0 => self.oracle.pots[&from].available() + self.chance.between(0, 1),
            1 => self.chance.between(50_000, 600_000),
            _ => self.chance.between(1, 60_000),
        };
        self.moves(by, from, to, amount.max(1)).await
    }

    /// The walk begins where money is short: a little for each team and for emergencies, and the rest with one hub.
    pub(super) async fn begins_poor(&mut self) {
        let (head, rich) = (self.world.head(), self.world.hubs[0].1);
        let teams: Vec<_> = self.world.teams.iter().map(|(_, budget)| *budget).collect();
        let four_times = teams.iter().flat_map(|from| [(*from, 500_000); 4]);
        let moves: Vec<_> = four_times.chain([(self.world.emergencies, 195_000)]).collect();
        for (from, amount) in moves {
            self.moves(head, from, rich, amount).await;
        }
    }

    async fn moves(&mut self, by: PractitionerId, from: BudgetId, to: BudgetId, amount: i64) -> Touched {
        let input = json!({ "idempotencyKey": key(), "fromBudgetId": from.to_string(), "toBudgetId": to.to_string(),
            "amount": pounds(amount), "reason": "More is needed there" });
        let answer = self.send(by, "moveMoney", input).await;
        let expected = self.oracle.moves(&self.world, Moving { by, from, to, amount });
        self.agrees(&expected, &answer)
    }

    /// Seven days pass for some of the oldest holds, as the clock that is handed to the round says; twice is once.
    pub(super) async fn holds_expire(&mut self) -> Touched {
        let mut ends: Vec<_> = (0..self.oracle.spends.len()).filter_map(|place| self.oracle.hold_ends(place)).collect();
        ends.sort();
        let few = ends.len().min(3);
        if few == 0 {
            return Touched::default();
        }
        let now = ends[self.chance.place(few)];
        self.oracle.clock.asks();
        let Some(gone) = self.oracle.expire(now) else { return Touched::default() };
        let db = &self.council.state.db;
        let released = expire(db, now).await.unwrap().released;
        assert_eq!((released, expire(db, now).await.unwrap().released), (gone.len() as u64, 0), "holds by {now}");
        gone.iter().for_each(|_| self.did("hold expired"));
        Touched { spends: gone, ..Touched::default() }
    }

    /// Expiry and grace pass for some of the oldest allowances; twice is once.
    pub(super) async fn allowances_close(&mut self) -> Touched {
        let open = self.oracle.drawn.iter().filter(|one| one.left() > 0);
        let mut ends: Vec<_> = open.map(|one| one.closes()).collect();
        ends.sort();
        let few = ends.len().min(3);
        if few == 0 {
            return Touched::default();
        }
        let now = ends[self.chance.place(few)];
        self.oracle.clock.asks();
        let Some(over) = self.oracle.close_allowances(now) else { return Touched::default() };
        let db = &self.council.state.db;
        let given = allowances::give_back(db, now).await.unwrap();
        assert_eq!(
            (given, allowances::give_back(db, now).await.unwrap()),
            (over.len() as u64, 0),
            "allowances by {now}"
        );
        over.iter().for_each(|_| self.did("allowance closed"));
        Touched { allowances: over, ..Touched::default() }
    }
}
