//! requestSpend: ask for money, and hear yes at once when it is yours to say.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    spend,
    words::{OrganisationId, PaymentMethod, SpendId, SpendTiming},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked as _, id, minted},
        error::Problem,
        idempotent,
        paying::{self, Said},
        scalars::{Decimal, Uuid},
        sitting::{Answered, Asked, Before, Sitting},
        till::{Till, Unserved},
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Stop, payload},
    },
    rules::{
        money::Money,
        spend::{About, Ask, SpendRefusal},
    },
    store::{
        self, Db,
        db::{DbErr, passes},
    },
};

/// What `requestSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RequestSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend's id, if the phone mints it: `spnd_` and a UUIDv7 in lower-case base32hex.
    id: Option<ID>,
    /// What it is for, from `spendPurposes`.
    purpose_id: ID,
    /// The price of one, in pounds and whole pence, such as `"1.15"`.
    unit_price: Decimal,
    /// How many, from 1 to 1,000.
    #[graphql(default = 1)]
    count: i32,
    /// Before the purchase, or already bought.
    #[graphql(default_with = "SpendTiming::Before")]
    timing: SpendTiming,
    /// The hub it is for. Needed where a hub's budget pays.
    hub_id: Option<ID>,
    /// How it will be paid, where you know.
    method: Option<PaymentMethod>,
    /// The person it helps, where that matters: `pers_` and a UUIDv7 that the phone may mint. Limits per person count it.
    person_id: Option<ID>,
    /// A few words of your own, at most 500 characters. Leave people's names out.
    reason: Option<String>,
}

