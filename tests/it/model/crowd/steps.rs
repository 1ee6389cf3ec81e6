//! What one of a crowd may do next.

use busfare::{http::clock, store};
use busfare_entity::words::{PractitionerId, Role, SpendId};
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::{Drawn, Known};
use crate::model::{
    chance::Chance,
    world::{PHONES_EACH, Phone, Verb, World, pounds},
};

/// A step that is about to be taken.
#[derive(Clone, Debug)]
pub struct Step {
    /// By whom.
    pub by: PractitionerId,
    /// With which of her phones.
    pub device: usize,
    /// What is sent.
    pub verb: Verb,
}

fn step(by: PractitionerId, name: &'static str, input: Value) -> Step {
    Step { by, device: 0, verb: Verb { name, input } }
}

/// Asks for something.
pub fn ask(world: &World, chance: &mut Chance) -> Step {
    let askers: Vec<_> = world.askers().collect();
    let her = askers[chance.place(askers.len())];
    let purpose = if chance.once_in(3) { world.tea } else { world.fare };
    let price = if chance.once_in(5) { chance.between(1_000, 12_000) } else { chance.between(1, 2_000) };
    let timing = if chance.once_in(4) { "AFTER" } else { "BEFORE" };
    let hub = a_hub(world, chance);
    let input = json!({ "purposeId": purpose.to_string(), "unitPrice": pounds(price), "hubId": hub, "timing": timing });
    step(her.id, "requestSpend", input)
}

/// Says yes, less or no.
pub fn decide(spend: &Known, chance: &mut Chance) -> Step {
    let answer = match chance.between(0, 4) {
        0 => json!({ "decline": { "reason": "CHEAPER_WAY" } }),
        1 => json!({ "authorise": { "amount": pounds(chance.between(1, spend.total)) } }),
        _ => json!({ "authorise": {} }),
    };
    step(spend.asked.unwrap(), "decideSpend", json!({ "spendId": spend.id, "answer": answer }))
}

/// Takes it back.
pub fn withdraw(spend: &Known) -> Step {
    step(spend.asker, "withdrawSpend", json!({ "spendId": spend.id }))
}

/// Says what was spent.
pub fn spend(spend: &Known, chance: &mut Chance) -> Step {
    let amount = chance.between(1, spend.total);
    step(spend.asker, "recordSpent", json!({ "spendId": spend.id, "amount": pounds(amount) }))
}

/// Says what came back.
pub fn refund(spend: &Known, chance: &mut Chance) -> Step {
    let amount = (!chance.once_in(3)).then(|| pounds(chance.between(1, spend.total)));
    step(spend.asker, "recordRefund", json!({ "spendId": spend.id, "amount": amount }))
}

/// Wants another amount; a higher one is decided for the difference only.
pub fn change(spend: &Known, chance: &mut Chance) -> Step {
    let price = chance.between(1, spend.total * 2);
    step(spend.asker, "changeSpend", json!({ "spendId": spend.id, "unitPrice": pounds(price), "count": 1 }))
}

/// Cannot wait.
pub fn emergency(world: &World, chance: &mut Chance) -> Step {
    let her = anybody(world, chance).id;
    let price = chance.between(1, 40_000);
    let input = json!({ "purposeId": world.fare.to_string(), "unitPrice": pounds(price), "sentence": "The last bus leaves now" });
    step(her, "spendInEmergency", input)
}

/// Moves money to another budget.
pub fn moves(world: &World, chance: &mut Chance) -> Step {
    let movers: Vec<_> = world.phones.iter().filter(|one| one.role != Role::Practitioner).collect();
    let by = movers[chance.place(movers.len())].id;
    let mut budget = || world.budgets[chance.place(world.budgets.len())].id.to_string();
    let (from, to) = (budget(), budget());
    let amount = pounds(chance.between(1, 50_000));
    let input = json!({ "fromBudgetId": from, "toBudgetId": to, "amount": amount, "reason": "More is needed there" });
    step(by, "moveMoney", input)
}

/// Takes a slice of her say along.
pub fn draw(world: &World, chance: &mut Chance) -> Step {
    let (by, device) = (anybody(world, chance).id, chance.place(PHONES_EACH));
    let amount = pounds(chance.between(100, 4_000));
    let input = if chance.once_in(3) {
        json!({ "fund": "HUB", "hubId": a_hub(world, chance), "amount": amount })
    } else {
        json!({ "fund": "SECTION_17", "amount": amount })
    };
    Step { device, ..step(by, "drawAllowance", input) }
}

/// What a phone decides with an allowance, whether or not it covers that.
pub fn away(world: &World, allowance: &str, chance: &mut Chance) -> Value {
    let hours = if chance.once_in(5) { chance.between(-30, 30) } else { 0 };
    let purpose = if chance.once_in(3) { world.tea } else { world.fare };
    let price = chance.between(1, 1_500);
    let spent = chance.once_in(2).then(|| pounds(chance.between(1, price)));
    json!({
        "id": store::mint::id::<SpendId>().to_string(),
        "allowanceId": allowance,
        "purposeId": purpose.to_string(),
        "hubId": a_hub(world, chance),
        "unitPrice": pounds(price),
        "spentAmount": spent,
        "decidedAt": (clock::now() + TimeDelta::hours(hours)).to_rfc3339_opts(SecondsFormat::Micros, true),
    })
}

/// Brings home what her phones decided, from any of them.
pub fn sync(owner: PractitionerId, spends: Vec<Value>, chance: &mut Chance) -> Step {
    Step { device: chance.place(PHONES_EACH), ..step(owner, "syncOfflineSpends", json!({ "spends": spends })) }
}

/// Gives an allowance back.
pub fn gives_back(drawn: &Drawn, chance: &mut Chance) -> Step {
    let still = pounds(chance.between(0, 500));
    step(drawn.owner, "returnAllowance", json!({ "allowanceId": drawn.id, "stillToSync": still }))
}

fn anybody<'a>(world: &'a World, chance: &mut Chance) -> &'a Phone {
    &world.phones[chance.place(world.phones.len())]
}

fn a_hub(world: &World, chance: &mut Chance) -> String {
    world.hubs[chance.place(world.hubs.len())].0.to_string()
}
