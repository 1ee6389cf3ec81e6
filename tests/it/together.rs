//! Asks decided together: each is answered as if she had been alone, one after the other, whatever the others asked.

use busfare::{
    api::{
        error::Code,
        mutations::request_spend::{SpendTill, asks_at, lane, together},
        sitting::{Answered, Asked},
        verb::Stop,
    },
    http::clock,
    rules::{
        money::Money,
        refusal::Refusal,
        spend::{About, Ask},
    },
    store::{self, idempotency::Key},
};
use busfare_entity::{
    practitioner, spend, spend_purpose, verdict,
    words::{HubId, PaymentMethod, SpendDecision, SpendErrorCode, SpendTiming},
};
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait};
use uuid::Uuid;

use crate::{
    council::{Council, on_both},
    ledger::{counters_add_up, counters_are_the_sum_of_entries},
    races::a_hub_with_twenty_pounds,
};

const NAMES: [&str; 6] =
    ["mari.prydderch", "tomos.ellwood", "amina.warsame", "kasia.zielonka", "elin.caradog", "gethin.bowmer"];

/// Where asks are written down before they are handed in together.
pub struct Desk {
    people: Vec<practitioner::Model>,
    fare: spend_purpose::Model,
    refreshments: spend_purpose::Model,
}

impl Desk {
    /// In a council.
    pub async fn at(council: &Council) -> Self {
        let people = join_all(NAMES.iter().map(|name| council.person(name))).await;
        let purposes = spend_purpose::Entity::find().all(council.state.db.reader()).await.unwrap();
        let purpose = |code: &str| purposes.iter().find(|purpose| purpose.code == code).unwrap().clone();
        Self {
            people: people.iter().map(|person| person.row().clone()).collect(),
            fare: purpose("bus-fare"),
            refreshments: purpose("hub-refreshments"),
        }
    }

    /// Somebody asks for a bus fare.
    pub fn asks(&self, who: usize, pounds: &str) -> Asked {
        self.asks_at(who, pounds, About::default(), SpendTiming::Before)
    }

    fn at_hub(&self, who: usize, pounds: &str, hub: HubId) -> Asked {
        self.asks_at(who, pounds, About { hub: Some(hub), ..About::default() }, SpendTiming::Before)
    }

    fn asks_at(&self, who: usize, pounds: &str, about: About, timing: SpendTiming) -> Asked {
        let her = self.people[who % self.people.len()].clone();
        let purpose = if about.hub.is_some() { &self.refreshments } else { &self.fare };
        let ask = Ask::try_new(purpose.id, pounds.parse().unwrap(), 1, timing, None, about).unwrap();
        let key = Key {
            actor: her.id,
            key: store::mint::id(),
            mutation: "requestSpend",
            input_sha256: pounds.into(),
            app: None,
        };
        Asked { her, ask, spend_id: store::mint::id(), minted_by_phone: false, key, now: clock::now() }
    }
}

/// The same ask with another key, as a phone sends it that has lost its reply and its memory of the key.
fn with_another_key(asked: &Asked) -> Asked {
    let key = Key { key: store::mint::id::<Uuid>(), ..asked.key.clone() };
    Asked { key, minted_by_phone: true, ..asked.clone() }
}

/// What somebody heard, in a few words.
fn heard(answer: &Answered) -> String {
    match answer {
        Ok(done) => format!("{:?}{}", done.value.decision, if done.replayed { " again" } else { "" }),
        Err(Stop::Refused(refusal)) => format!("{:?}", refusal.code()),
        Err(Stop::Problem(problem)) => problem.code.as_str().to_owned(),
    }
}

async fn decides(council: &Council, asks: Vec<Asked>) -> Vec<String> {
    together(council.state.db.clone(), asks).await.iter().map(heard).collect()
}

async fn every_verdict_is_the_same_again(council: &Council) {
    for verdict in verdict::Entity::find().all(council.state.db.reader()).await.unwrap() {
        let again = store::verdict::snapshot(&verdict).unwrap().decide();
        assert_eq!(again.outcome, verdict.outcome);
        assert_eq!(again.checks, store::verdict::checks(&verdict).unwrap());
    }
}