payload! {
    /// What `requestSpend` answers.
    RequestSpendPayload {
        /// The spend with its verdict: authorised by yourself, or waiting for one colleague.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct RequestSpend;

#[Object]
impl RequestSpend {
    /// Asks for money. What is within your own say is authorised in this answer and set aside; above it, one nearby colleague
    /// is asked, and the money is held meanwhile. An app needs the scope `SPENDS_WRITE`.
    async fn request_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you ask for.")] input: RequestSpendInput,
    ) -> Answer<RequestSpendPayload> {
        RequestSpendPayload::answer(ctx, request(ctx, input).await)
    }
}

async fn request(ctx: &Context<'_>, input: RequestSpendInput) -> Answered {
    ctx.practitioner()?;
    let (id, ask) = ((minted(input.id.as_ref())?, input.id.is_some()), parse(&input)?);
    as_asked(ctx, ("requestSpend", input.idempotency_key), &input, id, ask).await
}

/// Asks for what was parsed, in the name of a verb and its key, as `repeatSpend` does too. Whoever asks meanwhile for
/// money out of the same pots is answered in the same transaction.
pub(super) fn as_asked(
    ctx: &Context<'_>,
    key: (&'static str, Uuid),
    said: &(impl Serialize + Sync),
    id: (SpendId, bool),
    ask: Ask,
) -> impl Future<Output = Answered> {
    at_the_till(ctx, key, said, id, ask)
}

async fn at_the_till(
    ctx: &Context<'_>,
    (verb, key): (&'static str, Uuid),
    said: &(impl Serialize + Sync),
    (spend_id, minted_by_phone): (SpendId, bool),
    ask: Ask,
) -> Answered {
    let (her, _) = ctx.practitioner()?;
    let key = idempotent::key(ctx, verb, key, said)?;
    let asked = Asked { her: her.clone(), ask, spend_id, minted_by_phone, key, now: ctx.now()? };

    let state = ctx.state()?;
    match asks_at(&state.till, &state.db, asked).await {
        Ok(answer) => answer,
        Err(Unserved::LineFull) => Err(Problem::throttled(1).into()),
        Err(gone) => Err(Problem::internal(gone).into()),
    }
}

fn parse(input: &RequestSpendInput) -> Result<Ask, Stop<SpendRefusal>> {
    let about = About {
        hub: input.hub_id.as_ref().map(id).transpose()?,
        method: input.method,
        person: input.person_id.as_ref().map(id).transpose()?,
        already: Money::ZERO,
    };
    let (purpose, reason) = (id(&input.purpose_id)?, input.reason.as_deref());
    Ok(Ask::try_new(purpose, input.unit_price.0, input.count, input.timing, reason, about)?)
}

/// Where asks wait for each other: those of one organisation, apart by whose pot it is, as far as it is known before
/// anything is read. Two lanes that draw on one budget all the same only wait in the database instead.
pub type SpendTill = Till<Lane, Asked, Answered>;
/// One of the lines at the till.
pub type Lane = (OrganisationId, u128);

/// Lanes of one organisation.
const LANES: u128 = 2;

/// Where somebody who asks this stands in line.
pub fn lane(Asked { her, ask, .. }: &Asked) -> Lane {
    let pot = ask.about.hub.map_or(her.team_id.0, |hub| hub.0);
    (her.organisation_id, pot.as_u128() % LANES)
}

/// Asks at the till, as the verb does.
pub fn asks_at(till: &SpendTill, db: &Db, asked: Asked) -> impl Future<Output = Result<Answered, Unserved>> {
    let db = db.clone();
    till.ask(lane(&asked), asked, move |asks| together(db.clone(), asks))
}

/// Decides asks of one organisation in order and answers each. What is paid on the spot moves more than a budget, and
/// may be refused by a tin when the ledger is written already: it is decided in a transaction of its own.
pub fn together(db: Db, asks: Vec<Asked>) -> impl Future<Output = Vec<Answered>> + Send {
    in_few_transactions(db, asks)
}

async fn in_few_transactions(db: Db, asks: Vec<Asked>) -> Vec<Answered> {
    let mut answers = Vec::with_capacity(asks.len());
    for asks in asks.chunk_by(|one, next| !one.is_paid_on_the_spot() && !next.is_paid_on_the_spot()) {
        answers.extend(in_one_transaction(&db, asks).await);
    }
    answers
}

/// Decides asks in one transaction. Where that fails, for whatever reason and whosever ask it was, each is decided in
/// one of its own.
async fn in_one_transaction(db: &Db, asks: &[Asked]) -> Vec<Answered> {
    match decide_in_order(db, asks).await {
        Ok(answers) => answers,
        Err(error) if asks.len() == 1 && !passes(&error) => vec![Err(error.into())],
        Err(DbErr::ConnectionAcquire(_)) => asks.iter().map(|_| Err(Problem::throttled(1).into())).collect(),
        Err(_) => one_by_one(db, asks).await,
    }
}

async fn one_by_one(db: &Db, asks: &[Asked]) -> Vec<Answered> {
    let mut answers = Vec::with_capacity(asks.len());
    for asked in asks {
        let mut tries = 0;
        answers.push(loop {
            match decide_in_order(db, std::slice::from_ref(asked)).await {
                Ok(mut answer) => break answer.swap_remove(0),
                Err(error) if tries < MOST_TRIES && passes(&error) => tries += 1,
                Err(error) => break Err(error.into()),
            }
        });
    }
    answers
}

/// How often an ask is tried again where another server was quicker.
const MOST_TRIES: usize = 3;

async fn decide_in_order(db: &Db, asks: &[Asked]) -> Result<Vec<Answered>, DbErr> {
    let txn = db.begin().await?;
    let now = asks.iter().map(|asked| asked.now).max().unwrap_or_default();

    // Was this answered before? Once she has her turn, nothing of hers is on its way any more.
    store::authority::take_turns(&txn, &asks.iter().map(|asked| asked.her.id).collect()).await?;
    let before = Before::read(&txn, asks).await?;

    // What do we need to know?
    let new = asks.iter().filter(|asked| !before.has(asked));
    let mut sitting = Sitting::open(&txn, new, now).await?;

    // Decide in order: what one takes, the next no longer has.
    let mut answers = Vec::with_capacity(asks.len());
    for asked in asks {
        answers.push(match before.answer(asked, &mut sitting.page, now)? {
            Some(answer) => answer,
            None => sitting.decide(&txn, asked).await?,
        });
    }

    // Remember.
    if sitting.page.is_empty() {
        return Ok(answers);
    }
    if !sitting.page.keep(&txn).await? {
        let short = sitting.short.filter(|_| asks.len() == 1).ok_or(DbErr::RecordNotUpdated)?;
        return Ok(vec![Err(short.into())]);
    }
    if let ([asked], [Ok(Done { value: spend, replayed: false })]) = (asks, answers.as_slice())
        && let Err(stop) = paying::follows(&txn, spend, Said::default(), asked.her.id, now).await
    {
        return Ok(vec![Err(stop)]);
    }
    txn.commit().await?;

    Ok(answers)
}
