//! waiveBudget: the practice group lets a form ask more than its tier allows, for a while and with a reason.

use async_graphql::{Context, ID, InputObject, Object};
use busfare_entity::{form_draft, form_waiver, words::FormDraftId};
use serde::Serialize;

use crate::{
    api::{
        context::{Answer, Asked, id},
        error::Problem,
        idempotent::{self, Turn},
        scalars::{Date, Uuid},
        types::{form_draft::FormDraft, user_error::FormUserError},
        verb::{Done, Verb, payload},
    },
    rules::publishing::{self, FormRefusal, Waiver},
    store,
};

/// What `waiveBudget` takes.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct WaiveBudgetInput {
    /// A new UUID for this request. Sending it again with the same input is free and has the same answer.
    idempotency_key: Uuid,
    /// The draft.
    draft_id: ID,
    /// How many questions it may show.
    most_shown: i32,
    /// Why, at most 500 characters.
    reason: String,
    /// The last day on which it is offered so: after today, within 90 days.
    expires_on: Date,
}

payload! {
    /// What `waiveBudget` answers.
    WaiveBudgetPayload {
        /// The draft, with what it would ask of people.
        draft: FormDraft(form_draft::Model),
        refused: FormUserError(FormRefusal)
    }
}

/// The verb.
#[derive(Default)]
pub struct WaiveBudget;

#[Object]
impl WaiveBudget {
    /// Lets a form ask more than its tier allows, of the practice group. After the day it is not offered any more, unless it
    /// has become shorter. It is not an app's to use.
    async fn waive_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which draft, how much, why and until when.")] input: WaiveBudgetInput,
    ) -> Answer<WaiveBudgetPayload> {
        WaiveBudgetPayload::answer(ctx, waive(ctx, input).await)
    }
}

async fn waive(ctx: &Context<'_>, input: WaiveBudgetInput) -> Verb<form_draft::Model, FormRefusal> {
    // Who lets what ask how much, and why?
    let (viewer, now) = (ctx.viewer()?, ctx.now()?);
    let form_draft_id: FormDraftId = id(&input.draft_id)?;
    let most = usize::try_from(input.most_shown).unwrap_or(0);
    Waiver::until(most, input.expires_on.0, now.date_naive())?;
    let reason = publishing::reason(&input.reason)?;

    // Was this answered before?
    let (txn, key) = match idempotent::begin(ctx, "waiveBudget", input.idempotency_key, &input).await? {
        Turn::New(txn, key) => (txn, key),
        Turn::Again(draft) => return Ok(Done::before(draft)),
        Turn::Reused => return Err(FormRefusal::IdempotencyKeyReused.into()),
    };
    let draft =
        store::form_draft::hold(&txn, viewer.organisation, form_draft_id).await?.ok_or_else(Problem::not_found)?;
    if !store::bank::is_in_group(&txn, viewer.organisation, viewer.id).await? {
        return Err(FormRefusal::ForThePracticeGroup.into());
    }
    if draft.published_as.is_some() {
        return Err(FormRefusal::AlreadyPublished.into());
    }

    // Remember.
    let waiver = form_waiver::Model {
        id: store::mint::id(),
        form_draft_id,
        most_shown: input.most_shown,
        reason,
        granted_by: viewer.id,
        granted_at: now,
        expires_on: input.expires_on.0,
    };
    store::form_draft::waive(&txn, waiver).await?;
    idempotent::keep(&txn, &key, &draft).await?;
    txn.commit().await?;

    Ok(Done::now(draft))
}
