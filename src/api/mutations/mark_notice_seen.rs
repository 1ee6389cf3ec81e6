//! markNoticeSeen: put what you were told of behind you.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::notice;
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::Uuid,
        types::{notice::Notice, user_error::SpendUserError},
        verb::{Done, Verb, payload},
    },
    rules::spend::SpendRefusal,
    store,
};

/// What `markNoticeSeen` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct MarkNoticeSeenInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The notice, from `viewer { notices }`.
    notice_id: ID,
}

payload! {
    /// What `markNoticeSeen` answers.
    MarkNoticeSeenPayload {
        /// The notice, seen. Where it was seen before, that first time stays.
        notice: Notice(notice::Model),
        refused: SpendUserError(SpendRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct MarkNoticeSeen;

#[Object]
impl MarkNoticeSeen {
    /// Marks something you were told of as seen. Nobody waits for it. It is not an app's to use.
    async fn mark_notice_seen(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which notice.")] input: MarkNoticeSeenInput,
    ) -> Answer<MarkNoticeSeenPayload> {
        MarkNoticeSeenPayload::answer(ctx, mark(ctx, input).await)
    }
}

async fn mark(ctx: &Context<'_>, input: MarkNoticeSeenInput) -> Verb<notice::Model, SpendRefusal> {
    // Who saw what?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let notice_id = id(&input.notice_id)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "markNoticeSeen", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(notice) => return Ok(Done::before(notice)),
        Turn::Reused => return Err(SpendRefusal::IdempotencyKeyReused.into()),
    };

    // Remember.
    let notice = store::notice::see(&txn, &viewer, notice_id, now).await?.ok_or_else(Problem::not_found)?;
    idempotent::keep(&txn, &key, &notice).await?;
    txn.commit().await?;

    Ok(Done::now(notice))
}
