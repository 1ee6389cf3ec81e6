//! actOnAsk: answer an ask straight from its notification, once, on the device that has it.

use async_graphql::{Context, InputObject, Object};
use busfare_entity::{
    action_use, spend,
    words::{SessionId, SpendId},
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked},
        deciding::{self, SpendAnswerInput},
        error::Problem,
        idempotent::{self, Turn},
        late,
        scalars::Uuid,
        second_step,
        types::{spend::Spend, user_error::SpendUserError},
        verb::{Done, Stop, Verb, payload},
    },
    rules::{
        spend::{REASON_CHARS, SpendRefusal},
        text,
        token::action::{Action, Unusable},
    },
    store::{self, db::DatabaseTransaction},
};

/// What `actOnAsk` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ActOnAskInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The token that came with the notification, from `spend { actionToken }`.
    token: String,
    /// Yes, less or no.
    answer: SpendAnswerInput,
    /// A few words for the colleague, at most 500 characters.
    words: Option<String>,
}

payload! {
    /// What `actOnAsk` answers.
    ActOnAskPayload {
        /// The spend with the new verdict on it.
        spend: Spend(spend::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct ActOnAsk;

#[Object]
impl ActOnAsk {
    /// Decides from a notification, as `decideSpend` does. The token counts once, for 15 minutes, on the device it was made
    /// for; a late tap hears who decided. It is not an app's to use.
    async fn act_on_ask(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token and your answer.")] input: ActOnAskInput,
    ) -> Answer<ActOnAskPayload> {
        ActOnAskPayload::answer(ctx, act(ctx, input).await)
    }
}

async fn act(ctx: &Context<'_>, input: ActOnAskInput) -> Verb<spend::Model, SpendRefusal> {
    // Who answers what, and on which device?
    let (her, session) = ctx.practitioner()?;
    let now = ctx.now()?;
    let words =
        text::plain(input.words.as_deref().unwrap_or_default(), REASON_CHARS).map_err(SpendRefusal::DecisionWords)?;
    if input.token.len() > MOST_TOKEN_BYTES {
        return Err(SpendRefusal::ActionTokenInvalid.into());
    }

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "actOnAsk", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(spend) => return Ok(Done::before(spend)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // May this token be used here and now?
    let action = ctx.state()?.key.verify_action(&input.token, now).map_err(|unusable| match unusable {
        Unusable::Invalid => SpendRefusal::ActionTokenInvalid,
        Unusable::Expired => SpendRefusal::ActionTokenExpired,
    })?;
    if action.practitioner != her.id || action.session != session {
        return Err(SpendRefusal::ActionTokenOtherDevice.into());
    }
    let spend_id = use_up(&txn, action, session, now).await?;

    // Decide, and remember.
    second_step::before_deciding(ctx, &txn).await?;
    let decided = deciding::decide(&txn, her, spend_id, input.answer, words, now).await?;
    idempotent::keep(&txn, &key, &decided).await?;
    txn.commit().await?;

    Ok(Done::now(decided))
}

/// Longer than any token of ours.
const MOST_TOKEN_BYTES: usize = 2_048;

/// Uses the token up and gives the spend it is about. Where the answer is then refused, it is free again. An ask that
/// went to another colleague meanwhile is not hers to answer.
async fn use_up(
    txn: &DatabaseTransaction,
    action: Action,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<SpendId, Stop<SpendRefusal>> {
    let ask = store::ask::by_id(txn, action.ask).await?.ok_or_else(Problem::not_found)?;
    let row = action_use::Model {
        id: action.number,
        spend_id: ask.spend_id,
        practitioner_id: action.practitioner,
        session_id: session,
        used_at: now,
    };
    if !store::action::use_up(txn, row).await? {
        return Err(SpendRefusal::ActionTokenUsed.into());
    }
    match store::ask::open_about(txn, ask.spend_id).await? {
        Some(open) if open.asked_id != action.practitioner => {
            let spend = store::spend::taken(txn, ask.spend_id).await?.ok_or_else(Problem::not_found)?;
            Err(late::taken(txn, &spend, &open, now).await?.into())
        }
        _ => Ok(ask.spend_id),
    }
}
