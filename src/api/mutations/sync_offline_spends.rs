//! syncOfflineSpends: bring home what a phone decided where there was no signal.

use std::{collections::HashMap, str::FromStr};

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use busfare_entity::words::{OfflineOutcome, PaymentMethod, PractitionerId, SpendTiming};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        idempotent::{self, Turn},
        offline::{Answered, Home, Homecoming},
        scalars::{DateTime, Decimal, Uuid},
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Stop, Verb},
    },
    rules::{
        allowance::{self as allowances, MOST_AT_ONCE, OfflineRefusal, token},
        money::Money,
        spend::{About, Ask, SpendRefusal},
        token::SigningKey,
    },
    store::{self, offline::Named},
};

/// One spend that a phone decided where there was no signal.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct OfflineSpendInput {
    /// Its id, minted by the phone: `spnd_` and a UUIDv7 in lower-case base32hex. Sent again, it has the same answer.
    id: ID,
    /// The allowance it was decided under. Give this or `allowanceToken`.
    allowance_id: Option<ID>,
    /// The allowance's token, where the phone kept only that. Give this or `allowanceId`.
    allowance_token: Option<String>,
    /// What it is for.
    purpose_id: ID,
    /// The price of one, in pounds and whole pence, such as `"1.15"`.
    unit_price: Decimal,
    /// How many, from 1 to 1,000.
    #[graphql(default = 1)]
    count: i32,
    /// How it was paid, where you know.
    method: Option<PaymentMethod>,
    /// The hub it is for. Needed where a hub's budget pays.
    hub_id: Option<ID>,
    /// The person it helps, where that matters: `pers_` and a UUIDv7 that the phone may mint.
    person_id: Option<ID>,
    /// A few words of your own, at most 500 characters. Leave people's names out.
    reason: Option<String>,
    /// When it was decided, by the phone's own time. It is kept beside the time at which it came home.
    decided_at: DateTime,
    /// What was really spent, where that is known: at most the total. The rest goes back to the budget.
    /// Without it the money stays set aside until `recordSpent`.
    spent_amount: Option<Decimal>,
}

/// What `syncOfflineSpends` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct SyncOfflineSpendsInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    /// The refused ones of a batch are sent again in another batch, with a new UUID.
    idempotency_key: Uuid,
    /// From 1 to 100 spends, in any order, from any of your phones.
    spends: Vec<OfflineSpendInput>,
}

/// What became of one spend. An app needs the scope `SPENDS_READ`.
#[derive(SimpleObject)]
pub struct OfflineSpendResult {
    /// The id as it was sent.
    pub id: ID,
    /// Honoured, asked about as already bought, or refused.
    pub outcome: OfflineOutcome,
    /// The spend as it stands now, with its verdict; nothing where it was refused.
    pub spend: Option<Spend>,
    /// Why it was refused.
    pub user_error: Option<SpendUserError>,
}

/// What `syncOfflineSpends` answers.
#[derive(SimpleObject)]
pub struct SyncOfflineSpendsPayload {
    /// What became of each spend, in the order they were sent. One that is refused does not hold up the others.
    pub results: Vec<OfflineSpendResult>,
    /// Why nothing came home at all; empty where something did. Nothing was changed.
    pub user_errors: Vec<SpendUserError>,
    /// Whether this was answered before and nothing happened again.
    pub replayed: bool,
}

/// The verb.
#[derive(Default)]
pub struct SyncOfflineSpends;

#[Object]
impl SyncOfflineSpends {
    /// Brings home what a phone decided without signal, each spend on its own, all of them at once or none. What the terms of
    /// its allowance cover, and what is left of it pays for, is honoured: in any order, however often it is sent, from any of
    /// your phones, until 72 hours after the allowance expired. Anything else is kept as already bought, and one colleague is
    /// asked about it, whatever the budget has left. An allowance of somebody else is not found. It is not an app's to use.
    async fn sync_offline_spends(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What comes home.")] input: SyncOfflineSpendsInput,
    ) -> Answer<SyncOfflineSpendsPayload> {
        match sync(ctx, input).await {
            Ok(done) => shown(ctx, done).await,
            Err(Stop::Refused(refusal)) => {
                let error = SpendUserError::new(&refusal, ctx.language()?);
                Ok(SyncOfflineSpendsPayload { results: vec![], user_errors: vec![error], replayed: false })
            }
            Err(Stop::Problem(problem)) => Err(problem),
        }
    }
}