/// Makes the database itself fail where it is told to keep the word.
async fn poison(council: &Council) {
    let db = council.state.db.begin().await.unwrap();
    let statements: &[&str] = match db.get_database_backend() {
        DbBackend::Postgres => &[
            "CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN IF NEW.reason = 'poison' THEN RAISE EXCEPTION 'poisoned'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER poison BEFORE INSERT ON spend FOR EACH ROW EXECUTE FUNCTION refuse_poison()",
        ],
        _ => &["CREATE TRIGGER poison BEFORE INSERT ON spend WHEN NEW.reason = 'poison'
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END"],
    };
    for statement in statements {
        db.execute_unprepared(statement).await.unwrap();
    }
    db.commit().await.unwrap();
}

on_both! {
    async fn first_come_is_first_served_and_a_no_in_the_middle_is_nobody_elses(council: &Council) {
        let (desk, hub) = (Desk::at(council).await, a_hub_with_twenty_pounds(council).await);
        let asks = vec![desk.at_hub(0, "12.00", hub), desk.at_hub(1, "9.00", hub), desk.at_hub(2, "8.00", hub), desk.at_hub(3, "0.01", hub)];

        assert_eq!(decides(council, asks).await, ["AuthorisedSelf", "BudgetShort", "AuthorisedSelf", "BudgetShort"]);

        counters_are_the_sum_of_entries(council).await;
        every_verdict_is_the_same_again(council).await;
    }

    async fn what_was_answered_before_is_answered_again_in_the_middle_of_others(council: &Council) {
        let desk = Desk::at(council).await;
        let (old, new) = (desk.asks(0, "1.15"), desk.asks(1, "2.00"));
        decides(council, vec![old.clone()]).await;
        let mut other_input = old.clone();
        other_input.key.input_sha256 = b"other".to_vec();
        let (same_id, mut another_price) = (with_another_key(&new), with_another_key(&new));
        another_price.ask.unit_price = Money::from_pence(201);
        let somebody_elses = Asked { her: desk.people[2].clone(), ..with_another_key(&old) };

        let asks = vec![new.clone(), old.clone(), other_input, new.clone(), same_id.clone(), same_id, another_price, somebody_elses, desk.asks(2, "3.00")];
        let heard = decides(council, asks).await;

        assert_eq!(heard, [
            "AuthorisedSelf", "AuthorisedSelf again", "IdempotencyKeyReused", "AuthorisedSelf again", "AuthorisedSelf again",
            "AuthorisedSelf again", "IdAlreadyUsed", "IdAlreadyUsed", "AuthorisedSelf",
        ]);
        assert_eq!(spend::Entity::find().all(council.state.db.reader()).await.unwrap().len(), 3);
    }

    async fn a_say_is_used_up_within_one_sitting_and_the_rest_is_asked_of_colleagues(council: &Council) {
        let desk = Desk::at(council).await;

        let heard = decides(council, (0..100).map(|_| desk.asks(0, "1.15")).collect()).await;

        let yes = heard.iter().take_while(|heard| *heard == "AuthorisedSelf").count();
        assert_eq!((yes, heard[yes..].iter().all(|heard| heard == "Asked")), (86, true), "{heard:?}");
        counters_are_the_sum_of_entries(council).await;
        every_verdict_is_the_same_again(council).await;
    }

    async fn together_everybody_hears_what_she_would_have_heard_alone(council: &Council) {
        let (twin, desk) = (council.twin().await, Desk::at(council).await);
        let amounts = ["1.15", "29.99", "30.01", "17.50", "99.00", "400.00", "0.01", "5000.00", "30000.00"];
        let mut asks = Vec::new();
        for place in 0..90_usize {
            let timing = if place.is_multiple_of(7) { SpendTiming::After } else { SpendTiming::Before };
            let asked = desk.asks_at(place * place, amounts[place * 5 % amounts.len()], About::default(), timing);
            asks.push(if place % 11 == 10 { with_another_key(&asks[place / 2]) } else { asked });
        }

        let alone = one_after_the_other(&twin, &asks).await;
        let at_once = decides(council, asks).await;

        assert_eq!(at_once, alone);
        assert_eq!(what_is_kept(council).await, what_is_kept(&twin).await);
        every_verdict_is_the_same_again(council).await;
        twin.close().await;
    }

    async fn a_poisoned_ask_sinks_nobody_else(council: &Council) {
        let desk = Desk::at(council).await;
        poison(council).await;
        let mut asks: Vec<_> = (0..5).map(|who| desk.asks(who, "1.15")).collect();
        asks[2].ask.reason = Some("poison".into());

        let heard = decides(council, asks.clone()).await;

        assert_eq!(heard, ["AuthorisedSelf", "AuthorisedSelf", "INTERNAL", "AuthorisedSelf", "AuthorisedSelf"]);
        counters_are_the_sum_of_entries(council).await;
        let again = decides(council, asks).await;
        assert_eq!(again.iter().filter(|heard| *heard == "AuthorisedSelf again").count(), 4);
    }

    async fn a_purpose_that_is_not_there_is_not_found_by_its_asker_alone(council: &Council) {
        let desk = Desk::at(council).await;
        let mut asks: Vec<_> = (0..3).map(|who| desk.asks(who, "1.15")).collect();
        asks[1].ask.purpose = store::mint::id();

        assert_eq!(decides(council, asks).await, ["AuthorisedSelf", Code::NotFound.as_str(), "AuthorisedSelf"]);
    }

    async fn what_is_paid_on_the_spot_is_paid_or_refused_by_the_tin_in_its_turn(council: &Council) {
        let (desk, hub) = (Desk::at(council).await, a_hub_with_twenty_pounds(council).await);
        let in_cash = |who, pounds| {
            let about = About { hub: Some(hub), method: Some(PaymentMethod::HubCash), ..About::default() };
            desk.asks_at(who, pounds, about, SpendTiming::After)
        };
        let asks = vec![desk.at_hub(0, "12.00", hub), in_cash(1, "5.00"), desk.at_hub(2, "7.50", hub), in_cash(3, "0.60"), desk.at_hub(4, "0.50", hub)];

        let heard = decides(council, asks).await;

        assert_eq!(heard, ["AuthorisedSelf", "NoTin", "AuthorisedSelf", "Asked", "AuthorisedSelf"]);
        counters_are_the_sum_of_entries(council).await;
    }

    async fn whoever_hangs_up_in_line_is_served_all_the_same_and_stops_nobody(council: &Council) {
        let (desk, hub) = (Desk::at(council).await, a_hub_with_twenty_pounds(council).await);
        let (till, db) = (SpendTill::default(), council.state.db.clone());
        let asks: Vec<_> = (0..6).map(|who| desk.at_hub(who, "1.15", hub)).collect();
        let lane = lane(&asks[0]);
        // As long as somebody else has all their turns, one is served and the others wait in line.
        let turns = db.begin().await.unwrap();
        store::authority::take_turns(&turns, &desk.people.iter().map(|her| her.id).collect()).await.unwrap();
        let mut callers = Vec::new();
        for asked in &asks {
            let (same, db, asked) = (till.clone(), db.clone(), asked.clone());
            callers.push(tokio::spawn(async move { asks_at(&same, &db, asked).await.unwrap() }));
            // The first is taken out of the line before anybody else comes, or some would be served with it.
            while callers.len() == 1 && !(till.is_open(&lane) && till.waiting(&lane) == 0) {
                tokio::task::yield_now().await;
            }
        }
        while till.waiting(&lane) < 5 {
            tokio::task::yield_now().await;
        }

        callers[0].abort();
        callers[3].abort();
        turns.rollback().await.unwrap();

        for (who, caller) in callers.into_iter().enumerate() {
            match caller.await {
                Ok(answer) => assert_eq!(heard(&answer), "AuthorisedSelf"),
                Err(gone) => assert!(gone.is_cancelled() && [0, 3].contains(&who), "{who}: {gone:?}"),
            }
        }
        let again = decides(council, asks).await;
        assert!(again.iter().all(|heard| heard == "AuthorisedSelf again"), "{again:?}");
        counters_are_the_sum_of_entries(council).await;
    }

    async fn sixteen_workers_at_two_tills_of_one_database_spend_the_last_pounds_once(council: &Council) {
        let (second, desk) = (council.second_db().await, Desk::at(council).await);
        let tills = [(SpendTill::default(), council.state.db.clone()), (SpendTill::default(), second.clone())];
        let hub = a_hub_with_twenty_pounds(council).await;
        let workers = (0..16).map(|worker| {
            let (till, db) = tills[worker % 2].clone();
            let asks: Vec<_> = (0..8).map(|place| desk.at_hub(worker + place, "0.30", hub)).collect();
            tokio::spawn(async move {
                let mut yes = 0;
                for asked in asks {
                    match heard(&asks_at(&till, &db, asked).await.unwrap()).as_str() {
                        "AuthorisedSelf" => yes += 1,
                        other => assert_eq!(other, "BudgetShort"),
                    }
                }
                yes
            })
        });

        let yes: i32 = join_all(workers).await.into_iter().map(Result::unwrap).sum();

        assert_eq!(yes, 66, "of £20 at 30 pence each");
        counters_are_the_sum_of_entries(council).await;
        second.close().await.unwrap();
    }

    async fn two_servers_on_one_database_agree_about_every_key_and_every_penny(council: &Council) {
        let (second, desk) = (council.second_db().await, Desk::at(council).await);
        for round in 0..10 {
            let hub = a_hub_with_twenty_pounds(council).await;
            let asks: Vec<_> = (0..48)
                .map(|place| if place % 2 == 0 { desk.at_hub(place, "0.90", hub) } else { desk.asks(place, "0.10") })
                .collect();
            let mut turned = asks.clone();
            turned.reverse();

            let (here, mut there) = tokio::join!(together(council.state.db.clone(), asks), together(second.clone(), turned));

            there.reverse();
            for (here, there) in here.iter().zip(&there) {
                let both = [heard(here), heard(there)];
                assert!(!both.iter().any(|heard| heard == "INTERNAL"), "round {round}: {both:?}");
                let (Ok(here), Ok(there)) = (here, there) else {
                    assert!(both.contains(&format!("{:?}", SpendErrorCode::BudgetShort)), "round {round}: {both:?}");
                    continue;
                };
                assert_eq!(here.value, there.value);
                assert_ne!(here.replayed, there.replayed, "round {round}: {both:?}");
            }
        }
        counters_add_up(&second).await;
        second.close().await.unwrap();
    }
}

async fn one_after_the_other(council: &Council, asks: &[Asked]) -> Vec<String> {
    let mut heard = Vec::new();
    for asked in asks {
        heard.extend(decides(council, vec![asked.clone()]).await);
    }
    heard
}

/// Who asked for what, how it came out, and who is asked, in an order that does not hang on chance.
async fn what_is_kept(council: &Council) -> Vec<String> {
    let reader = council.state.db.reader();
    let asked = busfare_entity::ask::Entity::find().all(reader).await.unwrap();
    let mut kept: Vec<_> = spend::Entity::find()
        .all(reader)
        .await
        .unwrap()
        .into_iter()
        .map(|spend| {
            let of = asked.iter().find(|ask| ask.spend_id == spend.id).map(|ask| ask.asked_id.to_string());
            let held = (spend.held_pence, spend.spent_pence);
            assert_eq!(of.is_some(), spend.decision == SpendDecision::Asked);
            format!("{} {} {:?} {:?} {held:?} {of:?}", spend.id, spend.total_pence, spend.decision, spend.money)
        })
        .collect();
    kept.sort();
    kept
}
