//! Random histories of phones that go offline, lose their place, send twice and come back with a new key: in the end each has
//! exactly what reading everything gives, nothing is lost and nothing is there twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{CHANGES, Phone};
use crate::{
    chances::Chances,
    council::{Council, Person, on_both},
    postgres::setting,
    recording::{answer, hub_form, new_id},
    verbs::{ATTACH, CAPTURE, DECIDE, PUT, RECORD_SPENT, REQUEST, RESTRICT, WITHDRAW, with_key},
};
use busfare::store::mint;
use busfare_entity::words::{ReceiptId, SpendId};

const PEOPLE: [&str; 5] = ["mari.prydderch", "tomos.ellwood", "elin.caradog", "nia.talfan", "gethin.bowmer"];
/// Steps of one history.
const STEPS: usize = 60;
/// Histories that one council lives through.
const HISTORIES_OF_A_COUNCIL: usize = 8;
/// Everything somebody may see, by list.
const LISTS: [&str; 2] = ["spends", "records"];

/// Somebody with a phone.
struct Practitioner<'a> {
    name: &'static str,
    person: Person<'a>,
    phone: Phone,
    /// What the phone wrote down last; where it is killed it begins again from there.
    written: Phone,
    online: bool,
    /// What is to be sent, in order.
    outbox: Vec<(&'static str, Value)>,
    /// Spends and records that she made.
    made: BTreeSet<String>,
}

impl<'a> Practitioner<'a> {
    async fn new(council: &'a Council, name: &'static str) -> Self {
        let (person, phone) = (council.person(name).await, Phone::default());
        let written = phone.clone();
        Self { name, person, phone, written, online: true, outbox: vec![], made: BTreeSet::new() }
    }

    /// Anything of one kind that her phone has.
    fn any(&self, prefix: &str, chances: &mut Chances) -> Option<String> {
        let ids: Vec<_> = self.phone.kept.keys().filter(|id| id.starts_with(prefix)).collect();
        (!ids.is_empty()).then(|| ids[chances.below(ids.len())].clone())
    }

    /// Does something, now or when she is online again.
    fn acts(&mut self, purpose: &str, form: &str, chances: &mut Chances) {
        let spend = self.any("spnd_", chances);
        let record = self.any("recd_", chances);
        let (verb, input) = match (chances.below(9), spend, record) {
            (0 | 1, ..) => {
                let id = mint::id::<SpendId>().to_string();
                self.made.insert(id.clone());
                let price = ["1.15", "4.20", "45.00"][chances.below(3)];
                (REQUEST, json!({ "id": id, "purposeId": purpose, "unitPrice": price }))
            }
            (2, ..) => {
                let id = new_id();
                self.made.insert(id.clone());
                (PUT, json!({ "recordId": id, "begin": { "formId": form }, "answers": [] }))
            }
            (3, Some(spend), _) => (DECIDE, json!({ "spendId": spend, "answer": { "authorise": {} } })),
            (4, Some(spend), _) => (WITHDRAW, json!({ "spendId": spend })),
            (5, Some(spend), _) => (RECORD_SPENT, json!({ "spendId": spend, "amount": "1.00" })),
            (6, Some(spend), _) => {
                let id = mint::id::<ReceiptId>().to_string();
                self.outbox.push((CAPTURE, with_key(json!({ "id": id }))));
                (ATTACH, json!({ "receiptId": id, "spendId": spend }))
            }
            (7, _, Some(record)) => {
                let words = format!("Words {}", chances.below(1_000));
                let answers = [answer("what-matters", json!({ "text": words }), None)];
                (PUT, json!({ "recordId": record, "answers": answers }))
            }
            (_, _, Some(record)) => (RESTRICT, json!({ "recordId": record, "restricted": chances.below(2) == 0 })),
            _ => return,
        };
        self.outbox.push((verb, with_key(input)));
    }

