//! citeAnswers: a decision leaned on what somebody wrote down, which shows that asking was of use.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{
    answer_use, spend,
    words::{AnswerId, AnswerUse, SpendId},
};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        reading,
        scalars::Uuid,
        types::{spend::Spend, user_error::RecordUserError},
        verb::{Done, Verb, payload},
    },
    rules::record::{MOST_ANSWERS, RecordRefusal},
    store,
};

/// What `citeAnswers` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct CiteAnswersInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The spend that was decided.
    spend_id: ID,
    /// The answers that it leaned on, 1 to 60.
    answer_ids: Vec<ID>,
}

payload! {
    /// What `citeAnswers` answers.
    CiteAnswersPayload {
        /// The spend.
        spend: Spend(spend::Model),
        refused: RecordUserError(RecordRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct CiteAnswers;

#[Object]
impl CiteAnswers {
    /// Says which answers a decision leaned on, so that the questions behind them are known to be of use. Nobody has to. An
    /// app needs the scope `RECORDS_WRITE`.
    async fn cite_answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which decision, and which answers.")] input: CiteAnswersInput,
    ) -> Answer<CiteAnswersPayload> {
        CiteAnswersPayload::answer(ctx, cite(ctx, input).await)
    }
}

async fn cite(ctx: &Context<'_>, input: CiteAnswersInput) -> Verb<spend::Model, RecordRefusal> {
    // Which decision leaned on what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let spend_id: SpendId = id(&input.spend_id)?;
    let mut ids = input.answer_ids.iter().map(id).collect::<Answer<Vec<AnswerId>>>()?;
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || ids.len() > MOST_ANSWERS {
        return Err(RecordRefusal::TooManyAnswers.into());
    }

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "citeAnswers", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(RecordRefusal::IdempotencyKeyReused.into()),
    };
    let spend = store::spend::find(&txn, &viewer, spend_id).await?.ok_or_else(Problem::not_found)?;
    let mut readable = 0;
    for (answer, record) in store::answer::by_ids(&txn, &viewer, &ids, now).await? {
        readable += reading::readable(ctx, &record, vec![answer]).await?.len();
    }
    if readable != ids.len() {
        return Err(Problem::not_found().into());
    }

    // Remember.
    let used = |answer_id: &AnswerId| answer_use::Model {
        answer_id: *answer_id,
        how: AnswerUse::CitedInDecision,
        used_by: viewer.id,
        used_on: now.date_naive(),
    };
    store::usefulness::note(&txn, ids.iter().map(used).collect()).await?;
    idempotent::keep(&txn, &key, &spend).await?;
    txn.commit().await?;

    Ok(Done::now(spend))
}