async fn sync(ctx: &Context<'_>, input: SyncOfflineSpendsInput) -> Verb<Vec<Answered>, SpendRefusal> {
    // Who brings what?
    let (her, session) = ctx.practitioner()?;
    let (now, key_of_tokens) = (ctx.now()?, &ctx.state()?.key);
    if !(1..=MOST_AT_ONCE).contains(&input.spends.len()) {
        return Err(SpendRefusal::from(OfflineRefusal::BatchOutOfRange).into());
    }
    let brought: Vec<_> =
        input.spends.iter().map(|said| (said.id.to_string(), parse(said, her.id, key_of_tokens))).collect();

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "syncOfflineSpends", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(answers) => return Ok(Done::before(answers)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // What do we need to know? From here on nobody else decides with her say or moves any of these budgets.
    let named = named(brought.iter().filter_map(|(_, home)| home.as_ref().ok()));
    let known = store::offline::known(&txn, her, &named, now).await?;
    let mut home = Home { txn: &txn, her, session, known, now };

    // Decide and remember, one after the other.
    let mut answers = Vec::with_capacity(brought.len());
    for (said, parsed) in brought {
        let taken = match parsed {
            Ok(homecoming) => home.take(homecoming).await,
            Err(refusal) => Err(refusal.into()),
        };
        match taken {
            Ok(answered) => answers.push(answered),
            Err(Stop::Refused(refusal)) => answers.push(Answered::refused(said, refusal)),
            Err(problem) => return Err(problem),
        }
    }
    idempotent::keep(&txn, &key, &answers).await?;
    txn.commit().await?;

    Ok(Done::now(answers))
}

fn parse(said: &OfflineSpendInput, owner: PractitionerId, key: &SigningKey) -> Result<Homecoming, SpendRefusal> {
    let allowance = match (&said.allowance_id, &said.allowance_token) {
        (Some(allowance), None) => allowance.parse().ok(),
        (None, Some(token)) => token::unseal(key, owner, token).ok(),
        _ => return Err(OfflineRefusal::AllowanceNeeded.into()),
    };
    let about = About {
        hub: said.hub_id.as_ref().map(found).transpose()?,
        method: said.method,
        person: said.person_id.as_ref().map(found).transpose()?,
        already: Money::ZERO,
    };
    let (purpose, reason) = (found(&said.purpose_id)?, said.reason.as_deref());
    let ask = Ask::try_new(purpose, said.unit_price.0, said.count, SpendTiming::Before, reason, about)?;
    let spent = said.spent_amount.map(|amount| Money::try_asked(amount.0)).transpose();
    let spent = spent.map_err(OfflineRefusal::SpentAmount)?;
    if spent.is_some_and(|spent| spent > ask.total) {
        return Err(OfflineRefusal::SpentAboveTotal(ask.total).into());
    }
    Ok(Homecoming {
        id: said.id.parse().map_err(|_| OfflineRefusal::NotAnId)?,
        allowance: allowance.ok_or(OfflineRefusal::AllowanceNotFound)?,
        ask,
        spent,
        claimed: allowances::claimed(said.decided_at.0),
    })
}

/// An id in a batch: one that names nothing is a reason for its own spend only.
fn found<T: FromStr>(id: &ID) -> Result<T, OfflineRefusal> {
    id.parse().map_err(|_| OfflineRefusal::NotFound)
}

fn named<'a>(brought: impl Iterator<Item = &'a Homecoming>) -> Named {
    let mut named = Named::default();
    for home in brought {
        named.spends.push(home.id);
        named.allowances.push(home.allowance);
        named.places.insert((home.ask.purpose, home.ask.about.hub));
    }
    named
}

/// The answers with their spends as they stand now.
async fn shown(ctx: &Context<'_>, done: Done<Vec<Answered>>) -> Answer<SyncOfflineSpendsPayload> {
    let (viewer, language) = (ctx.viewer()?, ctx.language()?);
    let ids: Vec<_> = done.value.iter().filter_map(|answered| answered.spend).collect();
    let spends = store::spend::by_ids(ctx.reader()?, &viewer, &ids).await?;
    let spends: HashMap<_, _> = spends.into_iter().map(|spend| (spend.id, spend)).collect();
    let result = |answered: Answered| OfflineSpendResult {
        id: answered.id.into(),
        outcome: answered.outcome,
        spend: answered.spend.and_then(|id| spends.get(&id).cloned()).map(Spend),
        user_error: answered.refusal.map(|refusal| SpendUserError::new(&refusal, language)),
    };
    Ok(SyncOfflineSpendsPayload {
        results: done.value.into_iter().map(result).collect(),
        user_errors: vec![],
        replayed: done.replayed,
    })
}
