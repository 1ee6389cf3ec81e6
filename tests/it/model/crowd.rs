//! A crowd: many phones that ask, decide, spend, give back, move money and come home at once, without waiting for each
//! other.

use std::{
    collections::HashMap,
    path::Path,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use busfare::{
    http::clock,
    store::Db,
    work::{allowances, expiry::expire},
};
use busfare_entity::words::PractitionerId;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::Value;
use tokio::sync::Notify;

mod steps;

use self::steps::Step;
use super::{
    chance::Chance,
    world::{PHONES_EACH, TOO_SLOW, Verb, World, happened, told},
};
use crate::council::key;

/// How often a phone sends the same again to a machine that is too busy.
const MOST_TRIES: usize = 5;

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

/// An allowance that the crowd knows of.
#[derive(Clone, Debug)]
struct Drawn {
    id: String,
    owner: PractitionerId,
}

/// What the crowd shares.
pub struct Crowd {
    world: Mutex<Arc<World>>,
    known: Mutex<Vec<Known>>,
    drawn: Mutex<Vec<Drawn>>,
    /// What phones have decided without signal, and under which allowance.
    away: Mutex<Vec<(PractitionerId, Value)>>,
    heard: Mutex<Vec<Heard>>,
    tally: Mutex<HashMap<String, usize>>,
    count: AtomicUsize,
    news: Notify,
}

impl Crowd {
    /// Nobody has said anything yet.
    pub fn new(world: World) -> Arc<Self> {
        Arc::new(Self {
            world: Mutex::new(Arc::new(world)),
            known: Mutex::default(),
            drawn: Mutex::default(),
            away: Mutex::default(),
            heard: Mutex::default(),
            tally: Mutex::default(),
            count: AtomicUsize::new(0),
            news: Notify::new(),
        })
    }

    /// Everybody gets a new token, because tokens do not last long.
    pub async fn renew(&self, db: &Db, data: &Path) {
        let mut world = World::clone(&self.world());
        world.renew(db, data).await;
        *self.world.lock().unwrap() = Arc::new(world);
    }

    /// So many phones take so many steps each, or until nobody answers them any more.
    pub async fn go(self: &Arc<Self>, server: &str, phones: u64, steps: usize, seed: u64) {
        let phones = (0..phones).map(|phone| {
            let (crowd, server, mut chance) = (Arc::clone(self), server.to_owned(), Chance::new(seed ^ (phone << 48)));
            tokio::spawn(async move {
                for _ in 0..steps {
                    let Some(step) = crowd.next(&mut chance) else { continue };
                    if !crowd.take(&server, step).await {
                        return;
                    }
                }
            })
        });
        for phone in join_all(phones).await {
            phone.unwrap();
        }
    }

    /// Time passes by leaps beside the crowd for as long as it is at it: what has waited for more than a moment goes
    /// back while others use it. Answers with how much did.
    pub async fn time_passes(&self, db: &Db, load: impl Future<Output = ()>, seed: u64) -> u64 {
        let (mut load, mut chance, mut back) = (pin!(load), Chance::new(!seed), 0);
        loop {
            let more = self.answered() + 40;
            tokio::select! {
                () = &mut load => return back,
                () = self.until_answered(more) => {}
            }
            let moment = TimeDelta::milliseconds(chance.between(0, 4_000));
            back += expire(db, clock::now() + TimeDelta::days(7) - moment).await.unwrap().released;
            back += allowances::give_back(db, clock::now() + TimeDelta::hours(24 + 72) - moment).await.unwrap();
        }
    }

    /// What was done, by its name, for whoever watches.
    pub fn told(&self) -> String {
        let tally = self.tally.lock().unwrap();
        let mut lines: Vec<_> = tally.iter().map(|(what, times)| format!("{times:6} {what}")).collect();
        lines.sort();
        lines.join("\n")
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
        let world = self.world();
        for (place, Heard { by, verb, answer }) in heard.iter().filter(|heard| happened(&heard.answer)).enumerate() {
            let again = world.phone(*by).sends(server, place % PHONES_EACH, verb).await.unwrap();
            assert_eq!(again["replayed"], true, "{verb:?}: {answer} and now {again}");
            assert_eq!(told(&again), told(answer), "{verb:?}");
        }
    }

    fn world(&self) -> Arc<World> {
        Arc::clone(&self.world.lock().unwrap())
    }

    async fn take(&self, server: &str, step: Step) -> bool {
        let Step { by, device, verb } = step;
        let Some(mut answer) = self.world().phone(by).sends(server, device, &verb).await else { return false };
        for _ in 0..MOST_TRIES {
            if answer["problem"] != TOO_SLOW {
                break;
            }
            // As a phone does: the same again, with the same key.
            *self.tally.lock().unwrap().entry(format!("{} {TOO_SLOW}", verb.name)).or_default() += 1;
            let Some(again) = self.world().phone(by).sends(server, device, &verb).await else { return false };
            answer = again;
        }
        let problem = answer["problem"].as_str().unwrap_or_default();
        assert!(["", "NOT_FOUND", "THROTTLED"].contains(&problem), "{verb:?}: {answer}");
        let code = answer["userErrors"][0]["code"].as_str().unwrap_or(problem);
        let what = format!("{} {}", verb.name, if code.is_empty() { "done" } else { code });
        *self.tally.lock().unwrap().entry(what).or_default() += 1;
        if happened(&answer) {
            self.learn(by, &verb, &answer);
        }
        self.heard.lock().unwrap().push(Heard { by, verb, answer });
        self.count.fetch_add(1, Ordering::Relaxed);
        self.news.notify_one();
        true
    }

    fn learn(&self, by: PractitionerId, verb: &Verb, answer: &Value) {
        let known = |spend: &Value, total: i64| Known {
            id: spend["id"].as_str().unwrap().to_owned(),
            asker: by,
            asked: spend["ask"]["asked"]["id"].as_str().map(|id| id.parse().unwrap()),
            total,
        };
        match verb.name {
            "requestSpend" | "spendInEmergency" => {
                self.known.lock().unwrap().push(known(&answer["spend"], pence(&verb.input["unitPrice"])));
            }
            "drawAllowance" => {
                let id = answer["allowance"]["id"].as_str().unwrap().to_owned();
                self.drawn.lock().unwrap().push(Drawn { id, owner: by });
            }
            "syncOfflineSpends" => {
                let sent = verb.input["spends"].as_array().unwrap();
                let home = answer["results"].as_array().unwrap().iter().zip(sent);
                let home = home.filter(|(result, _)| result["spend"]["id"].is_string());
                let home = home.map(|(result, sent)| known(&result["spend"], pence(&sent["unitPrice"])));
                self.known.lock().unwrap().extend(home);
            }
            _ => {}
        }
    }

    fn next(&self, chance: &mut Chance) -> Option<Step> {
        let world = self.world();
        let mut step = match chance.between(0, 99) {
            0..=26 => steps::ask(&world, chance),
            27..=40 => steps::decide(&self.some_spend(chance, |spend| spend.asked.is_some())?, chance),
            41..=46 => steps::withdraw(&self.some_spend(chance, |_| true)?),
            47..=58 => steps::spend(&self.some_spend(chance, |_| true)?, chance),
            59..=67 => steps::refund(&self.some_spend(chance, |_| true)?, chance),
            68..=71 => steps::change(&self.some_spend(chance, |_| true)?, chance),
            72..=74 => steps::emergency(&world, chance),
            75..=78 => steps::moves(&world, chance),
            79..=81 => steps::draw(&world, chance),
            82..=88 => self.comes_home(&world, chance)?,
            89..=90 => steps::gives_back(&self.some_allowance(chance)?, chance),
            _ => return self.something_again(chance),
        };
        step.verb.input["idempotencyKey"] = key().into();
        Some(step)
    }

    /// A phone decides something more, and brings it home with some of what it decided before.
    fn comes_home(&self, world: &World, chance: &mut Chance) -> Option<Step> {
        let Drawn { id, owner } = self.some_allowance(chance)?;
        let mut away = self.away.lock().unwrap();
        away.push((owner, steps::away(world, &id, chance)));
        let hers: Vec<_> = away.iter().rev().filter(|(who, _)| *who == owner).take(12).collect();
        let mut batch = vec![hers[0].1.clone()];
        for _ in 0..chance.between(0, 5) {
            batch.push(hers[chance.place(hers.len())].1.clone());
        }
        Some(steps::sync(owner, batch, chance))
    }

    fn some_spend(&self, chance: &mut Chance, fits: impl Fn(&Known) -> bool) -> Option<Known> {
        let known = self.known.lock().unwrap();
        // The newest are the likeliest to be decided by two at once.
        let newest: Vec<_> = known.iter().rev().filter(|spend| fits(spend)).take(24).collect();
        (!newest.is_empty()).then(|| newest[chance.place(newest.len())].clone())
    }

    fn some_allowance(&self, chance: &mut Chance) -> Option<Drawn> {
        let drawn = self.drawn.lock().unwrap();
        let newest: Vec<_> = drawn.iter().rev().take(10).collect();
        (!newest.is_empty()).then(|| newest[chance.place(newest.len())].clone())
    }

    fn something_again(&self, chance: &mut Chance) -> Option<Step> {
        let heard = self.heard.lock().unwrap();
        let again = (!heard.is_empty()).then(|| &heard[chance.place(heard.len())])?;
        Some(Step { by: again.by, device: chance.place(PHONES_EACH), verb: again.verb.clone() })
    }
}

fn pence(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}
