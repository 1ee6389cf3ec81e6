//! reverseSpend: put a spend in the books right by an entry that takes it back, in part or in full.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{reversal, spend, words::CorrectionReason};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Decimal, Uuid},
        types::{spend::Spend, user_error::BooksUserError},
        verb::{Done, Verb, payload},
    },
    rules::{
        books::{self, BooksRefusal, WORDS_CHARS},
        money::Money,
        text,
    },
    store::{self, books::reversal::Reversed},
};

/// What `reverseSpend` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ReverseSpendInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend.
    spend_id: ID,
    /// How much too much it is, in pounds and whole pence; all that is still spent where none is given.
    amount: Option<Decimal>,
    /// What was wrong.
    reason: CorrectionReason,
    /// A few words with it, at most 300 characters. Leave people's names out.
    words: Option<String>,
}

payload! {
    /// What `reverseSpend` answers.
    ReverseSpendPayload {
        /// The spend, put right.
        spend: Spend(spend::Model),
        refused: BooksUserError(BooksRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ReverseSpend;

#[Object]
impl ReverseSpend {
    /// Takes back what a spend has too much in the books, for the enabler or a senior of its team. What was recorded stays;
    /// an entry with the opposite sign goes to its budget and into the next export. Where too little was recorded, request
    /// the rest as already bought. It is not an app's to use.
    async fn reverse_spend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wrong, and by how much.")] input: ReverseSpendInput,
    ) -> Answer<ReverseSpendPayload> {
        ReverseSpendPayload::answer(ctx, reverse(ctx, input).await)
    }
}

async fn reverse(ctx: &Context<'_>, input: ReverseSpendInput) -> Verb<spend::Model, BooksRefusal> {
    // Who takes back how much of what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id = id(&input.spend_id)?;
    let said = input.amount.map(|amount| Money::try_asked(amount.0)).transpose().map_err(BooksRefusal::Amount)?;
    let words = text::plain(input.words.as_deref().unwrap_or_default(), WORDS_CHARS).map_err(BooksRefusal::Words)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "reverseSpend", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(BooksRefusal::IdempotencyKeyReused.into()),
    };

    // Decide.
    let spend = store::spend::hold(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let (spent, came_back) = (spend.spent_pence.unwrap_or_default(), spend.refunded_pence);
    let (spent, came_back) = (Money::from_pence(spent), Money::from_pence(came_back));
    let left = spent.less(came_back);
    books::may_reverse(&viewer, spend.money, left)?;
    let before = store::books::reversal::of_spends(&txn, &[spend_id]).await?.len();
    let back = books::reversal(left, said, before)?;
    let (came_back, money, step) = books::reversed(spent, came_back, back);

    // Remember.
    let why = reversal::Model {
        id: store::mint::id(),
        spend_id,
        amount_pence: back.pence(),
        reason: input.reason,
        words,
        reversed_by: viewer.id,
        reversed_at: now,
    };
    let to = Reversed { came_back, money, step };
    let reversed = store::books::reversal::reverse(&txn, &spend, to, why, now).await?;
    let reversed = reversed.ok_or(BooksRefusal::BudgetClosed)?;
    idempotent::keep(&txn, &key, &reversed).await?;
    txn.commit().await?;

    Ok(Done::now(reversed))
}
