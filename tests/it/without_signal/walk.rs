//! A random walk: draws, offline decisions on several phones, batches that are shuffled, repeated and partial, returns
//! and expiries; beside it plain arithmetic, which the server must never differ from.

use std::collections::HashMap;

use busfare::{http::clock, store, work::allowances};
use busfare_entity::{spend, words::SpendId};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{DRAW, RETURN, draws, fare, hours_pass, nothing_is_lost, row, syncs, wire, with};
use crate::{
    council::{Council, Person, on_both},
    model::chance::Chance,
    postgres::setting,
    verbs::does,
};

const PHONES: usize = 3;
const STEPS: usize = 120;
const WEEK: i64 = 10_000;

/// An allowance as arithmetic has it.
struct Drawn {
    answer: Value,
    phone: usize,
    left: i64,
    expires: DateTime<Utc>,
    closes: DateTime<Utc>,
    returned: Option<DateTime<Utc>>,
}

/// A spend that a phone decided.
struct Decided {
    sent: Value,
    allowance: usize,
    pence: i64,
    at: DateTime<Utc>,
    outcome: Option<&'static str>,
}

struct Walk<'a> {
    council: &'a Council,
    phones: Vec<Person<'a>>,
    chance: Chance,
    drawn: Vec<Drawn>,
    decided: Vec<Decided>,
    honoured: i64,
}

impl Walk<'_> {
    async fn draw(&mut self) {
        let phone = self.chance.place(PHONES);
        let pence = self.chance.between(1, 3_000);
        let now = clock::now();
        let open =
            self.drawn.iter().any(|it| it.phone == phone && it.returned.is_none() && it.expires > now && it.left > 0);
        let used = self.honoured + self.drawn.iter().map(|it| it.left).sum::<i64>();
        let input = json!({ "fund": "SECTION_17", "amount": pounds(pence) });
        let answer = does(&self.phones[phone], DRAW, input).await;

        let told = answer["userErrors"][0]["code"].as_str();
        let expected = if open {
            Some("ALLOWANCE_OPEN")
        } else if used + pence > WEEK {
            Some("ABOVE_YOUR_SAY")
        } else {
            None
        };
        assert_eq!(told, expected, "{answer:#}");
        if told.is_none() {
            let row = row(self.council, &answer["allowance"]["id"]).await;
            let (expires, closes) = (row.expires_at, row.closes_at);
            self.drawn.push(Drawn {
                answer: answer["allowance"].clone(),
                phone,
                left: pence,
                expires,
                closes,
                returned: None,
            });
        }
    }

    /// A phone decides, whether or not the terms and what is left cover it.
    async fn decide(&mut self) {
        if self.drawn.is_empty() {
            return;
        }
        let allowance = self.chance.place(self.drawn.len());
        let pence =
            if self.chance.once_in(8) { self.chance.between(3_001, 3_100) } else { self.chance.between(1, 900) };
        let at =
            clock::now() + TimeDelta::hours(if self.chance.once_in(4) { self.chance.between(-100, 40) } else { 0 });
        let sent = fare(self.council, &self.drawn[allowance].answer, &pounds(pence)).await;
        let sent = with(&sent, json!({ "decidedAt": wire(at) }));
        self.decided.push(Decided { sent, allowance, pence, at, outcome: None });
    }

    /// Some of what was decided comes home from any phone, in any order, some of it again.
    async fn sync(&mut self) {
        if self.decided.is_empty() {
            return;
        }
        let batch: Vec<usize> =
            (0..self.chance.between(1, 12)).map(|_| self.chance.place(self.decided.len())).collect();
        let now = clock::now();
        let expected: Vec<_> = batch.iter().map(|place| self.comes_home(*place, now)).collect();
        let phone = self.chance.place(PHONES);
        let sent: Vec<_> = batch.iter().map(|place| self.decided[*place].sent.clone()).collect();

        let results = syncs(&self.phones[phone], &sent).await;

        for (result, expected) in results.iter().zip(expected) {
            assert_eq!(result["outcome"], expected, "{result:#}");
        }
    }

    /// What arithmetic says becomes of a spend, and what that leaves.
    fn comes_home(&mut self, place: usize, now: DateTime<Utc>) -> &'static str {
        let spend = &mut self.decided[place];
        if let Some(outcome) = spend.outcome {
            return outcome;
        }
        let allowance = &mut self.drawn[spend.allowance];
        let begins = allowance.expires - TimeDelta::hours(24) - TimeDelta::seconds(5);
        let ends = allowance.returned.unwrap_or(allowance.expires).min(allowance.expires);
        let in_time = begins <= spend.at && spend.at < ends && now < allowance.closes;
        let honoured = in_time && spend.pence <= 3_000 && spend.pence <= allowance.left;
        if honoured {
            allowance.left -= spend.pence;
            self.honoured += spend.pence;
        }
        spend.outcome.insert(if honoured { "HONOURED" } else { "ASKED" })
    }

    async fn give_back(&mut self) {
        if self.drawn.is_empty() {
            return;
        }
        let place = self.chance.place(self.drawn.len());
        let still: i64 =
            self.decided.iter().filter(|it| it.allowance == place && it.outcome.is_none()).map(|it| it.pence).sum();
        let still = if self.chance.once_in(2) { still } else { 0 };
        let phone = self.chance.place(PHONES);
        let input = json!({ "allowanceId": self.drawn[place].answer["id"], "stillToSync": pounds(still) });
        does(&self.phones[phone], RETURN, input).await;

        let ended = row(self.council, &self.drawn[place].answer["id"]).await.ended_at;
        let allowance = &mut self.drawn[place];
        allowance.left = allowance.left.min(still);
        allowance.returned = ended;
    }

    /// Time passes for one allowance, and what has waited long enough goes back.
    async fn wait(&mut self) {
        if self.drawn.is_empty() {
            return;
        }
        let (place, hours) = (self.chance.place(self.drawn.len()), self.chance.between(1, 60));
        hours_pass(self.council, &self.drawn[place].answer["id"], hours).await;
        let allowance = &mut self.drawn[place];
        allowance.expires -= TimeDelta::hours(hours);
        allowance.closes -= TimeDelta::hours(hours);
        let now = clock::now();
        allowances::give_back(&self.council.state.db, now).await.unwrap();
        for allowance in self.drawn.iter_mut().filter(|it| it.closes <= now) {
            allowance.left = 0;
        }
    }

    async fn agrees(&self) {
        for drawn in &self.drawn {
            let row = row(self.council, &drawn.answer["id"]).await;
            assert_eq!(store::allowance::left_of(&row).pence(), drawn.left, "{row:?}");
        }
        let home = self.decided.iter().filter(|it| it.outcome.is_some()).count();
        let kept = spend::Entity::find().count(self.council.state.db.reader()).await.unwrap();
        assert_eq!(kept, home as u64, "every spend is kept exactly once");
        nothing_is_lost(self.council).await;
    }
}

fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

on_both! {
    async fn whatever_phones_do_without_signal_is_what_plain_arithmetic_says(council: &Council) {
        let seed = setting("BUSFARE_MODEL_SEED").and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| store::mint::id::<SpendId>().0.as_u64_pair().1);
        println!("BUSFARE_MODEL_SEED={seed} takes these steps again");
        let mut phones = Vec::new();
        for _ in 0..PHONES { phones.push(council.person("mari.prydderch").await); }
        let mut walk = Walk { council, phones, chance: Chance::new(seed), drawn: vec![], decided: vec![], honoured: 0 };

        for step in 0..STEPS {
            match walk.chance.place(10) {
                0 | 1 => walk.draw().await,
                2..=5 => walk.decide().await,
                6 | 7 => walk.sync().await,
                8 => walk.give_back().await,
                _ => walk.wait().await,
            }
            if step % 20 == 0 { walk.agrees().await; }
        }
        walk.agrees().await;

        // In the end everything that was not honoured is back.
        allowances::give_back(&council.state.db, clock::now() + TimeDelta::hours(200)).await.unwrap();
        for drawn in &mut walk.drawn { drawn.left = 0; }
        walk.agrees().await;
        let tally = walk.decided.iter().fold(HashMap::<_, usize>::new(), |mut tally, it| { *tally.entry(it.outcome).or_default() += 1; tally });
        println!("{} allowances, {tally:?}", walk.drawn.len());
        let fresh = council.person("mari.prydderch").await;
        draws(&fresh, &pounds(WEEK - walk.honoured)).await;
    }
}
