//! A crowd: many phones that ask, decide, spend and take back at once, without waiting for each other.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use busfare_entity::words::PractitionerId;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{
    chance::Chance,
    walk::pounds,
    world::{Verb, World},
};
use crate::council::key;

/// A step that was answered.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Who took it.
    pub by: PractitionerId,
    /// What was sent.
    pub verb: Verb,
    /// What was answered.
    pub answer: Value,
}

/// A spend that the crowd knows of.
#[derive(Clone, Debug)]
struct Known {
    id: String,
    asker: PractitionerId,
    asked: Option<PractitionerId>,
    total: i64,
}

/// What the crowd shares.
pub struct Crowd {
    world: Arc<World>,
    known: Mutex<Vec<Known>>,
    heard: Mutex<Vec<Heard>>,
    count: AtomicUsize,
    news: Notify,
}

impl Crowd {
    /// Nobody has said anything yet.
    pub fn new(world: Arc<World>) -> Arc<Self> {
        Arc::new(Self {
            world,
            known: Mutex::default(),
            heard: Mutex::default(),
            count: AtomicUsize::new(0),
            news: Notify::new(),
        })
    }

    /// So many phones take so many steps each, or until nobody answers them any more.
    pub async fn go(self: &Arc<Self>, server: &str, phones: u64, steps: usize, seed: u64) {
        let phones = (0..phones).map(|phone| {
            let (crowd, server, mut chance) = (Arc::clone(self), server.to_owned(), Chance::new(seed ^ (phone << 48)));
            tokio::spawn(async move {
                for _ in 0..steps {
                    let Some((by, verb)) = crowd.next(&mut chance) else { continue };
                    if !crowd.take(&server, by, verb).await {
                        return;
                    }
                }
            })
        });
        for phone in join_all(phones).await {
            phone.unwrap();
        }
    }

    /// How many steps have been answered.
    pub fn answered(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Waits until so many steps have been answered.
    pub async fn until_answered(&self, steps: usize) {
        while self.answered() < steps {
            self.news.notified().await;
        }
    }

    /// What was answered since this was last asked.
    pub fn take_heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    /// Sends every step again that has happened: each is answered as before, and nothing happens.
    pub async fn says_it_all_again(&self, server: &str, heard: &[Heard]) {
        for Heard { by, verb, answer } in heard.iter().filter(|heard| happened(&heard.answer)) {
            let again = self.world.phone(*by).sends(server, verb).await.unwrap();
            assert_eq!(again["replayed"], true, "{verb:?}: {answer} and now {again}");
            for told in ["id", "decision", "money"] {
                assert_eq!(again["spend"][told], answer["spend"][told], "{verb:?}");
            }
        }
    }

    async fn take(&self, server: &str, by: PractitionerId, verb: Verb) -> bool {
        let Some(answer) = self.world.phone(by).sends(server, &verb).await else { return false };
        let problem = answer["problem"].as_str().unwrap_or_default();
        assert!(["", "NOT_FOUND", "THROTTLED"].contains(&problem), "{verb:?}: {answer}");
        self.count.fetch_add(1, Ordering::Relaxed);
        self.news.notify_one();
        if verb.name == "requestSpend" && happened(&answer) {
            let known = Known {
                id: answer["spend"]["id"].as_str().unwrap().to_owned(),
                asker: by,
                asked: answer["spend"]["ask"]["asked"]["id"].as_str().map(|id| id.parse().unwrap()),
                total: pence(&verb.input["unitPrice"]),
            };
            self.known.lock().unwrap().push(known);
        }
        self.heard.lock().unwrap().push(Heard { by, verb, answer });
        true
    }

    fn next(&self, chance: &mut Chance) -> Option<(PractitionerId, Verb)> {
        let (name, by, mut input) = match chance.between(0, 99) {
            0..=39 => ask(&self.world, chance),
            40..=59 => decide(&self.some_spend(chance, |spend| spend.asked.is_some())?, chance),
            60..=69 => withdraw(&self.some_spend(chance, |_| true)?),
            70..=89 => spend(&self.some_spend(chance, |_| true)?, chance),
            _ => return self.something_again(chance),
        };
        input["idempotencyKey"] = key().into();
        Some((by, Verb { name, input }))
    }

    fn some_spend(&self, chance: &mut Chance, fits: impl Fn(&Known) -> bool) -> Option<Known> {
        let known = self.known.lock().unwrap();
        // The newest are the likeliest to be decided by two at once.
        let newest: Vec<_> = known.iter().rev().filter(|spend| fits(spend)).take(24).collect();
        (!newest.is_empty()).then(|| newest[chance.place(newest.len())].clone())
    }

    fn something_again(&self, chance: &mut Chance) -> Option<(PractitionerId, Verb)> {
        let heard = self.heard.lock().unwrap();
        (!heard.is_empty()).then(|| &heard[chance.place(heard.len())]).map(|heard| (heard.by, heard.verb.clone()))
    }
}

type Step = (&'static str, PractitionerId, Value);

fn ask(world: &World, chance: &mut Chance) -> Step {
    let askers: Vec<_> = world.askers().collect();
    let her = askers[chance.place(askers.len())];
    let purpose = if chance.once_in(3) { world.tea } else { world.fare };
    let price = if chance.once_in(5) { chance.between(1_000, 12_000) } else { chance.between(1, 2_000) };
    let hub = world.hubs[chance.place(world.hubs.len())].0;
    let timing = if chance.once_in(4) { "AFTER" } else { "BEFORE" };
    let input = json!({ "purposeId": purpose.to_string(), "unitPrice": pounds(price), "hubId": hub.to_string(), "timing": timing });
    ("requestSpend", her.id, input)
}

fn decide(spend: &Known, chance: &mut Chance) -> Step {
    let answer = match chance.between(0, 4) {
        0 => json!({ "decline": { "reason": "CHEAPER_WAY" } }),
        1 => json!({ "authorise": { "amount": pounds(chance.between(1, spend.total)) } }),
        _ => json!({ "authorise": {} }),
    };
    ("decideSpend", spend.asked.unwrap(), json!({ "spendId": spend.id, "answer": answer }))
}

fn withdraw(spend: &Known) -> Step {
    ("withdrawSpend", spend.asker, json!({ "spendId": spend.id }))
}

fn spend(spend: &Known, chance: &mut Chance) -> Step {
    let amount = chance.between(1, spend.total);
    ("recordSpent", spend.asker, json!({ "spendId": spend.id, "amount": pounds(amount) }))
}

fn happened(answer: &Value) -> bool {
    answer.get("problem").is_none() && answer["userErrors"] == json!([])
}

fn pence(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}