    /// Sends what waits, some of it twice, as a phone does that heard no answer.
    async fn sends(&mut self, chances: &mut Chances) {
        for (verb, input) in std::mem::take(&mut self.outbox) {
            for _ in 0..=chances.below(2) {
                // Refusals are answers too: somebody else was first, or it is not hers to do.
                self.person.sends(verb, json!({ "input": input })).await;
            }
        }
    }

    /// What one list gives, all pages of it.
    async fn lists(&self, list: &str) -> BTreeSet<String> {
        let read = format!(
            "query($after: String) {{ {list}(first: 100, after: $after) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let (mut ids, mut after) = (BTreeSet::new(), Value::Null);
        loop {
            let page = self.person.good(&read, json!({ "after": after })).await[list].clone();
            ids.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()));
            if page["pageInfo"]["hasNextPage"] == false {
                return ids;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }

    /// Her phone has exactly what reading everything gives.
    async fn has_everything(&self, seed: u64) {
        let seen = CHANGES.split_once("fragment").unwrap().1;
        let read = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ...seen }} }} fragment{seen}");
        let ids: Vec<&String> = self.phone.kept.keys().collect();
        for some in ids.chunks(100) {
            let nodes = self.person.good(&read, json!({ "ids": some })).await["nodes"].clone();
            let kept: Vec<_> = some.iter().map(|id| self.phone.kept[*id].clone()).collect();
            assert_eq!(nodes, json!(kept), "history {seed}, {}", self.name);
        }
        for (list, prefix) in LISTS.into_iter().zip(["spnd_", "recd_"]) {
            let kept: BTreeSet<String> = self.phone.kept.keys().filter(|id| id.starts_with(prefix)).cloned().collect();
            assert_eq!(kept, self.lists(list).await, "history {seed}, {}, {list}", self.name);
        }
        let lost: Vec<_> = self.made.iter().filter(|id| !self.phone.kept.contains_key(*id)).collect();
        assert!(lost.is_empty(), "history {seed}, {}: {lost:?}", self.name);
    }
}

async fn history(council: &Council, seed: u64) {
    let mut chances = Chances::of(seed);
    let mut people = vec![];
    for name in PEOPLE {
        people.push(Practitioner::new(council, name).await);
    }
    let purpose = council.purpose("bus-fare").await.to_string();
    let form = hub_form(&people[0].person).await;
    for _ in 0..STEPS {
        let whose = chances.below(people.len());
        let her = &mut people[whose];
        match chances.below(10) {
            0 => her.online = false,
            1 => {
                // She comes back after long: her session is another one.
                (her.online, her.person) = (true, council.person(her.name).await);
            }
            2 => her.phone = her.written.clone(),
            3 => her.written = her.phone.clone(),
            4 | 5 if her.online => {
                her.phone.reads(&her.person, 1 + chances.below(7)).await;
            }
            _ => her.acts(&purpose, &form, &mut chances),
        }
        if her.online {
            her.sends(&mut chances).await;
        }
    }
    for her in &mut people {
        her.sends(&mut chances).await;
    }
    for her in &mut people {
        her.phone.catches_up(&her.person).await;
        her.has_everything(seed).await;
    }
}

on_both! {
    async fn a_phone_that_was_away_has_in_the_end_what_reading_everything_gives(council: &Council) {
        let histories: u64 = setting("BUSFARE_HISTORIES").and_then(|count| count.parse().ok()).unwrap_or(8);
        let from: u64 = setting("BUSFARE_HISTORY").and_then(|seed| seed.parse().ok()).unwrap_or(1);
        // What all phones together know grows, and each may ask for so much in a second: hence a few histories to a council.
        let seeds: Vec<u64> = (from..from + histories).collect();
        for some in seeds.chunks(HISTORIES_OF_A_COUNCIL) {
            let twin = council.twin().await;
            for seed in some {
                history(&twin, *seed).await;
            }
            twin.close().await;
        }
    }
}
