//! changeSpend: change the amount or the words; only what is more is decided anew.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{spend, words::SpendId};
use serde::Serialize;

use crate::{
    api::{
        changing::{Changing, waits},
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        late,
        scalars::{Decimal, Uuid},
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        money::{Money, MoneyProblem},
        sight::SpendAction,
        spend::{MOST_COUNT, REASON_CHARS, SpendRefusal},
        text,
    },
    store::{self, change::Terms, facts},
};

/// What `changeSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ChangeSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend you asked for.
    spend_id: ID,
    /// The new price of one, such as `"1.30"`.
    unit_price: Option<Decimal>,
    /// How many, from 1 to 1,000.
    count: Option<i32>,
    /// The new words, at most 500 characters; empty takes them away.
    reason: Option<String>,
}

payload! {
    /// What `changeSpend` answers.
    ChangeSpendPayload {
        /// The spend as it is now, with what raises it.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ChangeSpend;

#[Object]
impl ChangeSpend {
    /// Changes a spend of your own; price times count is the new whole, with everything that raised it. Less gives the
    /// difference back at once. More is decided for the difference only: yours at once, or one colleague is asked. While
    /// nobody has decided, the ask itself changes. An app needs the scope `SPENDS_WRITE`.
    async fn change_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you change.")] input: ChangeSpendInput,
    ) -> Answer<ChangeSpendPayload> {
        ChangeSpendPayload::answer(ctx, change(ctx, input).await)
    }
}

async fn change(ctx: &Context<'_>, input: ChangeSpendInput) -> Verb<spend::Model, SpendRefusal> {
    // Who changes what?
    let (her, _) = ctx.practitioner()?;
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id: SpendId = id(&input.spend_id)?;
    let wish = Wish::try_new(&input)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "changeSpend", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // What do we need to know? Her turn, then the budget, then the spend as it stands.
    let seen = store::spend::find(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let facts = facts::about_colleagues(&txn, her, &seen, now).await?;
    let spend = store::spend::find(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    late::may(&txn, SpendAction::Change, &viewer, &spend, None, now).await?;
    let terms = wish.on(&spend)?;
    let changing = Changing { txn: &txn, her, facts, now };

    // Decide, and remember.
    let says_the_same = terms == Terms::of(&spend);
    match (wish.amount, waits(&spend)) {
        (false, _) if says_the_same => return Err(SpendRefusal::NothingToChange.into()),
        (true, true) if says_the_same => return Err(SpendRefusal::NothingToChange.into()),
        (false, _) => changing.words(&spend, &terms).await?,
        (true, true) => changing.in_place(&spend, &terms).await?,
        (true, false) => changing.authorised(&spend, &terms).await?,
    }
    let changed = store::spend::find(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    idempotent::keep(&txn, &key, &changed).await?;
    txn.commit().await?;

    Ok(Done::now(changed))
}

/// What she wants it to say, parsed.
struct Wish {
    unit_price: Option<Money>,
    count: Option<i32>,
    reason: Option<Option<String>>,
    /// Whether the amount is part of it.
    amount: bool,
}

impl Wish {
    fn try_new(input: &ChangeSpendInput) -> Result<Self, SpendRefusal> {
        let unit_price = input.unit_price.map(|price| Money::try_asked(price.0)).transpose();
        let unit_price = unit_price.map_err(SpendRefusal::UnitPrice)?;
        if input.count.is_some_and(|count| !(1..=MOST_COUNT).contains(&count)) {
            return Err(SpendRefusal::CountOutOfRange);
        }
        let reason = input.reason.as_deref().map(|reason| text::plain(reason, REASON_CHARS)).transpose();
        let reason = reason.map_err(SpendRefusal::Reason)?;
        if unit_price.is_none() && input.count.is_none() && reason.is_none() {
            return Err(SpendRefusal::NothingToChange);
        }
        Ok(Self { unit_price, count: input.count, reason, amount: unit_price.is_some() || input.count.is_some() })
    }

    /// What the spend says with it.
    fn on(&self, spend: &spend::Model) -> Result<Terms, SpendRefusal> {
        let unit_price = self.unit_price.unwrap_or(Money::from_pence(spend.unit_price_pence));
        let count = self.count.unwrap_or(spend.count);
        if unit_price.times(count).is_none() {
            return Err(SpendRefusal::UnitPrice(MoneyProblem::TooLarge));
        }
        let reason = self.reason.clone().unwrap_or_else(|| spend.reason.clone());
        Ok(Terms { unit_price_pence: unit_price.pence(), count, reason })
    }
}
